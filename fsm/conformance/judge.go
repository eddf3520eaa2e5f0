package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// judgement is an invitation judged in one direction or, as long as no event has told it, in both.
type judgement struct {
	direction          transitions.Direction
	outgoing, incoming run
	unordered          bool // the order of the operations among the events is unknown
}

// run is the invitation judged in one direction.
type run struct {
	at              transitions.Invitation
	lost            bool         // a completion came that could not be read
	worst           Result       // of the findings
	answered        int64        // when the application was told that an operation is pending; see nanoseconds
	reason          *codes.Error // of the completion
	findings        []Finding
	omittedFindings int
	steps           []Step
	omittedSteps    int
}

func newJudgement() *judgement {
	j := new(judgement)
	for _, r := range []*run{&j.outgoing, &j.incoming} {
		r.steps, r.findings = []Step{}, []Finding{} // not nil, for JSON
	}
	j.reset()
	return j
}

// reset makes j a judgement of nothing, and keeps its memory.
func (j *judgement) reset() {
	j.direction, j.unordered = 0, false
	j.outgoing.reset(transitions.Outgoing)
	j.incoming.reset(transitions.Incoming)
}

func (r *run) reset(d transitions.Direction) {
	*r = run{at: transitions.New(d), findings: r.findings[:0], steps: r.steps[:0]}
}

// set makes j a copy of another judgement that can go on without a change to that one, and keeps the memory of j.
func (j *judgement) set(other *judgement) {
	outgoing, incoming := j.outgoing, j.incoming
	*j = *other
	j.outgoing.keep(&outgoing)
	j.incoming.keep(&incoming)
}

// keep copies the lists of r into the memory of those of old.
func (r *run) keep(old *run) {
	r.findings, r.steps = append(old.findings[:0], r.findings...), append(old.steps[:0], r.steps...)
}

// runs yields the directions in which the invitation is judged.
func (j *judgement) runs() iter.Seq[*run] {
	return func(yield func(*run) bool) {
		if j.direction != transitions.Incoming && !yield(&j.outgoing) {
			return
		}
		if j.direction != transitions.Outgoing {
			yield(&j.incoming)
		}
	}
}

// take judges the next steps.
func (j *judgement) take(steps []step) {
	for n := range steps {
		j.unordered = j.unordered || steps[n].unordered
	}
	for n := range steps {
		s := &steps[n]
		turned := s.Direction != 0 && j.direction != 0 && s.Direction != j.direction
		if j.direction == 0 {
			j.direction = s.Direction
		}
		for r := range j.runs() {
			findings, steps := len(r.findings)+r.omittedFindings, len(r.steps)
			if turned {
				r.report(Finding{
					Rule: RuleFixedDirection, Basis: codes.Inferred, Source: "PAGE, Properties, direction: it has no other",
					Place: s.place(), Seen: "direction " + s.Direction.String(), Expected: "direction " + j.direction.String(),
				})
			}
			if s.extra != nil {
				for _, f := range s.extra.findings {
					r.report(f)
				}
			}
			if s.operation != transitions.OperationNone {
				r.operation(s, j.unordered)
			} else {
				r.event(s, j.unordered)
			}
			if len(r.steps) > steps {
				r.steps[steps].Findings = len(r.findings) + r.omittedFindings - findings
			}
		}
	}
}

// result returns the worst result that applies.
func (r *run) result() Result {
	if r.at.Terminal() {
		return max(r.worst, Conforms)
	}
	return max(r.worst, Incomplete)
}

// report adds a finding.
func (r *run) report(f Finding) {
	r.worst = max(r.worst, Deviates)
	if f.Violation() {
		r.worst = Violates
	}
	if len(r.findings) < MaxFindings {
		r.findings = append(r.findings, f)
	} else {
		r.omittedFindings++
	}
}

// step adds a step, which may have completed the invitation.
func (r *run) step(s *step, event transitions.Event, completes bool) {
	if len(r.steps) >= MaxSteps && !completes {
		r.omittedSteps++
		return
	}
	p := Step{
		Type: event.Type, Said: event.State, Reason: event.Reason, State: r.at.State(),
		Operation: s.operation, Status: int(s.status), Place: eventchannel.Place{Document: int(s.document), Offset: s.offset},
	}
	if s.timed {
		p.Time = time.Unix(0, s.Time).UTC()
	}
	if s.answered != 0 {
		p.Answered = time.Unix(0, s.answered).UTC()
	}
	r.steps = append(r.steps, p)
}

// event judges an event.
func (r *run) event(s *step, unordered bool) {
	if s.Odd&history.Unreadable != 0 {
		r.lost = r.lost || s.Event.Type == transitions.EventCompleted
		r.step(s, transitions.Event{Type: s.Event.Type}, false)
		return
	}
	t := s.At(r.at.State())
	next, odd, err := r.at.Observe(t)
	if err != nil || odd != (transitions.Oddity{}) {
		if f := r.broken(s, t); !s.unordered || s.Key != 0 || f.Rule != RuleCompleted && f.Rule != RuleUndefined {
			r.report(f)
		}
	} else if r.at.Terminal() && r.at.State() != transitions.StateConnected && differ(r.reason, s.Reason) {
		f := r.broken(s, t)
		f.Rule, f.Basis, f.Source = RuleCompleted, codes.Stated, transitions.ErrCompleted.Source().String()
		r.report(f)
	}
	completes := next.Terminal() && !r.at.Terminal()
	if completes {
		r.reason = s.Reason
	}
	_, illegal := r.at.Step(t)
	r.at = next
	if illegal == nil && s.at() >= r.answered && !(unordered && r.at.Pending() != transitions.OperationNone) {
		r.links(s)
	}
	r.step(s, t, completes)
}

// differ reports whether two completions have other reasons as they were sent, which may count as the same.
func differ(a, b *codes.Error) bool {
	if a == nil || b == nil {
		return a != b
	}
	none := func(s codes.Subcode) codes.Subcode { return cmp.Or(s, codes.SubcodeNone) }
	return a.Code != b.Code || none(a.Subcode) != none(b.Subcode)
}

// links compares the links that an event shows with what the invitation offers after it. One that is missing is no
// finding: a published started event has none.
func (r *run) links(s *step) {
	shown := s.Offered &^ r.at.Operations()
	if r.at.Terminal() && r.at.Direction() == transitions.Outgoing {
		shown &^= 1 << transitions.OperationCancel // ends the call, and stays (published fixtures)
	}
	if shown.Len() == 0 {
		return
	}
	f := Finding{
		Rule: RuleLink, Basis: codes.Inferred, Source: transitions.ErrPending.Source().String(),
		Place: s.place(), Seen: fmt.Sprintf("links to %s of %v", list(shown), r.at),
		Expected: "links to " + list(r.at.Operations()),
	}
	for o := range shown.All() {
		refusal := &transitions.OperationError{From: r.at, Operation: o}
		if refusal.Rule() == transitions.ErrDirection {
			f.Basis, f.Source = refusal.Basis(), refusal.Source().String()
		}
	}
	r.report(f)
}

// operation judges an operation and its answer.
func (r *run) operation(s *step, unordered bool) {
	next, err := r.at.Do(s.operation)
	known, hangsUp := r.at.State() != transitions.StateNone && !unordered, r.at.HangsUp(s.operation)
	if refusal := new(transitions.OperationError); known && errors.As(err, &refusal) && !hangsUp {
		f := Finding{
			Rule: RuleOperation, Basis: refusal.Basis(), Source: refusal.Source().String(), Place: s.place(),
			Seen: s.operation.String() + " in state " + r.at.State().String(), Expected: list(r.at.Operations()),
		}
		r.report(f)
	}
	if s.status != 0 && !hangsUp && !documented(s.operation, int(s.status), s.Reason) {
		r.report(undocumented(s.operation.String(), int(s.status), s.Reason, expectedAnswer(s.operation), s.place()))
	}
	if s.status >= 200 && s.status < 300 {
		r.at = next
		r.answered = s.answered
	}
	r.step(s, transitions.Event{}, false)
}

// undocumented returns the finding about an answer that the documentation does not list.
func undocumented(operation string, status int, answer *codes.Error, expected string, p eventchannel.Place) Finding {
	f := Finding{
		Rule: RuleAnswer, Basis: codes.Inferred,
		Source: "the pages of the operations; PAGE, Synchronous errors; UCWA/GenericSynchronousErrors.md",
		Place:  p, Seen: fmt.Sprintf("%s answered %d", operation, status), Expected: expected,
	}
	if answer != nil {
		f.Seen += ", " + codes.Pair(answer.Code, answer.Subcode)
	}
	return f
}

func list(set transitions.OperationSet) string {
	if set.Len() == 0 {
		return "no operation"
	}
	var names []string
	for o := range set.All() {
		names = append(names, o.String())
	}
	return strings.Join(names, ", ")
}

// broken returns the finding about an event that the reference mode refuses.
func (r *run) broken(s *step, t transitions.Event) Finding {
	refusal := &transitions.TransitionError{From: r.at, Event: t}
	f := Finding{
		Rule: Rule(refusal.Rule().Name()), Basis: refusal.Basis(), Source: refusal.Source().String(),
		Place: s.place(), Seen: describe(s, t), Expected: expected(r.at),
	}
	if e := s.Reason; f.Rule == RuleUndocumented && e != nil {
		f.Seen, f.Expected = f.Seen+": "+unlisted(e), "a documented code and subcode"
		switch fitting, code := alike(r.at, t, codes.Alone(e.Code)); {
		case code == "":
		case len(fitting) == 1:
			f.Expected = fitting[0].Reason.String()
		default:
			f.Expected = fmt.Sprintf("one of %d documented reasons with the code %s", len(fitting), code)
		}
	}
	return f
}

// unlisted returns a clause on a reason that is not documented: which word no page lists, and what the reason counts as.
func unlisted(e *codes.Error) string {
	counts := ", and the reason counts as undocumented"
	if e.Code.Documented() {
		counts = ", and the reason counts as " + string(e.Code) + " alone"
	}
	_, code := e.Code.Published()
	_, subcode := e.Subcode.Published()
	switch {
	case !code:
		return "no page lists the code" + counts
	case !subcode && e.Subcode != "":
		return "no page lists the subcode" + counts
	}
	return "no page has the pair" + counts
}

// few is the largest number of alternatives that a finding lists.
const few = 3

// expected returns the events that are legal: each of a few, or else their types and the number of alternatives.
func expected(at transitions.Invitation) string {
	var classes, types []string
	for e := range at.Legal() {
		if c := class(at, e, codes.NoReason); !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
		if name := e.Type.String(); !slices.Contains(types, name) {
			types = append(types, name)
		}
	}
	switch {
	case len(classes) == 0:
		return "nothing"
	case len(classes) > few:
		return fmt.Sprintf("any of %s (%d alternatives)", strings.Join(types, ", "), len(classes))
	}
	return strings.Join(classes, ", ")
}

// describe returns the event as it was sent: its reason in the words of the service, and without a state that is only
// supposed.
func describe(s *step, t transitions.Event) string {
	if s.Event.State == transitions.StateNone {
		return "updated without a state"
	}
	if s.Reason == nil {
		return t.String()
	}
	return t.Type.String() + "(" + t.State.String() + ", " + codes.Pair(s.Reason.Code, s.Reason.Subcode) + ")"
}
