package testee

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// plan is the suite of one direction.
type plan struct {
	direction transitions.Direction
	mode      suite.Mode
	documents bool
	machine   *suite.Machine
	whole     *suite.Machine // the same with every input, which the encodings need
	suite     *suite.Suite
	core      map[string]bool // the access words, by vectors.Key
	steps     map[laws.Action][]byte
}

// test is one test under way.
type test struct {
	*plan
	suite.Test
	encoding *encoding // of the last event; nil for the usual one
	line     []byte
	answered bool
}

func newPlan(h Hello, d transitions.Direction, o Options) (*plan, error) {
	spec := h.spec(d, o.Representatives)
	m, err := suite.New(spec)
	if err != nil {
		return nil, err
	}
	whole := m
	if h.Takes == "documents" && o.Representatives {
		if whole, err = suite.New(h.spec(d, false)); err != nil {
			return nil, err
		}
	}
	p := &plan{
		direction: d, mode: spec.Mode, documents: h.Takes == "documents", machine: m, whole: whole,
		suite: m.Suite(suite.Configurations, o.K), core: map[string]bool{}, steps: map[laws.Action][]byte{},
	}
	for word := range m.Suite(suite.Configurations, 0).Core() {
		p.core[vectors.Key(word)] = true
	}
	return p, nil
}

// behind returns how many inputs of a word stand behind its longest prefix that is an access word.
func (p *plan) behind(word suite.Word) int {
	n := len(word)
	for !p.core[vectors.Key(word[:n])] {
		n--
	}
	return len(word) - n
}

// tests yields the tests: those of the suite, and for documents each other encoding of an event in each configuration.
func (p *plan) tests() iter.Seq2[*test, error] {
	return func(yield func(*test, error) bool) {
		for word := range p.suite.Tests() {
			if !yield(p.test(p.machine, word, nil)) {
				return
			}
		}
		if !p.documents {
			return
		}
		for word := range p.machine.Suite(suite.Configurations, 0).Core() {
			state := p.after(word).State()
			for n := range encodings {
				e := &encodings[n]
				if !yield(p.test(p.whole, append(slices.Clip(word), laws.Action{Event: e.means(state)}), e)) {
					return
				}
			}
		}
	}
}

// size returns the number of tests of the suite, of their inputs, and of other encodings.
func (p *plan) size() (tests, symbols, others int) {
	tests, symbols = p.suite.Size()
	if p.documents {
		others = len(p.core) * len(encodings)
	}
	return tests, symbols, others
}

// test returns a word of a machine as a test.
func (p *plan) test(m *suite.Machine, word suite.Word, e *encoding) (*test, error) {
	vector, err := m.Test(word)
	if err != nil {
		return nil, err
	}
	t := &test{plan: p, Test: vector, encoding: e}
	if e != nil {
		t.ID += "-" + e.id
	}
	t.line = append(append(t.line, `{"id":"`...), t.ID...)
	t.line = append(append(t.line, `","direction":"`...), p.direction.String()...)
	t.line = append(t.line, `","steps":[`...)
	for n, a := range word {
		if n > 0 {
			t.line = append(t.line, ',')
		}
		step := p.steps[a]
		if other := e != nil && n == len(word)-1; other || step == nil {
			if step, err = p.step(a, e); err != nil {
				return nil, err
			}
			if !other {
				p.steps[a] = step
			}
		}
		t.line = append(t.line, step...)
	}
	t.line = append(t.line, "]}\n"...)
	return t, nil
}

// step returns an action as a step, an event in the given encoding or, if that is nil, in the usual one.
func (p *plan) step(a laws.Action, e *encoding) ([]byte, error) {
	switch {
	case a.Operates() || !p.documents:
		return json.Marshal(a)
	case e == nil:
		e = &usual
	}
	return e.step(p.direction, a.Event)
}

// after returns the invitation after a word, in the mode that the testee is held to.
func (p *plan) after(word suite.Word) transitions.Invitation {
	i := transitions.New(p.direction)
	for _, a := range word {
		i = p.give(i, a)
	}
	return i
}

func (p *plan) give(i transitions.Invitation, a laws.Action) (next transitions.Invitation) {
	if p.mode == suite.Observe {
		next, _ = a.Observe(i)
		return next
	}
	next, _ = a.Step(i)
	return next
}

// source returns where it can be read how the last action of a word is to be answered.
func (p *plan) source(word suite.Word) codes.Source {
	if len(word) == 0 {
		return unseen
	}
	last := len(word) - 1
	from, a := p.after(word[:last]), word[last]
	_, err := a.Step(from)
	var operation *transitions.OperationError
	var event *transitions.TransitionError
	switch {
	case errors.As(err, &operation):
		return operation.Source()
	case errors.As(err, &event) && p.mode == suite.Observe && p.give(from, a) != from:
		return survival
	case errors.As(err, &event):
		return event.Source()
	case a.Operates():
		for o := range transitions.Offers() {
			if o.Direction == p.direction && o.Operation == a.Operation {
				return o.Source
			}
		}
	}
	for c := range transitions.Cells(p.direction) {
		if c.From == from.State() && c.Event == a.Event {
			return c.Source
		}
	}
	return codes.Source{}
}

// Where answers rest that package transitions gives no source for.
var (
	unseen = codes.Source{
		Page: "UCWA/EventChannelDetails.md", Because: "an invitation is known by its events, and none has come yet",
	}
	survival = codes.Source{
		Page:    "UCWA/ErrorsAndInformationalMessages.md",
		Words:   "Clients should be designed that that they ignore missing or unknown subcodes.",
		Because: "a client that refuses an event misses its state, and waits for ever if it was the completion",
	}
)
