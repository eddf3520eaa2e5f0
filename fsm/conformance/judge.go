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
		shown &^= 1 << transitions.OperationCancel // ends the call, and stays; see hangsUp
	}
	if shown.Len() == 0 {
		return
	}
	f := Finding{
		Rule: RuleLink, Basis: codes.Inferred, Source: "UCWA/ReceiveAnIM.md: once an operation is done, the links are gone",
		Place: e.Place, Seen: fmt.Sprintf("links to %s of %v", list(shown), r.at),
		Expected: "links to " + list(r.at.Operations()),
	}
	for o := range shown.All() {
		if basis, source := foreign(r.at.Direction(), o); basis != 0 && f.Basis != codes.Stated {
			f.Basis, f.Source = basis, source
		}
	}
	r.report(f)
}

// foreign is on what authority an operation is never offered in a direction; zero if it can be.
func foreign(d transitions.Direction, o transitions.Operation) (codes.Basis, string) {
	for offer := range transitions.Offers() {
		if offer.Direction == d && offer.Operation == o {
			return 0, ""
		}
	}
	if o == transitions.OperationCancel {
		return codes.Stated, "UCWA/cancel_ref.md: of an outgoing invitation"
	}
	if o == transitions.OperationStartAdhocMeeting {
		return codes.Inferred, "SDK/Tests/Data/Event_AudioVideoInvitationStarted.json, which is outgoing, has no such link"
	}
	return codes.Stated, "PAGE, Links: \"incoming invitation\""
}

// operation judges an operation and its answer.
func (c *Checker) operation(r *run, o *Operation, at time.Time) {
	next, err := r.at.Do(o.Operation)
	known := r.at.State() != transitions.StateNone
	if refusal := new(transitions.OperationError); known && errors.As(err, &refusal) && !hangsUp(r.at, o.Operation) {
		f := Finding{
			Rule: RuleOperation, Basis: refusal.Basis(), Source: refusal.Rule().Source(), Place: o.Place,
			Seen: o.Operation.String() + " in state " + r.at.State().String(), Expected: list(r.at.Operations()),
		}
		if refusal.Rule() == transitions.ErrDirection {
			f.Basis, f.Source = foreign(r.at.Direction(), o.Operation)
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

// hangsUp says whether the operation is none of the invitation's any more: the link that cancels an outgoing one is
// that which ends its call, and stays (published fixtures of both).
func hangsUp(i transitions.Invitation, o transitions.Operation) bool {
	return o == transitions.OperationCancel && i.Direction() == transitions.Outgoing && i.Succeeded()
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
		Rule: ofTransitions[rule], Basis: refusal.Basis(), Source: rule.Source(),
		Place: e.Place, Seen: describe(e, t), Expected: refusal.Expected(),
	}
	if rule == transitions.ErrReasonDirection {
		f.Source = t.Reason.Source().String()
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
