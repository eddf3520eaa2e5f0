// Package report writes the verdicts on recordings: as text and as Markdown for people, as JSON for programs, as JUnit XML for CI systems,
// and as SARIF for code hosts.
package report

import (
	"errors"
	"io"
	"iter"
	"os"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
)

// Recording is a recording that has been read.
type Recording struct {
	Name     string // of the file; "-" for the standard input
	Listed   bool   // found in a folder or by a pattern
	Redacted bool   // the verdicts are on the redacted text, which is in no file
	Checker  *conformance.Checker
	Unread   []error // the parts that could not be read
	Choice   Choice
	Chosen   conformance.Summary // of the invitations that are chosen, which Total.Add counts

	chosen, notable verdicts // of Chosen: all, and those with a finding, without an end or without a call
	seconds         float64  // that all of Chosen took
}

// verdicts is a set of verdicts, by their numbers in the order of Checker.Each.
type verdicts []uint64

func (s *verdicts) add(n int) {
	for len(*s) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s verdicts) has(n int) bool { return n/64 < len(s) && s[n/64]&(1<<(n%64)) != 0 }

// Title returns the name of a recording for people.
func Title(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// Read reads the recording and judges its invitations. Every part that cannot be read is in Unread.
func (r *Recording) Read(in io.Reader) {
	r.Checker = new(conformance.Checker)
	switch err := r.Checker.Read(in).(type) {
	case nil:
	case interface{ Unwrap() []error }:
		r.Unread = err.Unwrap()
	default:
		r.Unread = []error{err}
	}
}

// Verdicts yields the verdicts on the invitations that are chosen. Total.Add must come first. The lists of a verdict are
// valid until the next one is yielded.
func (r Recording) Verdicts() iter.Seq[conformance.Verdict] { return r.judge(r.chosen) }

// judge yields the verdicts of a set, like Verdicts.
func (r Recording) judge(set verdicts) iter.Seq[conformance.Verdict] {
	return func(yield func(conformance.Verdict) bool) {
		for v := range r.Checker.Each(set.has) {
			if !yield(*v) {
				return
			}
		}
	}
}

// Total sums up all recordings.
type Total struct {
	Recordings  int  `json:"recordings"`
	Unread      int  `json:"errors"`
	Others      int  `json:"otherFiles,omitempty"` // files in folders that are no recordings by their names
	Interrupted bool `json:"interrupted,omitempty"`
	Hidden      int  `json:"notChosen,omitempty"` // the number of invitations that are judged and counted, but not shown
	conformance.Summary
}

// NewTotal returns the total of no recordings. Its JSON has the members that always have to be there.
func NewTotal() *Total {
	return &Total{Summary: conformance.Summary{
		Results: map[conformance.Result]int{}, Outcomes: []conformance.OutcomeCount{}, Rules: []conformance.RuleCount{},
	}}
}

// Add counts a recording and its chosen invitations. It judges all invitations, and remembers which of them the reports
// have to judge again.
func (t *Total) Add(r *Recording) {
	t.Recordings++
	t.Unread += len(r.Unread)
	t.Pass(r.Checker.PassedOver())
	n := 0
	for v := range r.Checker.Each(nil) {
		t.Summary.Add(r.Name, *v)
		if r.Choice.Has(*v) {
			r.Chosen.Add(r.Name, *v)
			r.chosen.add(n)
			r.seconds += v.Until.Sub(v.Began).Seconds()
			if len(v.Findings) > 0 || v.Result != conformance.Conforms || failed(*v) {
				r.notable.add(n)
			}
		} else {
			t.Hidden++
		}
		n++
	}
}

// Report writes one recording after the other. It drops the errors of its writer, which must keep the first one, as a
// bufio.Writer does.
type Report interface {
	Recording(Recording)
	End(total *Total, exit int) // with the exit status of the command
}

// Stream is a report that writes verdicts one by one, before the recording has ended. The formats text and json are
// streams.
type Stream interface {
	Report
	Verdict(file string, v conformance.Verdict)
	Fault(file string, err error) // a part that could not be read
}

// Options change a report.
type Options struct {
	Verbose bool // text shows all invitations in full, and the places of all messages
	Page    layout.Page
	Version string // of the command, for SARIF; "" if unknown
}

// Formats lists the formats, the default first.
func Formats() []string { return []string{"text", "markdown", "json", "junit", "sarif"} }

// New returns a report in one of the formats.
func New(format string, w io.Writer, o Options) Report {
	switch format {
	case "markdown":
		return &markdown{w: w, verbose: o.Verbose}
	case "json":
		return newJSON(w)
	case "junit":
		return newJUnit(w)
	case "sarif":
		return newSARIF(w, o.Version)
	}
	return &text{Writer: layout.New(w, o.Page), verbose: o.Verbose}
}

// ErrorText returns the text of an error of reading, without the names of packages and of the file.
func ErrorText(err error) string {
	text, place := parts(err)
	if place == nil {
		return text
	}
	return place.String() + ": " + text
}

// parts returns the text of an error of reading, and its place if it has one.
func parts(err error) (text string, place *eventchannel.Place) {
	var (
		at   *eventchannel.Error
		form *recording.FormError
		file *os.PathError
	)
	switch {
	case errors.As(err, &at):
		return at.Err.Error(), &at.Place
	case errors.As(err, &form):
		return form.Text(), nil
	case errors.As(err, &file):
		return file.Err.Error(), nil
	}
	return err.Error(), nil
}
