package main

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

func newExplain() *cobra.Command {
	command := &cobra.Command{
		Use:   "explain [NAME...]",
		Short: "Explain a reason, a code, a state, an operation or a rule",
		Long: `
Explain a NAME with all known facts, and the basis and the source of each. A
NAME is a reason, a code, a subcode, a synchronous error, a status of HTTP or of
an event, a state, a type of event, an operation, or a rule or a result that
avinvite check names. Upper and lower case are the same. Without a NAME, list
the catalogue of codes and reasons.

Documented texts are quoted to the letter, mistakes in spelling included. The
texts beside "means", "litmus" and "advice" are those of this project. In the
sources, PAGE is the reference page of ms:rtc:saas:audioVideoInvitation, and
UCWA/... are pages of the UCWA 2.0 reference.

Exit status: 0; 2 if a NAME is unknown (the error has the nearest names), the
arguments are wrong, or the output cannot be written.`,
		Example: `  avinvite explain                     all codes and reasons, one line each
  avinvite explain RemoteFailure/Busy  a reason
  avinvite explain Busy                every reason that has the subcode
  avinvite explain RemoteFailure       a code and its reasons
  avinvite explain 404                 codes and synchronous errors of a status
  avinvite explain CallNotFound        a synchronous error
  avinvite explain Alerting accept     a state and an operation
  avinvite explain after-completion    a rule`,
		ValidArgsFunction: completeAny(names),
	}
	command.RunE = func(_ *cobra.Command, names []string) error { return explain(command, names) }
	return command
}

// explain explains the names, or lists the catalogue.
func explain(command *cobra.Command, names []string) error {
	var out bytes.Buffer
	w := layout.New(&out, layout.PageOf(command.OutOrStdout()))
	s := status(statusOK)
	if len(names) == 0 {
		listCatalogue(w)
	}
	for _, name := range names {
		found, err := lookUp(name)
		if err != nil {
			complain(command, err)
			s = statusFailed
			continue
		}
		for _, t := range found {
			if out.Len() > 0 {
				w.Blank()
			}
			t.write(w)
		}
	}
	if err := write(command, out.Bytes()); err != nil {
		return err
	}
	return s
}
