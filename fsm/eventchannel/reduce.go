package eventchannel

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// ContradictionError reports two parts of an event, or of an event and its invitation, that contradict each other.
type ContradictionError struct{ One, Other string }

// Error names both parts.
func (e *ContradictionError) Error() string { return e.One + " contradicts " + e.Other }

// IncompleteError reports a completion that has neither a usable status, nor a usable state, nor a reason, and
// therefore cannot be reduced.
type IncompleteError struct{ Missing string }

// Error names the missing parts.
func (e *IncompleteError) Error() string { return "the event lacks " + e.Missing }

// TokenError reports a token that the documentation does not list for its member.
type TokenError struct{ Member, Token, Want string }

// Error quotes the token and names those that are listed.
func (e *TokenError) Error() string {
	return fmt.Sprintf("the %s is %q, want %s", e.Member, e.Token, e.Want)
}

// Reduce reduces the event to the event of the machine. A completion has three witnesses: its status, the embedded
// state and the reason. Any of them may be absent (a published completion has no status), and status and state must not
// contradict each other. An event of another type without an embedded state gets one: started becomes Connecting, and
// updated gets current, the state of the invitation before the event.
//
// A client survives oddities, and so does Reduce: it ignores a status or a state that the documentation does not list,
// and drops a reason beside success (Inferred). Each of these is a *[TokenError] or a *[ContradictionError] in odd,
// which is usually nil, and the event is reduced all the same. err is not nil if the event cannot be reduced: a
// *[ContradictionError], an *[IncompleteError] if a completion has no usable witness, or a *[TokenError] if Type is not
// started, updated or completed.
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

// stateOf returns the state that a token names, and StateNone for a token that the documentation does not list. It
// allocates nothing.
func stateOf(token string) transitions.State {
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		if stateTokens[s] == token {
			return s
		}
	}
	return transitions.StateNone
}

// stateTokens are indexed by state.
var stateTokens = func() (tokens [transitions.StateCancelled + 1]string) {
	for s := range tokens {
		tokens[s] = transitions.State(s).String()
	}
	return tokens
}()

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

// Observe returns the invitation after the event, as a client takes it: [Event.Reduce] followed by
// [transitions.Invitation.Observe]. A client continues with the returned invitation whatever the error is.
//
// The error, an *[Error] with the place of the event, is for a log. It wraps every oddity: the errors of Reduce and of
// transitions.Invitation.Observe, the [transitions.Rule] that the event broke, and a *[ContradictionError] or a
// *[TokenError] for an embedded direction that is not the invitation's. The invitation may change even if there is an
// error; a completion that can be reduced always ends an invitation that has not ended. An event that cannot be reduced
// changes nothing; if it is a completion, a client can GET the resource at Href to learn the outcome.
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

// turned returns an error if the event embeds another direction than d.
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

// oddities joins several errors about one event in one line.
type oddities []error

func (o oddities) Error() string {
	texts := make([]string, len(o))
	for n, err := range o {
		texts[n] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (o oddities) Unwrap() []error { return o }
