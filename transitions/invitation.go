package transitions

import "github.com/avinvite/avinvite/codes"

// Invitation is the configuration of one invitation: its direction, its state, the operation that is pending
// and, once it has failed, the reason. It is a comparable value of four bytes that can be copied, compared,
// kept in a map key or an array of millions, and shared between goroutines as long as nobody assigns to it
// (see [Atomic]). The zero value is no invitation, and everything refuses it with [ErrInvalid]; [New] makes one.
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

// New is an invitation before its first event. For a value that is neither Incoming nor Outgoing it is the
// zero Invitation.
func New(d Direction) Invitation {
	if d != Incoming && d != Outgoing {
		return Invitation{}
	}
	return invitation(d, StateNone, OperationNone, codes.NoReason)
}

// Direction is the direction given to [New]; zero for the zero Invitation.
func (i Invitation) Direction() Direction { return Direction(i.word & directionBits >> 4) }

// State is the state that the last event brought, [StateNone] before the first one.
func (i Invitation) State() State { return State(i.word & stateBits) }

// Pending is the operation that has been done and has not been answered by a completion; [OperationNone] if none.
func (i Invitation) Pending() Operation { return Operation(i.word >> 8) }

// Reason is why the invitation failed; [codes.NoReason] while it is in progress and when it succeeded.
func (i Invitation) Reason() codes.Reason { return codes.Reason(i.word >> 16) }

// Terminal reports whether the invitation has completed.
func (i Invitation) Terminal() bool { return i.State().Terminal() }

// Succeeded reports whether the invitation has completed and is connected. It does not say that media flow: that
// is the business of another resource.
func (i Invitation) Succeeded() bool { return i.State() == StateConnected }

// String is "Incoming Connecting", "Incoming Connecting, accept pending" or
// "Outgoing Failed (RemoteFailure/Busy)".
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

// GoString is what String is, as that of State.
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
	return e.Type < 4 && e.State < 16 && p.row(i)[e.Type][e.State]>>e.Reason&1 != 0
}

// after is i after e, which is taken as it is.
func (i Invitation) after(e Event) Invitation {
	return Invitation{i.word&kept[e.Type&3] | uint32(e.State) | uint32(e.Reason)<<16}
}

// Step is the reference reader: the invitation after e, if the table has an edge for e. If not, it is i as it
// was and a [*TransitionError]. A server must produce what Step accepts, and a test suite should demand it.
func (i Invitation) Step(e Event) (Invitation, error) {
	if !protocol.legal(i, e) {
		return i, &TransitionError{i, e}
	}
	return i.after(e), nil
}

// Observe is the tolerant reader: what a client must survive. Where [Invitation.Step] has an answer, it gives the same
// and finds nothing odd. For the rest it holds to one promise, that a completion always completes:
//
//   - a completion with a reason that is unknown, missing, or documented for something else completes all the
//     same; a missing reason becomes [codes.Undocumented], and a reason that comes with success is dropped;
//   - a state that is documented for the other direction, and an update back to Connecting, are taken as they are;
//   - a start that comes late and an update that names a terminal state change nothing: the first is old news,
//     the second will be followed by the completion;
//   - a repetition, an event with the very state and reason that the invitation has, changes nothing and is not odd.
//
// What was odd is the second result. There is an error, and no change, only for an event after the completion
// that says something else, and for a value that is no event or no invitation.
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

// Operations is what the invitation offers now: while it is in progress and nothing is pending, the operations
// of its direction; at any other time nothing.
func (i Invitation) Operations() OperationSet {
	if !i.State().Progress() || i.Pending() != OperationNone {
		return 0
	}
	return offered[i.Direction()&3]
}

// Do is the invitation after the application has done o: pending, and with all its operations withdrawn.
// [OperationStartAdhocMeeting], which starts another invitation, leaves it as it is. If o is not offered, Do returns i
// as it was and an [*OperationError] with the synchronous error that the PAGE documents for it.
//
// A cancel of a connected outgoing invitation is refused too, but it hangs up ([Invitation.HangsUp]): a server may
// accept it, and the invitation stays as it is either way.
func (i Invitation) Do(o Operation) (Invitation, error) {
	if !i.Operations().Has(o) {
		return i, refuse(i, o)
	}
	if !pends.Has(o) {
		return i, nil
	}
	return Invitation{i.word | uint32(o)<<8}, nil
}

// HangsUp reports whether o hangs up the call of i: o is cancel, and i is outgoing and connected. The link of cancel is
// that of the call then, so that no answer to it is demanded, and i stays as it is (Inferred).
func (i Invitation) HangsUp(o Operation) bool {
	return o == OperationCancel && i.Direction() == Outgoing && i.State() == StateConnected
}
