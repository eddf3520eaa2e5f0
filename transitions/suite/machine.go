package suite

import (
	"errors"
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Word is a sequence of inputs, given to a new invitation.
type Word []laws.Action

// Machine is the behaviour of the specification or of an implementation, as far as [Spec.Sees] shows it: the
// deterministic machine with the fewest states that gives the same answers to every word of its alphabet. It is
// read-only, and safe for concurrent use.
type Machine struct {
	spec     Spec
	alphabet []laws.Action
	number   map[laws.Action]int32
	reps     []int32
	full     *table // of the configurations
	least    *table
	looks    []look // by the numbers of the tables
	legal    map[cell]codes.Basis
}

// New returns the machine of package transitions. It returns an error if Direction is neither Incoming nor Outgoing, if
// Mode or Inputs is none of its constants, or if Sees is empty or has an unknown bit.
func New(spec Spec) (*Machine, error) {
	return From(spec, transitions.New, spec.Mode.event(), transitions.Invitation.Do, laws.ViewOf)
}

// maxConfigurations limits the search for the configurations of a machine.
const maxConfigurations = 10_000

// From returns the machine of an implementation that consists of functions on configurations, as [laws.Pure] takes
// them. A configuration is then a value of the type C. From tries every input in every configuration that it finds. It
// returns an error for a spec that New refuses, and for an implementation with more than 10,000 configurations. Such an
// implementation can still be given the tests of a suite.
func From[C comparable](
	spec Spec,
	begin func(transitions.Direction) C,
	event func(C, transitions.Event) (C, error),
	do func(C, transitions.Operation) (C, error),
	view func(C) laws.View,
) (*Machine, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	m, err := explore(spec, begin, event, do, view)
	if err != nil {
		return nil, err
	}
	// The representatives are those of the specification with state and offers, whatever is seen.
	basic := Spec{spec.Direction, spec.Mode, SeesState | SeesOffers, spec.Inputs}
	if spec.Mode == Step {
		basic.Sees |= SeesVerdict
	}
	reference, err := explore(basic, transitions.New, spec.Mode.event(), transitions.Invitation.Do, laws.ViewOf)
	if err != nil {
		return nil, err
	}
	m.reps, _ = reference.full.minimal().representatives()
	if spec.Inputs == Representatives {
		m.full = m.full.restrict(m.reps)
		m.alphabet = m.actions(m.reps)
		for n := range m.reps {
			m.reps[n] = int32(n)
		}
	}
	m.least = m.full.minimal()
	m.legal = authorities(spec.Direction)
	m.number = make(map[laws.Action]int32, len(m.alphabet))
	for x, a := range m.alphabet {
		m.number[a] = int32(x)
	}
	return m, nil
}

// explore builds the table of the configurations, in the order in which a breadth-first search meets them.
func explore[C comparable](
	spec Spec,
	begin func(transitions.Direction) C,
	event func(C, transitions.Event) (C, error),
	do func(C, transitions.Operation) (C, error),
	view func(C) laws.View,
) (*Machine, error) {
	m := &Machine{spec: spec, full: new(table), alphabet: slices.Collect(alphabet(spec.Inputs != Events))}
	m.full.inputs = len(m.alphabet)
	configurations := []C{begin(spec.Direction)}
	known := map[C]int32{configurations[0]: 0}
	looks := map[look]int32{}
	for n := 0; n < len(configurations); n++ {
		if n == maxConfigurations {
			return nil, fmt.Errorf("suite: more than %d configurations, which are too many to search", n)
		}
		c := configurations[n]
		v := view(c)
		seen := spec.Sees.look(v)
		if _, ok := looks[seen]; !ok {
			looks[seen] = int32(len(looks))
			m.looks = append(m.looks, seen)
		}
		m.full.look = append(m.full.look, looks[seen])
		for _, a := range m.alphabet {
			var next C
			var err error
			if a.Operates() {
				next, err = do(c, a.Operation)
			} else {
				next, err = event(c, a.Event)
			}
			if _, ok := known[next]; !ok {
				known[next] = int32(len(configurations))
				configurations = append(configurations, next)
			}
			m.full.next = append(m.full.next, known[next])
			m.full.answer = append(m.full.answer, spec.judge(v, a, err))
		}
	}
	return m, nil
}

// The answers of a machine of the protocol. From refusedWith on they are the status and code of a synchronous error.
const (
	unjudged answer = iota
	accepted
	refused
	refusedWith
)

// judge returns the answer that is compared.
func (spec Spec) judge(v laws.View, a laws.Action, err error) answer {
	switch {
	case !a.Operates() && spec.Sees&SeesVerdict == 0:
		return unjudged
	case a.Operation == transitions.OperationCancel && spec.Direction == transitions.Outgoing &&
		v.State == transitions.StateConnected:
		return unjudged // cancel hangs up then
	case err == nil:
		return accepted
	case !a.Operates():
		return refused
	}
	return refusal(err)
}

// refusal returns the answer for a refused operation. The rows of one status and code are one answer, because the
// subcode is not compared.
func refusal(err error) answer {
	var row codes.Synchronous
	if !errors.As(err, &row) {
		return refused
	}
	for first := range codes.SynchronousErrors() {
		if first.HTTP() == row.HTTP() && first.Code() == row.Code() {
			return refusedWith + answer(first)
		}
	}
	return refused
}

// Spec returns the Spec that the machine was made from.
func (m *Machine) Spec() Spec { return m.spec }

// States returns the number of states.
func (m *Machine) States() int { return m.least.states() }

// Configurations returns the number of configurations that the states were made from.
func (m *Machine) Configurations() int { return m.full.states() }

// Alphabet returns the inputs: 302, 296 without the operations, or the representatives.
func (m *Machine) Alphabet() []laws.Action { return slices.Clone(m.alphabet) }

// Representatives returns the representative of each class of inputs: 10 for an incoming and 15 for an outgoing
// invitation of a server, 16 and 15 for a client. The package comment defines the classes.
func (m *Machine) Representatives() []laws.Action { return m.actions(m.reps) }

func (m *Machine) actions(word []int32) Word {
	actions := make(Word, len(word))
	for n, x := range word {
		actions[n] = m.alphabet[x]
	}
	return actions
}

// inputs returns the numbers of the inputs of w, up to the first input that is not in the alphabet.
func (m *Machine) inputs(w Word) []int32 {
	word := make([]int32, 0, len(w))
	for _, a := range w {
		x, ok := m.number[a]
		if !ok {
			break
		}
		word = append(word, x)
	}
	return word
}

// String returns a text such as "the Outgoing machine of a server that shows state, offers and verdict".
func (m *Machine) String() string {
	return fmt.Sprintf("the %v machine of a %s that shows %v", m.spec.Direction, m.spec.Mode.Role(), m.spec.Sees)
}
