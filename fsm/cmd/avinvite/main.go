// Command avinvite judges recorded traffic about audio/video invitations of the Trusted Application API, tests
// implementations of them in any language, and shows their life as tables and graphs.
//
//	avinvite check recording.jsonl            judge the invitations in a recording
//	avinvite test -- python3 server.py        test an implementation
//	avinvite explain RemoteFailure/Declined   explain a reason
//	avinvite help                             list all commands
//
// The exit status is 0 without an error; 1 if a recording breaks a rule that the documentation states or a published
// payload shows, an implementation fails, models differ, or tests do not reach the guarantee asked for; 2 if the arguments
// are wrong, an input cannot be read, or the output cannot be written; 130 after an interrupt. The help of each command
// that can end with 1 lists its own.
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

// status is the exit status of a command that has printed its errors itself. Any other error is printed by run, and the
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

// complain prints an error behind the name of a command.
func complain(command *cobra.Command, err error) {
	fmt.Fprintf(command.ErrOrStderr(), "%s: %v\n", command.CommandPath(), err)
}

func newRoot(stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "avinvite",
		Short: "Judge recorded audio/video invitations and test implementations",
		Long: `
Judge recorded traffic about audio/video invitations of the Trusted Application
API, test implementations of them in any language, and show their life as tables
and graphs.

Exit status: 0 without an error; 1 if a recording breaks a rule that the
documentation states or a published payload shows, an implementation fails,
models differ, or tests do not reach the guarantee asked for; 2 if the arguments
are wrong, an input cannot be read, or the output cannot be written; 130 after
an interrupt. The help of each command that can end with 1 lists its own.`,
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
	root.AddCommand(newCatalogue(), newCertify(), newCheck(), newDiff(), newExplain(), newExplore(), newGenerate(), newGraph(), newRedact(), newServe(), newSuite(),
		newTable(), newTest(), newVersion())

	// By default, both commands of cobra answer a wrong argument with help and the exit status 0.
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

// noArguments refuses arguments, which a command would ignore.
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
