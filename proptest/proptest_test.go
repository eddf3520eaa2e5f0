package proptest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	looplab "github.com/looplab/fsm"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// TestMain gives the long form of the tests, which AVINVITE_LONG=1 selects, thirty times as many sequences, unless a
// flag says how many. go test does not see what TestMain reads; it caches by the variable because a test reads it too.
func TestMain(m *testing.M) {
	if long() {
		_ = flag.Set("rapid.checks", "3000") // before the flags of the command line
	}
	flag.Parse()
	os.Exit(m.Run())
}

func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// The two modes of package transitions, as functions on values.
var (
	step    = laws.Pure(transitions.New, transitions.Invitation.Step, transitions.Invitation.Do, laws.ViewOf)
	observe = laws.Tolerant(laws.Pure(transitions.New, observed, transitions.Invitation.Do, laws.ViewOf))
)

func observed(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
	next, _, err := i.Observe(e)
	return next, err
}

func TestStep(t *testing.T)    { proptest.Run(t, step) }
func TestObserve(t *testing.T) { proptest.Run(t, observe) }

// The README shows the next function.

// TestMachine runs the laws on a machine that changes in place: here fsm.Machine, held to what a server must do.
func TestMachine(t *testing.T) {
	proptest.Run(t, laws.Live(
		func(d transitions.Direction) *fsm.Machine { m, _ := fsm.New(d, fsm.Config{}); return m },
		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
		(*fsm.Machine).Do,
		func(m *fsm.Machine) laws.View { return laws.ViewOf(m.Invitation()) },
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
	events := map[transitions.Direction]looplab.Events{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		events[d] = fsm.Events(d)
	}
	if err := laws.Enumerate(laws.Live(
		func(d transitions.Direction) *machine {
			return &machine{looplab.NewFSM(transitions.StateNone.String(), events[d], nil), d, codes.NoReason}
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
		func(m *machine) laws.View {
			v := laws.View{Direction: m.direction, Reason: m.reason}
			if err := v.State.UnmarshalText([]byte(m.Current())); err != nil {
				t.Error(err)
			}
			return v
		},
	)); err != nil {
		t.Error(err)
	}
}

// TestRunFails has a process of its own run the laws on wrong machines, since there a test fails.
func TestRunFails(t *testing.T) {
	updates := func(m *counter, e transitions.Event) int {
		if e == transitions.Updated(transitions.StateConnecting) {
			m.count++
		}
		return m.count
	}
	for _, tt := range []struct {
		name     string
		event    func(*counter, transitions.Event) error
		want     []string
		unwanted string
	}{
		{"starts anew", func(m *counter, e transitions.Event) error {
			if m.at.Terminal() && e == transitions.Updated(transitions.StateConnecting) {
				m.anew()
			}
			return m.step(e)
		}, []string{
			"--- PASS: TestRunFails/02_a_refusal_changes_nothing_and_says_why",
			"--- FAIL: TestRunFails/03_terminal_states_absorb",
			"[rapid] OK, passed 7 tests", "law 3 broken: terminal states absorb", "2. updated(Connecting)",
		}, "law 1 broken"},
		{"blocks", func(m *counter, e transitions.Event) error {
			if updates(m, e) == 1 {
				select {}
			}
			return m.step(e)
		}, []string{"law 1 broken", "1. updated(Connecting)", "none within"}, "--- FAIL: TestRunFails/"},
		{"blocks later", func(m *counter, e transitions.Event) error {
			if updates(m, e) == 3 {
				select {}
			}
			return m.step(e)
		}, []string{"--- FAIL: TestRunFails/01", "law 1 broken", "none within"}, "TestRunFails/02"},
	} {
		if wrong := os.Getenv("PROPTEST_WRONG"); wrong != "" {
			if wrong == tt.name {
				if strings.HasPrefix(wrong, "blocks") { // long for the others, however busy the computer is
					proptest.SetPatience(time.Second)
				}
				proptest.Run(t, counting(tt.event))
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

// counter is a right machine with a counter, by which a mutant makes it wrong.
type counter struct {
	at    transitions.Invitation
	count int
}

func (c *counter) step(e transitions.Event) (err error) {
	c.at, err = c.at.Step(e)
	return err
}

func (c *counter) anew() { c.at = transitions.New(c.at.Direction()) }

// counting makes subjects that are right but for their function for events.
func counting(event func(*counter, transitions.Event) error) func(transitions.Direction) laws.Subject {
	return laws.Live(
		func(d transitions.Direction) *counter { return &counter{at: transitions.New(d)} },
		event,
		func(c *counter, o transitions.Operation) (err error) { c.at, err = c.at.Do(o); return err },
		func(c *counter) laws.View { return laws.ViewOf(c.at) },
	)
}

// TestDepth: a state that is hidden one input behind a configuration is found with k = 1, and not before.
func TestDepth(t *testing.T) {
	hidden := counting(func(c *counter, e transitions.Event) error {
		if again := transitions.Updated(transitions.StateForwarded); e == again && c.at.State() == e.State {
			c.count++
		} else if c.count == 1 && e.State == transitions.StateConnected {
			return errRefused
		}
		return c.step(e)
	})
	for k, want := range []int{0, 1} {
		found, err := proptest.Enumerated(hidden, uint(k), 10)
		if err != nil || len(found) != want {
			t.Errorf("with k = %d the suites find %v, %v, want %d finding", k, found, err, want)
		}
	}
}

// TestSampled: a fault that shows only late is caught by sampling, with default settings and any of a hundred seeds, in
// the long form a thousand. The tests of package laws have the faults that enumeration catches.
func TestSampled(t *testing.T) {
	seeds := 100
	if long() {
		seeds = 1000
	}
	checks(t, 100)
	set(t, "rapid.nofailfile", "true")
	set(t, "rapid.shrinktime", "0s")
	for _, m := range []struct {
		name  string
		law   int
		event func(*counter, transitions.Event) error
	}{
		{"the sixth event is refused", 10, func(c *counter, e transitions.Event) error {
			if c.count++; c.count == 6 {
				return errRefused
			}
			return c.step(e)
		}},
		{"three updates start it anew", 10, func(c *counter, e transitions.Event) error {
			err := c.step(e)
			if err == nil && e.Type == transitions.EventUpdated {
				if c.count++; c.count == 3 {
					c.anew()
				}
			}
			return err
		}},
		{"a refusal wedges", 2, func(c *counter, e transitions.Event) error {
			if c.count > 0 {
				return errRefused
			}
			err := c.step(e)
			if err != nil {
				c.count++
			}
			return err
		}},
	} {
		t.Run(m.name, func(t *testing.T) {
			property := proptest.Sampled(counting(m.event), m.law)
			for seed := 1; seed <= seeds; seed++ {
				set(t, "rapid.seed", strconv.Itoa(seed))
				r := record(func(r *recorder) { rapid.Check(r, property) })
				for _, want := range []string{
					fmt.Sprintf("law %d broken: ", m.law), "shortest sequence found:\n\t1. ", "\nactual:   ",
				} {
					if !r.failed || !strings.Contains(r.text.String(), want) {
						t.Fatalf("with seed %d it does not say %q:\n%s", seed, want, r.text.String())
					}
				}
			}
		})
	}
}

var errRefused = errors.New("refused")

func TestProperty(t *testing.T) {
	t.Run("Step", rapid.MakeCheck(proptest.Property(step)))
	t.Run("Observe", rapid.MakeCheck(proptest.Property(observe)))
}

func FuzzStep(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(proptest.Property(step))) }
func FuzzObserve(f *testing.F) { f.Fuzz(rapid.MakeFuzz(proptest.Property(observe))) }

// set sets a flag for the time of the test.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	old := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(old) })
}

// checks sets the number of checks for the time of the test. With -short rapid does a fifth of those that its flag says.
func checks(t *testing.T, n int) {
	t.Helper()
	if testing.Short() {
		n *= 5
	}
	set(t, "rapid.checks", strconv.Itoa(n))
}

// recorder is a TB that fails without failing the test.
type recorder struct {
	rapid.TB // nil: what is not below is not called
	failed   bool
	text     strings.Builder
}

func record(test func(*recorder)) *recorder {
	r, done := &recorder{}, make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r
}

func (r *recorder) Helper()                    {}
func (r *recorder) Name() string               { return "recorder" }
func (r *recorder) Failed() bool               { return r.failed }
func (r *recorder) Logf(f string, args ...any) { fmt.Fprintf(&r.text, f+"\n", args...) }
func (r *recorder) Errorf(f string, args ...any) {
	r.failed = true
	r.Logf(f, args...)
}
func (r *recorder) FailNow()          { r.failed = true; runtime.Goexit() }
func (r *recorder) Fatal(args ...any) { r.Logf("%s", fmt.Sprint(args...)); r.FailNow() }
