package laws

import (
	"encoding/json"
	"errors"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Action is one step of a sequence: an event or, if Operation is not zero, an operation.
type Action struct {
	Event     transitions.Event
	Operation transitions.Operation
}

// String returns "do accept", or the event as package transitions spells it.
func (a Action) String() string {
	if a.Operates() {
		return "do " + a.Operation.String()
	}
	return a.Event.String()
}

// GoString returns the text of String, because test frameworks print values with %#v.
func (a Action) GoString() string { return a.String() }

// Operates reports whether the action is an operation.
func (a Action) Operates() bool { return a.Operation != transitions.OperationNone }

// Step returns i after the action in the reference mode: [transitions.Invitation.Step] or
// [transitions.Invitation.Do].
func (a Action) Step(i transitions.Invitation) (transitions.Invitation, error) {
	if a.Operates() {
		return i.Do(a.Operation)
	}
	return i.Step(a.Event)
}

// Observe returns i after the action in the tolerant mode: [transitions.Invitation.Observe], whose oddity it drops, or
// [transitions.Invitation.Do].
func (a Action) Observe(i transitions.Invitation) (transitions.Invitation, error) {
	if a.Operates() {
		return i.Do(a.Operation)
	}
	next, _, err := i.Observe(a.Event)
	return next, err
}

// Give gives the action to a subject: it calls Event or Do, and returns its error.
func (a Action) Give(s Subject) error {
	if a.Operates() {
		return s.Do(a.Operation)
	}
	return s.Event(a.Event)
}

// event and operation are the two JSON forms of an action; action reads both.
type (
	event struct {
		Event  transitions.EventType `json:"event"`
		State  transitions.State     `json:"state"`
		Reason reason                `json:"reason,omitzero"`
	}
	operation struct {
		Do transitions.Operation `json:"do"`
	}
	action struct {
		Event  *transitions.EventType `json:"event"`
		State  *transitions.State     `json:"state"`
		Reason reason                 `json:"reason"`
		Do     transitions.Operation  `json:"do"`
	}
)

// MarshalJSON writes an object such as {"event":"started","state":"Alerting"}, with a member "reason" if the event has
// a reason, or such as {"do":"cancel"}. A type, state, reason or operation out of range is an error.
func (a Action) MarshalJSON() ([]byte, error) {
	if a.Operates() {
		return json.Marshal(operation{a.Operation})
	}
	return json.Marshal(event{a.Event.Type, a.Event.State, reason(a.Event.Reason)})
}

// UnmarshalJSON reads the form that MarshalJSON writes, and ignores unknown members.
func (a *Action) UnmarshalJSON(data []byte) error {
	var e action
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	switch operates := e.Do != transitions.OperationNone; {
	case operates == (e.Event != nil):
		return errors.New(`laws: an action has either a member "event" or a member "do", and not both`)
	case operates:
		*a = Action{Operation: e.Do}
	case e.State == nil:
		return errors.New(`laws: an action with a member "event" needs a member "state"`)
	default:
		*a = Action{Event: transitions.Event{Type: *e.Event, State: *e.State, Reason: codes.Reason(e.Reason)}}
	}
	return nil
}

// reason is a codes.Reason whose JSON form is that of the wire.
type reason codes.Reason

// pair is the JSON form of a reason.
type pair struct {
	Code    codes.Code    `json:"code"`
	Subcode codes.Subcode `json:"subcode,omitempty"`
}

// unlisted is the code or subcode that is written for one that no page lists.
const unlisted = "Unlisted"

// MarshalJSON writes a pair that UnmarshalJSON reads as the same reason.
func (r reason) MarshalJSON() ([]byte, error) {
	known := codes.Reason(r)
	switch {
	case known > codes.Undocumented:
		return nil, errors.New("laws: " + known.String() + " is out of range")
	case known.Documented():
		return json.Marshal(pair{known.Code(), known.Subcode()})
	case known == codes.Undocumented:
		return json.Marshal(pair{unlisted, unlisted})
	}
	return json.Marshal(pair{known.Code(), unlisted})
}

// UnmarshalJSON reads a pair as [codes.Resolve] does.
func (r *reason) UnmarshalJSON(data []byte) error {
	var p *pair
	if err := json.Unmarshal(data, &p); err != nil || p == nil {
		return err
	}
	resolved, _ := codes.Resolve(p.Code, p.Subcode)
	*r = reason(resolved)
	return nil
}
