package suite

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// long reports whether the tests take their long form. They ask it while they run, and not before, because go test
// caches results by the variables that tests have read.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// randomTable returns a minimal machine with at most so many states and inputs, and two answers and two looks.
func randomTable(r *rand.Rand, states, inputs int) *table {
	t := &table{inputs: 1 + r.IntN(inputs)}
	n := 1 + r.IntN(states)
	for range n {
		t.look = append(t.look, int32(r.IntN(2)))
		for range t.inputs {
			t.next = append(t.next, int32(r.IntN(n)))
			t.answer = append(t.answer, answer(1+r.IntN(2)))
		}
	}
	all := make([]int32, t.inputs)
	for x := range all {
		all[x] = int32(x)
	}
	return t.restrict(all).minimal()
}

func randomWord(r *rand.Rand, inputs, length int) []int32 {
	word := make([]int32, r.IntN(length+1))
	for n := range word {
		word[n] = int32(r.IntN(inputs))
	}
	return word
}

// randomCore returns a core of random words, or one with an access word to each state and representatives behind it.
func randomCore(r *rand.Rand, t *table) *core {
	var words [][]int32
	var representatives []int32
	k := uint(0)
	if r.IntN(2) == 0 {
		words = t.access()
		k = uint(r.IntN(2))
		for x := range int32(t.inputs) {
			if r.IntN(2) == 0 {
				representatives = append(representatives, x)
			}
		}
	} else {
		for range r.IntN(3) {
			words = append(words, randomWord(r, t.inputs, 2))
		}
	}
	return newCore(t, words, representatives, k)
}

// randomTests returns the complete suite of the core with some of its tests missing, cut short or moved, or random
// words.
func randomTests(r *rand.Rand, c *core) [][]int32 {
	var tests [][]int32
	if r.IntN(4) == 0 {
		for range 1 + r.IntN(30) {
			tests = append(tests, randomWord(r, c.table.inputs, 5))
		}
		return tests
	}
	spare := r.IntN(3)
	for word := range c.tests() {
		word = slices.Clone(word)
		switch spare * r.IntN(12) {
		case 1:
			continue
		case 2:
			word = word[:len(word)-1]
		case 3:
			word = append(word, randomWord(r, c.table.inputs, 2)...)
		case 4:
			word[len(word)-1] = int32(r.IntN(c.table.inputs))
		}
		tests = append(tests, word)
	}
	return tests
}

func asTree(words [][]int32) *tree {
	t := newTree()
	for _, w := range words {
		t.add(w)
	}
	return t
}

// enumeration enumerates every machine that passes the tests and has no more states than the core has words. A cell is
// filled in when a test first comes to it, in every possible way.
type enumeration struct {
	spec  *table
	tests [][]int32
	limit int
	wrong func(*table) bool // asked about each machine, with -1 for the cells that no test comes to
	tried int
}

const open = -1

// search goes on with one test at one of its inputs, in a state of the machine so far. It reports whether one of the
// machines is wrong.
func (e *enumeration) search(m *table, test, at int, s int32) bool {
	if test == len(e.tests) {
		e.tried++
		return e.wrong(m)
	}
	if at == len(e.tests[test]) {
		return e.search(m, test+1, 0, 0)
	}
	x := e.tests[test][at]
	before := e.spec.after(e.tests[test][:at])
	right, a := e.spec.at(before, x)
	look := e.spec.look[right]
	cell := int(s)*m.inputs + int(x)
	if next := m.next[cell]; next != open {
		return m.answer[cell] == a && m.look[next] == look && e.search(m, test, at+1, next)
	}
	m.answer[cell] = a
	found := false
	for next := 0; next <= m.states() && next < e.limit && !found; next++ {
		grown := next == m.states()
		if grown {
			m.look = append(m.look, look)
			for range m.inputs {
				m.next, m.answer = append(m.next, open), append(m.answer, 0)
			}
		}
		if m.look[next] == look {
			m.next[cell] = int32(next)
			found = e.search(m, test, at+1, int32(next))
		}
		if grown {
			m.look = m.look[:next]
			m.next, m.answer = m.next[:next*m.inputs], m.answer[:next*m.inputs]
		}
	}
	m.next[cell] = open
	return found
}

// wrongMachine reports whether some machine passes the tests, has only states that the words of the core reach, and
// answers some word otherwise than the specification.
func wrongMachine(c *core, tests [][]int32) bool {
	spec := c.table
	e := &enumeration{spec: spec, tests: tests, limit: c.len()}
	e.wrong = func(m *table) bool {
		reached := make([]bool, m.states())
		for node := range int32(c.len()) {
			s := int32(0)
			for _, x := range c.word(node) {
				if s = m.next[int(s)*m.inputs+int(x)]; s == open {
					return true // what it does there is anybody's guess
				}
			}
			reached[s] = true
		}
		return !slices.Contains(reached, false) && !equivalent(spec, m)
	}
	m := &table{inputs: spec.inputs, look: spec.look[:1:1]}
	for range m.inputs {
		m.next, m.answer = append(m.next, open), append(m.answer, 0)
	}
	return e.search(m, 0, 0, 0)
}

// equivalent reports whether two machines answer every word alike. A cell that is open is like no other.
func equivalent(a, b *table) bool {
	seen := map[[2]int32]bool{{}: true}
	list := [][2]int32{{}}
	for n := 0; n < len(list); n++ {
		p, q := list[n][0], list[n][1]
		if a.look[p] != b.look[q] {
			return false
		}
		for x := range int32(a.inputs) {
			next, one := a.at(p, x)
			other, two := b.at(q, x)
			if other == open || one != two {
				return false
			}
			if pair := [2]int32{next, other}; !seen[pair] {
				seen[pair] = true
				list = append(list, pair)
			}
		}
	}
	return true
}

// TestTheorem certifies random tests of small random machines, and has every machine of the domain enumerated. A
// certificate must never stand while a wrong machine passes.
func TestTheorem(t *testing.T) {
	want := 400
	if long() {
		want = 2_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	var yes, refuted int
	for yes < want {
		spec := randomTable(r, 4, 3)
		c := randomCore(r, spec)
		if c.len() > 5 {
			continue
		}
		tests := randomTests(r, c)
		certified := true
		for range c.missing(asTree(tests)) {
			certified = false
			break
		}
		if !certified {
			refuted++
			continue
		}
		yes++
		if wrongMachine(c, tests) {
			t.Fatalf("certificate %d stands, and a wrong machine passes: %+v, core %v, tests %v", yes, spec, c.words(), tests)
		}
	}
	if refuted < want/4 {
		t.Errorf("%d certificates refused, want some hundred", refuted)
	}
	t.Logf("%d certificates stand, %d are refused", yes, refuted)
}
