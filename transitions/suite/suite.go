package suite

import (
	"iter"

	"github.com/avinvite/avinvite/codes/enum"
)

// Core selects the access words of a suite, the A of the corollary. The core C of the suite is these words, each
// continued with at most k representatives.
type Core uint8

// The cores.
const (
	// Configurations has a shortest word to each configuration, of which a server has 106, both directions together. A
	// fault that shows only after one reason is then found with k = 0, because configurations with different reasons
	// are different.
	Configurations Core = 0
	// States has a shortest word to each state of the machine. Its suites are smaller, and their guarantee is weaker: a
	// fault that shows only after one reason is behind a hidden state, unless the machine shows the reason.
	States Core = 1
)

var cores = enum.Names[Core]{Type: "Core", Noun: "core", Texts: []string{"Configurations", "States"}}

// String returns the name of the constant.
func (c Core) String() string { return cores.String(c) }

// Suite is the complete suite of a machine for one core and one k.
type Suite struct {
	machine *Machine
	kind    Core
	k       uint
	words   int // access words
	core    *core
}

// Suite returns the complete suite whose core is the access words, each continued with at most k representatives. The
// tests are generated while they are read. The words of the core are held in memory: some 20,000 for k = 2.
func (m *Machine) Suite(c Core, k uint) *Suite {
	access := m.access(c)
	return &Suite{m, c, k, len(access), newCore(m.least, access, m.reps, k)}
}

func (m *Machine) access(c Core) [][]int32 {
	if c == States {
		return m.least.access()
	}
	return m.full.access()
}

// Tests yields the tests: shortest first, and none is a prefix of another.
func (s *Suite) Tests() iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for word := range s.core.tests() {
			if !yield(s.machine.actions(word)) {
				return
			}
		}
	}
}

// Core yields the words of the core, shortest first. For k = 0 they are the access words.
func (s *Suite) Core() iter.Seq[Word] {
	return func(yield func(Word) bool) {
		for _, node := range s.core.byLength() {
			if !yield(s.machine.actions(s.core.word(node))) {
				return
			}
		}
	}
}

// Depth returns the depth of the state in which the last input of w is given: the number of inputs between the longest
// access word that w begins with and the last input. If the answer to the last input is wrong and the depth is 0, the
// fault is in a state that an access word leads to; otherwise the fault is behind a hidden state.
func (s *Suite) Depth(w Word) int {
	access := newCore(s.machine.least, s.machine.access(s.kind), nil, 0)
	word := s.machine.inputs(w)
	node, length := int32(0), 0
	for length < len(word)-1 {
		next, ok := access.find[branch{node, word[length]}]
		if !ok {
			break
		}
		node = next
		length++
	}
	return max(len(word)-1-length, 0)
}

// Size returns the number of tests, and the number of inputs in all tests. It generates the suite to count them.
func (s *Suite) Size() (tests, inputs int) { return s.core.size() }
