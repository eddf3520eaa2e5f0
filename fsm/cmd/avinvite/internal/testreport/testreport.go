// Package testreport writes the report of avinvite test: on a testee, as text, JSON or JUnit XML. It is not a part of package
// report, because the page that judges in a browser links that package and has no testee.
package testreport

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

// Write writes the report on a testee in the format text, json or junit. It drops the errors of its writer, which must
// keep the first one.
func Write(format string, w io.Writer, r *testee.Report, command string, page layout.Page) {
	switch format {
	case "json":
		writeJSON(w, r, command)
	case "junit":
		writeJUnit(w, r, command)
	default:
		text{layout.New(w, page)}.report(r, command)
	}
}

// text is the report for people.
type text struct{ *layout.Writer }

func (t text) report(r *testee.Report, command string) {
	title := command
	if r.Hello.Name != "" {
		title = fmt.Sprintf("%s, a %s: %s", r.Name(), r.Hello.Role, command)
	}
	t.Title(title)
	t.failures(r.Failures, layout.Red, "")
	t.failures(r.Excused, layout.Yellow, ", excused")
	t.Blank()
	for _, s := range r.Skipped {
		t.Line("skipped", fmt.Sprintf("%s: %s (%s)", layout.Count(s.Tests, "test"), s.Because, s.ID))
	}
	style := layout.Red
	if r.Verdict() == "passes" {
		style = layout.Green
	}
	t.Wrap(layout.Margin, layout.Indent, layout.Span{Text: "verdict"}, layout.Span{Text: r.Verdict(), Style: style})
	if r.Err != nil {
		t.Line("error", r.Err.Error())
	}
	if r.Parts == nil {
		return // it has not even said hello
	}
	t.Line("tests", fmt.Sprintf("%d of %d with %d inputs in %.1f s", r.Tests, r.Planned, r.Symbols, r.Took.Seconds()))
	if len(r.Failures) > 0 {
		t.Line("failed", layout.Count(r.Failed, "test")+": "+classes(r.Failures))
	}
	sentence, _ := r.Guarantee()
	t.Line("guarantee", sentence)
	t.Line("assumed", strings.Join(r.Assumed(), "; "))
	t.Line("not seen", strings.Join(r.Unseen(), "; "))
}

// maxFailures limits the failures in the text.
const maxFailures = 20

func (t text) failures(list []testee.Failure, style layout.Style, note string) {
	for n, f := range list {
		t.Blank()
		if n == maxFailures {
			t.Wrap(2, 2, layout.Span{}, layout.Span{Text: fmt.Sprintf("and %s; --format json lists all", layout.Count(len(list)-n, "more cell"))})
			break
		}
		t.failure(f, style, note)
	}
}

func (t text) failure(f testee.Failure, style layout.Style, note string) {
	t.Wrap(2, 2, layout.Span{}, layout.Span{Text: f.Direction.String() + ": "}, layout.Span{Text: f.String(), Style: style},
		layout.Span{Text: note})
	t.Line("after", word(f))
	t.Line("test", f.ID)
	if f.Got != nil {
		t.Line("expected", asJSON(f.Want))
		t.Line("got", string(f.Got))
	}
	if f.Because != "" {
		t.Line("because", f.Because)
	}
	if f.Source != (codes.Source{}) {
		t.Line("basis", authority(f))
	}
	if f.Tests > 1 {
		t.Line("tests", fmt.Sprintf("%d fail alike", f.Tests))
	}
}

// classes counts the cells of each class.
func classes(list []testee.Failure) string {
	counts := map[string]int{}
	for _, f := range list {
		counts[f.String()]++
	}
	var texts []string
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		texts = append(texts, fmt.Sprintf("%s in %s", class, layout.Count(counts[class], "cell")))
	}
	return strings.Join(texts, ", ")
}

// word returns the actions of a failure.
func word(f testee.Failure) string {
	if len(f.Word) == 0 {
		return "nothing: the new invitation"
	}
	texts := make([]string, len(f.Word))
	for n, a := range f.Word {
		texts[n] = a.String()
	}
	if f.Encoding != "" {
		texts[len(texts)-1] += " (" + f.Encoding + ")"
	}
	return strings.Join(texts, ", ")
}

func authority(f testee.Failure) string { return f.Basis.String() + ": " + f.Source.String() }

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// The objects of the JSON, which test.schema.json describes.
type (
	failureJSON struct {
		Kind      string                `json:"kind"` // failure or excused
		Direction transitions.Direction `json:"direction"`
		Class     testee.Class          `json:"class"`
		Depth     int                   `json:"depth,omitempty"`
		ID        string                `json:"id"`
		Steps     suite.Word            `json:"steps"`
		Encoding  string                `json:"encoding,omitempty"`
		Expected  *suite.Answer         `json:"expected,omitempty"`
		Got       json.RawMessage       `json:"got,omitempty"`
		Because   string                `json:"because,omitempty"`
		Basis     codes.Basis           `json:"basis,omitempty"`
		Source    *codes.Source         `json:"source,omitempty"`
		Tests     int                   `json:"tests"`
	}
	skipJSON struct {
		Kind    string `json:"kind"` // skip
		Because string `json:"because"`
		ID      string `json:"id"`
		Tests   int    `json:"tests"`
	}
	summaryJSON struct {
		Kind      string        `json:"kind"` // summary
		Command   string        `json:"command"`
		Hello     *testee.Hello `json:"hello,omitempty"`
		Model     string        `json:"model"`
		Verdict   string        `json:"verdict"`
		Error     string        `json:"error,omitempty"`
		Tests     int           `json:"tests"`
		Planned   int           `json:"planned"`
		Symbols   int           `json:"symbols"`
		Failed    int           `json:"failed"`
		Restarts  int           `json:"restarts"`
		Seconds   float64       `json:"seconds"`
		Suites    []suiteJSON   `json:"suites"`
		Guarantee string        `json:"guarantee,omitempty"`
		Because   string        `json:"noGuarantee,omitempty"`
		Assumed   []string      `json:"assumed,omitempty"`
		Unseen    []string      `json:"notSeen,omitempty"`
	}
	suiteJSON struct {
		Direction transitions.Direction `json:"direction"`
		suite.Sizes
		Domain    string `json:"domain"`
		Encodings int    `json:"encodings,omitempty"`
	}
)

func writeJSON(w io.Writer, r *testee.Report, command string) {
	encoder := json.NewEncoder(report.EscapeJSON(w))
	encoder.SetEscapeHTML(false)
	write := func(v any) { _ = encoder.Encode(v) } // the error can only be the writer's
	failure := func(kind string, f testee.Failure) {
		line := failureJSON{
			Kind: kind, Direction: f.Direction, Class: f.Class, ID: f.ID, Steps: f.Word, Encoding: f.Encoding, Got: f.Got,
			Because: f.Because, Basis: f.Basis, Tests: f.Tests,
		}
		if f.Class == testee.Hidden {
			line.Depth = f.Depth
		}
		if f.Got != nil {
			line.Expected, line.Source = &f.Want, &f.Source
		}
		write(line)
	}
	for _, f := range r.Failures {
		failure("failure", f)
	}
	for _, f := range r.Excused {
		failure("excused", f)
	}
	for _, s := range r.Skipped {
		write(skipJSON{"skip", s.Because, s.ID, s.Tests})
	}
	summary := summaryJSON{
		Kind: "summary", Command: command, Model: testee.Model(), Verdict: r.Verdict(), Tests: r.Tests, Planned: r.Planned,
		Symbols: r.Symbols, Failed: r.Failed, Restarts: r.Restarts, Seconds: r.Took.Seconds(), Suites: []suiteJSON{},
	}
	if r.Err != nil {
		summary.Error = r.Err.Error()
	}
	if r.Parts != nil {
		summary.Hello = &r.Hello
		sentence, ok := r.Guarantee()
		if ok {
			summary.Guarantee = sentence
		} else {
			summary.Because = sentence
		}
		summary.Assumed, summary.Unseen = r.Assumed(), r.Unseen()
	}
	for _, p := range r.Parts {
		summary.Suites = append(summary.Suites, suiteJSON{p.Direction, p.Sizes, p.Domain, p.Encodings})
	}
	write(summary)
}

// writeJUnit writes a suite with a case for each failure, and a case for the suites as a whole.
func writeJUnit(w io.Writer, r *testee.Report, command string) {
	w = report.EscapeXML(w)
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	fmt.Fprint(w, xml.Header)
	type testSuite struct {
		XMLName  xml.Name           `xml:"testsuite"`
		Name     string             `xml:"name,attr"`
		Tests    int                `xml:"tests,attr"`
		Failures int                `xml:"failures,attr"`
		Errors   int                `xml:"errors,attr"`
		Skipped  int                `xml:"skipped,attr"`
		Time     string             `xml:"time,attr"`
		Cases    []report.JUnitCase `xml:"testcase"`
	}
	class := r.Name()
	if class == "" {
		class = command
	}
	s := testSuite{Name: class, Time: fmt.Sprintf("%.3f", r.Took.Seconds())}
	add := func(name string) *report.JUnitCase {
		s.Cases = append(s.Cases, report.JUnitCase{Class: class, Name: name, File: command})
		return &s.Cases[len(s.Cases)-1]
	}
	details := func(f testee.Failure) string {
		var b strings.Builder
		text{layout.New(&b, layout.Plain())}.failure(f, "", "")
		return b.String()
	}
	for _, f := range r.Failures {
		s.Failures++
		add(f.ID).Failure = &report.JUnitFault{Type: f.String(), Message: f.Direction.String() + ", after " + word(f), Text: details(f)}
	}
	for _, f := range r.Excused {
		s.Skipped++
		add(f.ID).Skipped = &report.JUnitFault{Type: f.String(), Message: "excused: " + authority(f), Text: details(f)}
	}
	for _, skip := range r.Skipped {
		s.Skipped++
		add(skip.ID).Skipped = &report.JUnitFault{Message: fmt.Sprintf("%s: %s", layout.Count(skip.Tests, "test"), skip.Because)}
	}
	c := add(fmt.Sprintf("the suite for k = %d", r.K))
	if r.Err != nil {
		s.Errors++
		c.Error = &report.JUnitFault{Type: "error", Message: r.Err.Error()}
	} else if r.Parts != nil {
		sentence, _ := r.Guarantee()
		c.Out = &report.JUnitText{Text: fmt.Sprintf("%d of %d tests\nguarantee: %s\n", r.Tests, r.Planned, sentence)}
	}
	s.Tests = len(s.Cases)
	_ = encoder.Encode(struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		Suites  []testSuite
	}{Name: "avinvite test", Suites: []testSuite{s}})
	fmt.Fprintln(w)
}
