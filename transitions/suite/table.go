package suite

import (
	"encoding/binary"
	"maps"
	"slices"
)

// table is a deterministic, complete machine over small integers: the inputs are 0, 1 and so on, and so are the states,
// of which 0 is the initial one. The theory in this package is about tables; [Machine] adds the words of the protocol.
type table struct {
	inputs int
	next   []int32  // the state after an input, by state*inputs + input
	answer []answer // the answer to it, in the same order
	look   []int32  // what the state shows; equal numbers for equal looks
}

// answer is the answer to an input. The answer unjudged is not compared.
type answer uint8

func (t *table) states() int { return len(t.look) }

// at returns what an input does in a state.
func (t *table) at(state, input int32) (next int32, a answer) {
	cell := int(state)*t.inputs + int(input)
	return t.next[cell], t.answer[cell]
}

// after returns the state that a word leads to.
func (t *table) after(word []int32) int32 {
	var s int32
	for _, x := range word {
		s, _ = t.at(s, x)
	}
	return s
}

// minimal returns the equivalent machine with the fewest states. It refines the partition by looks until no input
// splits a class. The states keep their order.
func (t *table) minimal() *table {
	class := slices.Clone(t.look)
	for count := 0; ; {
		numbers := map[string]int32{}
		refined := make([]int32, t.states())
		for s := range refined {
			key := binary.LittleEndian.AppendUint32(nil, uint32(class[s]))
			for x := range int32(t.inputs) {
				next, a := t.at(int32(s), x)
				key = append(binary.LittleEndian.AppendUint32(key, uint32(class[next])), byte(a))
			}
			n, known := numbers[string(key)]
			if !known {
				n = int32(len(numbers))
				numbers[string(key)] = n
			}
			refined[s] = n
		}
		class = refined
		if len(numbers) == count {
			break
		}
		count = len(numbers)
	}
	least := &table{inputs: t.inputs}
	for s, c := range class {
		if int(c) < least.states() {
			continue
		}
		least.look = append(least.look, t.look[s])
		for x := range int32(t.inputs) {
			next, a := t.at(int32(s), x)
			least.next = append(least.next, class[next])
			least.answer = append(least.answer, a)
		}
	}
	return least
}

// restrict returns the machine that takes only some of the inputs, with the states that these lead to.
func (t *table) restrict(inputs []int32) *table {
	part := &table{inputs: len(inputs)}
	states := []int32{0}
	number := map[int32]int32{0: 0}
	for n := 0; n < len(states); n++ {
		part.look = append(part.look, t.look[states[n]])
		for _, x := range inputs {
			next, a := t.at(states[n], x)
			if _, known := number[next]; !known {
				number[next] = int32(len(states))
				states = append(states, next)
			}
			part.next = append(part.next, number[next])
			part.answer = append(part.answer, a)
		}
	}
	return part
}

// representatives returns the first input of each class, and the class of each input: two inputs are in one class if
// they do the same in every state.
func (t *table) representatives() (first, class []int32) {
	numbers := map[string]int32{}
	for x := range int32(t.inputs) {
		var key []byte
		for s := range int32(t.states()) {
			next, a := t.at(s, x)
			key = append(binary.LittleEndian.AppendUint32(key, uint32(next)), byte(a))
		}
		n, known := numbers[string(key)]
		if !known {
			n = int32(len(first))
			numbers[string(key)] = n
			first = append(first, x)
		}
		class = append(class, n)
	}
	return first, class
}

// access returns a shortest word to each state, by state; of equally short ones the first in the order of the inputs.
// It is nil for a state that cannot be reached.
func (t *table) access() [][]int32 {
	words := make([][]int32, t.states())
	words[0] = []int32{}
	queue := []int32{0}
	for n := 0; n < len(queue); n++ {
		s := queue[n]
		for x := range int32(t.inputs) {
			if next, _ := t.at(s, x); words[next] == nil {
				words[next] = append(slices.Clip(words[s]), x)
				queue = append(queue, next)
			}
		}
	}
	return words
}

// separators holds a shortest separating word for every two states that look alike, as its first input. The rest of the
// word separates the two next states.
type separators struct {
	table *table
	alike [][]int32 // the other states with the same look, by state
	first map[[2]int32]int32
}

// separators works out the words. Two states that no word separates have none: there are none such in a minimal table.
func (t *table) separators() *separators {
	sep := &separators{table: t, alike: make([][]int32, t.states()), first: map[[2]int32]int32{}}
	var open [][2]int32
	for a := range int32(t.states()) {
		for b := range a {
			if t.look[a] == t.look[b] {
				open = append(open, [2]int32{b, a})
				sep.alike[a] = append(sep.alike[a], b)
				sep.alike[b] = append(sep.alike[b], a)
			}
		}
	}
	for {
		found := map[[2]int32]int32{} // of one length, which is one more than the longest yet
		open = slices.DeleteFunc(open, func(pair [2]int32) bool {
			for x := range int32(t.inputs) {
				next, a := t.at(pair[0], x)
				other, b := t.at(pair[1], x)
				if _, longer := sep.first[sorted(next, other)]; longer || a != b || t.look[next] != t.look[other] {
					found[pair] = x
					return true
				}
			}
			return false
		})
		if len(found) == 0 {
			return sep
		}
		maps.Copy(sep.first, found)
	}
}

func sorted(a, b int32) [2]int32 { return [2]int32{min(a, b), max(a, b)} }

// word returns a shortest word that separates two states. It is empty if they look different.
func (sep *separators) word(a, b int32) (word []int32) {
	for sep.table.look[a] == sep.table.look[b] {
		x, ok := sep.first[sorted(a, b)]
		if !ok {
			return nil
		}
		word = append(word, x)
		next, one := sep.table.at(a, x)
		other, two := sep.table.at(b, x)
		if one != two {
			break
		}
		a, b = next, other
	}
	return word
}

// identifiers returns the words that separate a state from all those that look like it. Two states that look alike have
// a word in common that separates them.
func (sep *separators) identifiers(s int32) [][]int32 {
	var words [][]int32
	for _, other := range sep.alike[s] {
		words = append(words, sep.word(s, other))
	}
	return maximal(words)
}

// maximal returns the words that are not prefixes of others, shortest first, each once.
func maximal(words [][]int32) [][]int32 {
	t := newTree()
	for _, w := range words {
		t.add(w)
	}
	return t.leaves()
}
