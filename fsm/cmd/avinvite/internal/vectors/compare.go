package vectors

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// Comparison has the differences between the answers in two files of vectors.
type Comparison struct {
	Words       int // that both have, prefixes of tests included
	Missing     int // words that only the first file has
	Differences []suite.Difference
}

// Model returns the answers of a machine.
func Model(m *suite.Machine) func(suite.Word) (suite.Answer, bool) {
	return func(w suite.Word) (suite.Answer, bool) {
		answers := m.Expect(w)
		return answers[len(answers)-1], len(answers) == len(w)+1
	}
}

// Right reports whether a test expects the answers of a machine, as far as both show them.
func Right(t suite.Test, m *suite.Machine) bool {
	for n, got := range m.Expect(t.Steps) {
		want := t.Expect[n]
		want.Sees &= got.Sees
		if want.Differs(got) != 0 {
			return false
		}
	}
	return true
}

// Answers reads the answers of a file to all words of its tests.
func Answers(tests iter.Seq2[suite.Test, error]) (func(suite.Word) (suite.Answer, bool), error) {
	answers := map[string]suite.Answer{}
	for t, err := range tests {
		if err != nil {
			return nil, err
		}
		for n, a := range t.Expect {
			answers[Key(t.Steps[:n])] = a
		}
	}
	return func(w suite.Word) (suite.Answer, bool) {
		a, ok := answers[Key(w)]
		return a, ok
	}, nil
}

// Compare compares the answers to the words of tests with those of other, in the parts that both show. It does not
// continue a word after a difference, and reports one difference for each state and input.
func Compare(tests iter.Seq2[suite.Test, error], other func(suite.Word) (suite.Answer, bool), sees suite.Sees) (Comparison, error) {
	type cell struct {
		before suite.Answer
		action laws.Action
	}
	var c Comparison
	first := map[cell]suite.Difference{}
	seen := map[string]bool{}
	for t, err := range tests {
		if err != nil {
			return c, err
		}
		for n, want := range t.Expect {
			word := suite.Word(t.Steps[:n])
			key := Key(word)
			got, ok := other(word)
			if !seen[key] {
				seen[key] = true
				if ok {
					c.Words++
				} else {
					c.Missing++
				}
			}
			if !ok {
				break
			}
			want.Sees &= got.Sees & (sees | suite.SeesVerdict)
			if want.Differs(got) == 0 {
				continue
			}
			var at cell
			if n > 0 {
				at = cell{Look(t.Expect[n-1]), t.Steps[n-1]}
			}
			if old, known := first[at]; !known || len(word) < len(old.Word) {
				first[at] = suite.Difference{Word: slices.Clone(word), Want: want, Got: got}
			}
			break
		}
	}
	c.Differences = slices.SortedStableFunc(maps.Values(first), func(a, b suite.Difference) int {
		return cmp.Or(cmp.Compare(len(a.Word), len(b.Word)), cmp.Compare(Key(a.Word), Key(b.Word)))
	})
	return c, nil
}
