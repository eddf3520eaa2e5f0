package proptest_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

var ours = proptest.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, proptest.ViewOf)

func TestStep(t *testing.T) { proptest.Run(t, ours) }

func TestObserve(t *testing.T) {
	proptest.RunTolerant(t, proptest.Pure(transitions.New,
		func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			next, _, err := i.Observe(e)
			return next, err
		}, transitions.Invitation.Do, proptest.ViewOf))
}

func TestAtomic(t *testing.T) {
	proptest.Run(t, proptest.Live(
		func(d transitions.Direction) *transitions.Atomic {
			a := new(transitions.Atomic)
			a.Store(transitions.New(d))
			return a
		},
		func(a *transitions.Atomic, e transitions.Event) error { _, err := a.Step(e); return err },
		func(a *transitions.Atomic, o transitions.Operation) error { _, err := a.Do(o); return err },
		func(a *transitions.Atomic) proptest.View { return proptest.ViewOf(a.Load()) },
	))
}

func TestProperty(t *testing.T) { rapid.Check(t, proptest.Property(ours)) }

func FuzzStep(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(ours))) }
