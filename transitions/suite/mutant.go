package suite

import (
	"iter"
	"slices"

	"github.com/avinvite/avinvite/codes/enum"
)

// Fault is a class of wrong machines.
type Fault uint8

// The faults of first order, and those behind one extra state. The extra state is a copy of a state, except for the
// fault, as if one input had set a flag. An input that does not change the original state does not change the copy
// either. Every other input leads from the copy to the state to which it leads from the original.
const (
	WrongAnswer    Fault = 0 // the answer to one input in one state is wrong
	WrongLook      Fault = 1 // one state shows the parts of another state
	WrongState     Fault = 2 // one input leads from one state to a wrong one
	HiddenAnswer   Fault = 3 // the answer to one input in an extra state is wrong
	HiddenTransfer Fault = 4 // one input leads from an extra state to a wrong one
)

// Faults is the number of values of [Fault].
const Faults = 5

var faultNames = enum.Names[Fault]{Type: "Fault", Noun: "fault", Texts: []string{
	"wrong answer", "wrong look", "wrong state", "wrong answer of an extra state", "wrong state after an extra state",
}}

// Hidden reports whether the fault lies behind an extra state.
func (f Fault) Hidden() bool { return f == HiddenAnswer || f == HiddenTransfer }

// String returns the fault in words, such as "wrong answer".
func (f Fault) String() string { return faultNames.String(f) }

// mutant is a table with one fault.
type mutant struct {
	*table
	fault  Fault
	state  int32  // has the fault; if that lies in an extra state, the state in whose place it stands
	input  int32  // has the wrong effect
	answer answer // the answer to it
	next   int32  // the state after it; of a wrong look, the state whose look is shown
	entry  branch // the state and the input that lead to the extra state
}

// mutants yields each machine with one fault: any other answer that is given to such an input, the look of any other
// state, and any other state after an input. Extra states are entered from any state by a representative. The mutants
// with the same entry come one after the other.
func (t *table) mutants(representatives []int32, alternatives [][]answer) iter.Seq[mutant] {
	states := int32(t.states())
	return func(yield func(mutant) bool) {
		// cell yields the faults of one input.
		cell := func(m mutant, wrongAnswer, wrongState Fault) bool {
			next, right := t.at(m.state, m.input)
			m.fault, m.next = wrongAnswer, next
			for _, m.answer = range alternatives[m.input] {
				if m.answer != right && right != unjudged && !yield(m) {
					return false
				}
			}
			m.fault, m.answer = wrongState, right
			for m.next = range states {
				if m.next != next && !yield(m) {
					return false
				}
			}
			return true
		}
		for s := range states {
			for other := range states {
				m := mutant{table: t, fault: WrongLook, state: s, input: -1, next: other, entry: branch{-1, -1}}
				if t.look[s] != t.look[other] && !yield(m) {
					return
				}
			}
			for x := range int32(t.inputs) {
				if !cell(mutant{table: t, state: s, input: x, entry: branch{-1, -1}}, WrongAnswer, WrongState) {
					return
				}
			}
		}
		for s := range states {
			for _, r := range representatives {
				place, _ := t.at(s, r)
				for x := range int32(t.inputs) {
					if !cell(mutant{table: t, state: place, input: x, entry: branch{s, r}}, HiddenAnswer, HiddenTransfer) {
						return
					}
				}
			}
		}
	}
}

// hidden reports whether the fault lies in an extra state. Its number is that of the states of the right machine.
func (m *mutant) hidden() bool { return m.entry.node >= 0 }

// at returns what an input does in a state of the wrong machine, looks apart.
func (m *mutant) at(state, input int32) (next int32, a answer) {
	faulty, extra := m.state, int32(m.states())
	if m.hidden() {
		faulty = extra
	}
	if state == faulty && input == m.input {
		return m.next, m.answer
	}
	place := state
	if state == extra {
		place = m.state
	}
	next, a = m.table.at(place, input)
	if m.entry == (branch{place, input}) || state == extra && next == place {
		next = extra
	}
	return next, a
}

// shows returns what a state of the wrong machine shows.
func (m *mutant) shows(state int32) int32 {
	switch {
	case m.fault == WrongLook && state == m.state:
		return m.look[m.next]
	case int(state) == m.states():
		return m.look[m.state]
	}
	return m.look[state]
}

// Tally is a number of mutants, and the number of those that tests kill.
type Tally struct{ Killed, Total int }

// Kill runs every mutant of the machine on the tests. A mutant that gives a wrong answer to a test is killed. The index
// of the array is a [Fault].
//
// The mutants are all machines with one fault. A wrong answer to an event is any answer, except the right one, that the
// machine gives to some event in some state. A wrong answer to an operation is likewise an answer to some operation. A
// state with a wrong look shows the parts of any other state, and a wrong state is any other state. Extra states are
// entered from any state by a representative, so the faults behind them are in the domain of k = 1.
//
// A mutant is right until a test reaches its fault. Therefore it is run only on the tests that reach the fault, from
// there on. The machines of both directions that show state, offers, pending and reason have 24 million mutants, which
// take some seconds.
func (m *Machine) Kill(tests iter.Seq[Word]) [Faults]Tally {
	t := newTree()
	for w := range tests {
		t.add(m.inputs(w))
	}
	return newTrial(m.least, t).kill(m.least.mutants(m.reps, m.alternatives()))
}

// alternatives returns, for each input, the answers that some state gives to some input of its kind.
func (m *Machine) alternatives() [][]answer {
	var events, operations []answer
	all := make([][]answer, len(m.alphabet))
	for s := range int32(m.least.states()) {
		for x, action := range m.alphabet {
			kind := &events
			if action.Operates() {
				kind = &operations
			}
			if _, a := m.least.at(s, int32(x)); a != unjudged && !slices.Contains(*kind, a) {
				*kind = append(*kind, a)
			}
		}
	}
	for x, action := range m.alphabet {
		all[x] = events
		if action.Operates() {
			all[x] = operations
		}
	}
	return all
}

// trial is a set of tests, prepared for running mutants.
type trial struct {
	tests   *tree
	table   *table
	state   []int32            // of the right machine, after each node
	reached []bool             // the states that some test leads to
	by      map[branch][]int32 // the nodes behind each input in each state, the state as the node of the branch

	entry  branch            // of the extra state under trial
	extra  []bool            // the nodes after which the mutant is in the extra state, unless it has come to its fault
	behind map[int32][]int32 // the nodes behind each input in the extra state
}

func newTrial(t *table, tests *tree) *trial {
	r := &trial{
		tests: tests, table: t, state: tests.run(t), reached: make([]bool, t.states()), by: map[branch][]int32{},
		entry: branch{-1, -1}, extra: make([]bool, tests.len()), behind: map[int32][]int32{},
	}
	for node, s := range r.state {
		r.reached[s] = true
		if node > 0 {
			at := branch{r.state[tests.parent[node]], tests.label[node]}
			r.by[at] = append(r.by[at], int32(node))
		}
	}
	return r
}

// enter takes another entry of the extra state, which stands in for place.
func (r *trial) enter(entry branch, place int32) {
	r.entry = entry
	clear(r.extra)
	clear(r.behind)
	nodes := slices.Clone(r.by[entry])
	for len(nodes) > 0 {
		node := nodes[len(nodes)-1]
		nodes = nodes[:len(nodes)-1]
		if r.extra[node] {
			continue
		}
		r.extra[node] = true
		for c := r.tests.child[node]; c != 0; c = r.tests.sibling[c] {
			r.behind[r.tests.label[c]] = append(r.behind[r.tests.label[c]], c)
			if r.state[c] == place {
				nodes = append(nodes, c)
			}
		}
	}
}

func (r *trial) kill(mutants iter.Seq[mutant]) (tally [Faults]Tally) {
	for m := range mutants {
		if m.hidden() && m.entry != r.entry {
			r.enter(m.entry, m.state)
		}
		tally[m.fault].Total++
		killed := false
		switch m.fault {
		case WrongLook:
			killed = r.reached[m.state]
		case WrongAnswer, WrongState:
			killed = r.kills(&m, r.by[branch{m.state, m.input}])
		case HiddenAnswer, HiddenTransfer:
			killed = r.kills(&m, r.behind[m.input])
		}
		if killed {
			tally[m.fault].Killed++
		}
	}
	return tally
}

// kills reports whether the mutant gives a wrong answer in a test that leads to one of the nodes behind its fault.
func (r *trial) kills(m *mutant, nodes []int32) bool {
	_, right := r.table.at(m.state, m.input)
	for _, node := range nodes {
		if m.answer != right || r.first(m, node) && r.differs(m, node, r.state[node], m.next) {
			return true
		}
	}
	return false
}

// first reports whether no test on the way to a node behind the fault comes to the fault before. The mutant is in the
// state that the node's is taken for only then.
func (r *trial) first(m *mutant, node int32) bool {
	for node = r.tests.parent[node]; node > 0; node = r.tests.parent[node] {
		before := r.tests.parent[node]
		if r.tests.label[node] != m.input || r.state[before] != m.state {
			continue
		}
		if !m.hidden() || r.extra[before] {
			return false
		}
	}
	return true
}

// differs reports whether the mutant in state q looks other than the right machine in state p, or gives another answer
// in a test that goes on from the node.
func (r *trial) differs(m *mutant, node, p, q int32) bool {
	if r.table.look[p] != m.shows(q) {
		return true
	}
	for c := r.tests.child[node]; c != 0; c = r.tests.sibling[c] {
		next, right := r.table.at(p, r.tests.label[c])
		other, wrong := m.at(q, r.tests.label[c])
		if right != wrong || r.differs(m, c, next, other) {
			return true
		}
	}
	return false
}
