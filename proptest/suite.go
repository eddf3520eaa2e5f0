package proptest

import (
	"flag"
	"fmt"
	"iter"
	"strings"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

var extra = flag.Uint("proptest.k", 0, "enumerate the complete suites for hidden states that lie up to `k` inputs deep")

// complete is the complete suites of both directions, for all that the laws compare.
type complete struct {
	machines [2]*suite.Machine
	suites   [2]*suite.Suite
	tests    [2]int // given so far
}

func newComplete(c *laws.Checker, k uint) (*complete, error) {
	all := new(complete)
	for n, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		spec := suite.Spec{Direction: d, Sees: suite.SeesState | suite.SeesReason | suite.SeesVerdict, Inputs: suite.Events}
		if c.Operates() {
			spec.Inputs, spec.Sees = suite.All, spec.Sees|suite.SeesOffers|suite.SeesPending
		}
		if c.Tolerant() {
			spec.Mode = suite.Observe
		}
		m, err := suite.New(spec)
		if err != nil {
			return nil, err
		}
		all.machines[n], all.suites[n] = m, m.Suite(suite.Configurations, k)
	}
	return all, nil
}

// words yields the tests of the suites, and then the sequences of the checker that end in a value that is no event,
// because the suites have none.
func (all *complete) words(c *laws.Checker) iter.Seq2[transitions.Direction, []laws.Action] {
	return func(yield func(transitions.Direction, []laws.Action) bool) {
		events := map[laws.Action]bool{}
		for n, m := range all.machines {
			for _, a := range m.Alphabet() {
				events[a] = true
			}
			for word := range all.suites[n].Tests() {
				all.tests[n]++
				if !yield(m.Spec().Direction, word) {
					return
				}
			}
		}
		for d, word := range c.Words() {
			if !events[word[len(word)-1]] && !yield(d, word) {
				return
			}
		}
	}
}

// String says what passing the suites means.
func (all *complete) String() string {
	var parts []string
	for n, s := range all.suites {
		parts = append(parts, fmt.Sprintf("%v: %d tests; %s", all.machines[n].Spec().Direction, all.tests[n], s.Domain()))
	}
	return "The subject does what the relation does, if it is deterministic, if a new subject is as the first one was, and if\n" +
		strings.Join(parts, "\n")
}
