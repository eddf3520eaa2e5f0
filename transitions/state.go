package transitions

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
)

// Direction says who invites: the other side (Incoming) or the application (Outgoing). It is fixed for the
// life of an invitation. PAGE, Properties, "direction"; the members are those of UCWA/Direction_ref.md.
type Direction = codes.Direction

// The two directions, as the package codes spells them.
const (
	Incoming = codes.Incoming // the application is invited
	Outgoing = codes.Outgoing // the application invites
)

// State is the property "state" of an invitation, a type that the package codes shares, as it shares Direction.
type State = codes.State

// The states, as the package codes spells them.
const (
	StateNone       = codes.StateNone
	StateConnecting = codes.StateConnecting
	StateAlerting   = codes.StateAlerting
	StateTeamRing   = codes.StateTeamRing
	StateForwarded  = codes.StateForwarded
	StateConnected  = codes.StateConnected
	StateFailed     = codes.StateFailed
	StateDeclined   = codes.StateDeclined
	StateCancelled  = codes.StateCancelled
)

// ParseState reads a state as the wire spells it. "None" is not on the wire and is refused.
func ParseState(token string) (State, error) {
	var wanted []string
	for s := StateConnecting; s <= StateCancelled; s++ {
		if s.String() == token {
			return s, nil
		}
		wanted = append(wanted, s.String())
	}
	return StateNone, fmt.Errorf("transitions: %.40q is no state of an invitation, want one of %s", token,
		strings.Join(wanted, ", "))
}

// EventType is the "type" of an event about an invitation: one of the three that the PAGE lists under Events.
type EventType uint8

// The event types.
const (
	EventStarted   EventType = 1 // "Delivered when an audio/video invitation is started."
	EventUpdated   EventType = 2 // the invitation has changed and is still under way
	EventCompleted EventType = 3 // the invitation has ended, well or not; nothing follows it
)

var eventTypes = enum.Names[EventType]{Package: "transitions", Type: "EventType", Texts: []string{
	EventStarted: "started", EventUpdated: "updated", EventCompleted: "completed",
}}

// String is the wire token, or "EventType(n)" for a value that is no event type.
func (t EventType) String() string { return eventTypes.String(t) }

// MarshalText is the wire token; a value that is no event type is an error.
func (t EventType) MarshalText() ([]byte, error) {
	return eventTypes.Marshal(t)
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (t *EventType) UnmarshalText(text []byte) error {
	return eventTypes.Unmarshal(t, text)
}

// Operation is a link of the invitation that the application may POST to. PAGE, Links; which direction
// offers which one is Sampled (the links of real payloads).
type Operation uint8

// The operations. All are offered by incoming invitations only, except cancel, which only outgoing ones offer.
const (
	OperationNone              Operation = 0 // no operation; what Invitation.Pending says when none is pending
	OperationAccept            Operation = 1 // "Accepts an incoming invitation."
	OperationAcceptAndBridge   Operation = 2 // "accept an incoming invitation and bridge with conference"
	OperationDecline           Operation = 3 // "Declines an incoming invitation."
	OperationForward           Operation = 4 // "forward an incoming invitation"
	OperationStartAdhocMeeting Operation = 5 // starts another invitation and leaves this one as it is (Inferred)
	OperationCancel            Operation = 6 // "Cancels the corresponding invitation."
)

var operations = enum.Names[Operation]{Package: "transitions", Type: "Operation", Texts: []string{
	"none", "accept", "acceptAndBridge", "decline", "forward", "startAdhocMeeting", "cancel",
}}

// String is the link's relation without its prefix, "none" for [OperationNone], and "Operation(n)" for a value
// that is no operation.
func (o Operation) String() string { return operations.String(o) }

// MarshalText is the text of String; a value that is no operation is an error.
func (o Operation) MarshalText() ([]byte, error) {
	return operations.Marshal(o)
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Operation) UnmarshalText(text []byte) error {
	return operations.Unmarshal(o, text)
}

// OperationSet is a set of operations, what an invitation offers: bit o stands for the Operation o.
type OperationSet uint8

// Has reports whether o is in the set.
func (s OperationSet) Has(o Operation) bool { return o != OperationNone && s>>o&1 != 0 }

// Len counts the operations in the set.
func (s OperationSet) Len() int { return bits.OnesCount8(uint8(s)) }

// All yields the operations in the set in the order of the constants.
func (s OperationSet) All() iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		for o := OperationAccept; o <= OperationCancel; o++ {
			if s.Has(o) && !yield(o) {
				return
			}
		}
	}
}

// ReasonSet is a set of reasons, one bit each: the 57 documented ones fit one word. [codes.NoReason] is a
// member like any other and means that an event without a reason is in the set.
type ReasonSet uint64

// Has reports whether r is in the set. A value that is no documented reason is in no set.
func (s ReasonSet) Has(r codes.Reason) bool { return s>>r&1 != 0 }

// Len counts the reasons in the set.
func (s ReasonSet) Len() int { return bits.OnesCount64(uint64(s)) }

// All yields the reasons in the set in the order of the PAGE, [codes.NoReason] first.
func (s ReasonSet) All() iter.Seq[codes.Reason] {
	return func(yield func(codes.Reason) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(codes.Reason(bits.TrailingZeros64(uint64(s)))) {
				return
			}
		}
	}
}
