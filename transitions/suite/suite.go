package suite

import (
	"iter"

	"github.com/avinvite/avinvite/codes/enum"
)

// Core says which words a suite takes for the access words A of the theorem.
type Core uint8

// The cores.
const (
	// Configurations has a shortest word to each configuration of package transitions, of which there are 106 for a
	// server. A fault behind one reason is then no hidden state.
	Configurations Core = 0
	// States has a shortest word to each state of the machine. It is shorter, and its guarantee weaker: a fault behind
	// one reason that the machine does not show is a hidden state.
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

// Suite returns the complete suite whose core is the access words with at most k representatives behind each. The tests
// are generated while they are read; the words of the core are held in memory, of which there are some 20,000 for k =
// 2.
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

// Depth returns how deep a hidden state lies that the last action of a word shows: the number of actions between the
// longest access word that the word begins with and the last action. It is 0 if the answer to the last action is wrong in
// the configuration that an access word leads to, which is no hidden state.
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

// Size returns the number of tests, and of inputs in them. It generates the suite.
func (s *Suite) Size() (tests, symbols int) { return s.core.size() }
