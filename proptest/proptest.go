package proptest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// patience is the time that a subject may take to answer. The tests of this package shorten it.
var patience = laws.Patience

// Run checks the subjects that newSubject makes against the laws. Each law is a subtest. Run first gives the complete
// suites of package suite to subjects, and then draws from [Sequence], for each law as often as the flag -rapid.checks
// says. If all laws hold, Run logs the guarantee. With the flag -proptest.k, 0 by default, the suites also find a fault
// in a hidden state that is up to k representative inputs away from a configuration.
//
// newSubject returns a subject for a new invitation of the direction, before its first event. Subjects must follow the
// reference mode, [transitions.Invitation.Step]. Subjects wrapped by [laws.Tolerant] must follow the tolerant mode,
// [transitions.Invitation.Observe].
func Run(t *testing.T, newSubject func(transitions.Direction) laws.Subject) {
	t.Helper()
	c := laws.NewChecker(newSubject, patience)
	if stuck := c.Stuck(); stuck != nil {
		t.Fatal(explain(stuck))
	}
	all, err := newComplete(c, *extra)
	if err != nil {
		t.Fatal(err)
	}
	broken := map[int]*laws.Finding{}
	for _, f := range c.Enumerate(all.words(c), c.Laws()...) {
		broken[f.Law.Number] = f
	}
	if stuck := c.Stuck(); stuck != nil {
		t.Fatal(explain(stuck))
	}
	for _, l := range c.Laws() {
		if c.Stuck() != nil {
			return // one of the subtests has reported it
		}
		t.Run(l.String(), func(t *testing.T) {
			t.Helper()
			if f := broken[l.Number]; f != nil {
				t.Fatal(explain(f))
			}
			rapid.Check(t, sampled(c, l))
		})
	}
	if !t.Failed() {
		t.Log(all)
	}
}

// Property returns all laws of Run as one property, for [rapid.Check] and, with [rapid.MakeFuzz], as a fuzz target. The
// property tries one sequence, and fails with the first law that this sequence breaks:
//
//	func FuzzCall(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(newSubject))) }
func Property(newSubject func(transitions.Direction) laws.Subject) func(*rapid.T) {
	c := laws.NewChecker(newSubject, patience)
	return sampled(c, c.Laws()...)
}

// sampled is the property that no sequence breaks any of the laws.
func sampled(c *laws.Checker, held ...laws.Law) func(*rapid.T) {
	return func(t *rapid.T) {
		d := Direction().Draw(t, "direction")
		if f := c.Check(d, Sequence(d).Draw(t, "sequence"), held...); f != nil {
			t.Fatal(explain(f))
		}
	}
}

// explain returns a finding with the difference between what was expected and what happened.
func explain(f *laws.Finding) string {
	if _, isText := f.Expected.(string); isText {
		return f.Error()
	}
	return fmt.Sprintf("%v\ndifference (-expected +actual):\n%s", f, strings.TrimRight(cmp.Diff(f.Expected, f.Actual), "\n"))
}
