package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
)

// junit is the report for CI systems: JUnit XML. It has no standard; Jenkins, GitLab and others read all attributes and
// elements that are written here.
type junit struct {
	w io.Writer
	*xml.Encoder
}

func newJUnit(w io.Writer) Report {
	w = EscapeXML(w)
	encoder := xml.NewEncoder(w)
	encoder.Indent("  ", "  ")
	fmt.Fprint(w, xml.Header+"<testsuites name=\"avinvite check\">\n")
	return junit{w, encoder}
}

// JUnitCase is a test case in JUnit XML.
type JUnitCase struct {
	XMLName xml.Name    `xml:"testcase"`
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	File    string      `xml:"file,attr"`
	Time    string      `xml:"time,attr,omitempty"` // in seconds
	Failure *JUnitFault `xml:"failure"`
	Error   *JUnitFault `xml:"error"`
	Skipped *JUnitFault `xml:"skipped"`
	Out     *JUnitText  `xml:"system-out"`
}

// JUnitFault is why a case failed, had an error, or was skipped.
type JUnitFault struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// JUnitText is the output of a case.
type JUnitText struct {
	Text string `xml:",cdata"`
}

func (j junit) Recording(r Recording) {
	count := func(name string, n int) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: fmt.Sprint(n)} }
	suite := xml.StartElement{Name: xml.Name{Local: "testsuite"}, Attr: []xml.Attr{
		{Name: xml.Name{Local: "name"}, Value: r.Name},
		count("tests", r.Chosen.Invitations+len(r.Unread)), count("failures", r.Chosen.Results[conformance.Violates]),
		count("errors", len(r.Unread)), count("skipped", r.Chosen.Results[conformance.Incomplete]),
		{Name: xml.Name{Local: "time"}, Value: fmt.Sprintf("%.3f", r.seconds)},
	}}
	// The writer keeps its error for the end.
	_ = j.EncodeToken(suite)
	for v := range r.Verdicts() {
		_ = j.Encode(r.testCase(v))
	}
	for n, err := range r.Unread {
		fault := &JUnitFault{"unreadable", ErrorText(err), ""}
		_ = j.Encode(JUnitCase{Class: r.Name, Name: fmt.Sprintf("reading, error %d", n+1), File: r.Name, Error: fault})
	}
	_ = j.EncodeToken(suite.End())
}

// testCase returns the case of an invitation.
func (r Recording) testCase(v conformance.Verdict) JUnitCase {
	c := JUnitCase{Class: r.Name, Name: v.Href, File: r.Name}
	if c.Name == "" {
		c.Name = identity(v.Href, v.OperationID)
	}
	if !v.Began.IsZero() {
		c.Time = fmt.Sprintf("%.3f", v.Until.Sub(v.Began).Seconds())
	}
	out := func() string {
		var b strings.Builder
		(&text{Writer: layout.New(&b, layout.Plain()), unread: len(r.Unread) > 0}).verdict(v)
		return b.String()
	}
	switch v.Result {
	case conformance.Conforms:
	case conformance.Violates:
		// If the verdict omits all violations, the first finding stands for them.
		worst := v.Findings[max(0, slices.IndexFunc(v.Findings, conformance.Finding.Violation))]
		c.Failure = &JUnitFault{string(worst.Rule), summary(worst), out()}
	case conformance.Incomplete:
		c.Skipped = &JUnitFault{Message: "incomplete: its completion was not recorded"}
	case conformance.Deviates:
		c.Out = &JUnitText{out()}
	}
	return c
}

// summary returns a finding as a sentence.
func summary(f conformance.Finding) string {
	return fmt.Sprintf("%s: %s, expected %s", f.Rule.Text(), f.Seen, f.Expected)
}

func (j junit) End(*Total, int) {
	_ = j.Flush()
	fmt.Fprint(j.w, "\n</testsuites>\n")
}
