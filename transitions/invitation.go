package transitions

import (
	"errors"

	"github.com/avinvite/avinvite/codes"
)

// Invitation is the configuration of one invitation: its direction, its state, the operation that is pending and, once
// it has failed, the reason. It is a comparable value of four bytes: it can be copied, be the key of a map, and be kept
// in an array of millions. Goroutines can share it as long as none of them assigns to it (see [Atomic]). The zero value
// is no invitation, and refuses every event and every operation with [ErrInvalid]; [New] makes an invitation. The text
// of the zero value is empty and its JSON form is null, so that a struct with one can be written and read.
type Invitation struct {
	// From the low bits: state 4, direction 2, nothing 2, pending operation 8, reason 8. The first six bits
	// are the row of the relation, which is why they lie together.
	word uint32
}

const (
	stateBits     = 0x00000f
	directionBits = 0x000030
	rowBits       = stateBits | directionBits
	pendingBits   = 0x00ff00
)

func invitation(d Direction, s State, pending Operation, r codes.Reason) Invitation {
	return Invitation{uint32(s) | uint32(d)<<4 | uint32(pending)<<8 | uint32(r)<<16}
}

// New returns an invitation before its first event, or the zero Invitation for a value that is no direction.
func New(d Direction) Invitation {
	if d != Incoming && d != Outgoing {
		return Invitation{}
	}
	return invitation(d, StateNone, OperationNone, codes.NoReason)
}

// Direction returns the direction given to [New], zero for the zero Invitation.
func (i Invitation) Direction() Direction { return Direction(i.word & directionBits >> 4) }

// State returns the state of the last event, [StateNone] before the first event.
func (i Invitation) State() State { return State(i.word & stateBits) }

// Pending returns the operation that the application has done and for which no completed event has come yet,
// [OperationNone] if there is none.
func (i Invitation) Pending() Operation { return Operation(i.word >> 8) }

// Reason returns why the invitation failed, [codes.NoReason] while it is in progress and if it succeeded.
func (i Invitation) Reason() codes.Reason { return codes.Reason(i.word >> 16) }

// Terminal reports whether the invitation has completed.
func (i Invitation) Terminal() bool { return i.State().Terminal() }

// Succeeded reports whether the invitation has completed and is connected. Media may not flow yet: another resource
// reports that.
func (i Invitation) Succeeded() bool { return i.State() == StateConnected }

// String returns a text such as "Incoming Connecting", "Incoming Connecting, accept pending" or "Outgoing Failed
// (RemoteFailure/Busy)", and "invalid" for the zero Invitation.
func (i Invitation) String() string {
	if i == (Invitation{}) {
		return "invalid"
	}
	s := i.Direction().String() + " " + i.State().String()
	if o := i.Pending(); o != OperationNone {
		s += ", " + o.String() + " pending"
	}
	if r := i.Reason(); r != codes.NoReason {
		s += " (" + r.String() + ")"
	}
	return s
}

// GoString returns the text of String, because test frameworks print values with %#v.
func (i Invitation) GoString() string { return i.String() }

// kept is the part of an invitation that survives an event of each type: the direction always, and the pending
// operation until the completion.
var kept = [4]uint32{
	EventStarted:   directionBits | pendingBits,
	EventUpdated:   directionBits | pendingBits,
	EventCompleted: directionBits,
}

// legal reports whether the relation has an edge from i by e. A reason that is out of range shifts every bit out.
func (p *relation) legal(i Invitation, e Event) bool {
	return e.Type < 4 && e.State < 16 && p.at(i)[e.Type][e.State]>>e.Reason&1 != 0
}

// after returns i after e, whether or not e is legal.
func (i Invitation) after(e Event) Invitation {
	return Invitation{i.word&kept[e.Type&3] | uint32(e.State) | uint32(e.Reason)<<16}
}

// Step returns the invitation after e, if the table has an edge for e, and otherwise i and a [*TransitionError]. This
// is the reference mode: a server must send only events that Step accepts, and a test suite should demand this.
func (i Invitation) Step(e Event) (Invitation, error) {
	if !protocol.legal(i, e) {
		return i, &TransitionError{i, e}
	}
	return i.after(e), nil
}

// Observe returns the invitation after e, and the rule that an odd e broke. This is the tolerant mode: a client must
// survive more than [Invitation.Step] accepts. An event that Step accepts has the same effect here and is not odd. For
// the other events, Observe keeps one promise: every completed event ends an invitation that has not ended.
//
//   - A completed event ends the invitation also if its reason is unknown, missing, or documented for the other
//     direction or another state. A missing reason becomes [codes.Undocumented]. A reason beside success is dropped.
//   - A state of the other direction, and an update back to Connecting, are accepted.
//   - A started event that comes late changes nothing, because another event has overtaken it. An update that names a
//     terminal state changes nothing, because a completed event will follow it.
//   - A repetition changes nothing and is not odd. While the invitation is in progress, it is a started or updated
//     event with the invitation's state. After the completion, it is a completed event with the invitation's state and
//     reason.
//
// Observe returns an error, and changes nothing, in two cases only: for an event after the completion, unless the event
// is a repetition; and for a value that is no event or no invitation.
func (i Invitation) Observe(e Event) (Invitation, Oddity, error) {
	return protocol.observe(i, e)
}

func (p *relation) observe(i Invitation, e Event) (Invitation, Oddity, error) {
	if p.legal(i, e) {
		return i.after(e), Oddity{}, nil
	}
	rule, basis := p.why(i, e)
	if rule == ErrInvalid {
		return i, Oddity{}, &TransitionError{i, e}
	}
	taken := e
	if e.Type == EventCompleted {
		switch {
		case e.State == StateConnected:
			taken.Reason = codes.NoReason
		case e.Reason == codes.NoReason:
			taken.Reason = codes.Undocumented
		}
	}
	switch {
	case i.State() == taken.State && i.Reason() == taken.Reason && i.Terminal() == (e.Type == EventCompleted):
		return i, Oddity{}, nil
	case i.Terminal():
		return i, Oddity{}, &TransitionError{i, e}
	case e.Type == EventStarted && i.State() != StateNone, e.Type != EventCompleted && e.State.Terminal():
		return i, Oddity{rule, basis}, nil
	default:
		return i.after(taken), Oddity{rule, basis}, nil
	}
}

// Operations returns the operations that the invitation offers now: those of its direction while it is in progress and
// no operation is pending, and none at any other time.
func (i Invitation) Operations() OperationSet {
	if !i.State().Progress() || i.Pending() != OperationNone {
		return 0
	}
	return offered[i.Direction()&3]
}

// Do returns the invitation after the application has done o: o is pending, and from then on no operation is offered.
// [OperationStartAdhocMeeting] starts another invitation and leaves this one unchanged. If o is not offered, Do returns
// i and an [*OperationError] with the synchronous error to answer with.
//
// Do also refuses to cancel a connected outgoing invitation. A server may accept such a request, because it hangs up
// the call ([Invitation.HangsUp]); the invitation stays unchanged in either case.
func (i Invitation) Do(o Operation) (Invitation, error) {
	if !i.Operations().Has(o) {
		return i, refuse(i, o)
	}
	if !pends.Has(o) {
		return i, nil
	}
	return Invitation{i.word | uint32(o)<<8}, nil
}

// HangsUp reports whether o hangs up the call of i: o is cancel, and i is outgoing and connected. The invitation's link
// cancel has an address of the modality, which is the audio/video resource of the call and outlives the invitation.
// Therefore a server may accept or refuse the request, and i stays unchanged (Inferred from UCWA/cancel_ref.md: "will
// either fail the outgoing invitation or disconnect the corresponding modality").
func (i Invitation) HangsUp(o Operation) bool {
	return o == OperationCancel && i.Direction() == Outgoing && i.State() == StateConnected
}

// DoRequest is [Invitation.Do] with the body of the request. A request that is wrong in several ways is refused in this
// order (Inferred): NotFound by Do, BadRequest by [Request.Check], Conflict by Do.
func (i Invitation) DoRequest(o Operation, r Request) (Invitation, error) {
	next, err := i.Do(o)
	if err == nil || errors.Is(err, ErrPending) {
		if wrong := r.Check(o); wrong != nil {
			return i, wrong
		}
	}
	return next, err
}
