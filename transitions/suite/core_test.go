package suite

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCompleteSuites holds the suites of random machines to what the theorem asks of them, and to their form.
func TestCompleteSuites(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		c := randomCore(r, randomTable(r, 6, 3))
		tests := newTree()
		length, count := 0, 0
		for word := range c.tests() {
			if len(word) < length {
				t.Fatalf("%v: a test of %d inputs behind one of %d", c.words(), len(word), length)
			}
			length = len(word)
			tests.add(word)
			count++
		}
		if leaves := tests.leaves(); len(leaves) != count {
			t.Fatalf("%v: %d tests, of which %d are no prefix of another", c.words(), count, len(leaves))
		}
		for o := range c.missing(tests) {
			t.Fatalf("%v: the suite %v lacks %v", c.words(), tests.leaves(), o)
		}
	}
}

// TestClosing takes tests that lack something, and adds what closing returns.
func TestClosing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var closed, least int
	for range 4000 {
		c := randomCore(r, randomTable(r, 5, 3))
		words := randomTests(r, c)
		more := c.closing(asTree(words))
		all := asTree(slices.Concat(words, more))
		for o := range c.missing(all) {
			t.Fatalf("%v: tests %v, and further tests %v, lack %v", c.words(), words, more, o)
		}
		if more == nil {
			continue
		}
		closed++
		// Each of the further tests is needed where all states look different: without it, some word is absent.
		if len(c.table.separators().first) > 0 {
			continue
		}
		least++
		for n := range more {
			lacking := asTree(slices.Concat(words, more[:n], more[n+1:]))
			if c.covered(lacking) {
				t.Fatalf("%v: tests %v do not need %v", c.words(), words, more[n])
			}
		}
	}
	if closed < 500 || least < 100 {
		t.Errorf("%d sets of tests closed, %d of them with the fewest tests, want some hundred", closed, least)
	}
}

// TestSeparators compares each separating word with a search over pairs of states.
func TestSeparators(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		m := randomTable(r, 6, 3)
		sep := m.separators()
		for a := range int32(m.states()) {
			for b := range a {
				word := sep.word(a, b)
				if want := distance(m, a, b); len(word) != want {
					t.Fatalf("%+v: %v separates %d and %d, want a word of %d inputs", m, word, a, b, want)
				}
				if !separates(m, word, a, b) {
					t.Fatalf("%+v: %v does not separate %d and %d", m, word, a, b)
				}
			}
		}
	}
}

// distance returns the length of a shortest word that separates two states, found by trying longer and longer words.
func distance(m *table, a, b int32) int {
	words := [][]int32{{}}
	for length := 0; ; length++ {
		var longer [][]int32
		for _, word := range words {
			if separates(m, word, a, b) {
				return length
			}
			for x := range int32(m.inputs) {
				longer = append(longer, append(slices.Clip(word), x))
			}
		}
		words = longer
	}
}

func separates(m *table, word []int32, a, b int32) bool {
	for _, x := range word {
		if m.look[a] != m.look[b] {
			return true
		}
		next, one := m.at(a, x)
		other, two := m.at(b, x)
		if one != two {
			return true
		}
		a, b = next, other
	}
	return m.look[a] != m.look[b]
}

// TestMinimal merges the states of machines that have been doubled, and loses no behaviour.
func TestMinimal(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 1000 {
		m := randomTable(r, 6, 3)
		n := int32(m.states())
		double := &table{inputs: m.inputs}
		for copied := range 2 * n {
			s := copied % n
			double.look = append(double.look, m.look[s])
			for x := range int32(m.inputs) {
				next, a := m.at(s, x)
				double.next = append(double.next, next+n*int32(r.IntN(2)))
				double.answer = append(double.answer, a)
			}
		}
		least := double.minimal()
		if least.states() != m.states() || !equivalent(m, least) {
			t.Fatalf("%+v doubled is %+v, and minimal %+v", m, double, least)
		}
	}
}
