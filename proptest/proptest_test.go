package proptest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// The README shows the next function.

// TestMachine runs the laws on a machine that changes in place: here fsm.Machine, held to what a server must do.
func TestMachine(t *testing.T) {
	proptest.Run(t, proptest.Live(
		func(d transitions.Direction) *fsm.Machine { m, _ := fsm.New(d, fsm.Config{}); return m },
		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
		(*fsm.Machine).Do,
		func(m *fsm.Machine) proptest.View { return proptest.ViewOf(m.Invitation()) },
	))
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
			} else if !e.Reason.Fits(m.direction) || e.Reason.EndsIn(e.State) == 0 {
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

// TestRunFails has a process of its own run the laws on wrong machines, since there a test fails.
func TestRunFails(t *testing.T) {
	updates := func(m *machine, e transitions.Event) int {
		if e == transitions.Updated(transitions.StateConnecting) {
			m.count++
		}
		return m.count
	}
	for _, tt := range []struct {
		name     string
		event    func(*machine, transitions.Event) error
		want     []string
		unwanted string
	}{
		{"starts anew", func(m *machine, e transitions.Event) error {
			if m.at.Terminal() && e == transitions.Updated(transitions.StateConnecting) {
				m.at = transitions.New(m.at.Direction())
			}
			return m.step(e)
		}, []string{
			"--- PASS: TestRunFails/02_a_refusal_changes_nothing_and_says_why",
			"--- FAIL: TestRunFails/03_terminal_states_absorb",
			"[rapid] OK, passed 7 tests", "law 3 broken: terminal states absorb", "2. updated(Connecting)",
		}, "law 1 broken"},
		{"blocks", func(m *machine, e transitions.Event) error {
			if updates(m, e) == 1 {
				select {}
			}
			return m.step(e)
		}, []string{"law 1 broken", "1. updated(Connecting)", "none within"}, "--- FAIL: TestRunFails/"},
		{"blocks later", func(m *machine, e transitions.Event) error {
			if updates(m, e) == 3 {
				select {}
			}
			return m.step(e)
		}, []string{"--- FAIL: TestRunFails/01", "law 1 broken", "none within"}, "TestRunFails/02"},
	} {
		if wrong := os.Getenv("PROPTEST_WRONG"); wrong != "" {
			if wrong == tt.name {
				proptest.SetPatience(time.Second)
				proptest.Run(t, mutant{event: tt.event}.subject())
			}
			continue
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestRunFails$", "-test.v", "-rapid.checks=7", "-rapid.seed=1",
			"-rapid.nofailfile")
		cmd.Env = append(os.Environ(), "PROPTEST_WRONG="+tt.name)
		out, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
			t.Errorf("%s: it ends with %v, want a failure", tt.name, err)
		}
		for _, want := range tt.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: it does not say %q:\n%s", tt.name, want, out)
			}
		}
		if strings.Contains(string(out), tt.unwanted) {
			t.Errorf("%s: it says %q:\n%s", tt.name, tt.unwanted, out)
		}
	}
}

// TestNeverAnswers: a subject that blocks, or ends the goroutine, breaks the first law wherever it does, and is not
// asked again.
func TestNeverAnswers(t *testing.T) {
	set(t, "rapid.nofailfile", "true")
	set(t, "rapid.seed", "1")
	synctest.Test(t, neverAnswers)
}

// neverAnswers is in a bubble, where the kit's patience ends when everybody else waits, and not before.
func neverAnswers(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	block := func() { <-release }
	at := func(here bool, silence func()) {
		if here {
			silence()
		}
	}
	silent := func(where string, silence func()) func(transitions.Direction) proptest.Subject {
		return mutant{
			begin: func(d transitions.Direction) *machine {
				at(where == "begin" && d == transitions.Outgoing, silence)
				return &machine{at: transitions.New(d)}
			},
			event: func(m *machine, e transitions.Event) error {
				at(where == "event" && e.State == transitions.StateAlerting, silence)
				return m.step(e)
			},
			do: func(m *machine, o transitions.Operation) error {
				at(where == "do" && m.at.Pending() != transitions.OperationNone || where == "first do", silence)
				return m.do(o)
			},
			view: func(m *machine) proptest.View {
				at(where == "view" && m.at.State() == transitions.StateTeamRing, silence)
				return m.view()
			},
		}.subject()
	}
	for _, tt := range []struct {
		where   string
		silence func()
		want    string // the sequence, and the actual
	}{
		{"begin", block, "Outgoing invitation, shortest sequence found:\n\t(nothing)\n|none within 30s"},
		{"event", block, "\n\t1. started(Alerting)\nthe|none within 30s"},
		{"do", block, "\n\t1. started(Connecting)\n\t2. do accept\n\t3. do accept\nthe|none within 30s"},
		{"first do", block, "\n\t1. do accept\nthe|none within 30s"},
		{"view", block, "\n\t1. started(TeamRing)\nthe|none within 30s"},
		{"begin", runtime.Goexit, "\n\t(nothing)\nthe|the end of the goroutine that asked, as by t.FailNow"},
		{"event", runtime.Goexit, "\n\t1. started(Alerting)\nthe|the end of the goroutine that asked, as by t.FailNow"},
	} {
		err := proptest.Enumerate(silent(tt.where, tt.silence))
		sequence, actual, _ := strings.Cut(tt.want, "|")
		if err == nil || !strings.HasPrefix(err.Error(), "law 1 broken") || !strings.Contains(err.Error(), sequence) ||
			!strings.HasSuffix(err.Error(), "\nactual:   "+actual) {
			t.Errorf("silent in %s: Enumerate finds %v, want %q and %q", tt.where, err, sequence, actual)
		}
		property := proptest.Property(silent(tt.where, tt.silence))
		for range 2 { // the second time nothing is waited for
			r := record(func(r *recorder) { rapid.Check(r, property) })
			if !r.failed || !strings.Contains(r.text.String(), "law 1 broken") ||
				!strings.Contains(r.text.String(), "\nactual:   "+actual) {
				t.Errorf("silent in %s: sampling finds %q, want %q", tt.where, r.text.String(), actual)
			}
		}
	}
}

// TestNoRow: an answer that the PAGE does not have is shown as the subject gave it.
func TestNoRow(t *testing.T) {
	_, err := proptest.Subtest(mutant{do: func(m *machine, o transitions.Operation) error {
		if m.do(o) != nil {
			return fmt.Errorf("500 Internal Server Error: %w", codes.Synchronous(0))
		}
		return nil
	}}.subject(), 8)
	want := "\nactual:   refused: 500 Internal Server Error: Synchronous(0)"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("Enumerate finds %v, want %q", err, want)
	}
}

// TestShortest: what a sequence finds is as short as can be without rapid's help, as in a fuzz target.
func TestShortest(t *testing.T) {
	set(t, "rapid.nofailfile", "true")
	set(t, "rapid.shrinktime", "0s")
	// Only two updates that stand next to each other go wrong: what aggregation does where something is dropped.
	property, _ := proptest.Subtest(mutant{
		event: refuses((*machine).step, func(m *machine, e transitions.Event) bool {
			return m.at.State() == transitions.StateTeamRing && e == transitions.Updated(transitions.StateTeamRing)
		}),
	}.subject(), 9)
	failed := 0
	for seed := 1; seed <= 20; seed++ {
		set(t, "rapid.seed", strconv.Itoa(seed))
		r := record(func(r *recorder) { rapid.Check(r, property) })
		if !r.failed {
			continue
		}
		failed++
		if finding, _, _ := strings.Cut(r.text.String(), "\nTo reproduce"); strings.Count(finding, "\n\t") != 2 {
			t.Errorf("seed %d: want 2 actions:\n%s", seed, finding)
		}
	}
	if failed == 0 {
		t.Error("nothing to shorten")
	}
}

func TestProperty(t *testing.T) {
	t.Run("Step", rapid.MakeCheck(proptest.Property(step)))
	t.Run("Observe", rapid.MakeCheck(proptest.Property(observe)))
}

func FuzzStep(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(proptest.Property(step))) }
func FuzzObserve(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(observe))) }
