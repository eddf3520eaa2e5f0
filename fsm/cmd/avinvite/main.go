// Command avinvite judges recorded traffic about audio/video invitations of the Trusted Application API, and shows
// their life as tables and graphs.
//
//	avinvite check recording.jsonl            judge the invitations in a recording
//	avinvite explain RemoteFailure/Declined   say what is known of a reason
//	avinvite help                             list all commands
//
// The exit status is 0 if all is well, 1 if a recording breaks a rule that is documented or was seen, and 2 if the
// arguments are wrong, the input cannot be read, or the output cannot be written; an interrupt makes it 130.
package main

import (
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit statuses of all commands.
const (
	statusOK          = 0
	statusViolations  = 1
	statusFailed      = 2   // wrong arguments, input that cannot be read, output that cannot be written
	statusInterrupted = 130 // as of what a shell has interrupted
)

// commands is what there is, in the order of the help. It is a function because one of them tells of all.
func commands() []*command {
	return []*command{
		catalogueCommand, checkCommand, completionCommand(), explainCommand, generateCommand, graphCommand, tableCommand,
	}
}

// run runs the command that the arguments name.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &call{stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		_, _ = io.WriteString(stderr, overview())
		return statusFailed
	}
	name, args := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		return c.print([]byte(overview()))
	case "help":
		if len(args) == 0 {
			return c.print([]byte(overview()))
		}
		name, args = args[0], []string{"-h"}
	}
	for _, known := range commands() {
		if known.name == name {
			return known.run(c, args)
		}
	}
	return c.fail("unknown command %.40q%s; avinvite help lists all", name, suggestion(name, names()))
}
