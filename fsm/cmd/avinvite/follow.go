package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// followOptions are what the flags of check say about a recording that is followed.
type followOptions struct {
	follow bool
	grace  time.Duration
	keep   int
}

// defaultGrace is the time in which a document may be delivered again, or late. The documentation has no limit for it.
const defaultGrace = 30 * time.Second

// followFlags defines the flags of check that are about following. The function that it returns reads them.
func followFlags(command *cobra.Command) func() (followOptions, error) {
	flags := command.Flags()
	follow := flags.Bool("follow", false, "judge a log while it grows, or a pipe")
	grace := flags.Duration("grace", defaultGrace, "with --follow: wait `TIME` for late events")
	keep := flags.Int("keep", conformance.DefaultLimit, "with --follow: keep `N` invitations open")
	return func() (followOptions, error) {
		f := followOptions{*follow, *grace, *keep}
		for _, name := range []string{"grace", "keep"} {
			if flags.Changed(name) && !f.follow {
				return f, fmt.Errorf("--%s needs --follow: without it, all invitations are judged at the end", name)
			}
		}
		switch {
		case f.grace < 0:
			return f, errors.New("--grace is negative, want a time such as 30s, or 0s for none")
		case f.keep < 1:
			return f, errors.New("--keep is less than 1, want the number of open invitations to keep")
		}
		return f, nil
	}
}

// followed checks what following asks for, and returns the name of the file and the report.
func (o checkOptions) followed(command *cobra.Command, files []string, out io.Writer) (name string, r report.Stream, err error) {
	switch info, err := os.Stat(files[0]); {
	case len(files) > 1, err == nil && info.IsDir():
		return "", nil, errors.New("--follow reads one FILE, want the name of a log, or - for the standard input")
	case err != nil && files[0] != "-":
		return "", nil, fmt.Errorf("%s: %w", layout.Printable(files[0]), reason(err))
	case o.redact:
		return "", nil, errors.New("--follow goes not with --redact, which keeps every name; redact the recording first: avinvite redact")
	}
	all, err := o.report(command, out)
	if err != nil {
		return "", nil, err
	}
	r, streams := all.(report.Stream)
	if !streams {
		return "", nil, fmt.Errorf("--follow writes text or json: a report in %s is whole only when all is judged", o.format)
	}
	return files[0], r, nil
}

// follow judges a recording that grows, and writes each verdict when it is due.
func follow(command *cobra.Command, files []string, o checkOptions) error {
	out := bufio.NewWriter(command.OutOrStdout())
	name, r, err := o.followed(command, files, out)
	if err != nil {
		return err
	}
	ctx, stop := interrupts()
	defer stop()
	t := report.NewTotal()
	t.Recordings = 1
	// verdict reports whether the report could be written.
	verdict := func(v conformance.Verdict) bool {
		t.Summary.Add(name, v)
		if o.choice.Has(v) {
			r.Verdict(name, v)
		} else {
			t.Hidden++
		}
		return out.Flush() == nil
	}
	warn := func(err error) {
		complain(command, fmt.Errorf("%s: %s", layout.Printable(report.Title(name)), layout.Printable(report.ErrorText(err))))
	}
	fault := func(err error) bool {
		t.Unread++
		r.Fault(name, err)
		warn(err)
		return out.Flush() == nil
	}
	f := conformance.Follower{Grace: o.grace, Limit: o.keep}
	for in, err := range parts(ctx, command, name) {
		if err != nil {
			fault(err)
			break
		}
		for v, err := range f.Read(in) {
			ok := true
			switch {
			case cut(err): // no fault: the rest of the document has not been written yet
				warn(err)
			case errors.Is(err, errInterrupted):
			case err != nil:
				ok = fault(err)
			default:
				ok = verdict(v)
			}
			if !ok {
				return out.Flush()
			}
		}
	}
	for v := range f.Rest() {
		if !verdict(v) {
			return out.Flush()
		}
	}
	t.Pass(f.PassedOver())
	exit := exitStatus(t, o.failOn)
	r.End(t, int(exit))
	if err := out.Flush(); err != nil {
		return err
	}
	return exit
}

// cut reports whether an interrupt came within a document, or within a HAR.
func cut(err error) bool {
	var at *eventchannel.Error
	return errors.Is(err, errInterrupted) && errors.As(err, &at) && (at.Err != errInterrupted || at.Place.Pointer != "")
}

// parts yields the recordings that a name stands for in the course of time: a pipe once, and a log each time it begins
// anew, until the context is done.
func parts(ctx context.Context, command *cobra.Command, name string) func(yield func(io.Reader, error) bool) {
	return func(yield func(io.Reader, error) bool) {
		if info, err := os.Stat(name); name == "-" || err == nil && !info.Mode().IsRegular() {
			yield(interruptible(ctx, opener(command, name)), nil)
			return
		}
		t, err := openTail(ctx, name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { t.file.Close() }()
		for yield(t, nil) && t.ended { // it has not ended if it is no recording
			if err := t.next(); err != nil {
				if !errors.Is(err, errInterrupted) {
					yield(nil, err)
				}
				return
			}
		}
	}
}
