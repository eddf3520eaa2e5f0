package transitions

import "github.com/avinvite/avinvite/codes"

// Event is one event of the event channel about an invitation: its type, the state that it carries and, on a
// failed completion, the reason. It is a value: comparable, and free to copy.
//
// An unknown subcode counts as its code alone ([codes.Alone]); an unknown code and a missing reason are
// [codes.Undocumented]. The raw strings are the business of whoever read them.
type Event struct {
	Type   EventType
	State  State
	Reason codes.Reason
}

// Started is the event that opens an invitation in state s.
func Started(s State) Event { return Event{Type: EventStarted, State: s} }

// Updated is the event that tells of a change while the invitation is in progress.
func Updated(s State) Event { return Event{Type: EventUpdated, State: s} }

// Completed is the event that ends an invitation in state s. The reason is [codes.NoReason] for [StateConnected].
func Completed(s State, r codes.Reason) Event {
	return Event{Type: EventCompleted, State: s, Reason: r}
}

// String is "started(Connecting)", "completed(Failed, RemoteFailure/Busy)" and so on.
func (e Event) String() string {
	s := e.Type.String() + "(" + e.State.String()
	if e.Reason != codes.NoReason {
		s += ", " + e.Reason.String()
	}
	return s + ")"
}

// GoString is what String is, as that of State.
func (e Event) GoString() string { return e.String() }

// valid reports whether a service could say e at all: the type and the state are members, only a completion
// bears a reason, and a completion names a terminal state. Whether it may say so now is the relation's business.
func (e Event) valid() bool {
	if e.State < StateConnecting || e.State > StateCancelled {
		return false
	}
	switch e.Type {
	case EventStarted, EventUpdated:
		return e.Reason == codes.NoReason
	case EventCompleted:
		return e.State.Terminal() && e.Reason <= codes.Undocumented
	default:
		return false
	}
}
