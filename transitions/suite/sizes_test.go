package suite_test

import (
	"slices"
	"testing"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

const (
	served = suite.SeesState | suite.SeesOffers | suite.SeesVerdict // what a server shows
	shown  = suite.SeesState | suite.SeesOffers                     // what a client shows
	whole  = shown | suite.SeesPending | suite.SeesReason
)

var directions = []transitions.Direction{transitions.Incoming, transitions.Outgoing}

func machine(t testing.TB, spec suite.Spec) *suite.Machine {
	t.Helper()
	m, err := suite.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStates compares the sizes of the machines with those that the design of the suites was calculated with.
func TestStates(t *testing.T) {
	for _, test := range []struct {
		mode            suite.Mode
		sees            suite.Sees
		inputs          suite.Inputs
		states          [2]int
		alphabet        int
		representatives [2]int
	}{
		{suite.Step, served, suite.All, [2]int{7, 13}, 302, [2]int{10, 15}},
		{suite.Step, shown, suite.All, [2]int{7, 13}, 302, [2]int{10, 15}},
		{suite.Step, whole | suite.SeesVerdict, suite.All, [2]int{43, 63}, 302, [2]int{10, 15}},
		{suite.Step, served, suite.Events, [2]int{6, 9}, 296, [2]int{7, 13}},
		{suite.Observe, shown, suite.All, [2]int{13, 13}, 302, [2]int{16, 15}},
		{suite.Observe, served, suite.All, [2]int{217, 217}, 302, [2]int{16, 15}},
		{suite.Observe, shown, suite.Events, [2]int{9, 9}, 296, [2]int{13, 13}},
	} {
		for n, d := range directions {
			m := machine(t, suite.Spec{Direction: d, Mode: test.mode, Sees: test.sees, Inputs: test.inputs})
			if got := m.States(); got != test.states[n] {
				t.Errorf("%v has %d states, want %d", m, got, test.states[n])
			}
			if got := len(m.Alphabet()); got != test.alphabet {
				t.Errorf("%v has %d inputs, want %d", m, got, test.alphabet)
			}
			if got := len(m.Representatives()); got != test.representatives[n] {
				t.Errorf("%v has %d representatives, want %d", m, got, test.representatives[n])
			}
		}
	}
}

// TestConfigurations counts the configurations in a second way.
func TestConfigurations(t *testing.T) {
	for _, d := range directions {
		want := len(slices.Collect(transitions.Reachable(d)))
		m := machine(t, suite.Spec{Direction: d, Sees: served})
		if got := m.Configurations(); got != want {
			t.Errorf("%v has %d configurations, want %d", m, got, want)
		}
	}
}

// TestSizes compares the sizes of the suites of a server with the design, both directions together.
func TestSizes(t *testing.T) {
	for _, test := range []struct {
		inputs         suite.Inputs
		core           suite.Core
		k              uint
		tests, symbols int
	}{
		{suite.Representatives, suite.States, 0, 247, 552},
		{suite.All, suite.States, 0, 6_022, 12_963},
		{suite.All, suite.States, 1, 80_369, 253_709},
		{suite.All, suite.Configurations, 0, 31_908, 65_724},
		{suite.All, suite.Configurations, 1, 440_365, 1_318_940},
	} {
		var tests, symbols int
		for _, d := range directions {
			n, length := machine(t, suite.Spec{Direction: d, Sees: served, Inputs: test.inputs}).Suite(test.core, test.k).Size()
			tests += n
			symbols += length
		}
		if tests != test.tests || symbols != test.symbols {
			t.Errorf("%v, core %v, k = %d: %d tests with %d inputs, want %d with %d",
				test.inputs, test.core, test.k, tests, symbols, test.tests, test.symbols)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for want, spec := range map[string]suite.Spec{
		"suite: Direction(0) is no direction, want Incoming or Outgoing": {Sees: shown},
		"suite: Mode(2) is no mode, want Step or Observe":                {Direction: transitions.Incoming, Mode: 2, Sees: shown},
		"suite: nothing is no set of what is seen, want one or more of state, offers, pending, reason, verdict": {
			Direction: transitions.Incoming,
		},
		"suite: Sees(32) is no set of what is seen, want one or more of state, offers, pending, reason, verdict": {
			Direction: transitions.Incoming, Sees: 32,
		},
		"suite: Inputs(3) is no set of inputs, want All, Events or Representatives": {
			Direction: transitions.Incoming, Sees: shown, Inputs: 3,
		},
	} {
		if _, err := suite.New(spec); err == nil || err.Error() != want {
			t.Errorf("New(%+v) = %v, want %s", spec, err, want)
		}
	}
}

// TestDepth takes the depth of every test: no test is deeper than k, and some are.
func TestDepth(t *testing.T) {
	for _, d := range directions {
		m := machine(t, suite.Spec{Direction: d, Sees: served, Inputs: suite.Representatives})
		for k := range uint(3) {
			deepest := 0
			s := m.Suite(suite.Configurations, k)
			for word := range s.Tests() {
				deepest = max(deepest, s.Depth(word))
			}
			if deepest != int(k) {
				t.Errorf("%v: the tests for k = %d are up to %d deep", m, k, deepest)
			}
		}
	}
}
