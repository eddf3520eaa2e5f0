package eventchannel

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// ContradictionError is an event whose parts disagree about what happened.
type ContradictionError struct{ One, Other string }

// Error names the two parts that disagree.
func (e *ContradictionError) Error() string { return e.One + " contradicts " + e.Other }

// IncompleteError is an event that does not say enough to be reduced.
type IncompleteError struct{ Missing string }

// Error says what is missing.
func (e *IncompleteError) Error() string { return "the event lacks " + e.Missing }

// TokenError is a token that is none of those published.
type TokenError struct{ Member, Token, Want string }

// Error quotes the token and says what is wanted in its place.
func (e *TokenError) Error() string {
	return fmt.Sprintf("the %s is %q, want %s", e.Member, e.Token, e.Want)
}

// Reduce reduces the event to the machine's terms. A completion has three witnesses, its status, the embedded state and
// the reason: any may be absent (a published completion has no status), and status and state must not contradict each
// other. Events without an embedded state carry none: started is Connecting then, and updated is current, the state in
// which the invitation is.
//
// A client survives what is odd, and so does Reduce: a status or a state that no page lists counts as absent, and a
// reason beside success is dropped. Each is an error in odd, a *[TokenError] or a *[ContradictionError], nil as a rule;
// that it is odd is Inferred. An event with such errors alone is reduced. The last result is an error if the event
// cannot be reduced: a *[ContradictionError], or an *[IncompleteError] if a completion has no usable witness.
func (e *Event) Reduce(current transitions.State) (event transitions.Event, odd []error, err error) {
	state := ""
	if e.Invitation != nil {
		state = e.Invitation.State
	}
	return reduce(e.Type, e.Status, state, e.Reason, current)
}

func reduce(typ transitions.EventType, status, state string, reason *codes.Error, current transitions.State) (
	event transitions.Event, odd []error, err error) {
	var embedded transitions.State
	if state != "" {
		if embedded = stateOf(state); embedded == transitions.StateNone {
			odd = append(odd, &TokenError{"state", state, "a member of InvitationState"})
		}
	}
	switch typ {
	case transitions.EventStarted:
		return transitions.Started(cmp.Or(embedded, transitions.StateConnecting)), odd, nil
	case transitions.EventUpdated:
		return transitions.Updated(cmp.Or(embedded, current, transitions.StateConnecting)), odd, nil
	case transitions.EventCompleted:
		return complete(status, embedded, reason, odd)
	default:
		return transitions.Event{}, odd, &TokenError{"type", typ.String(), "started, updated or completed"}
	}
}

// stateOf returns the state of a token, and StateNone for a token that no page lists. It allocates nothing.
func stateOf(token string) transitions.State {
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		if s.String() == token {
			return s
		}
	}
	return transitions.StateNone
}

// complete reduces a completion by its three witnesses.
func complete(status string, state transitions.State, reason *codes.Error, odd []error) (transitions.Event, []error, error) {
	success, failure := strings.EqualFold(status, "Success"), strings.EqualFold(status, "Failure")
	if status != "" && !success && !failure {
		odd = append(odd, &TokenError{"status", status, "Success or Failure"})
	}
	var no transitions.Event
	switch {
	case state.Progress():
		return no, odd, &ContradictionError{"type completed", "state " + state.String()}
	case success && state.Terminal() && state != transitions.StateConnected,
		failure && state == transitions.StateConnected:
		return no, odd, &ContradictionError{"status " + status, "state " + state.String()}
	case success, state == transitions.StateConnected:
		if reason != nil {
			witness := "status " + status
			if !success {
				witness = "state " + state.String()
			}
			odd = append(odd, &ContradictionError{witness, "reason " + reason.Error()})
		}
		return transitions.Completed(transitions.StateConnected, codes.NoReason), odd, nil
	case reason == nil && !failure && state == transitions.StateNone:
		return no, odd, &IncompleteError{"all of status, state and reason"}
	}
	state = cmp.Or(state, transitions.StateFailed) // the state that real failures show
	return transitions.Completed(state, reason.Reason()), odd, nil
}

// Observe is the invitation after the event as a client takes it: [Event.Reduce], and what it returns handed to
// [transitions.Invitation.Observe]. A client goes on with the invitation whatever the error is.
//
// The error, an *[Error] with the place of the event, is for a log. It wraps everything that was odd: the errors of
// Reduce and Observe, the [transitions.Rule] that the event broke where the client survives it, and a
// *[ContradictionError] or a *[TokenError] if the event embeds another direction than the invitation has. Then the
// invitation may have changed all the same, and has if the event is a completion. An event that cannot be reduced
// changes nothing; if it is a completion, the resource that its link leads to says more.
func (e *Event) Observe(i transitions.Invitation) (transitions.Invitation, error) {
	odd := e.turned(i.Direction())
	event, more, err := e.Reduce(i.State())
	odd = append(odd, more...)
	after := i
	if err == nil {
		var broken transitions.Oddity
		if after, broken, err = i.Observe(event); err == nil && broken != (transitions.Oddity{}) {
			err = fmt.Errorf("%v in %v: %w (%v)", event, i, broken.Rule, broken.Basis)
		}
	}
	if err != nil {
		odd = append(odd, err)
	}
	switch len(odd) {
	case 0:
		return after, nil
	case 1:
		return after, &Error{e.Place, odd[0]}
	}
	return after, &Error{e.Place, oddities(odd)}
}

// turned returns the error of an event that embeds another direction, if it does.
func (e *Event) turned(d transitions.Direction) []error {
	if e.Invitation == nil || e.Invitation.Direction == "" || e.Invitation.Direction == d.String() {
		return nil
	}
	var embedded transitions.Direction
	if embedded.UnmarshalText([]byte(e.Invitation.Direction)) != nil {
		return []error{&TokenError{"direction", e.Invitation.Direction, "Incoming or Outgoing"}}
	}
	return []error{&ContradictionError{"direction " + embedded.String(), "direction " + d.String() + " of the invitation"}}
}

// oddities is several errors about one event, in one line.
type oddities []error

func (o oddities) Error() string {
	texts := make([]string, len(o))
	for n, err := range o {
		texts[n] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (o oddities) Unwrap() []error { return o }
