package transitions

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
)

// EventType is the "type" of an event about an invitation: one of the three that the PAGE lists under Events.
type EventType uint8

// The event types. The texts are those of the PAGE.
const (
	EventStarted   EventType = 1 // "Delivered when an audio/video invitation is started."
	EventUpdated   EventType = 2 // "Delivered when the audio/video invitiation is updated."
	EventCompleted EventType = 3 // "Delivered when the audio/video invitation completes."; nothing follows it
)

var eventTypes = enum.Names[EventType]{Type: "EventType", Noun: "event type", Texts: []string{
	EventStarted: "started", EventUpdated: "updated", EventCompleted: "completed",
}}

// String returns the wire token, or "EventType(n)" for a value that is no event type.
func (t EventType) String() string { return eventTypes.String(t) }

// MarshalText returns the wire token; a value that is no event type is an error.
func (t EventType) MarshalText() ([]byte, error) {
	return eventTypes.Marshal(t)
}

// UnmarshalText reads a text that MarshalText writes; any other text is an error.
func (t *EventType) UnmarshalText(text []byte) error {
	return eventTypes.Unmarshal(t, text)
}

// Event is one event of the event channel about an invitation: its type, the state that it carries and, on a
// failed completion, the reason. It is a comparable value.
//
// The reason of an unknown subcode is its code alone ([codes.Alone]), and that of an unknown code is [codes.Undocumented].
// The raw code, subcode and message stay with the caller.
//
// The zero Event is no event. Its text is empty, and its JSON form is null.
type Event struct {
	Type   EventType    `json:"type"`
	State  State        `json:"state"`
	Reason codes.Reason `json:"reason,omitzero"`
}

// Started returns the event that starts an invitation in state s.
func Started(s State) Event { return Event{Type: EventStarted, State: s} }

// Updated returns the event about a change while the invitation is in progress.
func Updated(s State) Event { return Event{Type: EventUpdated, State: s} }

// Completed returns the event that ends an invitation in state s. For [StateConnected], r must be [codes.NoReason];
// Completed does not check this.
func Completed(s State, r codes.Reason) Event {
	return Event{Type: EventCompleted, State: s, Reason: r}
}

// String returns a text such as "started(Connecting)" or "completed(Failed, RemoteFailure/Busy)".
func (e Event) String() string {
	s := e.Type.String() + "(" + e.State.String()
	if e.Reason != codes.NoReason {
		s += ", " + e.Reason.String()
	}
	return s + ")"
}

// MarshalText returns the text of [Event.String], and an empty text for the zero Event. An event that no service could
// send has no text: that is an error that matches [ErrInvalid].
func (e Event) MarshalText() ([]byte, error) {
	switch {
	case e == Event{}:
		return []byte{}, nil
	case !e.valid():
		return nil, fmt.Errorf("%w: %v has no text", ErrInvalid, e)
	}
	return []byte(e.String()), nil
}

// UnmarshalText reads a text that [Event.MarshalText] writes; any other text is an error that matches [ErrInvalid].
func (e *Event) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*e = Event{}
		return nil
	}
	var read Event
	kind, carried, _ := strings.Cut(strings.TrimSuffix(string(text), ")"), "(")
	state, reason, failed := strings.Cut(carried, ", ")
	err := errors.Join(read.Type.UnmarshalText([]byte(kind)), read.State.UnmarshalText([]byte(state)))
	if failed {
		err = errors.Join(err, read.Reason.UnmarshalText([]byte(reason)))
	}
	if err != nil || !read.valid() || read.String() != string(text) {
		return fmt.Errorf("%w: %.80q, want an event, as started(Connecting) or completed(Failed, RemoteFailure/Busy)",
			ErrInvalid, text)
	}
	*e = read
	return nil
}

// fields is an Event whose JSON form is that of its fields.
type fields Event

// MarshalJSON returns the event as an object of the wire's tokens, with the member "reason" if there is one:
//
//	{"type":"completed","state":"Failed","reason":"RemoteFailure/Busy"}
//
// The zero Event is null. MarshalJSON returns an error whenever [Event.MarshalText] does.
func (e Event) MarshalJSON() ([]byte, error) {
	switch {
	case e == Event{}:
		return []byte("null"), nil
	case !e.valid():
		return nil, fmt.Errorf("%w: %v has no JSON", ErrInvalid, e)
	}
	return json.Marshal(fields(e))
}

// UnmarshalJSON reads the form that [Event.MarshalJSON] writes, and ignores members that it does not know. It also
// reads a string with the text of [Event.MarshalText], because encoding/json reads the keys of a map in this way.
// Everything else is an error that matches [ErrInvalid], and leaves e unchanged.
func (e *Event) UnmarshalJSON(data []byte) error {
	var text *string
	if json.Unmarshal(data, &text) == nil && text != nil {
		return e.UnmarshalText([]byte(*text))
	}
	var read *fields // nil if data is null
	if err := json.Unmarshal(data, &read); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	switch {
	case read == nil:
		*e = Event{}
	case !Event(*read).valid():
		return fmt.Errorf("%w: %.200s, want an event, as %s", ErrInvalid, data, `{"type":"started","state":"Connecting"}`)
	default:
		*e = Event(*read)
	}
	return nil
}

// Name returns an identifier for the event, as the exports and package fsm spell it: "updated_Alerting",
// "completed_Failed_RemoteFailure_Busy".
func (e Event) Name() string {
	s := e.Type.String() + "_" + e.State.String()
	if e.Reason != codes.NoReason {
		s += "_" + strings.ReplaceAll(e.Reason.String(), "/", "_")
	}
	return s
}

// GoString returns the text of String, because test frameworks print values with %#v.
func (e Event) GoString() string { return e.String() }

// valid reports whether a service could send e at all: the type and the state are values of the wire, only a completion
// has a reason, and a completion has a terminal state.
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
