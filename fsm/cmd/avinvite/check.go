package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/page"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

func newCheck() *cobra.Command {
	command := &cobra.Command{
		Use:   "check FILE...",
		Short: "Judge the invitations in a recording",
		Long: `
Read recordings and judge every audio/video invitation in them. A FILE is one of
these, plain or compressed by gzip:

  event documents  as the service sends them to a client that polls or to a
                   webhook: one document, or several one after the other
  a HAR            as browsers and proxies export it: the answers of the event
                   channel and the requests of the application, with their times

The FILE - is the standard input. A folder stands for the recordings in it
(.json, .jsonl, .ndjson, .har, .gz), and a pattern for the files that match it.
Each recording is judged by itself.

A finding is a violation if the documentation states the broken rule, or if a
published payload shows the rule. It is a deviation if the rule only follows
from these. An invitation is incomplete if the recording has no completion of
it. In the sources that a finding names, PAGE is the reference page of
ms:rtc:saas:audioVideoInvitation, and UCWA/... are pages of the UCWA 2.0
reference.

The report on an invitation begins with the end of the call: the outcome, who
ended it and why, and who called whom. The verdict on the protocol does not
depend on the outcome: a call that was declined conforms if the service reported
it by the rules.

All invitations are judged and counted. The flags --failed, --result, --reason,
--direction and --id choose the invitations that are shown; the last line counts
the others.

The formats:

  text   for people. If a recording has more than 20 invitations, or a folder or
         a pattern stands for it, only those with a finding are shown in full.
         Those that failed or are incomplete have a line each, and the others
         are counted. The text is as wide as the terminal, and coloured there,
         unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE=1 colours files
         too.
         With -v, each message has its place: the number of the document and the
         byte where the event begins, or in a HAR the number of the entry and
         the byte where it begins
  markdown
         the same text for a ticket or a pull request, without colours
  json   for programs: an object per line. Its kind is invitation, error (a part
         that cannot be read) or summary (the last line). The file
         fsm/cmd/avinvite/check.schema.json of the source describes them
  junit  for CI systems: JUnit XML with a suite per recording and a case per
         invitation. A violation is a failure, an incomplete invitation is
         skipped, a part that cannot be read is an error, and a case with a
         deviation passes and has the deviation in its output
  sarif  for code hosts: SARIF 2.1.0 with a result per finding, an error for a
         violation and a warning for a deviation. A part that cannot be read is
         a notification
  html   for a browser: one page with the verdicts as ladders and states, which
         needs no network, can be sent, and holds up to 100,000 invitations,
         those with a finding first

With --follow, the FILE is a log that is still written, or a pipe. Each verdict
is reported when its invitation has ended and the time --grace has passed, by
the times of a HAR or else by the clock. Then the invitation is forgotten, so
that memory does not grow. Later events about it are counted as late, and not
judged. If more than --keep invitations are open, the oldest is reported as it
stands, and forgotten. A log is read from its beginning, also after it has been
renamed and begun anew, or copied and truncated. At the end of a pipe, and at an
interrupt, the open invitations and the totals are reported. The formats are
text and json.

Exit status: 0 without violations; 1 with violations, or with --fail-on
deviation if a rule of any kind is broken, even in invitations that the flags do
not show; 2 if the arguments are wrong, or a part of an input cannot be read
(all other parts are judged); 130 after an interrupt without --follow
(everything read before the interrupt is judged). A second interrupt ends the
command at once.`,
		Example: `  avinvite check capture.har                       a verdict per invitation
  avinvite check -v capture.har                    the same with every step
  avinvite check captures/                         all recordings in a folder
  avinvite check --failed --reason Busy captures/  the calls to a busy line
  zcat log.gz | avinvite check -                   from another program
  avinvite check --follow service.log              verdicts as calls end
  tail -n 0 -F a.log | avinvite check --follow -   from now on
  avinvite check --format sarif . > results.sarif  for a code host
  avinvite check --format html . > report.html     for a browser
  avinvite check --format json a.har | jq 'select(.result == "violates").href'`,
	}
	options := checkFlags(command)
	command.RunE = func(_ *cobra.Command, files []string) error {
		o, err := options()
		switch {
		case err != nil:
			return err
		case len(files) == 0:
			return errors.New("no FILE: name a recording, or - for the standard input; avinvite check -h tells more")
		case o.follow:
			return follow(command, files, o)
		}
		return check(command, files, o)
	}
	return command
}

// checkOptions has the values of the flags of check.
type checkOptions struct {
	format  string
	verbose bool
	redact  bool               // judge the recordings as avinvite redact writes them
	failOn  conformance.Result // the least result for which the exit status is statusViolations
	choice  report.Choice
	followOptions
}

// checkFlags defines the flags of check. The function that it returns reads them.
func checkFlags(command *cobra.Command) func() (checkOptions, error) {
	var results []string
	for r := conformance.Conforms; r <= conformance.Violates; r++ {
		results = append(results, r.String())
	}
	formats := append(report.Formats(), "html")
	format := choose(command, "format", "FORMAT", "one of the above", formats[0], formats...)
	failOn := choose(command, "fail-on", "WORD", "violation or deviation", "violation", "violation", "deviation")
	result := choose(command, "result", "WORD", or(results), "", results...)
	direction := choose(command, "direction", "WORD", "outgoing or incoming", "", "outgoing", "incoming")
	flags := command.Flags()
	verbose := flags.BoolP("verbose", "v", false, "show all in full, with places, in text and markdown")
	redact := flags.Bool("redact", false, "redact each recording, and report on the result")
	failed := flags.Bool("failed", false, "refused at the start, or ended but not as Connected")
	reason := flags.String("reason", "", "a `REASON`: a code, a subcode or both, with a slash")
	id := flags.String("id", "", "an `ID`: an href, its last part or an operationId")
	_ = command.RegisterFlagCompletionFunc("reason", completeAny(names))
	followed := followFlags(command)
	return func() (checkOptions, error) {
		follow, err := followed()
		o := checkOptions{
			followOptions: follow,
			format:        *format, verbose: *verbose, redact: *redact, failOn: conformance.Violates,
			choice: report.Choice{Failed: *failed, Reason: *reason, ID: *id},
		}
		if *failOn == "deviation" {
			o.failOn = conformance.Deviates
		}
		_ = o.choice.Result.UnmarshalText([]byte(*result)) // without the flag, it stays zero
		switch *direction {
		case "outgoing":
			o.choice.Direction = transitions.Outgoing
		case "incoming":
			o.choice.Direction = transitions.Incoming
		}
		return o, err
	}
}

// check judges the recordings that the arguments name, and writes a report.
func check(command *cobra.Command, files []string, o checkOptions) error {
	ctx, stop := interrupts()
	defer stop()
	out := bufio.NewWriter(command.OutOrStdout())
	r, err := o.report(command, out)
	if err != nil {
		return err
	}
	t := report.NewTotal()
	found, others := find(files)
	t.Others = others
	for _, f := range found {
		judged := f.judge(ctx, command, o.redact)
		judged.Choice = o.choice
		for _, err := range judged.Unread {
			complain(command, fmt.Errorf("%s: %s", layout.Printable(report.Title(f.name)), layout.Printable(report.ErrorText(err))))
		}
		t.Add(&judged)
		r.Recording(judged)
		// Each recording is reported before the next one is read.
		if t.Interrupted = ctx.Err() != nil; t.Interrupted || out.Flush() != nil {
			break
		}
	}
	exit := exitStatus(t, o.failOn)
	r.End(t, int(exit))
	if err := out.Flush(); err != nil {
		return err
	}
	return exit
}

// report returns the report in the format that is asked for.
func (o checkOptions) report(command *cobra.Command, out io.Writer) (report.Report, error) {
	if o.format == "html" {
		return page.New(out, version())
	}
	return report.New(o.format, out, report.Options{
		Verbose: o.verbose, Page: layout.PageOf(command.OutOrStdout()), Version: version(),
	}), nil
}

// exitStatus returns the exit status for all recordings. A result that is as bad as failOn counts as a violation.
func exitStatus(t *report.Total, failOn conformance.Result) status {
	switch {
	case t.Interrupted:
		return statusInterrupted
	case t.Unread > 0:
		return statusFailed
	}
	for r, n := range t.Results {
		if r >= failOn && n > 0 {
			return statusViolations
		}
	}
	return statusOK
}

// judge reads a file and judges its invitations.
func (f input) judge(ctx context.Context, command *cobra.Command, redact bool) report.Recording {
	r := report.Recording{Name: f.name, Listed: f.listed, Redacted: redact, Checker: new(conformance.Checker)}
	if f.err != nil {
		r.Unread = []error{f.err}
		return r
	}
	open, size := opener(command, f.name), int64(0)
	in := io.Reader(&prompt{ctx: ctx, open: open})
	if info, err := os.Stat(f.name); err == nil && f.name != "-" && info.Mode().IsRegular() {
		size = info.Size()
	} else {
		in = interruptible(ctx, open)
	}
	if stderr := command.ErrOrStderr(); layout.Animated(stderr) {
		m := newMeter(in, stderr, f.name, size)
		defer m.clear()
		in = m
	}
	if r.Redacted {
		pipe := redacted(in)
		defer pipe.Close()
		in = pipe
	}
	r.Read(in)
	for n, err := range r.Unread {
		if errors.Is(err, errInterrupted) {
			r.Unread[n] = errInterrupted // its place says only how far reading had come
		}
	}
	return r
}
