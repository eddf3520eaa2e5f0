package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/redact"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
)

func newRedact() *cobra.Command {
	command := &cobra.Command{
		Use:   "redact FILE",
		Short: "Write a recording without tokens, names, numbers and media",
		Long: `
Read a recording in any form that avinvite check reads, and write it to the
standard output so that it can be sent to a stranger. avinvite check reports the
same results and findings for it.

These stay: the words of the protocol and of HAR, documented codes and texts,
times, sizes, ports, and the statuses of answers. Everything else is replaced:
addresses, names, subjects, ids, parts of links, undocumented messages, media
and custom content. Equal values are replaced by equal texts in the whole
recording. Cookies are removed, and all headers except Content-Type,
Content-Encoding and Location. A compressed recording is written without
compression. The FILE - is the standard input.

Times stay, because the order of events depends on them. Somebody who knows of
the call can recognise it by its time. The name of the FILE stays in reports.

Exit status: 0; 2 if the FILE cannot be read or is no recording, the arguments
are wrong, or the output cannot be written; 130 after an interrupt.`,
		Example: `  avinvite redact capture.har > for-the-ticket.har
  avinvite check --redact --format markdown capture.har   a report from it`,
	}
	command.RunE = func(_ *cobra.Command, files []string) error {
		if len(files) != 1 {
			return errors.New("want one FILE: a recording, or - for the standard input; avinvite redact -h tells more")
		}
		ctx, stop := interrupts()
		defer stop()
		err := redact.Copy(command.OutOrStdout(), interruptible(ctx, opener(command, files[0])))
		switch {
		case errors.Is(err, errInterrupted):
			return status(statusInterrupted)
		case err != nil:
			return fmt.Errorf("%s: %s", layout.Printable(report.Title(files[0])), layout.Printable(report.ErrorText(err)))
		}
		return nil
	}
	return command
}

// opener returns the function that opens a file; - is the standard input.
func opener(command *cobra.Command, name string) func() (io.ReadCloser, error) {
	if name == "-" {
		return func() (io.ReadCloser, error) { return io.NopCloser(command.InOrStdin()), nil }
	}
	return func() (io.ReadCloser, error) { return os.Open(name) }
}

// redacted returns a reader of the redacted recording. Close ends a reading that is not at the end.
func redacted(in io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	go func() { w.CloseWithError(redact.Copy(w, in)) }()
	return r
}
