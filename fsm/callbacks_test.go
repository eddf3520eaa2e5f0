package fsm_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// row is an event that an engine carries out: it changes the state, or the relation has an edge for it.
type row struct {
	from  transitions.Invitation
	event transitions.Event
	to    transitions.Invitation
}

func (r row) String() string { return r.from.String() + " " + r.event.String() }

// read applies an event in a mode.
func read(
	tolerant bool, i transitions.Invitation, e transitions.Event,
) (transitions.Invitation, transitions.Oddity, error) {
	if tolerant {
		return i.Observe(e)
	}
	next, err := i.Step(e)
	return next, transitions.Oddity{}, err
}

// rows returns every edge of a direction and a mode, with one reason for each.
func rows(d transitions.Direction, tolerant bool) (all []row) {
	starts := []transitions.Invitation{transitions.New(d)}
	for s := transitions.StateConnecting; s <= transitions.StateForwarded; s++ {
		if i, _, err := read(tolerant, transitions.New(d), transitions.Updated(s)); err == nil {
			starts = append(starts, i)
		}
	}
	reasons := append(slices.Collect(codes.Reasons()), codes.NoReason)
	for _, from := range starts {
		for kind := transitions.EventStarted; kind <= transitions.EventCompleted; kind++ {
			for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
				if n := slices.IndexFunc(reasons, func(r codes.Reason) bool {
					e := transitions.Event{Type: kind, State: s, Reason: r}
					_, refused := from.Step(e)
					to, _, err := read(tolerant, from, e)
					return refused == nil || err == nil && to != from
				}); n >= 0 {
					e := transitions.Event{Type: kind, State: s, Reason: reasons[n]}
					to, _, _ := read(tolerant, from, e)
					all = append(all, row{from, e, to})
				}
			}
		}
	}
	return all
}

// everywhere runs a test for both directions and both modes.
func everywhere(t *testing.T, test func(t *testing.T, d transitions.Direction, tolerant bool)) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for _, tolerant := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v/tolerant=%t", d, tolerant), func(t *testing.T) { test(t, d, tolerant) })
		}
	}
}

func restore(t testing.TB, i transitions.Invitation, c fsm.Config) *fsm.Machine {
	t.Helper()
	m, err := fsm.Restore(i, c)
	if err != nil {
		t.Fatalf("Restore(%v) = %v, want no error", i, err)
	}
	return m
}

// recording returns a configuration whose callbacks, those of the given names and the typed ones, call called.
func recording(names []string, tolerant bool, called func(name string, e *looplab.Event)) fsm.Config {
	c := fsm.Config{
		Tolerant:     tolerant,
		Callbacks:    looplab.Callbacks{},
		OnTransition: func(context.Context, fsm.Transition) { called("OnTransition", nil) },
		OnCompleted:  func(context.Context, transitions.Invitation) { called("OnCompleted", nil) },
	}
	for _, name := range names {
		c.Callbacks[name] = func(_ context.Context, e *looplab.Event) { called(name, e) }
	}
	return c
}

// order returns the names of the callbacks that a bare machine calls for a row, then the typed ones.
func order(m *fsm.Machine, names []string, r row) (called []string) {
	c := recording(names, false, func(name string, _ *looplab.Event) { called = append(called, name) })
	bare := looplab.NewFSM(r.from.State().String(), fsm.Table(m), c.Callbacks)
	err := bare.Event(context.Background(), fsm.EventName(r.event))
	if err != nil && err != (looplab.NoTransitionError{}) {
		panic(err)
	}
	called = append(called, "OnTransition")
	if r.to.Terminal() {
		called = append(called, "OnCompleted")
	}
	return called
}

// TestOrder: for every row, a machine calls the callbacks of a bare one, in the same order and with the same event, then
// the typed callbacks. Every name is called by some row, in full and in short. The engine has an edge for every row, and
// no other; so have Events and Looplab.
func TestOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, d transitions.Direction, tolerant bool) {
		all := rows(d, tolerant)
		table := fsm.Table(machine(t, d, fsm.Config{Tolerant: tolerant}))
		if n := len(machine(t, d, fsm.Config{Tolerant: tolerant}).Looplab().AvailableTransitions()); n == 0 ||
			len(all) != len(table) || !tolerant && !reflect.DeepEqual(fsm.Events(d), table) {
			t.Errorf("the relation has %d rows, the engine %d and Events %d", len(all), len(table), len(fsm.Events(d)))
		}
		full, short := fsm.CallbackNames(machine(t, d, fsm.Config{Tolerant: tolerant}))
		for _, names := range [][]string{full, short} {
			never := map[string]bool{}
			for _, name := range names {
				never[name] = true
			}
			for _, r := range all {
				var got []string
				m := restore(t, r.from, recording(names, tolerant, func(name string, e *looplab.Event) {
					delete(never, name)
					got = append(got, name)
					if e == nil {
						return
					}
					from, to := r.from.State().String(), r.to.State().String()
					want := [4]string{fsm.EventName(r.event), from, to, to}
					if strings.HasPrefix(name, "before_") || strings.HasPrefix(name, "leave_") {
						want[3] = from
					}
					if got := [4]string{e.Event, e.Src, e.Dst, e.FSM.Current()}; got != want {
						t.Errorf("%v: %s got %q, want %q", r, name, got, want)
					}
				}))
				plain := m.Looplab()
				if err := m.Event(t.Context(), r.event); err != nil || m.Invitation() != r.to {
					t.Errorf("%v: %v, %v, want %v", r, m, err, r.to)
				}
				if _ = plain.Event(t.Context(), fsm.EventName(r.event)); plain.Current() != r.to.State().String() {
					t.Errorf("%v: a plain copy comes to %v, want %v", r, plain.Current(), r.to.State())
				}
				if want := order(m, names, r); !slices.Equal(got, want) {
					t.Errorf("%v: called %v, want %v", r, got, want)
				}
			}
			if len(never) > 0 {
				t.Errorf("never called: %v", never)
			}
		}
	})
}

var errNo = errors.New("no")

// deeds are the things that one of looplab's callbacks can do to its event: a deed refuses it in an early callback,
// fails in a later one, or breaks off the rest of looplab's callbacks.
var deeds = []struct {
	name                      string
	do                        func(*looplab.Event)
	refuses, fails, breaksOff bool
	err                       error
}{
	{name: "does nothing", do: func(*looplab.Event) {}},
	{name: "cancels for a reason", do: func(e *looplab.Event) { e.Cancel(errNo) }, refuses: true, fails: true, err: errNo},
	{name: "cancels", do: func(e *looplab.Event) { e.Cancel() }, refuses: true},
	{name: "panics", do: func(*looplab.Event) { panic(errNo) }, refuses: true, fails: true, breaksOff: true, err: errNo},
	{name: "panics with no error", do: func(*looplab.Event) { panic("no") }, refuses: true, fails: true, breaksOff: true},
	{name: "uses the stand-in", do: func(e *looplab.Event) {
		state, err := e.FSM.Current(), e.FSM.Event(context.Background(), e.Event)
		if state != e.Src && state != e.Dst || e.FSM.Can(e.Event) || e.FSM.Transition() == nil ||
			!errors.As(err, new(looplab.UnknownEventError)) || e.FSM.Current() != state {
			panic(fmt.Sprint("the stand-in is in ", state, ": ", err))
		}
	}},
	{name: "sets the engine's state", do: func(e *looplab.Event) { e.FSM.SetState("Nowhere") }},
}

// TestDeeds: every deed in every callback of every row. A refused event leaves the invitation as it was, and is taken the
// next time; a failure after the change of state leaves it changed. The callbacks called are exactly those expected.
func TestDeeds(t *testing.T) {
	everywhere(t, func(t *testing.T, d transitions.Direction, tolerant bool) {
		t.Parallel()
		names, _ := fsm.CallbackNames(machine(t, d, fsm.Config{Tolerant: tolerant}))
		for _, r := range rows(d, tolerant) {
			whole := order(machine(t, d, fsm.Config{Tolerant: tolerant}), names, r)
			typed := slices.Index(whole, "OnTransition")
			for n, name := range whole[:typed] {
				for _, deed := range deeds {
					what := fmt.Sprintf("%v: %s %s", r, name, deed.name)
					var called []string
					doer, do := whole[0], (*looplab.Event).Cancel
					m := restore(t, r.from, recording(names, tolerant, func(each string, e *looplab.Event) {
						if called = append(called, each); each == doer {
							doer = ""
							do(e)
						}
					}))
					// The deed is done to an event that is not the machine's first.
					if err := m.Event(t.Context(), r.event); err == nil || m.Invitation() != r.from {
						t.Fatalf("%v: cancelled, %v, %v", r, err, m)
					}
					called, doer, do = nil, name, func(e *looplab.Event, _ ...error) { deed.do(e) }
					err := m.Event(t.Context(), r.event)

					early := strings.HasPrefix(name, "before_") || strings.HasPrefix(name, "leave_")
					refused := early && deed.refuses
					to, want := r.to, whole
					if refused {
						to, want = r.from, whole[:n+1]
					} else if deed.breaksOff {
						want = slices.Concat(whole[:n+1], whole[typed:])
					}
					if m.Invitation() != to || !slices.Equal(called, want) {
						t.Errorf("%s: %v, called %v; want %v, %v", what, m, called, to, want)
					}
					var failure *fsm.CallbackError
					switch {
					case !refused && !(deed.fails && !early):
						if err != nil {
							t.Errorf("%s: Event = %v, want no error", what, err)
						}
					case !errors.As(err, &failure) || deed.err != nil && !errors.Is(err, deed.err):
						t.Errorf("%s: Event = %v, want a *CallbackError, and %v", what, err, deed.err)
					case failure.Callback != name || failure.Event != r.event || failure.Taken == refused:
						t.Errorf("%s: Event = %+v", what, failure)
					}
					if called = nil; refused {
						if err := m.Event(t.Context(), r.event); err != nil || m.Invitation() != r.to || !slices.Equal(called, whole) {
							t.Errorf("%s: the next time %v, %v, called %v", what, err, m, called)
						}
					}
				}
			}
		}
	})
}

// TestEngineReused: an engine serves one machine after the other, whatever a callback of the one before did.
func TestEngineReused(t *testing.T) {
	begun := transitions.New(transitions.Outgoing)
	connecting, _ := begun.Step(started)
	ringing, _ := begun.Step(alerting)
	for _, deed := range deeds {
		event := func(i transitions.Invitation, e transitions.Event, do func(*looplab.Event)) error {
			callback := func(_ context.Context, e *looplab.Event) { do(e) }
			return restore(t, i, fsm.Config{Callbacks: looplab.Callbacks{"before_event": callback}}).Event(t.Context(), e)
		}
		first, _ := event(begun, started, deeds[0].do), event(ringing, connected, deed.do)
		if err := errors.Join(first, event(connecting, updated, deeds[0].do)); err != nil {
			t.Errorf("after a callback that %s: %v", deed.name, err)
		}
	}
}

// TestError: as in looplab, a callback that sets Event.Err does not stop the event. Event returns the error of the last
// callback that set it, and names that callback.
func TestError(t *testing.T) {
	first, last := errors.New("first"), incomparable{"last"}
	for _, test := range []struct {
		name string
		set  map[string]error
		want string
	}{
		{"early", map[string]error{"before_event": first}, "before_event failed after started(Connecting) was taken: first"},
		{"late", map[string]error{"after_event": first}, "after_event failed after started(Connecting) was taken: first"},
		{
			"both", map[string]error{"leave_None": first, "enter_state": last},
			"enter_state failed after started(Connecting) was taken: [last]",
		},
		{
			"with one text", map[string]error{"before_event": errors.New("no way"), "after_event": errors.New("no way")},
			"after_event failed after started(Connecting) was taken: no way",
		},
		{
			"not comparable", map[string]error{"before_event": last},
			"before_event failed after started(Connecting) was taken: [last]",
		},
		{
			"and a refusal", map[string]error{"before_event": first, "leave_None": errNo},
			"leave_None refused started(Connecting): no",
		},
		{
			"of another machine", map[string]error{"after_event": looplab.CanceledError{Err: errNo}},
			"after_event failed after started(Connecting) was taken: transition canceled with error: no",
		},
		{
			"a panic elsewhere", map[string]error{"enter_state": &fsm.PanicError{Value: "no"}},
			"enter_state failed after started(Connecting) was taken: panic: no",
		},
		{"taken back", map[string]error{"before_event": first, "after_event": nil}, ""},
	} {
		names := []string{"before_event", "leave_None", "enter_state", "after_event"}
		m := machine(t, transitions.Outgoing, recording(names, false, func(name string, e *looplab.Event) {
			if err, sets := test.set[name]; err == errNo {
				e.Cancel(err)
			} else if sets {
				e.Err = err
			}
		}))
		err := m.Event(t.Context(), started)
		if got := strings.TrimPrefix(fmt.Sprint(err), "fsm: "); got != cmp.Or(test.want, "<nil>") {
			t.Errorf("%s: %v, %v, want %s", test.name, m, err, test.want)
		}
	}
}

// incomparable is an error that must not be compared.
type incomparable []string

func (e incomparable) Error() string { return fmt.Sprint([]string(e)) }

// TestAsync: Event.Async in an early callback refuses an event that would change the state, whether or not another
// callback comes after it, and the next event is as good as ever. looplab ignores it where the state stays the same.
func TestAsync(t *testing.T) {
	connecting, _ := transitions.New(transitions.Outgoing).Step(started)
	early := []string{"before_updated_Connecting", "before_updated_Alerting", "before_event", "leave_Connecting", "leave_state"}
	for _, name := range early {
		for _, names := range [][]string{{name}, early} {
			async := true
			m := restore(t, connecting, recording(names, false, func(each string, event *looplab.Event) {
				if each == name && async {
					event.Async()
				}
			}))
			if err := m.Event(t.Context(), updated); err != nil {
				t.Errorf("%v among %v: Event = %v, want no error, because the state stays", name, names, err)
			}
			if name == "before_updated_Connecting" {
				continue
			}
			var failure *fsm.CallbackError
			err := m.Event(t.Context(), alerting)
			if !errors.As(err, &failure) || failure.Callback != "" || failure.Taken || m.Invitation() != connecting ||
				!strings.HasPrefix(err.Error(), "fsm: a before_ or leave_ callback refused updated(Alerting): Event.Async") {
				t.Errorf("%v among %v: %v, %v, want it refused", name, names, m, err)
			}
			async = false
			if err := m.Event(t.Context(), alerting); err != nil {
				t.Errorf("%v among %v: the next time %v, want no error", name, names, err)
			}
		}
	}
}

// TestStandInState: the state that a callback gives the stand-in lasts until an event is taken. Metadata stays.
func TestStandInState(t *testing.T) {
	var seen []string
	refuse := true
	m := machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"before_event": func(_ context.Context, e *looplab.Event) {
			seen = append(seen, e.FSM.Current())
			e.FSM.SetState("Nowhere")
			e.FSM.SetMetadata("kept", true)
			if refuse {
				refuse = false
				e.Cancel()
			}
		},
		"enter_state": func(_ context.Context, e *looplab.Event) {
			if _, kept := e.FSM.Metadata("kept"); kept {
				seen = append(seen, e.FSM.Current())
			}
		},
	}})
	if err := m.Event(t.Context(), started); err == nil {
		t.Error("the event was taken, want it refused")
	}
	if err := errors.Join(m.Event(t.Context(), started), m.Event(t.Context(), alerting)); err != nil {
		t.Error(err)
	}
	if want := []string{"None", "Nowhere", "Connecting", "Connecting", "Alerting"}; !slices.Equal(seen, want) {
		t.Errorf("the stand-in was in %v, want %v", seen, want)
	}
}

// TestTypedPanics: a panic of a typed callback comes too late to refuse, and the other callback is still called.
func TestTypedPanics(t *testing.T) {
	m := machine(t, transitions.Outgoing, fsm.Config{
		Callbacks:    looplab.Callbacks{"after_event": func(context.Context, *looplab.Event) { panic("first") }},
		OnTransition: func(context.Context, fsm.Transition) { panic("second") },
		OnCompleted:  func(context.Context, transitions.Invitation) { panic(errNo) },
	})
	err := m.Event(t.Context(), connected)
	for _, want := range []string{
		"after_event failed", "panic: first", "OnTransition failed", "panic: second", "OnCompleted failed", "panic: no",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Event = %v, want one with %q", err, want)
		}
	}
	if !errors.Is(err, errNo) || !m.Invitation().Succeeded() {
		t.Errorf("Event = %v, %v, want one that matches %v", err, m, errNo)
	}
}

// TestTyped: the typed callbacks get the reason, the oddity, and an update that keeps the state.
func TestTyped(t *testing.T) {
	var told, want []fsm.Transition
	var ends []transitions.Invitation
	m := machine(t, transitions.Incoming, fsm.Config{
		Tolerant:     true,
		OnTransition: func(_ context.Context, taken fsm.Transition) { told = append(told, taken) },
		OnCompleted:  func(_ context.Context, i transitions.Invitation) { ends = append(ends, i) },
	})
	completed := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy) // the other direction's reason
	for _, step := range []struct {
		event transitions.Event
		told  bool
	}{
		{started, true},
		{updated, true},
		{alerting, true},   // odd
		{started, true},    // late, and odd, and nothing has changed
		{completed, true},  // odd
		{completed, false}, // a repetition
		{connected, false}, // refused
	} {
		from := m.Invitation()
		to, odd, refusal := from.Observe(step.event)
		if err := m.Event(t.Context(), step.event); fmt.Sprint(err) != fmt.Sprint(refusal) {
			t.Errorf("Event(%v) = %v, want %v", step.event, err, refusal)
		}
		if step.told {
			want = append(want, fsm.Transition{From: from, Event: step.event, To: to, Odd: odd})
		}
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if len(ends) != 1 || ends[0] != m.Invitation() || ends[0].Reason() != codes.RemoteFailureBusy {
		t.Errorf("told of the ends %v, want of %v", ends, m)
	}
}

// TestArgs: Event.Args[0] is the Transition. An operation between two callbacks makes it a new one, so that the Transition
// of an early callback, which may have been kept, does not change.
func TestArgs(t *testing.T) {
	var m *fsm.Machine
	var kept []*fsm.Transition
	keep := func(_ context.Context, e *looplab.Event) { kept = append(kept, e.Args[0].(*fsm.Transition)) }
	m = machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"before_updated_Alerting": func(ctx context.Context, e *looplab.Event) {
			keep(ctx, e)
			if err := m.Do(transitions.OperationCancel); err != nil {
				t.Error(err)
			}
		},
		"leave_Connecting": keep, "enter_Alerting": keep, "after_event": keep,
	}})
	from, _ := transitions.New(transitions.Outgoing).Step(started)
	pending, _ := from.Do(transitions.OperationCancel)
	to, _ := from.Step(alerting)
	toPending, _ := pending.Step(alerting)
	if err := errors.Join(m.Event(t.Context(), started), m.Event(t.Context(), alerting)); err != nil {
		t.Fatal(err)
	}
	decided := fsm.Transition{From: from, Event: alerting, To: to}
	taken := fsm.Transition{From: pending, Event: alerting, To: toPending}
	for n, want := range []fsm.Transition{decided, decided, taken, taken} {
		if got := *kept[n+1]; got != want || m.Invitation() != toPending {
			t.Errorf("%v, callback %d got %v, want %v", m, n, got, want)
		}
	}
}

// TestDocumentedNames: the package comment lists the names of an outgoing machine, and no others.
func TestDocumentedNames(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := func(pattern string) [][]string {
		return regexp.MustCompile(`(?m)^//\t`+pattern+`$`).FindAllStringSubmatch(string(source), -1)
	}
	kinds := lines(`(\w+_)(EVENT|STATE) +(\w+) .*`)
	left := lines(`(.*) (leave callbacks only|leave and enter callbacks)`)
	entered := lines(`(.*) (enter callbacks only|leave and enter callbacks)`)
	events := regexp.MustCompile(`\b(started|updated|completed)_\w+`).FindAllString(string(source), -1)
	var full, short []string
	for _, kind := range kinds {
		full = append(full, kind[3])
		if kind[2] == "EVENT" {
			for _, e := range events {
				full = append(full, kind[1]+e)
			}
			continue
		}
		for _, states := range map[string][][]string{"leave_": left, "enter_": entered}[kind[1]] {
			for s := range strings.FieldsSeq(states[1]) {
				full = append(full, kind[1]+s)
			}
		}
	}
	short = append(short, events...)
	for _, states := range entered {
		short = append(short, strings.Fields(states[1])...)
	}
	wantFull, wantShort := fsm.CallbackNames(machine(t, transitions.Outgoing, fsm.Config{}))
	for _, names := range [][2][]string{{full, wantFull}, {short, wantShort}} {
		got, want := slices.Sorted(slices.Values(names[0])), slices.Sorted(slices.Values(names[1]))
		if !slices.Equal(got, want) {
			t.Errorf("the package comment has %v, want %v", got, want)
		}
	}
}
