package suite_test

import (
	"fmt"
	"iter"
	"os"
	"slices"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// TestCertificates certifies the suites themselves: each reaches its own k, and no more.
func TestCertificates(t *testing.T) {
	specs := []suite.Spec{
		{Sees: served},
		{Sees: suite.SeesVerdict, Inputs: suite.Representatives},
		{Mode: suite.Observe, Sees: served, Inputs: suite.Representatives},
		{Mode: suite.Observe, Sees: suite.SeesVerdict, Inputs: suite.Representatives},
	}
	if long() {
		specs = append(specs,
			suite.Spec{Sees: whole},
			suite.Spec{Sees: served, Inputs: suite.Events},
			suite.Spec{Sees: suite.SeesVerdict},
			suite.Spec{Sees: suite.SeesState},
			suite.Spec{Mode: suite.Observe, Sees: shown},
		)
	}
	for _, spec := range specs {
		for _, spec.Direction = range directions {
			m := machine(t, spec)
			for _, core := range []suite.Core{suite.Configurations, suite.States} {
				for k := range uint(2) {
					s := m.Suite(core, k)
					c := m.Certify(core, s.Tests())
					if c.K != int(k) {
						t.Errorf("%v, %v: the suite for k = %d is certified for %d", m, core, k, c.K)
					}
					if present, total := c.Coverage(k); present != total {
						t.Errorf("%v, %v: the suite for k = %d has %d of %d words", m, core, k, present, total)
					}
				}
			}
		}
	}
}

// without yields the tests but the nth.
func without(tests []suite.Word, n int) iter.Seq[suite.Word] {
	return slices.Values(slices.Concat(tests[:n], tests[n+1:]))
}

// TestAnyTestMissing takes each test from the checked-in suite, and in the long form every seventh from the suite of the
// states: the certificate must name its word and nothing else, and want it back.
func TestAnyTestMissing(t *testing.T) {
	inputs, step := suite.Representatives, 1
	if long() {
		inputs, step = suite.All, 7
	}
	taken := 0
	for _, d := range directions {
		m := machine(t, suite.Spec{Direction: d, Sees: served, Inputs: inputs})
		tests := slices.Collect(m.Suite(suite.States, 0).Tests())
		for n := 0; n < len(tests); n += step {
			want := tests[n]
			c := m.Certify(suite.States, without(tests, n))
			var missing, closing []string
			for o := range c.Missing(0) {
				missing = append(missing, fmt.Sprintf("%v %v %v", o.Word, o.Other, o.Separator))
			}
			for _, w := range c.Closing(0) {
				closing = append(closing, fmt.Sprint(w))
			}
			if c.K != -1 || !slices.Equal(missing, []string{fmt.Sprintf("%v [] []", want)}) ||
				!slices.Equal(closing, []string{fmt.Sprint(want)}) {
				t.Fatalf("%v without %v: K = %d, missing %v, closing %v", m, want, c.K, missing, closing)
			}
			taken++
		}
	}
	if want := map[bool]int{false: 247, true: 862}[long()]; taken != want {
		t.Errorf("%d tests taken, want %d", taken, want)
	}
}

// TestPairMissing takes each test from a suite that must separate states which look alike: an obligation is named each
// time, and the tests that close it make the suite whole.
func TestPairMissing(t *testing.T) {
	m := machine(t, suite.Spec{Direction: transitions.Incoming, Sees: suite.SeesVerdict, Inputs: suite.Representatives})
	tests := slices.Collect(m.Suite(suite.Configurations, 0).Tests())
	pairs := 0
	for n, taken := range tests {
		c := m.Certify(suite.Configurations, without(tests, n))
		if c.K == 0 {
			continue // other tests separate the same pairs
		}
		named := 0
		for o := range c.Missing(0) {
			named++
			if o.Other == nil {
				continue
			}
			pairs++
			after, other := m.Expect(slices.Concat(o.Word, o.Separator)), m.Expect(slices.Concat(o.Other, o.Separator))
			last, otherLast := after[len(after)-1], other[len(other)-1]
			if last == otherLast {
				t.Errorf("without %v: %v does not separate %v and %v", taken, o.Separator, o.Word, o.Other)
			}
		}
		whole := slices.Concat(slices.Collect(without(tests, n)), c.Closing(0))
		if named == 0 || m.Certify(suite.Configurations, slices.Values(whole)).K < 0 {
			t.Errorf("without %v: %d obligations named, and closing them is not enough", taken, named)
		}
	}
	if pairs == 0 {
		t.Error("no pair is named")
	}
}

// TestCertifyRecordings certifies a few lives of invitations, as recordings have them.
func TestCertifyRecordings(t *testing.T) {
	m := machine(t, suite.Spec{Direction: transitions.Outgoing, Sees: served})
	lives := []suite.Word{
		{started(transitions.StateConnecting), updated(transitions.StateAlerting), connected()},
		{started(transitions.StateConnecting), failed(codes.RemoteFailureBusy)},
		{{Event: transitions.Event{Type: 9}}, connected()}, // no input: counts for nothing
	}
	c := m.Certify(suite.Configurations, slices.Values(lives))
	present, total := c.Coverage(0)
	// The three are started, and it with each of its two successors. The core has 63 words, each with 302 inputs.
	if c.K != -1 || present != 3 || total != 63*302 {
		t.Errorf("three recordings reach k = %d and have %d of %d words, want -1 and 3 of 19,026", c.K, present, total)
	}
}

func started(s transitions.State) laws.Action { return laws.Action{Event: transitions.Started(s)} }
func updated(s transitions.State) laws.Action { return laws.Action{Event: transitions.Updated(s)} }
func connected() laws.Action {
	return laws.Action{Event: transitions.Completed(transitions.StateConnected, codes.NoReason)}
}
func failed(r codes.Reason) laws.Action {
	return laws.Action{Event: transitions.Completed(transitions.StateFailed, r)}
}
