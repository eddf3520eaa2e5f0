package fsm_test

import (
	"context"
	"testing"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// machine is a new machine, which has to come about.
func machine(t testing.TB, d transitions.Direction, c fsm.Config) *fsm.Machine {
	t.Helper()
	m, err := fsm.New(d, c)
	if err != nil {
		t.Fatalf("New(%v) = %v, want no error", d, err)
	}
	return m
}

// installed is a configuration with a callback of every kind, none of which does anything.
func installed(tolerant bool) fsm.Config {
	nothing := func(context.Context, *looplab.Event) {}
	return fsm.Config{
		Tolerant: tolerant,
		Callbacks: looplab.Callbacks{
			"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
			"before_started_Connecting": nothing, "leave_Connecting": nothing, "enter_Failed": nothing,
			"after_updated_Connecting": nothing, "Connected": nothing, "completed_Failed": nothing,
		},
		OnTransition: func(context.Context, fsm.Transition) {},
		OnCompleted:  func(context.Context, transitions.Invitation) {},
	}
}

func subject(t *testing.T, c fsm.Config) func(transitions.Direction) proptest.Subject {
	return proptest.Live(
		func(d transitions.Direction) *fsm.Machine { return machine(t, d, c) },
		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
		(*fsm.Machine).Do,
		func(m *fsm.Machine) proptest.View { return proptest.ViewOf(m.Invitation()) },
	)
}

// TestReference is the laws, law 11 among them, over every cell and every word that the kit makes, with callbacks.
func TestReference(t *testing.T) { proptest.Run(t, subject(t, installed(false))) }

// TestTolerant is the same for the tolerant reader.
func TestTolerant(t *testing.T) { proptest.Run(t, proptest.Tolerant(subject(t, installed(true)))) }
