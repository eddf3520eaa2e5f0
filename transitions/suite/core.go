package suite

import (
	"iter"
	"slices"
)

// core is the C of the theorem: a prefix-closed set of words, with the state of the machine after each.
type core struct {
	*tree
	table *table
	state []int32
}

// newCore returns the core A.R^(<=k) of access words A and representatives R.
func newCore(t *table, access [][]int32, representatives []int32, k uint) *core {
	c := &core{tree: newTree(), table: t}
	for _, word := range access {
		c.add(word)
	}
	for from := 0; k > 0; k-- {
		// The words of the last round are the only ones that can have new continuations.
		to := c.len()
		for node := from; node < to; node++ {
			for _, x := range representatives {
				c.grow(int32(node), x)
			}
		}
		from = to
		if c.len() == to {
			break
		}
	}
	c.state = c.run(t)
	return c
}

// frontier yields the words of C.I that are not in C, as a node of C and an input, the shortest first.
func (c *core) frontier() iter.Seq2[int32, int32] {
	return func(yield func(node, input int32) bool) {
		for _, node := range c.byLength() {
			for x := range int32(c.table.inputs) {
				if _, inner := c.find[branch{node, x}]; !inner && !yield(node, x) {
					return
				}
			}
		}
	}
}

// tests yields the complete suite of the core, prefix-free and the shortest first: every word of C.I, continued with the
// words that separate the state after it from those that look like it. The caller must not keep the word.
//
// The words that separate the states after words of the core are then in the suite, too. Let r be in the core, and xv
// separate the state after it from another. rx is in C.I, and v is empty or separates the two next states, which look
// alike: the rest of a separator is the separator of the next states. Hence v is behind rx, by induction if rx is in C.
func (c *core) tests() iter.Seq[[]int32] {
	sep := c.table.separators()
	endings := make([][][]int32, c.table.states())
	longest := 0
	for s := range endings {
		if endings[s] = sep.identifiers(int32(s)); endings[s] == nil {
			endings[s] = [][]int32{{}}
		}
		for _, e := range endings[s] {
			longest = max(longest, len(e))
		}
	}
	nodes := c.byLength()
	deepest := int(c.depth[nodes[len(nodes)-1]])
	return func(yield func([]int32) bool) {
		var word []int32
		for length := 1; length <= deepest+1+longest; length++ {
			for _, node := range nodes {
				left := length - int(c.depth[node]) - 1
				if left < 0 || left > longest {
					continue
				}
				word = append(word[:0], c.word(node)...)
				for x := range int32(c.table.inputs) {
					if _, inner := c.find[branch{node, x}]; inner {
						continue
					}
					s, _ := c.table.at(c.state[node], x)
					for _, e := range endings[s] {
						if len(e) == left && !yield(append(append(word, x), e...)) {
							return
						}
					}
				}
			}
		}
	}
}

// size counts the tests, and their inputs.
func (c *core) size() (tests, symbols int) {
	for word := range c.tests() {
		tests++
		symbols += len(word)
	}
	return tests, symbols
}

// words returns the words of the core, the shortest first.
func (c *core) words() [][]int32 {
	var words [][]int32
	for _, node := range c.byLength() {
		words = append(words, c.word(node))
	}
	return slices.Clip(words)
}
