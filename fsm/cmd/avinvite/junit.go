package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/avinvite/avinvite/fsm/conformance"
)

// junitReport is the XML in which CI systems take the results of tests, after JUnit's. There is no standard of it; this
// is what Jenkins, GitLab and others have in common.
type junitReport struct {
	w io.Writer
	*xml.Encoder
}

func newJUnitReport(w io.Writer) report {
	encoder := xml.NewEncoder(w)
	encoder.Indent("  ", "  ")
	fmt.Fprint(w, xml.Header+"<testsuites name=\"avinvite check\">\n")
	return junitReport{w, encoder}
}

type junitCase struct {
	XMLName xml.Name    `xml:"testcase"`
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	File    string      `xml:"file,attr"`
	Time    string      `xml:"time,attr,omitempty"` // in seconds
	Failure *junitFault `xml:"failure"`
	Error   *junitFault `xml:"error"`
	Skipped *junitFault `xml:"skipped"`
	Out     *junitText  `xml:"system-out"`
}

type junitFault struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitText struct {
	Text string `xml:",cdata"`
}

func (r junitReport) recording(j judged) {
	results := map[conformance.Result]int{}
	seconds := 0.0
	for v := range j.Verdicts() {
		results[v.Result]++
		seconds += v.Until.Sub(v.Began).Seconds()
	}
	count := func(name string, n int) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: fmt.Sprint(n)} }
	suite := xml.StartElement{Name: xml.Name{Local: "testsuite"}, Attr: []xml.Attr{
		{Name: xml.Name{Local: "name"}, Value: j.name},
		count("tests", j.Len()+len(j.unread)), count("failures", results[conformance.Violates]),
		count("errors", len(j.unread)), count("skipped", results[conformance.Incomplete]),
		{Name: xml.Name{Local: "time"}, Value: fmt.Sprintf("%.3f", seconds)},
	}}
	// The writer keeps its error for the end.
	_ = r.EncodeToken(suite)
	for v := range j.Verdicts() {
		_ = r.Encode(testCase(j.name, v))
	}
	for n, err := range j.unread {
		fault := &junitFault{"unreadable", plain(err), ""}
		_ = r.Encode(junitCase{Class: j.name, Name: fmt.Sprintf("reading, error %d", n+1), File: j.name, Error: fault})
	}
	_ = r.EncodeToken(suite.End())
}

// testCase is the case of an invitation.
func testCase(file string, v conformance.Verdict) junitCase {
	c := junitCase{Class: file, Name: v.Href, File: file}
	if c.Name == "" {
		c.Name = identity(v.Href, v.OperationID)
	}
	if !v.Began.IsZero() {
		c.Time = fmt.Sprintf("%.3f", v.Until.Sub(v.Began).Seconds())
	}
	var text strings.Builder
	(&textReport{w: &text}).verdict(v)
	switch v.Result {
	case conformance.Conforms:
	case conformance.Violates:
		// The first violation, unless it is one of those that were omitted.
		worst := v.Findings[max(0, slices.IndexFunc(v.Findings, conformance.Finding.Violation))]
		c.Failure = &junitFault{string(worst.Rule), summary(worst), text.String()}
	case conformance.Incomplete:
		c.Skipped = &junitFault{Message: "incomplete: its completion was not recorded"}
	case conformance.Deviates:
		c.Out = &junitText{text.String()}
	}
	return c
}

// summary is a finding in a sentence.
func summary(f conformance.Finding) string {
	return fmt.Sprintf("%s: %s, expected %s", f.Rule.Text(), f.Seen, f.Expected)
}

func (r junitReport) end(*total) {
	_ = r.Flush()
	fmt.Fprint(r.w, "\n</testsuites>\n")
}
