package fsm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
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

// machine returns a new machine.
func machine(t testing.TB, d transitions.Direction, c fsm.Config) *fsm.Machine {
	t.Helper()
	m, err := fsm.New(d, c)
	if err != nil {
		t.Fatalf("New(%v) = %v, want no error", d, err)
	}
	return m
}

// installed returns a configuration with a callback of every kind, which does nothing.
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

// observed is a configuration with a callback of every kind, and the Transitions of the last event.
type observed struct {
	fsm.Config
	told []fsm.Transition
}

func observe(tolerant bool) *observed {
	o := &observed{Config: installed(tolerant)}
	o.OnTransition = func(_ context.Context, t fsm.Transition) { o.told = append(o.told, t) }
	return o
}

// agrees gives an event to a machine whose invitation is i, and compares its error, its invitation and its Transition
// with the mode's. It returns the invitation that the mode comes to.
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

// configurations returns every configuration that a mode can reach, by any events and operations.
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

// events yields every event, and values out of range.
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

// TestCells is law 11 by enumeration: every event and every operation, in every configuration that a mode can reach.
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

// TestEventName: every event has a name of its type and its state, values out of range included.
func TestEventName(t *testing.T) {
	for e := range events() {
		if got, want := fsm.EventName(e), e.Type.String()+"_"+e.State.String(); got != want {
			t.Errorf("EventName(%v) = %q, want %q", e, got, want)
		}
	}
}

// TestWords is law 11 by random words. Now and then the machine is restored from its snapshot.
func TestWords(t *testing.T) {
	word := func(t *rapid.T) {
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
	}
	rapid.Check(t, word)
	for n := 0; long() && n < 100; n++ {
		rapid.Check(t, word)
	}
}

// reborn returns a machine restored from the JSON of m's snapshot.
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

// TestRestore: the reference mode restores what it can reach, and the tolerant mode everything. No callback runs.
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
			if err != nil && (!strings.Contains(err.Error(), beyond(i).Text()) || !strings.Contains(err.Error(), "set Config.Tolerant")) {
				t.Errorf("Restore(%v) = %v, want the rule %q and the option", i, err, beyond(i).Text())
			}
		}
	}
}

// beyond returns the rule for which the reference mode never comes to i.
func beyond(i transitions.Invitation) transitions.Rule {
	r := i.Reason()
	switch {
	case i.State() == transitions.StateConnected || i.State().Progress():
		return transitions.ErrDirection
	case !r.Documented():
		return transitions.ErrUndocumented
	case !r.Fits(i.Direction()):
		return transitions.ErrReasonDirection
	default:
		return transitions.ErrReasonState
	}
}

// TestZero: the zero Machine refuses everything, and does not panic.
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
	if none := (*fsm.Machine)(nil); none.String() != "no machine" {
		t.Errorf("the text of nil is %q", none)
	}
}

// TestMemory: a machine with a callback allocates and retains less than half the bytes of a bare looplab machine with the
// same edges and callback, in fewer pieces; a machine without callbacks allocates nothing for an event.
func TestMemory(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that nothing else allocates meanwhile
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	callbacks := looplab.Callbacks{"enter_state": func(context.Context, *looplab.Event) {}}
	table := fsm.Events(transitions.Outgoing)
	life := []transitions.Event{
		started, alerting, transitions.Updated(transitions.StateTeamRing), transitions.Updated(transitions.StateForwarded), connected,
	}
	begin := map[string]func() live{
		"ours": func() live { return ours{machine(t, transitions.Outgoing, fsm.Config{Callbacks: callbacks})} },
		"bare": func() live { return bare{looplab.NewFSM("None", table, callbacks)} },
	}
	walk := func(m live, events []transitions.Event) live {
		for _, e := range events {
			if err := m.Event(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	var before, after runtime.MemStats
	pieces, bytes, retained := map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	for name, begin := range begin {
		pieces[name], bytes[name] = math.MaxUint64, math.MaxUint64
		for range 100 { // the least counts: the race detector has sync.Pool forget at random
			runtime.ReadMemStats(&before)
			walk(begin(), life)
			runtime.ReadMemStats(&after)
			pieces[name] = min(pieces[name], after.Mallocs-before.Mallocs)
			bytes[name] = min(bytes[name], after.TotalAlloc-before.TotalAlloc)
		}
		var all [1000]live
		runtime.GC()
		runtime.ReadMemStats(&before)
		for n := range all {
			all[n] = walk(begin(), life[:2])
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		retained[name] = (after.HeapAlloc - before.HeapAlloc) / uint64(len(all))
		runtime.KeepAlive(all)
	}
	t.Log("allocations a life", pieces, "bytes a life", bytes, "bytes retained", retained)
	if pieces["ours"] >= pieces["bare"] || 2*bytes["ours"] >= bytes["bare"] || 2*retained["ours"] >= retained["bare"] {
		t.Errorf("a life makes %v allocations of %v bytes and retains %v, want ours below bare", pieces, bytes, retained)
	}
	m := machine(t, transitions.Outgoing, fsm.Config{})
	if n := testing.AllocsPerRun(100, func() { _ = m.Event(context.Background(), alerting) }); n != 0 {
		t.Errorf("an event without callbacks makes %v allocations, want none", n)
	}
}
