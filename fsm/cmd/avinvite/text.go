package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// textReport is for people.
type textReport struct {
	w       io.Writer
	verbose bool
	colour  bool
	said    bool // there is something to sum up
}

// few is how many invitations of a recording are shown although nothing is wrong with them.
const few = 20

func (t *textReport) recording(j judged) {
	all := t.verbose || !j.listed && j.Len() <= few
	begun := false
	begin := func() {
		if !begun {
			fmt.Fprintf(t.w, "%s\n\n", t.paint(bold, printable(j.name)))
		}
		begun, t.said = true, true
	}
	if all && j.Len() == 0 && len(j.unread) == 0 {
		begin()
		fmt.Fprint(t.w, "  no audio/video invitation\n\n")
	}
	for v := range j.Verdicts() {
		if all || v.Result != conformance.Conforms {
			begin()
			t.verdict(v)
		}
	}
	t.said = t.said || !j.listed
}

func (t *textReport) verdict(v conformance.Verdict) {
	fmt.Fprintf(t.w, "  %s\n", t.paint(bold, identity(v.Href, v.OperationID)))
	if v.Href != "" {
		line(t.w, "href", v.Href)
	}
	if v.OperationID != "" {
		line(t.w, "operation", v.OperationID)
	}
	switch {
	case v.Direction == 0:
		line(t.w, "direction", "unknown: no event says it")
	case v.DirectionInferred:
		line(t.w, "direction", v.Direction.String()+": no event says it, but only this one explains them")
	default:
		line(t.w, "direction", v.Direction.String())
	}
	if !v.Began.IsZero() {
		text := v.Began.Format("2006-01-02 15:04:05.000 MST")
		switch {
		case v.Outcome == 0:
			text += fmt.Sprintf(", pending for %v", lasted(v.Began, v.Until))
		case v.Until.After(v.Began): // otherwise its beginning was not recorded
			text += fmt.Sprintf(", took %v", lasted(v.Began, v.Until))
		}
		line(t.w, "time", text)
	}
	line(t.w, "path", list(v.Path, " -> "))
	if t.verbose {
		t.steps(v)
	}
	writeOutcome(t.w, v)
	t.marked("verdict", v.Result.String(), v.Result.String(), resultStyles[v.Result])
	for _, f := range v.Findings {
		t.finding(f)
	}
	if v.OmittedFindings > 0 {
		line(t.w, "", fmt.Sprintf("and %d more findings", v.OmittedFindings))
	}
	label := "repair"
	for _, e := range v.Repair {
		line(t.w, label, change(e))
		label = ""
	}
	fmt.Fprintln(t.w)
}

func (t *textReport) finding(f conformance.Finding) {
	style := yellow
	if f.Violation() {
		style = red
	}
	t.marked("  "+f.Severity(), fmt.Sprintf("%s (%s)", f.Rule.Text(), f.Rule), f.Severity(), style)
	line(t.w, "  where", f.Place.String())
	line(t.w, "  seen", f.Seen)
	line(t.w, "  expected", f.Expected)
	line(t.w, "  basis", f.Basis.String()+": "+f.Source)
}

// steps is the whole path, with the time since the first step if times are known.
func (t *textReport) steps(v conformance.Verdict) {
	label, from := "steps", indent
	for _, s := range v.Steps {
		if !s.Time.IsZero() {
			from = indent + len("+999h59m59s ")
			label = fmt.Sprintf("%-*s+%v", indent-margin, label, lasted(v.Began, s.Time))
		}
		wrap(t.w, margin, from, label, s.What+" at "+s.Place.String())
		label = ""
	}
	if v.OmittedSteps > 0 {
		line(t.w, "", fmt.Sprintf("and %d more", v.OmittedSteps))
	}
}

// writeOutcome says how the invitation ended: the reason as it was sent, and every text that is documented for it.
func writeOutcome(w io.Writer, v conformance.Verdict) {
	switch {
	case v.Outcome != 0:
	case len(v.Expects) == 0:
		line(w, "outcome", "unknown: its completion cannot be read")
		return
	default:
		line(w, "outcome", "none yet; it can still be "+list(v.Expects, ", "))
		return
	}
	outcome := v.Outcome.String()
	if v.Error != nil {
		outcome += ", " + codes.Pair(v.Error.Code, v.Error.Subcode)
	}
	line(w, "outcome", outcome)
	if v.Error != nil && v.Error.Message != nil {
		line(w, "message", *v.Error.Message)
	}
	for _, text := range v.Texts {
		line(w, "documented", cmp.Or(text, noText))
	}
	if v.Outcome.Terminal() && !v.Reason.Documented() && v.Reason != 0 {
		line(w, "documented", "nothing for this reason")
	}
}

// end sums up. If all is well in a folder, the last line says it alone.
func (t *textReport) end(sum *total) {
	if t.said && sum.Invitations > 1 {
		t.table("outcomes")
		for _, o := range sum.Outcomes {
			outcome := "no completion that could be read"
			if o.Outcome != 0 {
				outcome = o.Outcome.String()
			}
			if o.Reason != "" {
				outcome += ", " + o.Reason
			}
			t.row(o.Invitations, outcome)
		}
		if sum.OtherOutcomes > 0 {
			t.row(sum.OtherOutcomes, "others")
		}
		if len(sum.Rules) > 0 {
			t.table("findings")
		}
		for _, r := range sum.Rules {
			t.row(r.Findings, fmt.Sprintf("%s (%s, %v)", r.Rule.Text(), r.Rule, r.Basis))
		}
		t.spans("slowest", sum.Slowest, sum.Recordings)
		t.spans("pending longest", sum.Pending, sum.Recordings)
		fmt.Fprintln(t.w)
	}
	var b bytes.Buffer
	wrap(&b, 0, 0, "", sum.String())
	line := b.String()
	for result, style := range resultStyles {
		if sum.Results[conformance.Result(result)] > 0 {
			name := conformance.Result(result).String()
			line = strings.Replace(line, name, t.paint(style, name), 1)
		}
	}
	_, _ = io.WriteString(t.w, line)
}

// String is "14 invitations in 10 files (conforms 10, incomplete 1, deviates 1, violates 2)".
func (t *total) String() string {
	line := plural(t.Invitations, "invitation")
	if t.Recordings > 1 {
		line += " in " + plural(t.Recordings, "file")
	}
	var results []string
	for result := conformance.Conforms; result <= conformance.Violates; result++ {
		if n := t.Results[result]; n > 0 {
			results = append(results, fmt.Sprintf("%v %d", result, n))
		}
	}
	if len(results) > 0 {
		line += " (" + strings.Join(results, ", ") + ")"
	}
	if t.Unread > 0 {
		line += ", " + plural(t.Unread, "error") + " of reading"
	}
	if t.Interrupted {
		line += ", interrupted"
	}
	return line
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (t *textReport) table(title string) { fmt.Fprintf(t.w, "%s\n", t.paint(bold, title)) }

// row is a figure and what it is of.
func (t *textReport) row(figure any, text string) {
	wrap(t.w, 2, 14, fmt.Sprintf("%10v", figure), text)
}

func (t *textReport) spans(title string, spans []conformance.Span, recordings int) {
	if len(spans) > 0 {
		t.table(title)
	}
	for _, s := range spans {
		text := identity(s.Href, s.OperationID)
		if s.Outcome != 0 {
			text += ", " + s.Outcome.String()
		}
		if recordings > 1 {
			text += ", " + s.Input
		}
		t.row(lasted(s.Began, s.Until), text)
	}
}

// lasted is a duration as exact as is of interest.
func lasted(began, until time.Time) time.Duration {
	if d := until.Sub(began); d < time.Minute {
		return d.Round(time.Millisecond)
	}
	return until.Sub(began).Round(time.Second)
}

// identity is a short name of an invitation: the last part of its href.
func identity(href, operation string) string {
	if href == "" {
		return "operation " + printable(operation)
	}
	return printable(path.Base(href))
}

// change is an edit in words.
func change(e conformance.Edit) string {
	if e.To == "" {
		return fmt.Sprintf("drop %s at %s", e.Event, e.Place)
	}
	return fmt.Sprintf("change %s at %s to %s", e.Event, e.Place, e.To)
}

func list(states []transitions.State, between string) string {
	names := make([]string, len(states))
	for n, s := range states {
		names[n] = s.String()
	}
	return strings.Join(names, between)
}

// style is how a terminal shows a text (ECMA-48, SGR).
type style string

const (
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

var resultStyles = [...]style{
	conformance.Conforms: green, conformance.Incomplete: yellow, conformance.Deviates: yellow, conformance.Violates: red,
}

func (t *textReport) paint(s style, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// marked is a line of which the mark is painted.
func (t *textReport) marked(label, text, mark string, s style) {
	var b bytes.Buffer
	line(&b, label, text)
	_, _ = io.WriteString(t.w, strings.Replace(b.String(), mark, t.paint(s, mark), 1))
}

// All text is made for 80 columns, in which a label stands after a margin and what it is of from an indent on.
const (
	width  = 80
	margin = 4
	indent = 17
)

// line writes a labelled text.
func line(w io.Writer, label, text string) { wrap(w, margin, indent, label, text) }

// wrap writes a label after a margin and a text from a column on, in as many lines as it needs.
func wrap(w io.Writer, margin, from int, label, text string) {
	wrapWords(w, margin, from, label, strings.Fields(text))
}

// wrapWords breaks a text between words, and words that are too long for a line behind slashes. What an input brings
// along that cannot be printed is replaced, so that it cannot command the terminal.
func wrapWords(w io.Writer, margin, from int, label string, words []string) {
	fmt.Fprintf(w, "%*s%-*s", margin, "", from-margin, label)
	column := from
	for n, word := range words {
		word = printable(word)
		parts := []string{word}
		if utf8.RuneCountInString(word) > width-from {
			parts = strings.SplitAfter(word, "/")
		}
		for m, part := range parts {
			space := 0
			if n > 0 && m == 0 {
				space = 1
			}
			length := utf8.RuneCountInString(part)
			if n+m > 0 && column+space+length > width {
				fmt.Fprintf(w, "\n%*s", from, "")
				column, space = from, 0
			}
			fmt.Fprintf(w, "%*s%s", space, "", part)
			column += space + length
		}
	}
	fmt.Fprintln(w)
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == ' ' {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
