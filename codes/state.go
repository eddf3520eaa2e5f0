package codes

import (
	"database/sql/driver"

	"github.com/avinvite/avinvite/codes/enum"
)

// Direction is the property "direction" of an invitation (UCWA/Direction_ref.md). It never changes. The zero value is
// invalid.
type Direction uint8

// The two directions, seen from the application.
const (
	Incoming Direction = 1 // somebody invites the application
	Outgoing Direction = 2 // the application invites somebody
)

var directions = enum.Names[Direction]{
	Type: "Direction", Noun: "direction", Texts: []string{Incoming: "Incoming", Outgoing: "Outgoing"},
}

// String returns the wire token.
func (d Direction) String() string { return directions.String(d) }

// GoString returns the text of String, because test frameworks print values with %#v.
func (d Direction) GoString() string { return d.String() }

// MarshalText writes the wire token; an invalid value is an error.
func (d Direction) MarshalText() ([]byte, error) { return directions.Marshal(d) }

// UnmarshalText reads a wire token, and nothing else.
func (d *Direction) UnmarshalText(text []byte) error { return directions.Unmarshal(d, text) }

// Value returns the wire token for database/sql; an invalid value is an error.
func (d Direction) Value() (driver.Value, error) { return enum.Value(d) }

// Scan reads a wire token from database/sql; NULL is an error.
func (d *Direction) Scan(column any) error { return enum.Scan(d, column) }

// State is the property "state" of an invitation. The eight states of the wire are Stated by
// UCWA/InvitationState_ref.md. The zero value, [StateNone], is the state before the first event and never on the wire.
type State uint8

// The states: before the first event, in progress, terminal.
const (
	StateNone       State = 0 // before the first event; not on the wire
	StateConnecting State = 1 // in progress; Sampled in both directions
	StateAlerting   State = 2 // in progress (Inferred): the outgoing call is ringing
	StateTeamRing   State = 3 // in progress (Inferred): the outgoing call rings the callee's team
	StateForwarded  State = 4 // in progress (Inferred): the outgoing call has been forwarded
	StateConnected  State = 5 // terminal: the invitation succeeded; Sampled
	StateFailed     State = 6 // terminal: the invitation failed; Sampled
	StateDeclined   State = 7 // terminal: the invitation was declined; in no published payload
	StateCancelled  State = 8 // terminal: the invitation was cancelled; in no published payload. The subcode is spelled Canceled
)

var states = enum.Names[State]{Type: "State", Noun: "state", Texts: []string{
	"None", "Connecting", "Alerting", "TeamRing", "Forwarded", "Connected", "Failed", "Declined", "Cancelled",
}}

// String returns the wire token, "None" for [StateNone], and "State(n)" for any other value.
func (s State) String() string { return states.String(s) }

// GoString returns the text of String, because test frameworks print values with %#v.
func (s State) GoString() string { return s.String() }

// MarshalText writes the text of [State.String]; a value out of range is an error.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads a text that [State.MarshalText] writes; any other text is an error.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }

// Value returns the text of [State.MarshalText] for database/sql; a value out of range is an error.
func (s State) Value() (driver.Value, error) { return enum.Value(s) }

// Scan reads the text of Value from database/sql; NULL is an error.
func (s *State) Scan(column any) error { return enum.Scan(s, column) }

// Progress reports whether the invitation is under way: Connecting, Alerting, TeamRing or Forwarded.
func (s State) Progress() bool { return s >= StateConnecting && s <= StateForwarded }

// Terminal reports whether the invitation has completed: Connected, Failed, Declined or Cancelled.
func (s State) Terminal() bool { return s >= StateConnected && s <= StateCancelled }
