package proptest_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// The two readers of package transitions, as pure functions.
var (
	step    = proptest.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, proptest.ViewOf)
	observe = proptest.Tolerant(proptest.Pure(transitions.New, observed, transitions.Invitation.Do, proptest.ViewOf))
)

func observed(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
	next, _, err := i.Observe(e)
	return next, err
}

func TestStep(t *testing.T)    { proptest.Run(t, step) }
func TestObserve(t *testing.T) { proptest.Run(t, observe) }

func TestAtomic(t *testing.T) {
	begin := func(d transitions.Direction) *transitions.Atomic {
		a := new(transitions.Atomic)
		a.Store(transitions.New(d))
		return a
	}
	do := func(a *transitions.Atomic, o transitions.Operation) error { _, err := a.Do(o); return err }
	view := func(a *transitions.Atomic) proptest.View { return proptest.ViewOf(a.Load()) }
	t.Run("Step", func(t *testing.T) {
		proptest.Run(t, proptest.Live(begin,
			func(a *transitions.Atomic, e transitions.Event) error { _, err := a.Step(e); return err }, do, view))
	})
	t.Run("Observe", func(t *testing.T) {
		proptest.Run(t, proptest.Tolerant(proptest.Live(begin,
			func(a *transitions.Atomic, e transitions.Event) error { _, _, err := a.Observe(e); return err }, do, view)))
	})
}

func TestProperty(t *testing.T) {
	t.Run("Step", rapid.MakeCheck(proptest.Property(step)))
	t.Run("Observe", rapid.MakeCheck(proptest.Property(observe)))
}

func FuzzStep(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(proptest.Property(step))) }
func FuzzObserve(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(observe))) }
