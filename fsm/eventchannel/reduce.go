package eventchannel

import (
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

// Reduce reduces the event to the machine's terms. A completion has three witnesses, its status, the embedded
// state and the reason: any may be absent (a published completion has no status), and they must not disagree.
// Events without an embedded resource carry no state: started is Connecting then, and updated is current, the
// state in which the invitation is. The error is a *[ContradictionError], an *[IncompleteError] or a *[TokenError].
func (e *Event) Reduce(current transitions.State) (transitions.Event, error) {
	state := transitions.StateNone
	if e.Invitation != nil && e.Invitation.State != "" {
		s, err := transitions.ParseState(e.Invitation.State)
		if err != nil {
			return transitions.Event{}, &TokenError{"state", e.Invitation.State, "a member of InvitationState"}
		}
		state = s
	}
	switch e.Type {
	case transitions.EventStarted:
		if state == transitions.StateNone {
			state = transitions.StateConnecting
		}
		return transitions.Started(state), nil
	case transitions.EventUpdated:
		if state == transitions.StateNone {
			if state = current; state == transitions.StateNone {
				state = transitions.StateConnecting
			}
		}
		return transitions.Updated(state), nil
	case transitions.EventCompleted:
		return e.completion(state)
	default:
		return transitions.Event{}, &TokenError{"type", e.Type.String(), "started, updated or completed"}
	}
}

// Observe is the invitation after the event as a client takes it: [Event.Reduce], and what it returns handed to
// [transitions.Invitation.Observe]. A client goes on with the invitation whatever the error is.
//
// The error, an *[Error] with the place of the event, is for a log. It wraps the error of Reduce or Observe, or the
// [transitions.Rule] that the event broke where the client survives it: then the invitation may have changed all the
// same, and has if the event is a completion. An event that cannot be reduced changes nothing; if it is a completion,
// the resource that its link leads to says more.
func (e *Event) Observe(i transitions.Invitation) (transitions.Invitation, error) {
	event, err := e.Reduce(i.State())
	if err != nil {
		return i, &Error{e.Place, err}
	}
	after, odd, err := i.Observe(event)
	if err == nil && odd != (transitions.Oddity{}) {
		err = fmt.Errorf("%v in %v: %w (%v)", event, i, odd.Rule, odd.Basis)
	}
	if err != nil {
		return after, &Error{e.Place, err}
	}
	return after, nil
}

func (e *Event) completion(state transitions.State) (transitions.Event, error) {
	success, failure := strings.EqualFold(e.Status, "Success"), strings.EqualFold(e.Status, "Failure")
	status, embedded := "status "+e.Status, "state "+state.String()
	var no transitions.Event
	switch {
	case e.Status != "" && !success && !failure:
		return no, &TokenError{"status", e.Status, "Success or Failure"}
	case state.Progress():
		return no, &ContradictionError{"type completed", embedded}
	case success && state.Terminal() && state != transitions.StateConnected,
		failure && state == transitions.StateConnected:
		return no, &ContradictionError{status, embedded}
	case e.Reason != nil && success:
		return no, &ContradictionError{status, "reason " + e.Reason.Error()}
	case e.Reason != nil && state == transitions.StateConnected:
		return no, &ContradictionError{embedded, "reason " + e.Reason.Error()}
	case success || state == transitions.StateConnected:
		return transitions.Completed(transitions.StateConnected, codes.NoReason), nil
	case e.Reason == nil && !failure && state == transitions.StateNone:
		return no, &IncompleteError{"all of status, state and reason"}
	case state == transitions.StateNone:
		state = transitions.StateFailed // the state that real failures show
	}
	return transitions.Completed(state, e.Reason.Reason()), nil
}
