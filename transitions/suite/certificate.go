package suite

import (
	"cmp"
	"encoding/binary"
	"iter"
	"maps"
	"slices"
)

// Certificate states the guarantee that passing a set of tests gives.
type Certificate struct {
	// K is the largest k whose obligations the tests meet. An implementation that passes is right, if each of its
	// states is reached by an access word and at most K representatives. K is -1 if the tests do not meet the
	// obligations for 0.
	K int

	machine *Machine
	core    Core
	tests   *tree
}

// Certify returns the certificate of tests. Each test is cut before the first input that is not in the alphabet. The
// tests are held in memory. The cost is a pass over the tests, and a pass over the obligations for each k up to K+1:
// some 0.2 seconds for a suite of 300,000 tests.
func (m *Machine) Certify(c Core, tests iter.Seq[Word]) *Certificate {
	t := newTree()
	for w := range tests {
		t.add(m.inputs(w))
	}
	certificate := &Certificate{K: -1, machine: m, core: c, tests: t}
	for k, last := uint(0), 0; ; k++ {
		core := newCore(m.least, m.access(c), m.reps, k)
		if core.len() == last || !core.covered(t) {
			return certificate
		}
		last = core.len()
		for range core.missing(t) {
			return certificate
		}
		certificate.K = int(k)
	}
}

// Coverage returns how many words of C.I are among the tests and their prefixes, and how many there are.
func (c *Certificate) Coverage(k uint) (present, total int) {
	core := c.machine.Suite(c.core, k).core
	total = core.len() * core.table.inputs
	present = total
	for range core.absent(c.tests) {
		present--
	}
	return present, total
}

// Obligation is a word, or a pair of words, that tests lack for a guarantee.
type Obligation struct {
	// Word is absent from the tests if Other is nil. If Other is not nil, the two words lead to different states of the
	// machine and are not apart in the tests (see the package comment).
	Word, Other Word
	// Separator is a shortest word that gets different answers after Word and after Other. It is nil if Word is absent.
	Separator Word
}

// Missing yields the obligations for k that the tests do not meet: each absent word, the shortest first, and then pairs
// of words. Pairs whose words lead to the same states and have the same continuations in the tests are yielded once,
// with the shortest words.
func (c *Certificate) Missing(k uint) iter.Seq[Obligation] {
	core := c.machine.Suite(c.core, k).core
	return func(yield func(Obligation) bool) {
		for o := range core.missing(c.tests) {
			public := Obligation{Word: c.machine.actions(o.word)}
			if o.other != nil {
				public.Other, public.Separator = c.machine.actions(o.other), c.machine.actions(o.separator)
			}
			if !yield(public) {
				return
			}
		}
	}
}

// Closing returns further tests, shortest first. With them the tests meet every obligation for k. It returns nil if the
// tests already do. If no two states of the machine look alike, fewer tests cannot be enough: each of the returned
// tests is an absent word, and none is a prefix of another. This is so if state and offers are seen, unless a client
// also shows a verdict. Otherwise, for each pair of words that is still an obligation, both words are continued with
// Obligation.Separator, which may be more tests than necessary.
func (c *Certificate) Closing(k uint) []Word {
	var words []Word
	for _, word := range c.machine.Suite(c.core, k).core.closing(c.tests) {
		words = append(words, c.machine.actions(word))
	}
	return words
}

// obligation is an Obligation in inputs.
type obligation struct{ word, other, separator []int32 }

// covered reports whether C.I is within the tests.
func (c *core) covered(tests *tree) bool {
	for range c.absent(tests) {
		return false
	}
	return true
}

// absent yields the words of C.I that are not among the tests.
func (c *core) absent(tests *tree) iter.Seq[[]int32] {
	return func(yield func([]int32) bool) {
		at := make([]int32, c.len()) // the node of the tests, -1 if the word is not among them
		for n := 1; n < c.len(); n++ {
			at[n] = -1
			if from := at[c.parent[n]]; from >= 0 {
				if node, ok := tests.find[branch{from, c.label[n]}]; ok {
					at[n] = node
				}
			}
		}
		for _, node := range c.byLength() {
			for x := range int32(c.table.inputs) {
				if at[node] >= 0 {
					if _, ok := tests.find[branch{at[node], x}]; ok {
						continue
					}
				}
				if !yield(append(c.word(node), x)) {
					return
				}
			}
		}
	}
}

// missing yields the obligations that the tests do not meet.
func (c *core) missing(tests *tree) iter.Seq[obligation] {
	return func(yield func(obligation) bool) {
		for word := range c.absent(tests) {
			if !yield(obligation{word: word}) {
				return
			}
		}
		sep := c.table.separators()
		for p := range c.alike(tests, sep) {
			o := obligation{p.frontier.words[0], p.inner.words[0], sep.word(p.frontier.state, p.inner.state)}
			if !yield(o) {
				return
			}
		}
	}
}

// closing returns the tests that are missing.
func (c *core) closing(tests *tree) [][]int32 {
	more := newTree()
	whole := newTree()
	for n := 1; n < tests.len(); n++ {
		whole.grow(tests.parent[n], tests.label[n])
	}
	for word := range c.absent(tests) {
		more.add(word)
		whole.add(word)
	}
	sep := c.table.separators()
	for p := range c.alike(whole, sep) {
		v := sep.word(p.frontier.state, p.inner.state)
		for _, words := range [][][]int32{p.frontier.words, p.inner.words} {
			for _, w := range words {
				if w = slices.Concat(w, v); !contains(tests, w) {
					more.add(w)
				}
			}
		}
	}
	return more.leaves()
}

func contains(t *tree, word []int32) bool {
	_, ok := t.seek(0, word)
	return ok
}

// kind is the words after which the machine is in one state and the tests have the same continuations.
type kind struct {
	state, shape int32
	words        [][]int32 // the shortest first
}

type pair struct{ frontier, inner kind }

// alike yields the kinds of words of C.I that are not in C, with the kinds of words of C, which lead to different
// states and are not apart in the tests. A word that is not among the tests has no continuations.
func (c *core) alike(tests *tree, sep *separators) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		if len(sep.first) == 0 {
			return // any two states look different
		}
		s := newShapes(c.table, tests)
		inner, frontier := kinds{shapes: s}, kinds{shapes: s}
		for _, node := range c.byLength() {
			inner.add(c.state[node], c.word(node))
		}
		for node, x := range c.frontier() {
			state, _ := c.table.at(c.state[node], x)
			frontier.add(state, append(c.word(node), x))
		}
		for _, q := range frontier.list {
			for _, r := range inner.list {
				if q.state != r.state && !s.apart(q.state, q.shape, r.state, r.shape) && !yield(pair{*q, *r}) {
					return
				}
			}
		}
	}
}

type kinds struct {
	shapes *shapes
	list   []*kind
	number map[[2]int32]int
}

func (k *kinds) add(state int32, word []int32) {
	shape := k.shapes.leaf
	if node, ok := k.shapes.tests.seek(0, word); ok {
		shape = k.shapes.of[node]
	}
	if k.number == nil {
		k.number = map[[2]int32]int{}
	}
	at := [2]int32{state, shape}
	n, known := k.number[at]
	if !known {
		n = len(k.list)
		k.number[at] = n
		k.list = append(k.list, &kind{state: state, shape: shape})
	}
	k.list[n].words = append(k.list[n].words, word)
}

// shapes numbers the subtrees of tests: two nodes have the same shape if the same words continue theirs. Whether two
// words are apart in the tests depends on the states and the shapes only, and is worked out once for each.
type shapes struct {
	table *table
	tests *tree
	leaf  int32
	of    []int32      // the shape of a node
	edges [][][2]int32 // the inputs of a shape, in order, each with the shape behind it
	known map[[4]int32]bool
}

func newShapes(t *table, tests *tree) *shapes {
	s := &shapes{table: t, tests: tests, of: make([]int32, tests.len()), known: map[[4]int32]bool{}}
	numbers := map[string]int32{}
	number := func(edges [][2]int32) int32 {
		var key []byte
		for _, e := range edges {
			key = binary.LittleEndian.AppendUint32(key, uint32(e[0]))
			key = binary.LittleEndian.AppendUint32(key, uint32(e[1]))
		}
		n, ok := numbers[string(key)]
		if !ok {
			n = int32(len(s.edges))
			numbers[string(key)] = n
			s.edges = append(s.edges, edges)
		}
		return n
	}
	s.leaf = number(nil)
	for node := int32(tests.len()) - 1; node >= 0; node-- {
		var edges [][2]int32
		for c := tests.child[node]; c != 0; c = tests.sibling[c] {
			edges = append(edges, [2]int32{tests.label[c], s.of[c]})
		}
		slices.SortFunc(edges, func(a, b [2]int32) int { return cmp.Compare(a[0], b[0]) })
		s.of[node] = number(edges)
	}
	return s
}

// apart reports whether some word of both shapes is answered differently from the two states.
func (s *shapes) apart(p, shape, q, other int32) bool {
	if p == q {
		return false
	}
	if s.table.look[p] != s.table.look[q] {
		return true
	}
	if shape > other || shape == other && p > q {
		p, shape, q, other = q, other, p, shape
	}
	at := [4]int32{p, shape, q, other}
	if known, ok := s.known[at]; ok {
		return known
	}
	behind := maps.Collect(pairs(s.edges[other]))
	for _, e := range s.edges[shape] {
		rest, ok := behind[e[0]]
		if !ok {
			continue
		}
		next, one := s.table.at(p, e[0])
		after, two := s.table.at(q, e[0])
		if one != two || s.apart(next, e[1], after, rest) {
			s.known[at] = true
			return true
		}
	}
	s.known[at] = false
	return false
}

func pairs(edges [][2]int32) iter.Seq2[int32, int32] {
	return func(yield func(int32, int32) bool) {
		for _, e := range edges {
			if !yield(e[0], e[1]) {
				return
			}
		}
	}
}
