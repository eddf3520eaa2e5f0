package suite

import (
	"iter"
	"slices"

	"github.com/avinvite/avinvite/transitions/laws"
)

// Difference is a word to whose last input a machine gives a wrong answer. The word is empty if a new invitation
// already shows a wrong answer.
type Difference struct {
	Word      Word
	Want, Got Answer
}

// Expect returns the answer of the machine at the start and its answer to each input: one answer more than inputs. The
// answers end before the first input that is not in the alphabet.
func (m *Machine) Expect(w Word) []Answer {
	word := m.inputs(w)
	answers := make([]Answer, 1, len(word)+1)
	answers[0] = m.look(0)
	var s int32
	for _, x := range word {
		answers = append(answers, m.answer(s, x))
		s, _ = m.least.at(s, x)
	}
	return answers
}

// look returns what a state shows.
func (m *Machine) look(s int32) Answer { return m.looks[m.least.look[s]].shown(m.spec.Sees) }

// answer returns the answer to an input in a state.
func (m *Machine) answer(s, x int32) Answer {
	next, a := m.least.at(s, x)
	return m.look(next).judged(a)
}

// Differences compares the answers of m and of the other machine. For each state of m and each input with different
// answers, it yields a shortest word. It does not continue words after a difference, because the states after it need
// not correspond. It compares only the parts that both machines show. If it yields nothing, the two machines give the
// same answers to every word of inputs that both alphabets have.
func (m *Machine) Differences(other *Machine) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		want, got := m.look(0), other.look(0)
		if want.Sees &= got.Sees; want.Differs(got) != 0 {
			yield(Difference{Word{}, want, got})
			return
		}
		type pair struct{ mine, other int32 }
		type found struct {
			pair
			word []int32
		}
		list := []found{{}}
		seen := map[pair]bool{{}: true}
		reported := map[branch]bool{}
		for n := 0; n < len(list); n++ {
			at := list[n]
			for x, action := range m.alphabet {
				y, ok := other.number[action]
				if !ok {
					continue
				}
				x := int32(x)
				want, got := m.answer(at.mine, x), other.answer(at.other, y)
				word := append(slices.Clip(at.word), x)
				if want.Sees &= got.Sees; want.Differs(got) != 0 {
					if cell := (branch{at.mine, x}); !reported[cell] {
						reported[cell] = true
						if !yield(Difference{m.actions(word), want, got}) {
							return
						}
					}
					continue
				}
				var next pair
				next.mine, _ = m.least.at(at.mine, x)
				next.other, _ = other.least.at(at.other, y)
				if !seen[next] {
					seen[next] = true
					list = append(list, found{next, word})
				}
			}
		}
	}
}

// Cloner is a subject that can be copied. An input to the copy must not change the subject, and an input to the subject
// must not change the copy.
type Cloner interface {
	laws.Subject
	Clone() laws.Subject
}

// Exhaust gives every word of C.I.I to new subjects, where C has a shortest word to each configuration and I is the
// alphabet. It returns the number of words, and a word for each state and input with a wrong answer. For the two
// directions of a server, C.I.I has 9,667,624 words. 606 shorter words come before them: for each direction the empty
// word and the 302 words of one input.
//
// A subject without a wrong answer is right, if each of its states is reached by a word of C and at most one input, and
// if no two states of the machine look alike. No two states look alike if the machine shows state and offers, except in
// a client that also shows a verdict.
//
// A subject cannot undo an input, so each word needs a new subject, but a [Cloner] is copied before the last input
// instead. For package transitions as the subject, Exhaust takes under two seconds with a Cloner, and some three times
// as long without.
func (m *Machine) Exhaust(newSubject func() laws.Subject) (words int, differences []Difference) {
	reported := map[branch]bool{}
	report := func(state, x int32, word []int32, want, got Answer) {
		if cell := (branch{state, x}); !reported[cell] {
			reported[cell] = true
			differences = append(differences, Difference{m.actions(word), want, got})
		}
	}
	inputs := m.least.inputs
	right := make([]Answer, m.least.states()*inputs) // by state and input
	for cell := range right {
		right[cell] = m.answer(int32(cell/inputs), int32(cell%inputs))
	}
	// each gives every input to subjects after a word.
	each := func(word []int32) {
		state := m.least.after(word)
		begin := func() laws.Subject {
			subject := newSubject()
			for _, x := range word {
				_ = m.alphabet[x].Give(subject)
			}
			return subject
		}
		original, clones := begin().(Cloner)
		for x, action := range m.alphabet {
			var subject laws.Subject
			if clones {
				subject = original.Clone()
			} else {
				subject = begin()
			}
			words++
			got := m.Answer(subject, action, action.Give(subject))
			if want := right[int(state)*inputs+x]; want.Differs(got) != 0 {
				report(state, int32(x), append(slices.Clip(word), int32(x)), want, got)
			}
		}
	}
	words++
	if want, got := m.look(0), m.Answer(newSubject(), laws.Action{}, nil); want.Differs(got) != 0 {
		report(0, -1, nil, want, got)
	}
	each(nil)
	for _, c := range m.full.access() {
		for x := range int32(inputs) {
			each(append(slices.Clip(c), x))
		}
	}
	return words, differences
}

// Answer returns the answer of a subject to the input a, to which it has returned err. With a zero Action and no error,
// it is the answer at the start. The answer has the verdict and the parts in Spec.Sees.
func (m *Machine) Answer(s laws.Subject, a laws.Action, err error) Answer {
	verdict := accepted
	switch {
	case err == nil:
	case a.Operates():
		verdict = refusal(err)
	default:
		verdict = refused
	}
	return m.spec.Sees.look(s.View()).shown(m.spec.Sees).judged(verdict)
}
