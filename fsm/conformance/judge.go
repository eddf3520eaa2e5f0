package conformance

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// run is the invitation judged as one of the two directions.
type run struct {
	at              transitions.Invitation
	lost            bool         // a completion came that could not be read
	worst           Result       // of the findings
	answered        int64        // when the application was told that an operation is pending; see nanoseconds
	reason          *codes.Error // of the completion
	findings        []Finding
	omittedFindings int32
	steps           int32 // how many there are
	first, last     int32 // of them, counted from 1; zero if there are none
	omittedSteps    int32
}

// result is the worst of what there is to be said.
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

// event judges an event that shows the links of some operations.
func (c *Checker) event(r *run, e *eventchannel.Event, shown transitions.OperationSet, at time.Time) {
	t, oddities, err := e.Reduce(r.at.State())
	for _, odd := range oddities {
		f := unreadable(e, odd)
		f.Basis = codes.Inferred
		r.report(f)
	}
	if err != nil {
		r.report(unreadable(e, err))
		r.lost = r.lost || e.Type == transitions.EventCompleted
		c.step(r, e.Place, at, step{event: transitions.Event{Type: e.Type}}, false)
		return
	}
	next, odd, err := r.at.Observe(t)
	if err != nil || odd != (transitions.Oddity{}) {
		r.report(r.broken(e, t))
	}
	completes := next.Terminal() && !r.at.Terminal()
	if completes {
		r.reason = c.share(e.Reason)
	}
	_, illegal := r.at.Step(t)
	r.at = next
	if illegal == nil && nanoseconds(at) >= r.answered {
		r.links(e, shown)
	}
	c.step(r, e.Place, at, step{event: t}, completes)
}

// links compares the links that an event shows with what the invitation offers after it. One that is missing is no
// finding: a published started event has none.
func (r *run) links(e *eventchannel.Event, shown transitions.OperationSet) {
	shown &^= r.at.Operations()
	if r.at.Terminal() && r.at.Direction() == transitions.Outgoing {
		shown &^= 1 << transitions.OperationCancel // ends the call, and stays (published fixtures)
	}
	if shown.Len() == 0 {
		return
	}
	f := Finding{
		Rule: RuleLink, Basis: codes.Inferred, Source: transitions.ErrPending.Source().String(),
		Place: e.Place, Seen: fmt.Sprintf("links to %s of %v", list(shown), r.at),
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
func (c *Checker) operation(r *run, o *Operation, at time.Time) {
	next, err := r.at.Do(o.Operation)
	known := r.at.State() != transitions.StateNone
	if refusal := new(transitions.OperationError); known && errors.As(err, &refusal) && !r.at.HangsUp(o.Operation) {
		f := Finding{
			Rule: RuleOperation, Basis: refusal.Basis(), Source: refusal.Source().String(), Place: o.Place,
			Seen: o.Operation.String() + " in state " + r.at.State().String(), Expected: list(r.at.Operations()),
		}
		r.report(f)
	}
	if o.Status != 0 && !documented(o) {
		f := Finding{
			Rule: RuleAnswer, Basis: codes.Inferred,
			Source: "the pages of the operations; PAGE, Synchronous errors; UCWA/GenericSynchronousErrors.md",
			Place:  o.Place, Seen: fmt.Sprintf("%v answered %d", o.Operation, o.Status), Expected: expectedAnswer(o.Operation),
		}
		if o.Answer != nil {
			f.Seen += ", " + codes.Pair(o.Answer.Code, o.Answer.Subcode)
		}
		r.report(f)
	}
	if o.Status >= 200 && o.Status < 300 {
		r.at = next
		r.answered = nanoseconds(o.Answered)
	}
	c.step(r, o.Place, at, step{operation: o.Operation, status: int16(min(o.Status, 999))}, false)
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

// broken is the finding about an event that the reference reader refuses.
func (r *run) broken(e *eventchannel.Event, t transitions.Event) Finding {
	refusal := &transitions.TransitionError{From: r.at, Event: t}
	rule := refusal.Rule()
	f := Finding{
		Rule: ofTransitions[rule], Basis: refusal.Basis(), Source: refusal.Source().String(),
		Place: e.Place, Seen: describe(e, t), Expected: refusal.Expected(),
	}
	return f
}

// describe is the event as it was sent: its reason in the words of the service, and a state that is missing is only
// supposed.
func describe(e *eventchannel.Event, t transitions.Event) string {
	if t.Type == transitions.EventUpdated && (e.Invitation == nil || e.Invitation.State == "") {
		return "updated without a state"
	}
	if e.Reason == nil {
		return t.String()
	}
	return t.Type.String() + "(" + t.State.String() + ", " + codes.Pair(e.Reason.Code, e.Reason.Subcode) + ")"
}

// unreadable is the finding about an event that cannot be reduced to one of the machine's.
func unreadable(e *eventchannel.Event, err error) Finding {
	f := Finding{Place: e.Place, Seen: err.Error(), Basis: codes.Stated}
	var contradiction *eventchannel.ContradictionError
	var token *eventchannel.TokenError
	switch {
	case errors.As(err, &contradiction):
		f.Rule = RuleContradiction
		f.Source = "PAGE, Asynchronous reason codes: a status of success, or of failure with code and subcode"
		f.Expected = "status, state and reason that tell one outcome"
	case errors.As(err, &token):
		f.Rule, f.Expected = RuleToken, token.Want
		f.Seen = token.Member + " " + token.Token
		f.Source = "UCWA/InvitationState_ref.md: the states; PAGE, Asynchronous reason codes: the status values"
	default:
		f.Rule, f.Basis, f.Expected = RuleIncomplete, codes.Inferred, "a status, a state or a reason"
		f.Source = "no capture shows a completion that says nothing of how it went"
	}
	return f
}
