package proptest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	looplab "github.com/looplab/fsm"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// TestMain makes the test binary the child process of Example_process, too. It stands here because an example is shown
// with the whole of its file only if no test is in it.
func TestMain(m *testing.M) {
	if os.Getenv("PROPTEST_EXAMPLE_CHILD") != "" {
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

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

// TestLooplab: a bare looplab machine that is built from the exported events knows edges. The reason is no part of an
// event there, so that the program around it has to ask for it, and keep it; of operations it knows nothing.
func TestLooplab(t *testing.T) {
	type machine struct {
		*looplab.FSM
		direction transitions.Direction
		reason    codes.Reason
	}
	proptest.Run(t, proptest.Live(
		func(d transitions.Direction) *machine {
			return &machine{looplab.NewFSM(transitions.StateNone.String(), fsm.Events(d), nil), d, codes.NoReason}
		},
		func(m *machine, e transitions.Event) error {
			if e.State == transitions.StateConnected || e.Type != transitions.EventCompleted {
				if e.Reason != codes.NoReason {
					return fmt.Errorf("%v bears a reason", e)
				}
			} else if !e.Reason.Fits(m.direction) || !slices.Contains(e.Reason.States(), e.State.String()) {
				return fmt.Errorf("%v for the wrong reason", e)
			}
			err := m.Event(context.Background(), fsm.EventName(e))
			if _, stays := err.(looplab.NoTransitionError); err != nil && !stays {
				return err
			}
			m.reason = e.Reason
			return nil
		},
		nil,
		func(m *machine) proptest.View {
			v := proptest.View{Direction: m.direction, Reason: m.reason}
			if err := v.State.UnmarshalText([]byte(m.Current())); err != nil {
				t.Error(err)
			}
			return v
		},
	))
}

// TestRunFails has a process of its own run the laws on a wrong machine, since there a test fails.
func TestRunFails(t *testing.T) {
	if os.Getenv("PROPTEST_WRONG") != "" {
		proptest.Run(t, mutant{event: func(m *machine, e transitions.Event) error {
			if m.at.Terminal() && e == transitions.Updated(transitions.StateConnecting) {
				m.at = transitions.New(m.at.Direction())
			}
			return m.step(e)
		}}.subject())
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestRunFails$", "-test.v", "-rapid.checks=7")
	cmd.Env = append(os.Environ(), "PROPTEST_WRONG=1")
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		t.Errorf("it ends with %v, want a failure", err)
	}
	for _, want := range []string{
		"--- PASS: TestRunFails/02_a_refusal_is_told_and_changes_nothing", "--- FAIL: TestRunFails/03_terminal_states_absorb",
		"[rapid] OK, passed 7 tests", "law 3 broken: terminal states absorb", "2. updated(Connecting)",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

func TestProperty(t *testing.T) {
	t.Run("Step", rapid.MakeCheck(proptest.Property(step)))
	t.Run("Observe", rapid.MakeCheck(proptest.Property(observe)))
}

func FuzzStep(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(proptest.Property(step))) }
func FuzzObserve(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(observe))) }
