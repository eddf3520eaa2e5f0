package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/conformance"
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
it. In the sources, PAGE is the reference page of
ms:rtc:saas:audioVideoInvitation, and UCWA/... are pages of the UCWA 2.0
reference.

The formats:

  text   for people. Invitations that conform are only counted if the recording
         has more than 20, or if a folder or a pattern stands for it. Coloured
         on a terminal, unless NO_COLOR is set or TERM is dumb
  json   for programs: an object per line. Its kind is invitation, error (a part
         that cannot be read) or summary (the last line). The file
         check.schema.json beside the source of this command describes them
  junit  for CI systems: JUnit XML with a suite per recording and a case per
         invitation. A violation is a failure, an incomplete invitation is
         skipped, a part that cannot be read is an error, and a case with a
         deviation passes and has it in its output
  sarif  for code hosts: SARIF 2.1.0 with a result per finding, an error for a
         violation and a warning for a deviation. A part that cannot be read is
         a notification

Exit status: 0 without violations; 1 with violations; 2 if the arguments are
wrong, or a part of an input cannot be read (all other parts are judged); 130
after an interrupt (all that was read before it is judged). A second interrupt
ends the command at once.`,
		Example: `  avinvite check capture.har                       a verdict per invitation
  avinvite check -v capture.har                    the same with every step
  avinvite check captures/                         all recordings in a folder
  zcat log.gz | avinvite check -                   from another program
  avinvite check --format sarif . > results.sarif  for a code host
  avinvite check --format json a.har | jq 'select(.result == "violates").href'`,
	}
	format := choose(command, "format", "FORMAT", "text, json, junit or sarif", report.Formats()[0], report.Formats()...)
	verbose := command.Flags().BoolP("verbose", "v", false, "show all invitations, and all steps; only in text")
	command.RunE = func(_ *cobra.Command, files []string) error { return check(command, files, *format, *verbose) }
	return command
}

// check judges the recordings that the arguments name, and writes a report.
func check(command *cobra.Command, files []string, format string, verbose bool) error {
	if len(files) == 0 {
		return errors.New("no FILE: name a recording, or - for the standard input; avinvite check -h tells more")
	}
	ctx, stop := interrupts()
	defer stop()
	// Reading makes much garbage in all, and only the invitations stay in memory.
	defer debug.SetGCPercent(debug.SetGCPercent(35))
	out := bufio.NewWriter(command.OutOrStdout())
	r := report.New(format, out, report.Options{
		Verbose: verbose, Colour: layout.Coloured(command.OutOrStdout()), Version: version(),
	})
	t := report.NewTotal()
	found, others := find(files)
	t.Others = others
	for _, f := range found {
		judged := f.judge(ctx, command)
		for _, err := range judged.Unread {
			complain(command, fmt.Errorf("%s: %s", layout.Printable(f.name), layout.Printable(report.Message(err))))
		}
		t.Add(judged)
		r.Recording(judged)
		// Each recording is reported before the next one is read.
		if t.Interrupted = ctx.Err() != nil; t.Interrupted || out.Flush() != nil {
			break
		}
	}
	exit := exitStatus(t)
	r.End(t, int(exit))
	if err := out.Flush(); err != nil {
		return err
	}
	return exit
}

func exitStatus(t *report.Total) status {
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

// judge reads a file and judges its invitations.
func (f input) judge(ctx context.Context, command *cobra.Command) report.Recording {
	r := report.Recording{Name: f.name, Listed: f.listed, Checker: new(conformance.Checker)}
	if f.err != nil {
		r.Unread = []error{f.err}
		return r
	}
	open := func() (io.ReadCloser, error) { return os.Open(f.name) }
	size := int64(0)
	if f.name == "-" {
		open = func() (io.ReadCloser, error) { return io.NopCloser(command.InOrStdin()), nil }
	} else if info, err := os.Stat(f.name); err == nil {
		size = info.Size()
	}
	in := interruptible(ctx, open)
	if stderr := command.ErrOrStderr(); layout.Animated(stderr) {
		m := newMeter(in, stderr, f.name, size)
		defer m.clear()
		in = m
	}
	switch err := r.Checker.Read(in).(type) {
	case nil:
	case interface{ Unwrap() []error }:
		r.Unread = err.Unwrap()
	default:
		r.Unread = []error{err}
	}
	for n, err := range r.Unread {
		if errors.Is(err, errInterrupted) {
			r.Unread[n] = errInterrupted // its place says only how far reading had come
		}
	}
	return r
}
