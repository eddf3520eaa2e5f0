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
	answered        time.Time    // when the application was told that an operation is pending; zero if unknown
	reason          *codes.Error // of the completion
	findings        []Finding
	omittedFindings int32
	steps           int32 // how many there are
	first, last     int32 // of them, counted from 1; zero if there are none
	omittedSteps    int32
}

// find adds a finding to the run.
func (r *run) find(f Finding) {
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

// step is a [Step] in 32 bytes, for captures of many invitations.
type step struct {
	offset    int64
	at        int64 // in nanoseconds since 1970; zero if unknown
	document  int32
	next      int32                 // of the same run, counted from 1; zero for the last
	event     transitions.Event     // its state is StateNone if it could not be read
	operation transitions.Operation // instead of an event
	state     transitions.State
	status    int16
}

// step adds a step to the run, which it may have completed.
func (c *Checker) step(r *run, p eventchannel.Place, at time.Time, s step, completes bool) {
	if r.steps >= MaxSteps && !completes {
		r.omittedSteps++
		return
	}
	r.steps++
	s.state, s.document, s.offset = r.at.State(), int32(p.Document), p.Offset
	if !at.IsZero() {
		s.at = at.UnixNano()
	}
	n := c.steps.add(s) + 1
	if r.first == 0 {
		r.first = n
	} else {
		c.steps.at(r.last - 1).next = n
	}
	r.last = n
}

// walk is the steps of the run in their order.
func (c *Checker) walk(r *run) (steps []step) {
	for n := r.first; n != 0; n = steps[len(steps)-1].next {
		steps = append(steps, *c.steps.at(n - 1))
	}
	return steps
}

func (s step) String() string {
	switch {
	case s.operation != transitions.OperationNone:
		if s.status == 0 {
			return s.operation.String() + " without an answer"
		}
		return fmt.Sprintf("%v answered %d", s.operation, s.status)
	case s.event.State == transitions.StateNone:
		return s.event.Type.String() + "(?)"
	}
	return s.event.String()
}

func (s step) place() eventchannel.Place {
	return eventchannel.Place{Document: int(s.document), Offset: s.offset}
}

func (s step) public() Step {
	public := Step{What: s.String(), State: s.state, Place: s.place()}
	if s.at != 0 {
		public.Time = time.Unix(0, s.at).UTC()
	}
	return public
}

func (r *run) result() Result {
	if r.at.Terminal() {
		return max(r.worst, Conforms)
	}
	return max(r.worst, Incomplete)
}

func (c *Checker) event(r *run, e *eventchannel.Event, shown transitions.OperationSet, at time.Time) {
	t, err := e.Transition(r.at.State())
	if err != nil {
		r.find(unreadable(e, err))
		r.lost = r.lost || e.Type == transitions.EventCompleted
		c.step(r, e.Place, at, step{event: transitions.Event{Type: e.Type}}, false)
		return
	}
	next, odd, err := r.at.Observe(t)
	if err != nil || odd != (transitions.Oddity{}) {
		r.find(r.broken(e, t))
	}
	completes := next.Terminal() && !r.at.Terminal()
	if completes {
		r.reason = c.share(e.Reason)
	}
	_, illegal := r.at.Step(t)
	r.at = next
	if illegal == nil && !at.Before(r.answered) {
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
		Place: e.Place, Seen: fmt.Sprintf("links to %s of %v", list(shown), r.at), Expected: "links to " + list(r.at.Operations()),
	}
	for o := range shown.All() {
		if basis, source := foreign(r.at.Direction(), o); basis != 0 && f.Basis != codes.Stated {
			f.Basis, f.Source = basis, source
		}
	}
	r.find(f)
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
		return codes.Inferred, "SDK/Tests/Data/Event_AudioVideoInvitationStarted.json, of an outgoing invitation, has no such link"
	}
	return codes.Stated, "PAGE, Links: \"incoming invitation\""
}

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
		r.find(f)
	}
	if o.Status != 0 && !documented(o) {
		f := Finding{
			Rule: RuleAnswer, Basis: codes.Inferred,
			Source: "the pages of the operations; PAGE, Synchronous errors; UCWA/GenericSynchronousErrors.md",
			Place:  o.Place, Seen: fmt.Sprintf("%v answered %d", o.Operation, o.Status), Expected: expectedAnswer(o.Operation),
		}
		if o.Answer != nil {
			f.Seen += ", " + sent(o.Answer)
		}
		r.find(f)
	}
	if o.Status >= 200 && o.Status < 300 {
		r.at = next
		r.answered = o.Answered
	}
	c.step(r, o.Place, at, step{operation: o.Operation, status: int16(min(o.Status, 999))}, false)
}

// hangsUp says whether the operation is none of the invitation's any more: the link that cancels an outgoing one is that
// which ends its call, and stays (published fixtures of both).
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
		f.Source = t.Reason.Source()
	}
	return f
}

// describe is the event as it was sent: a reason that is undocumented has no name of ours, and a state that is missing is
// only supposed.
func describe(e *eventchannel.Event, t transitions.Event) string {
	if t.Type == transitions.EventUpdated && (e.Invitation == nil || e.Invitation.State == "") {
		return "updated without a state"
	}
	if e.Reason == nil || t.Reason.Documented() {
		return t.String()
	}
	return t.Type.String() + "(" + t.State.String() + ", " + sent(e.Reason) + ")"
}

// sent is the code and subcode as they were sent.
func sent(e *codes.Error) string {
	if e.Subcode == "" {
		return string(e.Code)
	}
	return string(e.Code) + "/" + string(e.Subcode)
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
