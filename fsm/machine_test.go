package fsm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	looplab "github.com/looplab/fsm"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
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

func subject(t *testing.T, c fsm.Config) func(transitions.Direction) laws.Subject {
	return laws.Live(
		func(d transitions.Direction) *fsm.Machine { return machine(t, d, c) },
		func(m *fsm.Machine, e transitions.Event) error { return m.Event(t.Context(), e) },
		(*fsm.Machine).Do,
		func(m *fsm.Machine) laws.View { return laws.ViewOf(m.Invitation()) },
	)
}

// TestReference is the laws, law 11 among them, over every cell and every word that the kit makes, with callbacks.
func TestReference(t *testing.T) { proptest.Run(t, subject(t, installed(false))) }

// TestTolerant is the same for the tolerant reader.
func TestTolerant(t *testing.T) { proptest.Run(t, laws.Tolerant(subject(t, installed(true)))) }

// observed is a configuration with a callback of every kind, and what the last event has told of itself.
type observed struct {
	fsm.Config
	told []fsm.Transition
}

func observe(tolerant bool) *observed {
	o := &observed{Config: installed(tolerant)}
	o.OnTransition = func(_ context.Context, t fsm.Transition) { o.told = append(o.told, t) }
	return o
}

// agrees has a machine, which is at i, take an event, and holds what it answers, where it is and what it tells against
// the reader. It answers where the reader is.
func (o *observed) agrees(
	t interface{ Errorf(string, ...any) }, m *fsm.Machine, i transitions.Invitation, e transitions.Event,
) transitions.Invitation {
	next, odd, want := read(o.Tolerant, i, e)
	_, refusal := i.Step(e)
	var told []fsm.Transition
	if want == nil && (refusal == nil || next != i || odd != transitions.Oddity{}) {
		told = []fsm.Transition{{From: i, Event: e, To: next, Odd: odd}}
	}
	can := m.Can(e)
	o.told = nil
	err := m.Event(context.Background(), e)
	agree := m.Invitation() == next && fmt.Sprint(err) == fmt.Sprint(want) && can == (err == nil)
	if !agree || !slices.Equal(o.told, told) {
		t.Errorf("%v %v: %v, %v, told %v, could %t; want %v, %v, told %v", i, e, m, err, o.told, can, next, want, told)
	}
	return next
}

// configurations is every configuration that a reader can come to, by whatever events and operations.
func configurations(d transitions.Direction, tolerant bool) []transitions.Invitation {
	all := []transitions.Invitation{transitions.New(d)}
	for n := 0; n < len(all); n++ {
		add := func(i transitions.Invitation) {
			if !slices.Contains(all, i) {
				all = append(all, i)
			}
		}
		for e := range events() {
			next, _, _ := read(tolerant, all[n], e)
			add(next)
		}
		for o := range transitions.OperationCancel + 1 {
			next, _ := all[n].Do(o)
			add(next)
		}
	}
	return all
}

// events is every event that there is, and some that there are not: values out of range are events too.
func events() func(func(transitions.Event) bool) {
	reasons := append(slices.Collect(codes.Reasons()), codes.NoReason, codes.Undocumented, math.MaxUint8)
	for c := range codes.Codes() {
		reasons = append(reasons, codes.Alone(c))
	}
	return func(yield func(transitions.Event) bool) {
		for kind := range transitions.EventCompleted + 2 {
			for s := range transitions.StateCancelled + 2 {
				for _, r := range reasons {
					if !yield(transitions.Event{Type: kind, State: s, Reason: r}) {
						return
					}
				}
			}
		}
	}
}

// TestCells is law 11 by enumeration: in every configuration that a reader can come to, every event and every
// operation.
func TestCells(t *testing.T) {
	everywhere(t, func(t *testing.T, d transitions.Direction, tolerant bool) {
		t.Parallel()
		o := observe(tolerant)
		for _, i := range configurations(d, tolerant) {
			m := restore(t, i, o.Config)
			for e := range events() {
				if o.agrees(t, m, i, e) != i {
					m = restore(t, i, o.Config)
				}
			}
			for operation := range transitions.OperationCancel + 2 {
				next, want := i.Do(operation)
				if err := m.Do(operation); m.Invitation() != next || fmt.Sprint(err) != fmt.Sprint(want) {
					t.Errorf("%v do %v: %v, %v, want %v, %v", i, operation, m, err, next, want)
				}
				m = restore(t, i, o.Config)
			}
		}
	})
}

// TestWords is law 11 by random words. On the way the machine is put away and fetched back, by its snapshot, now and
// then, and at the end it is made again of the events that it took.
func TestWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, o := proptest.Direction().Draw(t, "direction"), observe(rapid.Bool().Draw(t, "tolerant"))
		i := transitions.New(d)
		m, err := fsm.New(d, o.Config)
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range proptest.Sequence(d).Draw(t, "word") {
			if action.Operation != transitions.OperationNone {
				next, want := i.Do(action.Operation)
				if err := m.Do(action.Operation); fmt.Sprint(err) != fmt.Sprint(want) {
					t.Errorf("%v do %v: %v, want %v", i, action.Operation, err, want)
				}
				i = next
			} else {
				i = o.agrees(t, m, i, action.Event)
			}
			if rapid.Bool().Draw(t, "restore") {
				m = reborn(t, m, o.Config)
			}
			if m.Invitation() != i {
				t.Fatalf("%v, want %v", m, i)
			}
		}
	})
}

// reborn is a machine that has gone through its snapshot, written and read.
func reborn(t interface{ Fatal(...any) }, m *fsm.Machine, c fsm.Config) *fsm.Machine {
	text, err := json.Marshal(m.Invitation())
	if err != nil {
		t.Fatal(err)
	}
	var i transitions.Invitation
	if err := json.Unmarshal(text, &i); err != nil {
		t.Fatal(err)
	}
	again, err := fsm.Restore(i, c)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestRestore: the reference reader restores what it can have come to, and the tolerant one everything. No callback
// runs.
func TestRestore(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		reference := map[transitions.Invitation]bool{}
		for i := range transitions.Reachable(d) {
			reference[i] = true
		}
		o := observe(true)
		for _, i := range configurations(d, true) {
			if m := reborn(t, restore(t, i, o.Config), o.Config); m.Invitation() != i || len(o.told) > 0 {
				t.Errorf("restored %v, want %v, and told %v", m, i, o.told)
			}
			m, err := fsm.Restore(i, fsm.Config{})
			if (err == nil) != reference[i] || err != nil && (m != nil || !errors.Is(err, transitions.ErrInvalid)) {
				t.Errorf("Restore(%v) = %v, %v, want it to come about: %t", i, m, err, reference[i])
			}
		}
	}
}

// TestZero: the zero Machine is no invitation. It refuses, and does not panic.
func TestZero(t *testing.T) {
	var m fsm.Machine
	if err := m.Event(t.Context(), started); !errors.Is(err, transitions.ErrInvalid) {
		t.Errorf("Event = %v, want ErrInvalid", err)
	}
	if err := m.Do(transitions.OperationCancel); !errors.Is(err, transitions.ErrInvalid) {
		t.Errorf("Do = %v, want ErrInvalid", err)
	}
	if i := m.Invitation(); m.Can(started) || i != (transitions.Invitation{}) || m.String() != "invalid" {
		t.Errorf("the zero Machine is %v", i)
	}
	if m.Looplab().Current() != "None" {
		t.Errorf("the zero Machine is %v", &m)
	}
}

// TestVisualizers: looplab's visualizers draw every edge of the relation, and where the machine is.
func TestVisualizers(t *testing.T) {
	everywhere(t, func(t *testing.T, d transitions.Direction, tolerant bool) {
		m := machine(t, d, fsm.Config{Tolerant: tolerant})
		if err := m.Event(t.Context(), started); err != nil {
			t.Fatal(err)
		}
		dot := looplab.Visualize(m.Looplab())
		mermaid, err := looplab.VisualizeWithType(m.Looplab(), looplab.MermaidStateDiagram)
		if err != nil {
			t.Fatal(err)
		}
		chart, err := looplab.VisualizeWithType(m.Looplab(), looplab.MermaidFlowChart)
		if err != nil {
			t.Fatal(err)
		}
		all := rows(d, tolerant)
		for _, r := range all {
			from, to, name := r.from.State(), r.to.State(), fsm.EventName(r.event)
			if want := fmt.Sprintf("%q -> %q [ label = %q ]", from, to, name); !strings.Contains(dot, want) {
				t.Errorf("the DOT has no %s", want)
			}
			if want := fmt.Sprintf("    %v --> %v: %s\n", from, to, name); !strings.Contains(mermaid, want) {
				t.Errorf("the Mermaid state diagram has no %s", want)
			}
		}
		for _, test := range []struct {
			drawn, arrow, current string
			more                  int // arrows that are no edges
		}{
			{dot, "->", `"Connecting" [color = "red"]`, 0},
			{mermaid, "-->", "[*] --> Connecting", 1},
			{chart, "-->", "style id", 0},
		} {
			n := strings.Count(test.drawn, test.arrow) - test.more
			if n != len(all) || !strings.Contains(test.drawn, test.current) {
				t.Errorf("%d edges drawn, want %d and %s:\n%s", n, len(all), test.current, test.drawn)
			}
		}
	})
}
