package report

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// text is the report for people.
type text struct {
	*layout.Writer
	verbose bool
	shown   bool // there is something to sum up at the end
}

// few is the largest number of invitations of which all are shown.
const few = 20

var resultStyles = [...]layout.Style{
	conformance.Conforms:   layout.Green,
	conformance.Incomplete: layout.Yellow,
	conformance.Deviates:   layout.Yellow,
	conformance.Violates:   layout.Red,
}

func (t *text) Recording(r Recording) {
	all := t.verbose || !r.Listed && r.Checker.Len() <= few
	begun := false
	begin := func() {
		if !begun {
			t.Title(0, r.Name)
			t.Blank()
		}
		begun, t.shown = true, true
	}
	if all && r.Checker.Len() == 0 && len(r.Unread) == 0 {
		begin()
		t.Wrap(2, 2, layout.Span{}, layout.Span{Text: "no audio/video invitation"})
		t.Blank()
	}
	for v := range r.Checker.Verdicts() {
		if all || v.Result != conformance.Conforms {
			begin()
			t.verdict(v)
		}
	}
	t.shown = t.shown || !r.Listed
}

func (t *text) verdict(v conformance.Verdict) {
	t.Title(2, identity(v.Href, v.OperationID))
	if v.Href != "" {
		t.Line("href", v.Href)
	}
	if v.OperationID != "" {
		t.Line("operation", v.OperationID)
	}
	switch {
	case v.Direction == 0:
		t.Line("direction", "unknown: no event says it")
	case v.DirectionInferred:
		t.Line("direction", v.Direction.String()+": no event says it, but only this one explains them")
	default:
		t.Line("direction", v.Direction.String())
	}
	if !v.Began.IsZero() {
		t.Line("time", v.Began.Format("2006-01-02 15:04:05.000 MST")+duration(v))
	}
	if !v.Refused {
		t.Line("path", list(v.Path, " -> "))
	}
	if t.verbose {
		t.steps(v)
	}
	t.outcome(v)
	t.Wrap(layout.Margin, layout.Indent, layout.Span{Text: "verdict"},
		layout.Span{Text: v.Result.String(), Style: resultStyles[v.Result]})
	for _, f := range v.Findings {
		t.finding(f)
	}
	if v.OmittedFindings > 0 {
		t.Line("", fmt.Sprintf("and %d more findings", v.OmittedFindings))
	}
	label := "repair"
	for _, e := range v.Repair {
		t.Line(label, change(e))
		label = ""
	}
	t.Blank()
}

// duration returns how long an invitation took, or has been pending; "" if its beginning was not recorded.
func duration(v conformance.Verdict) string {
	switch {
	case v.Refused:
		return ""
	case v.Outcome == 0:
		return fmt.Sprintf(", pending for %v", lasted(v.Began, v.Until))
	case v.Until.After(v.Began):
		return fmt.Sprintf(", took %v", lasted(v.Began, v.Until))
	}
	return ""
}

func (t *text) finding(f conformance.Finding) {
	style := layout.Yellow
	if f.Violation() {
		style = layout.Red
	}
	t.Wrap(layout.Margin+2, layout.Indent, layout.Span{Text: f.Severity(), Style: style},
		layout.Span{Text: fmt.Sprintf("%s (%s)", f.Rule.Text(), f.Rule)})
	t.Line("  where", f.Place.String())
	t.Line("  seen", f.Seen)
	t.Line("  expected", f.Expected)
	t.Line("  basis", f.Basis.String()+": "+f.Source)
}

// steps writes the whole path, with the time since the first step if times are known.
func (t *text) steps(v conformance.Verdict) {
	label, from := "steps", layout.Indent
	for _, s := range v.Steps {
		if !s.Time.IsZero() {
			from = layout.Indent + len("+999h59m59s ")
			label = fmt.Sprintf("%-*s+%v", layout.Indent-layout.Margin, label, lasted(v.Began, s.Time))
		}
		t.Wrap(layout.Margin, from, layout.Span{Text: label}, layout.Span{Text: s.String() + " at " + s.Place.String()})
		label = ""
	}
	if v.OmittedSteps > 0 {
		t.Line("", fmt.Sprintf("and %d more", v.OmittedSteps))
	}
}

// outcome writes the outcome, the reason as it was sent, and every text that is documented for it.
func (t *text) outcome(v conformance.Verdict) {
	switch {
	case v.Outcome != 0 || v.Refused:
	case len(v.Expects) == 0:
		t.Line("outcome", "unknown: its completion cannot be read")
		return
	default:
		t.Line("outcome", "none yet; it can still be "+list(v.Expects, ", "))
		return
	}
	outcome := v.Outcome.String()
	if v.Refused {
		outcome = fmt.Sprintf("refused when it was started, by %d", v.Call.Status)
	}
	if v.Error != nil {
		outcome += ", " + string(v.Error.Code)
		if v.Error.Subcode != "" {
			outcome += "/" + string(v.Error.Subcode)
		}
	}
	t.Line("outcome", outcome)
	if v.Error != nil && v.Error.Message != nil {
		t.Line("message", *v.Error.Message)
	}
	for _, documented := range v.Texts {
		t.Line("documented", Documented(documented))
	}
	if v.Outcome.Terminal() && !v.Reason.Documented() && v.Reason != 0 {
		t.Line("documented", "nothing for this reason")
	}
}

// Documented returns a text of the specification, or a note in its place if its row is blank.
func Documented(text string) string { return cmp.Or(text, "(a row without a text)") }

// End sums up. Of a folder without findings, it writes the last line alone.
func (t *text) End(sum *Total, _ int) {
	if t.shown && sum.Invitations > 1 {
		t.table("outcomes", len(sum.Outcomes))
		for _, o := range sum.Outcomes {
			outcome := "no completion that could be read"
			if o.Outcome != 0 {
				outcome = o.Outcome.String()
			} else if o.Refused {
				outcome = "refused when it was started"
			}
			if o.Reason != "" {
				outcome += ", " + o.Reason
			}
			t.row(o.Invitations, outcome)
		}
		if sum.OtherOutcomes > 0 {
			t.row(sum.OtherOutcomes, "others")
		}
		t.table("findings", len(sum.Rules))
		for _, r := range sum.Rules {
			t.row(r.Findings, fmt.Sprintf("%s (%s, %v)", r.Rule.Text(), r.Rule, r.Basis))
		}
		t.spans("slowest", sum.Slowest, sum.Recordings)
		t.spans("pending longest", sum.Pending, sum.Recordings)
		t.Blank()
	}
	t.Wrap(0, 0, layout.Span{}, sum.line()...)
}

// line returns "14 invitations in 10 files (conforms 10, incomplete 1, deviates 1, violates 2)".
func (t *Total) line() (line []layout.Span) {
	say := func(text string) { line = append(line, layout.Span{Text: text}) }
	say(plural(t.Invitations, "invitation"))
	if t.Recordings > 1 {
		say(" in " + plural(t.Recordings, "file"))
	}
	before, after := " (", ""
	for r := conformance.Conforms; r <= conformance.Violates; r++ {
		if n := t.Results[r]; n > 0 {
			say(before)
			line = append(line, layout.Span{Text: r.String(), Style: resultStyles[r]})
			say(fmt.Sprintf(" %d", n))
			before, after = ", ", ")"
		}
	}
	say(after)
	if t.Unread > 0 {
		say(", " + plural(t.Unread, "error") + " of reading")
	}
	if t.Others > 0 {
		say(", " + plural(t.Others, "other file") + " not read")
	}
	before = ", passed over "
	for _, relation := range slices.Sorted(maps.Keys(t.PassedOver)) {
		say(fmt.Sprintf("%s%d of %s", before, t.PassedOver[relation], relation))
		before = ", "
	}
	if t.Interrupted {
		say(", interrupted")
	}
	return line
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// table begins a table, unless it has no rows.
func (t *text) table(title string, rows int) {
	if rows > 0 {
		t.Title(0, title)
	}
}

// row writes a figure and its label.
func (t *text) row(figure any, words string) {
	t.Wrap(2, 14, layout.Span{Text: fmt.Sprintf("%10v", figure)}, layout.Span{Text: words})
}

func (t *text) spans(title string, spans []conformance.Span, recordings int) {
	t.table(title, len(spans))
	for _, s := range spans {
		words := identity(s.Href, s.OperationID)
		if s.Outcome != 0 {
			words += ", " + s.Outcome.String()
		}
		if recordings > 1 {
			words += ", " + s.Input
		}
		t.row(lasted(s.Began, s.Until), words)
	}
}

// lasted returns a duration, rounded to the millisecond and from a minute on to the second.
func lasted(began, until time.Time) time.Duration {
	if d := until.Sub(began); d < time.Minute {
		return d.Round(time.Millisecond)
	}
	return until.Sub(began).Round(time.Second)
}

// identity returns a short name of an invitation: the last part of its href.
func identity(href, operation string) string {
	if href == "" {
		return "operation " + layout.Printable(operation)
	}
	return layout.Printable(path.Base(href))
}

// change returns an edit in words.
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
