package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/conformance"
)

func newCheck() *cobra.Command {
	command := &cobra.Command{
		Use:   "check FILE...",
		Short: "Judge the invitations in a recording",
		Long: `
Read recordings and judge every audio/video invitation that they tell of. A FILE
is one of these, as it is or compressed by gzip:

  event documents  as the service sends them, to a client that polls or to a
                   webhook: one, or several one after the other, one per line
  a HAR            as browsers and proxies export it: the event channel's
                   answers and the application's requests, with their times

- is the standard input, a folder stands for the recordings in it (.json,
.jsonl, .ndjson, .har, .gz), and a pattern for the files that match it. Each
recording is judged by itself.

A broken rule that the documentation states, or that a published payload shows,
is a violation; one that only follows from these is a deviation. An invitation
whose completion was not recorded is incomplete. In the sources, PAGE is the
reference page of ms:rtc:saas:audioVideoInvitation, and UCWA/... are pages of
the UCWA 2.0 reference.

The formats:

  text   for people. Of a folder, a pattern, and a recording of more than 20
         invitations, those that conform are only counted. Coloured on a
         terminal, unless NO_COLOR is set or TERM is dumb
  json   an object per line, whose kind is invitation, error (what could not be
         read) or summary (the last line); check.schema.json beside the source
         of this command describes them
  junit  JUnit XML: a suite per recording, a case per invitation. A violation is
         a failure, an incomplete invitation is skipped, what cannot be read is
         an error, and a deviation is told in the output of a case that passes
  sarif  SARIF 2.1.0: a result per finding, an error for a violation and a
         warning for a deviation; what cannot be read is a notification

Exit status: 0 no violations; 1 violations; 2 the arguments make no sense, or an
input cannot be read to its end: what can be read is judged all the same; 130
after an interrupt: what had been read until then has been judged. Another one
ends the command at once.`,
		Example: `  avinvite check capture.har                       a verdict per invitation
  avinvite check -v capture.har                    the same with every step
  avinvite check captures/                         all recordings in a folder
  zcat log.gz | avinvite check -                   from another program
  avinvite check --format sarif . > results.sarif  for a code host
  avinvite check --format json a.har | jq 'select(.result == "violates").href'`,
	}
	format := choose(command, "format", "FORMAT", "text, json, junit or sarif", "text", "text", "json", "junit", "sarif")
	verbose := command.Flags().BoolP("verbose", "v", false, "show all invitations, and all steps; only in text")
	command.RunE = func(_ *cobra.Command, files []string) error { return check(command, files, *format, *verbose) }
	return command
}

// report writes in a format what recordings tell.
type report interface {
	recording(judged)
	end(*total)
}

// judged is a recording that has been read, as far as it could be.
type judged struct {
	recording
	*conformance.Checker
	unread []error
}

// total is what is to be said of all recordings at once.
type total struct {
	Recordings  int  `json:"recordings"`
	Unread      int  `json:"errors"` // what could not be read
	Interrupted bool `json:"interrupted,omitempty"`
	conformance.Summary
}

func (t *total) status() status {
	switch {
	case t.Interrupted:
		return statusInterrupted
	case t.Unread > 0:
		return statusFailed
	case t.Results[conformance.Violates] > 0:
		return statusViolations
	}
	return statusOK
}

// check judges the recordings that the arguments name, and writes a report.
func check(command *cobra.Command, files []string, format string, verbose bool) error {
	if len(files) == 0 {
		return errors.New("no FILE: name a recording, or - for the standard input; avinvite check -h tells more")
	}
	ctx, stop := interrupts()
	defer stop()
	// Reading makes little garbage per byte and much in all; the invitations are what stays.
	defer debug.SetGCPercent(debug.SetGCPercent(35))
	out := bufio.NewWriter(command.OutOrStdout())
	var r report
	switch format {
	case "json":
		r = newJSONReport(out)
	case "junit":
		r = newJUnitReport(out)
	case "sarif":
		r = newSARIFReport(out)
	default:
		r = &textReport{w: out, verbose: verbose, colour: coloured(command.OutOrStdout())}
	}
	t := total{Summary: conformance.Summary{
		Results: map[conformance.Result]int{}, Outcomes: []conformance.OutcomeCount{}, Rules: []conformance.RuleCount{},
	}}
	for _, recording := range recordings(files) {
		j := recording.judge(ctx, command)
		for _, err := range j.unread {
			complain(command, fmt.Errorf("%s: %s", printable(j.name), printable(plain(err))))
		}
		t.Recordings++
		t.Unread += len(j.unread)
		for v := range j.Verdicts() {
			t.Add(j.name, v)
		}
		r.recording(j)
		// What is known of one recording shall not wait for the next.
		if t.Interrupted = ctx.Err() != nil; t.Interrupted || out.Flush() != nil {
			break
		}
	}
	r.end(&t)
	if err := out.Flush(); err != nil {
		return err
	}
	return t.status()
}

// judge judges a recording.
func (r recording) judge(ctx context.Context, command *cobra.Command) judged {
	j := judged{r, new(conformance.Checker), nil}
	if r.err != nil {
		j.unread = []error{r.err}
		return j
	}
	open := func() (io.ReadCloser, error) { return os.Open(r.name) }
	size := int64(0)
	if r.name == "-" {
		open = func() (io.ReadCloser, error) { return io.NopCloser(command.InOrStdin()), nil }
	} else if info, err := os.Stat(r.name); err == nil {
		size = info.Size()
	}
	m := &meter{Reader: interruptible(ctx, open)}
	if stderr := command.ErrOrStderr(); animated(stderr) {
		defer m.show(stderr, r.name, size)()
	}
	switch err := j.Read(m).(type) {
	case nil:
	case interface{ Unwrap() []error }:
		j.unread = err.Unwrap()
	default:
		j.unread = []error{err}
	}
	for n, err := range j.unread {
		if errors.Is(err, errInterrupted) {
			j.unread[n] = errInterrupted // where that was makes no difference
		} else if of, ok := err.(*os.PathError); ok {
			j.unread[n] = of.Err // the name is known
		}
	}
	return j
}

// plain is what an error says, without the packages that say it.
func plain(err error) string {
	return strings.NewReplacer("conformance: ", "", "recording: ", "", "eventchannel: ", "", "codes: ", "").Replace(err.Error())
}
