package suite

import (
	"slices"
)

// tree is a prefix-closed set of words. Node 0 is the empty word, and a node has a higher number than its parent.
type tree struct {
	parent  []int32
	label   []int32 // the last input of the node's word
	depth   []int32 // the length of the node's word
	child   []int32 // the child that was added last, 0 if none
	sibling []int32 // the child of the same parent that was added before, 0 if none
	find    map[branch]int32
}

type branch struct{ node, input int32 }

func newTree() *tree {
	return &tree{
		parent: []int32{-1}, label: []int32{-1}, depth: []int32{0}, child: []int32{0}, sibling: []int32{0},
		find: map[branch]int32{},
	}
}

func (t *tree) len() int { return len(t.parent) }

// grow returns the child of a node by an input, and adds it if it is absent.
func (t *tree) grow(node, input int32) int32 {
	at := branch{node, input}
	if c, ok := t.find[at]; ok {
		return c
	}
	c := int32(t.len())
	t.find[at] = c
	t.parent = append(t.parent, node)
	t.label = append(t.label, input)
	t.depth = append(t.depth, t.depth[node]+1)
	t.child = append(t.child, 0)
	t.sibling = append(t.sibling, t.child[node])
	t.child[node] = c
	return c
}

// add adds a word and its prefixes, and returns its node.
func (t *tree) add(word []int32) int32 {
	var node int32
	for _, x := range word {
		node = t.grow(node, x)
	}
	return node
}

// seek returns the node of a word, if the word is in the set.
func (t *tree) seek(node int32, word []int32) (int32, bool) {
	for _, x := range word {
		next, ok := t.find[branch{node, x}]
		if !ok {
			return 0, false
		}
		node = next
	}
	return node, true
}

// word returns the word of a node.
func (t *tree) word(node int32) []int32 {
	word := make([]int32, t.depth[node])
	for n := len(word) - 1; n >= 0; n-- {
		word[n] = t.label[node]
		node = t.parent[node]
	}
	return word
}

// byLength returns the nodes, those of the shortest words first, and in the order of addition among equals.
func (t *tree) byLength() []int32 {
	nodes := make([]int32, t.len())
	for n := range nodes {
		nodes[n] = int32(n)
	}
	slices.SortStableFunc(nodes, func(a, b int32) int { return int(t.depth[a] - t.depth[b]) })
	return nodes
}

// leaves returns the words that are not prefixes of others, shortest first. It is nil for the empty set and the set of
// the empty word.
func (t *tree) leaves() (words [][]int32) {
	for _, node := range t.byLength() {
		if node != 0 && t.child[node] == 0 {
			words = append(words, t.word(node))
		}
	}
	return words
}

// run returns the state of the machine after each word.
func (t *tree) run(machine *table) []int32 {
	state := make([]int32, t.len())
	for n := 1; n < t.len(); n++ {
		state[n], _ = machine.at(state[t.parent[n]], t.label[n])
	}
	return state
}
