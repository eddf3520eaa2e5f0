package report

import (
	"cmp"
	"fmt"
	"iter"
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
	listed  bool // some invitations are shown in short
	list    bool // the last line is such an invitation
	unread  bool // parts of the recording cannot be read
}

// few is the largest number of invitations of which all are shown.
const few = 20

var resultStyles = [...]layout.Style{
	conformance.Conforms:   "", // green would say that the call went well
	conformance.Incomplete: layout.Yellow,
	conformance.Deviates:   layout.Yellow,
	conformance.Violates:   layout.Red,
}

// shown yields the verdicts that are shown to people, and whether they are shown in full. The others only count.
func (r Recording) shown(verbose bool) iter.Seq2[conformance.Verdict, bool] {
	all, set := verbose || r.Chosen.Invitations <= few && (!r.Listed || r.Choice.Some()), r.notable
	if all || r.Choice.Some() {
		set = r.chosen
	}
	return func(yield func(v conformance.Verdict, full bool) bool) {
		for v := range r.judge(set) {
			if !yield(v, all || len(v.Findings) > 0) {
				return
			}
		}
	}
}

func (t *text) Recording(r Recording) {
	t.unread = len(r.Unread) > 0
	begun := false
	begin := func() {
		if !begun {
			t.Title(Title(r.Name))
			t.Blank()
			if headline, reasons := r.failures(); headline != "" && !t.verbose {
				t.Wrap(2, 2, layout.Span{}, layout.Span{Text: headline})
				for _, o := range reasons {
					t.row(o.invitations, o.name)
				}
				t.Blank()
			}
		}
		begun = true
	}
	if (t.verbose || !r.Listed) && r.Checker.Len() == 0 && len(r.Unread) == 0 {
		begin()
		t.Wrap(2, 2, layout.Span{}, layout.Span{Text: "no audio/video invitation"})
		t.Blank()
	}
	for v, full := range r.shown(t.verbose) {
		begin()
		if full {
			t.verdict(v)
		} else {
			t.short(v)
		}
	}
	t.endList()
}

// Verdict writes an invitation in a line, or in full if something is wrong with it.
func (t *text) Verdict(_ string, v conformance.Verdict) {
	if !t.verbose && len(v.Findings) == 0 {
		t.short(v)
		return
	}
	t.verdict(v)
}

// Fault writes nothing, because the command complains.
func (t *text) Fault(string, error) { t.unread = true }

// endList ends a list of invitations in short.
func (t *text) endList() {
	if t.list {
		t.Blank()
	}
	t.list = false
}

// short writes an invitation in short.
func (t *text) short(v conformance.Verdict) {
	outcome, style := outcome(v)
	first, rest, _ := strings.Cut(outcome+".", " ")
	t.Wrap(2, 4, layout.Span{Text: first + " ", Style: style}, layout.Span{Text: rest, Style: style},
		layout.Span{Text: " " + parties(v) + began(v) + ", invitation id " + id(v)})
	t.listed, t.list = true, true
}

// verdict writes an invitation in full: first how it ended, and then what the protocol has to say.
func (t *text) verdict(v conformance.Verdict) {
	t.endList()
	c := conclude(v, t.unread)
	t.Wrap(2, 2, layout.Span{}, layout.Span{Text: c.outcome, Style: layout.Bold + ";" + c.style})
	t.Wrap(2, 2, layout.Span{}, layout.Span{Text: c.parties})
	t.Wrap(2, 2, layout.Span{}, layout.Span{Text: c.why})
	message, documented := texts(v)
	if message != "" {
		t.Line("message", message)
	}
	for _, d := range documented {
		t.Line("documented", d)
	}
	protocol := layout.Span{Text: v.Result.String(), Style: resultStyles[v.Result]}
	t.Wrap(layout.Margin, layout.Margin+len("protocol: "), layout.Span{Text: "protocol:"}, protocol, layout.Span{Text: ", " + meaning(v)})
	if v.Href != "" {
		t.Line("href", v.Href)
	}
	if v.OperationID != "" {
		t.Line("operation", v.OperationID)
	}
	ladder(t.Writer, layout.Margin, v, t.verbose)
	for _, f := range v.Findings {
		t.finding(v, f)
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

// meaning says what the result of a verdict means.
func meaning(v conformance.Verdict) string {
	findings := layout.Count(len(v.Findings)+v.OmittedFindings, "finding")
	switch v.Result {
	case conformance.Conforms:
		return "no rule is broken"
	case conformance.Incomplete:
		return "no rule is broken so far"
	case conformance.Deviates:
		if len(v.Findings)+v.OmittedFindings == 1 {
			return findings + ": no page states the rule"
		}
		return findings + ": no page states the rules"
	case conformance.Violates:
		return findings
	}
	return ""
}

// texts returns the message as it was sent and the documented texts of the reason, without those that say the same.
func texts(v conformance.Verdict) (message string, documented []string) {
	if v.Error != nil && v.Error.Message != nil {
		message = *v.Error.Message
	}
	if v.Refused && ambiguous(v) {
		return message, nil // refusal quotes them
	}
	for _, d := range v.Texts {
		if d != "" && d != message {
			documented = append(documented, d)
		}
	}
	return message, documented
}

func (t *text) finding(v conformance.Verdict, f conformance.Finding) {
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
	t.Line("  more", more(v, f))
}

// more returns the command that tells more about a finding.
func more(v conformance.Verdict, f conformance.Finding) string {
	command := "avinvite explain " + string(f.Rule)
	about := f.Rule == conformance.RuleReasonDirection || f.Rule == conformance.RuleReasonState
	switch {
	case f.Rule == conformance.RuleUndocumented && v.Error != nil && v.Error.Code.Documented():
		command += " " + string(v.Error.Code)
	case about && v.Reason.Documented():
		command += " " + v.Reason.String()
	}
	return command
}

// Documented returns a text of the specification, or a note in its place if its row is blank.
func Documented(text string) string { return cmp.Or(text, "(a row without a text)") }

// End writes the totals, and the number of invitations that are not shown.
func (t *text) End(sum *Total, _ int) {
	t.endList()
	if sum.Invitations > 1 {
		t.table("outcomes", len(sum.Outcomes))
		for _, o := range sum.Outcomes {
			t.row(o.Invitations, ended(o))
		}
		if sum.OtherOutcomes > 0 {
			t.row(sum.OtherOutcomes, "others")
		}
		t.table("findings", len(sum.Rules))
		for _, r := range sum.Rules {
			t.row(r.Findings, fmt.Sprintf("%s (%s, %v)", r.Rule.Text(), r.Rule, r.Basis))
		}
		if sum.OtherFindings > 0 {
			t.row(sum.OtherFindings, "others, which are not listed")
		}
		t.spans("slowest", sum.Slowest, sum.Recordings)
		t.spans("pending longest", sum.Pending, sum.Recordings)
		t.Blank()
	}
	if t.listed {
		t.Text("avinvite check --id ID FILE shows the invitation with that id in full.")
	}
	if sum.Invitations > 0 {
		t.Row(sum.protocol()...)
	}
	t.Row(layout.Span{Text: sum.line()})
}

// ended returns one way to end in words.
func ended(o conformance.OutcomeCount) string {
	text := "no outcome"
	if o.Outcome != 0 {
		text = o.Outcome.String()
	} else if o.Refused {
		text = "refused at the start"
	}
	if o.Reason != "" {
		text += ", " + o.Reason
	}
	return text
}

// protocol returns "protocol: conforms 10, incomplete 1, deviates 1, violates 2".
func (t *Total) protocol() (line []layout.Span) {
	before := "protocol: "
	for r := conformance.Conforms; r <= conformance.Violates; r++ {
		if n := t.Results[r]; n > 0 {
			line = append(line, layout.Span{Text: before}, layout.Span{Text: r.String(), Style: resultStyles[r]},
				layout.Span{Text: fmt.Sprintf(" %d", n)})
			before = ", "
		}
	}
	return line
}

// line returns "14 invitations in 10 files (Connected 10, Failed 4), 1 read error".
func (t *Total) line() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	say("%s", layout.Count(t.Invitations, "invitation"))
	if t.Recordings > 1 {
		say(" in %s", layout.Count(t.Recordings, "file"))
	}
	if outcomes := t.outcomes(); len(outcomes) > 0 {
		say(" (%s)", counts(outcomes))
	}
	if t.Hidden > 0 {
		say(", %d not chosen", t.Hidden)
	}
	if t.Unread > 0 {
		say(", %s", layout.Count(t.Unread, "read error"))
	}
	if t.Others > 0 {
		say(", %s not read", layout.Count(t.Others, "other file"))
	}
	before := ", passed over "
	for _, relation := range slices.Sorted(maps.Keys(t.PassedOver)) {
		if relation == "late" {
			say(", %s too late to be judged", layout.Count(t.PassedOver[relation], "item"))
			continue
		}
		say("%s%d of %s", before, t.PassedOver[relation], relation)
		before = ", "
	}
	if t.Interrupted {
		say(", interrupted")
	}
	return b.String()
}

// outcomes returns the numbers of invitations by outcome, whatever the reason, Connected first.
func (t *Total) outcomes() (all []outcomeSum) {
	var sums [int(transitions.StateCancelled) + 2]int
	refused := len(sums) - 1
	for _, o := range t.Outcomes {
		if o.Refused {
			sums[refused] += o.Invitations
		} else {
			sums[o.Outcome] += o.Invitations
		}
	}
	for s := transitions.StateConnected; s <= transitions.StateCancelled; s++ {
		all = append(all, outcomeSum{s.String(), sums[s]})
	}
	all = append(all, outcomeSum{"refused", sums[refused]}, outcomeSum{"no outcome", sums[0]}, outcomeSum{"others", t.OtherOutcomes})
	return slices.DeleteFunc(all, func(o outcomeSum) bool { return o.invitations == 0 })
}

type outcomeSum struct {
	name        string
	invitations int
}

// table begins a table, unless it has no rows.
func (t *text) table(title string, rows int) {
	if rows > 0 {
		t.Title(title)
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
			words += ", " + Title(s.Input)
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

// id returns the text by which --id chooses an invitation.
func id(v conformance.Verdict) string {
	if v.Href == "" {
		return layout.Printable(v.OperationID)
	}
	return layout.Printable(path.Base(v.Href))
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
