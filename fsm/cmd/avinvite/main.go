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
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// status is the exit status of a command that has written everything it has to say. Any other error is printed, and the
// exit status is statusFailed.
type status int

const (
	statusOK          = 0
	statusViolations  = 1
	statusFailed      = 2   // wrong arguments, unreadable input, or unwritable output
	statusInterrupted = 130 // as a shell reports an interrupt
)

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// run runs the command that the arguments name.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(stdin, stdout, stderr)
	root.SetArgs(append([]string{}, args...)) // cobra takes nil for os.Args
	var unwritten error                       // cobra drops the error of printing help
	root.SetHelpFunc(func(command *cobra.Command, _ []string) {
		_, unwritten = fmt.Fprintf(command.OutOrStdout(), "%s\n\n%s", strings.TrimSpace(command.Long), command.UsageString())
	})
	command, err := root.ExecuteC()
	if err == nil {
		err = unwritten
	}
	var s status
	if err != nil && !errors.As(err, &s) {
		complain(command, err)
		s = statusFailed
	}
	return int(s)
}

// complain prints an error as a command's own.
func complain(command *cobra.Command, err error) {
	fmt.Fprintf(command.ErrOrStderr(), "%s: %v\n", command.CommandPath(), err)
}

func newRoot(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "avinvite",
		Short: "Judge recorded audio/video invitations and show their life",
		Long: `
Judge recorded traffic about audio/video invitations of the Trusted Application
API, and show their life as tables and graphs.

Exit status: 0; 1 if a recording breaks a rule that is documented or was seen; 2
if the arguments are wrong, an input cannot be read, or the output cannot be
written; 130 after an interrupt.`,
		SilenceErrors: true, // run prints them
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		Args: func(root *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return fmt.Errorf("unknown command %.40q%s; avinvite help lists all", args[0], meant(root.SuggestionsFor(args[0])))
		},
		RunE: func(root *cobra.Command, _ []string) error {
			root.SetOut(root.ErrOrStderr())
			_ = root.Help()
			return status(statusFailed)
		},
	}
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCatalogue(), newCheck(), newExplain(), newGenerate(), newGraph(), newTable(), newVersion())

	// What cobra adds by itself would take a wrong argument for a request for help, and exit with 0.
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		switch command.Name() {
		case "help":
			command.Args = func(_ *cobra.Command, args []string) error {
				_, unknown, err := root.Find(args)
				if err != nil {
					return err
				}
				return root.Args(root, unknown)
			}
		case "completion":
			command.Args = nil
			command.RunE = func(*cobra.Command, []string) error {
				return errors.New("want bash, zsh, fish or powershell")
			}
		}
	}
	return root
}

// noArguments refuses what a command would pass over in silence.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %.40q; %s -h tells more", args[0], command.CommandPath())
	}
	return nil
}

// write writes the output of a command.
func write(command *cobra.Command, out []byte) error {
	_, err := command.OutOrStdout().Write(out)
	return err
}
