package suite

import (
	"fmt"
	"iter"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/codes/enum"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Spec selects the machine that an implementation is compared with.
type Spec struct {
	Direction transitions.Direction
	Mode      Mode
	Sees      Sees
	Inputs    Inputs
}

func (spec Spec) check() error {
	switch {
	case transitions.New(spec.Direction) == transitions.Invitation{}:
		return fmt.Errorf("suite: %v is no direction, want Incoming or Outgoing", spec.Direction)
	case spec.Mode > Observe:
		return fmt.Errorf("suite: %v is no mode, want Step or Observe", spec.Mode)
	case spec.Inputs > Representatives:
		return fmt.Errorf("suite: %v is no set of inputs, want All, Events or Representatives", spec.Inputs)
	case spec.Sees == 0 || spec.Sees >= SeesVerdict<<1:
		return fmt.Errorf("suite: %v is no set of what is seen, want one or more of %s", spec.Sees,
			strings.Join(seesNames, ", "))
	}
	return nil
}

// Mode is the mode of package transitions that an implementation must follow.
type Mode uint8

// The modes.
const (
	Step    Mode = 0 // for a server, which must refuse everything that is not legal
	Observe Mode = 1 // for a client, which must survive everything that a service sends
)

var modes = enum.Names[Mode]{Type: "Mode", Noun: "mode", Texts: []string{"Step", "Observe"}}

// String returns the name of the method of [transitions.Invitation].
func (m Mode) String() string { return modes.String(m) }

// Role returns "server" for Step and "client" for Observe.
func (m Mode) Role() string {
	if m == Observe {
		return "client"
	}
	return "server"
}

// event returns the method that takes an event in the mode.
func (m Mode) event() func(transitions.Invitation, transitions.Event) (transitions.Invitation, error) {
	if m == Step {
		return transitions.Invitation.Step
	}
	return func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
		next, _, err := i.Observe(e)
		return next, err
	}
}

// Sees is the set of the parts that an implementation shows, one bit each. All parts but the verdict depend on its
// state alone, and are shown from the start. The verdict on an operation is compared without SeesVerdict too, with the
// exceptions in the package comment.
type Sees uint8

// The parts of an answer.
const (
	SeesState   Sees = 1 << iota // the state
	SeesOffers                   // the operations that are offered
	SeesPending                  // the operation that is pending
	SeesReason                   // the reason of a failure
	SeesVerdict                  // whether an event was accepted
)

var seesNames = []string{"state", "offers", "pending", "reason", "verdict"}

// Names returns the names of the parts in the set, such as state, in the order of the constants.
func (s Sees) Names() []string {
	var names []string
	for n, name := range seesNames {
		if s>>n&1 != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String returns a text such as "state, offers and verdict".
func (s Sees) String() string {
	names := s.Names()
	switch {
	case s >= SeesVerdict<<1:
		return fmt.Sprintf("Sees(%d)", uint8(s))
	case s == 0:
		return "nothing"
	case len(names) == 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// look holds the parts that are seen of an invitation. The others are zero.
type look struct {
	state   transitions.State
	offers  transitions.OperationSet
	pending transitions.Operation
	reason  codes.Reason
}

func (s Sees) look(v laws.View) (l look) {
	if s&SeesState != 0 {
		l.state = v.State
	}
	if s&SeesOffers != 0 {
		for _, o := range v.Offers {
			l.offers |= 1 << o
		}
	}
	if s&SeesPending != 0 {
		l.pending = v.Pending
	}
	if s&SeesReason != 0 {
		l.reason = v.Reason
	}
	return l
}

// Inputs selects the alphabet: the inputs that an implementation takes.
type Inputs uint8

// The alphabets.
const (
	All             Inputs = 0 // the 296 events and the 6 operations
	Events          Inputs = 1 // the 296 events, for an implementation without operations
	Representatives Inputs = 2 // one input of each class: few tests, and no guarantee about the other inputs of the class
)

var inputsNames = enum.Names[Inputs]{
	Type: "Inputs", Noun: "set of inputs", Texts: []string{"All", "Events", "Representatives"},
}

// String returns the name of the constant.
func (i Inputs) String() string { return inputsNames.String(i) }

// alphabet yields every event that differs from the others for some machine, and then every operation. An unknown
// subcode is its code alone, and an unknown code is undocumented.
func alphabet(operations bool) iter.Seq[laws.Action] {
	return func(yield func(laws.Action) bool) {
		for t := transitions.EventStarted; t <= transitions.EventCompleted; t++ {
			for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
				last := codes.NoReason
				if t == transitions.EventCompleted {
					if !s.Terminal() {
						continue
					}
					last = codes.Undocumented
				}
				for r := codes.NoReason; r <= last; r++ {
					if !yield(laws.Action{Event: transitions.Event{Type: t, State: s, Reason: r}}) {
						return
					}
				}
			}
		}
		for o := transitions.OperationAccept; operations && o <= transitions.OperationCancel; o++ {
			if !yield(laws.Action{Operation: o}) {
				return
			}
		}
	}
}
