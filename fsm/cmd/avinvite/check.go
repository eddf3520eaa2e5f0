package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/avinvite/avinvite/fsm/conformance"
)

var checkCommand = &command{
	name:     "check",
	does:     "judge the invitations in a recording",
	operands: "FILE...",
	about: `
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
`,
	examples: `
avinvite check capture.har                      a verdict per invitation
avinvite check -v capture.har                   the same with every step
avinvite check captures/                        all recordings in a folder
zcat log.gz | avinvite check -                  from another program
avinvite check -format sarif . > results.sarif  for a code host
avinvite check -format json a.har | jq -r 'select(.result == "violates").href'
`,
	exit: `
Exit status: 0 no violations; 1 violations; 2 the arguments make no sense, or an
input cannot be read to its end: what can be read is judged all the same; 130
after an interrupt: what had been read until then has been judged. Another one
ends the command at once.
`,
	setup: setupCheck,
	files: true,
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

func (t *total) status() int {
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

// setupCheck defines how recordings are judged.
func setupCheck(flags *flag.FlagSet) func(*call) int {
	format := choose(flags, "format", "`FORMAT` text (default), json, junit or sarif", "text", "json", "junit", "sarif")
	verbose := flags.Bool("v", false, "show all invitations, and every step of each with its time and place; only in text")
	return func(c *call) int {
		if len(c.args) == 0 {
			return c.fail("no FILE: name a recording, or - for the standard input; avinvite check -h tells more")
		}
		ctx, stop := interrupts()
		defer stop()
		// Reading makes little garbage per byte and much in all; the invitations are what stays.
		defer debug.SetGCPercent(debug.SetGCPercent(35))
		out := bufio.NewWriter(c.stdout)
		var r report
		switch *format {
		case "json":
			r = newJSONReport(out)
		case "junit":
			r = newJUnitReport(out)
		case "sarif":
			r = newSARIFReport(out)
		default:
			r = &textReport{w: out, verbose: *verbose, colour: coloured(c.stdout)}
		}
		t := total{Summary: conformance.Summary{
			Results: map[conformance.Result]int{}, Outcomes: []conformance.OutcomeCount{}, Rules: []conformance.RuleCount{},
		}}
		for _, recording := range recordings(c.args) {
			j := recording.check(ctx, c)
			for _, err := range j.unread {
				fmt.Fprintf(c.stderr, "avinvite check: %s: %s\n", printable(j.name), printable(plain(err)))
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
		return cmp.Or(c.wrote(out.Flush()), t.status())
	}
}

// check judges a recording.
func (r recording) check(ctx context.Context, c *call) judged {
	j := judged{r, new(conformance.Checker), nil}
	if r.err != nil {
		j.unread = []error{r.err}
		return j
	}
	open := func() (io.ReadCloser, error) { return os.Open(r.name) }
	size := int64(0)
	if r.name == "-" {
		open = func() (io.ReadCloser, error) { return io.NopCloser(c.stdin), nil }
	} else if info, err := os.Stat(r.name); err == nil {
		size = info.Size()
	}
	m := &meter{Reader: interruptible(ctx, open)}
	if animated(c.stderr) {
		defer m.show(c.stderr, r.name, size)()
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
	return strings.NewReplacer("conformance: ", "", "eventchannel: ", "", "codes: ", "").Replace(err.Error())
}
