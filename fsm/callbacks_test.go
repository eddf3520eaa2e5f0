package fsm_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// row is an edge that a machine can take: an invitation, and an event that changes its state, or that the relation has
// an edge for.
type row struct {
	from  transitions.Invitation
	event transitions.Event
	to    transitions.Invitation
}

func (r row) String() string { return r.from.String() + " " + r.event.String() }

// read is what a reader makes of an event.
func read(
	tolerant bool, i transitions.Invitation, e transitions.Event,
) (transitions.Invitation, transitions.Oddity, error) {
	if tolerant {
		return i.Observe(e)
	}
	next, err := i.Step(e)
	return next, transitions.Oddity{}, err
}

// rows is every edge that a reader of one direction can take, with one reason for each.
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

// everywhere runs a test for both directions and both readers.
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

// recording is a configuration with a callback under every name, each of which calls called, and the typed ones.
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

// order is the callbacks that a bare machine calls for a row, by their names, and then ours.
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

// TestOrder: for every row, a machine calls what a bare one calls, in the same order and with the same event, then the
// typed callbacks. Every name is called by some row, in full and in short.
func TestOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, d transitions.Direction, tolerant bool) {
		all := rows(d, tolerant)
		table := fsm.Table(machine(t, d, fsm.Config{Tolerant: tolerant}))
		if len(all) != len(table) {
			t.Errorf("the relation has %d rows, the machine %d", len(all), len(table))
		}
		full, short := fsm.CallbackNames(machine(t, d, fsm.Config{Tolerant: tolerant}))
		if len(full) > 64 {
			t.Errorf("%d names, and a set has room for 64", len(full))
		}
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
				if err := m.Event(t.Context(), r.event); err != nil || m.Invitation() != r.to {
					t.Errorf("%v: %v, %v, want %v", r, m, err, r.to)
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

// deeds is what one of looplab's callbacks can do to its event. What refuses an event does so before the change of
// state, and what fails does so after it. What breaks off spares the event the rest of looplab's callbacks, even then.
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

// TestDeeds: every deed in every callback of every row. What refuses an event leaves the invitation as it was, and the
// event is as good as new the next time; what fails after the change of state leaves it changed. No callback is called
// that should not be.
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

// TestError: as in looplab, a callback that sets the error of an event does not stop it; the last one that does is the
// one that is told, and is the one that is named.
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
	} {
		names := []string{"before_event", "leave_None", "enter_state", "after_event"}
		m := machine(t, transitions.Outgoing, recording(names, false, func(name string, e *looplab.Event) {
			switch err := test.set[name]; {
			case err == errNo:
				e.Cancel(err)
			case err != nil:
				e.Err = err
			}
		}))
		if err := m.Event(t.Context(), started); err == nil || err.Error() != "fsm: "+test.want {
			t.Errorf("%s: %v, %v, want %s", test.name, m, err, test.want)
		}
	}
}

// incomparable is an error that must not be compared.
type incomparable []string

func (e incomparable) Error() string { return fmt.Sprint([]string(e)) }

// TestErrorTakenBack: as in looplab, a callback may take back the error of one before it.
func TestErrorTakenBack(t *testing.T) {
	m := machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"before_event": func(_ context.Context, e *looplab.Event) { e.Err = errNo },
		"after_event":  func(_ context.Context, e *looplab.Event) { e.Err = nil },
	}})
	if err := m.Event(t.Context(), started); err != nil {
		t.Errorf("Event = %v, want no error", err)
	}
}

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

// TestStandInState: what a callback sets the stand-in's state to is gone when the state changes, and when the event has
// been refused.
func TestStandInState(t *testing.T) {
	var seen []string
	refuse := true
	m := machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"before_event": func(_ context.Context, e *looplab.Event) {
			seen = append(seen, e.FSM.Current())
			e.FSM.SetState("Nowhere")
			if refuse {
				refuse = false
				e.Cancel()
			}
		},
		"enter_state": func(_ context.Context, e *looplab.Event) { seen = append(seen, e.FSM.Current()) },
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

// TestTypedPanics: a typed callback comes too late to refuse, and its panic spares nobody anything.
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

// TestTyped: the typed callbacks tell what looplab's cannot: the reason, what was odd, and an update that keeps the
// state.
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

// TestArgs: looplab's callbacks find the Transition in the arguments, also if an operation is done meanwhile.
func TestArgs(t *testing.T) {
	var m *fsm.Machine
	var told []fsm.Transition
	tell := func(_ context.Context, e *looplab.Event) { told = append(told, *e.Args[0].(*fsm.Transition)) }
	m = machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"before_updated_Alerting": func(ctx context.Context, e *looplab.Event) {
			tell(ctx, e)
			if err := m.Do(transitions.OperationCancel); err != nil {
				t.Error(err)
			}
		},
		"leave_Connecting": tell, "enter_Alerting": tell, "after_event": tell,
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
	want := []fsm.Transition{decided, decided, taken, taken}
	if !slices.Equal(told[1:], want) || m.Invitation() != toPending {
		t.Errorf("%v, told %v, want %v", m, told[1:], want)
	}
}

// everyKind is where a callback can be: the names of looplab's kinds, and the typed ones.
var everyKind = []string{
	"before_completed_Connected", "before_event", "leave_None", "leave_state",
	"enter_Connected", "enter_state", "after_completed_Connected", "after_event", "OnTransition", "OnCompleted",
}

// inside is a machine on which every kind of callback can do something: the one of the given name does.
func inside(t *testing.T, kind string, do func(context.Context, *fsm.Machine)) *fsm.Machine {
	var m *fsm.Machine
	in := func(name string) func(context.Context) {
		return func(ctx context.Context) {
			if name == kind {
				do(ctx, m)
			}
		}
	}
	c := fsm.Config{
		Callbacks:    looplab.Callbacks{},
		OnTransition: func(ctx context.Context, _ fsm.Transition) { in("OnTransition")(ctx) },
		OnCompleted:  func(ctx context.Context, _ transitions.Invitation) { in("OnCompleted")(ctx) },
	}
	for _, name := range everyKind[:8] {
		do := in(name)
		c.Callbacks[name] = func(ctx context.Context, _ *looplab.Event) { do(ctx) }
	}
	m = machine(t, transitions.Outgoing, c)
	return m
}

// TestInside: a callback of any kind may call whatever the machine has, with any context, and nothing blocks.
func TestInside(t *testing.T) {
	for _, kind := range everyKind {
		t.Run(kind, func(t *testing.T) {
			var answers []error
			calls := 0
			m := inside(t, kind, func(ctx context.Context, m *fsm.Machine) {
				if calls++; calls > 1 {
					return
				}
				_ = m.Do(transitions.OperationCancel)
				i, copied := m.Invitation(), m.Looplab()
				if m.Can(connected) == i.Terminal() || m.String() != i.String() || copied.Current() != i.State().String() {
					t.Errorf("asked in the middle, the machine is %v", m)
				}
				for _, c := range []context.Context{ctx, context.Background(), nil} {
					answer := m.Event(c, connected)
					if waited := fsm.Wait(ctx, answer); waited != answer || !errors.Is(answer, fsm.ErrQueued) {
						t.Errorf("Event = %v, then Wait = %v, want ErrQueued from both", answer, waited)
					}
					answers = append(answers, answer)
				}
			})
			if err := m.Event(t.Context(), connected); err != nil || !m.Invitation().Succeeded() {
				t.Errorf("Event = %v, %v", err, m)
			}
			for _, answer := range answers {
				if err := fsm.Wait(t.Context(), answer); !errors.Is(err, transitions.ErrCompleted) {
					t.Errorf("Wait = %v, want ErrCompleted", err)
				}
			}
			if len(answers) != 3 {
				t.Errorf("%d answers, want 3", len(answers))
			}
		})
	}
}

// TestGoexit: a callback of any kind that ends its goroutine ends the event's callbacks, and nothing else. Whoever
// waits is told, the queue goes on, and the next event finds the machine idle.
func TestGoexit(t *testing.T) {
	for _, kind := range everyKind {
		t.Run(kind, func(t *testing.T) {
			early := strings.HasPrefix(kind, "before") || strings.HasPrefix(kind, "leave")
			calls := 0
			var queued []error
			m := inside(t, kind, func(ctx context.Context, m *fsm.Machine) {
				if calls++; calls == 1 {
					queued = append(queued, m.Event(ctx, connected), m.Event(ctx, connected))
				}
				if calls <= 2 {
					runtime.Goexit()
				}
			})
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = m.Event(context.Background(), connected)
				t.Error("Event has returned")
			}()
			<-done
			for n, answer := range queued {
				err := fsm.Wait(t.Context(), answer)
				var failure *fsm.CallbackError
				switch {
				case !early:
					// The first event was taken, so that these are refused.
					if !errors.Is(err, transitions.ErrCompleted) {
						t.Errorf("event %d: %v, want ErrCompleted", n+1, err)
					}
				case n == 1:
					if err != nil {
						t.Errorf("event %d: %v, want no error", n+1, err)
					}
				case !errors.As(err, &failure) || failure.Callback != kind || failure.Taken:
					t.Errorf("event %d: %v, want a *CallbackError of %s", n+1, err, kind)
				}
			}
			if !m.Invitation().Succeeded() || len(queued) != 2 {
				t.Errorf("%v, %d queued", m, len(queued))
			}
			if err := m.Event(t.Context(), connected); !errors.Is(err, transitions.ErrCompleted) {
				t.Errorf("the next event: %v, want ErrCompleted", err)
			}
		})
	}
}

// TestGoexitTold: whoever waits for a queued event is told of a typed callback that has ended its goroutine.
func TestGoexitTold(t *testing.T) {
	for _, kind := range []string{"OnTransition", "OnCompleted"} {
		var m *fsm.Machine
		var answer error
		m = machine(t, transitions.Outgoing, fsm.Config{
			OnTransition: func(ctx context.Context, taken fsm.Transition) {
				if !taken.To.Terminal() {
					answer = m.Event(ctx, connected)
				} else if kind == "OnTransition" {
					runtime.Goexit()
				}
			},
			OnCompleted: func(context.Context, transitions.Invitation) { runtime.Goexit() },
		})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = m.Event(context.Background(), started)
		}()
		<-done
		var failure *fsm.CallbackError
		if err := fsm.Wait(t.Context(), answer); !errors.As(err, &failure) || failure.Callback != kind || !failure.Taken {
			t.Errorf("Wait = %v, want a *CallbackError of %s, after the event was taken", err, kind)
		}
		if err := m.Event(t.Context(), connected); !errors.Is(err, transitions.ErrCompleted) {
			t.Errorf("%s: the next event: %v, want ErrCompleted", kind, err)
		}
	}
}

// TestQueue: events that callbacks fire are carried out in the order in which they were fired, each whole, however
// many.
func TestQueue(t *testing.T) {
	const chain = 100_000
	var m *fsm.Machine
	var order []transitions.State
	m = machine(t, transitions.Outgoing, fsm.Config{OnTransition: func(ctx context.Context, taken fsm.Transition) {
		order = append(order, taken.To.State())
		switch {
		case len(order) == 1:
			for _, e := range []transitions.Event{alerting, transitions.Updated(transitions.StateTeamRing), alerting} {
				if err := m.Event(ctx, e); !errors.Is(err, fsm.ErrQueued) {
					t.Errorf("Event = %v, want ErrQueued", err)
				}
			}
		case len(order) < chain:
			_ = m.Event(ctx, alerting)
		}
	}})
	if err := m.Event(t.Context(), started); err != nil {
		t.Error(err)
	}
	want := []transitions.State{
		transitions.StateConnecting, transitions.StateAlerting, transitions.StateTeamRing, transitions.StateAlerting,
	}
	if len(order) < chain || !slices.Equal(order[:4], want) {
		t.Errorf("%d events, first %v, want %d, first %v", len(order), order[:4], chain, want)
	}
}

type key struct{}

// TestContext: callbacks find the caller's values, and see nothing of the caller's cancellation. No context is none.
func TestContext(t *testing.T) {
	caller, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	cancel()
	for _, kind := range everyKind {
		var seen any
		m := inside(t, kind, func(ctx context.Context, _ *fsm.Machine) {
			seen = ctx.Value(key{})
			if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
				t.Errorf("%s: the context has a deadline, or the error %v", kind, ctx.Err())
			}
		})
		if err := m.Event(caller, connected); err != nil || seen != "value" {
			t.Errorf("%s: Event = %v, and the value is %v", kind, err, seen)
		}
		none := inside(t, kind, func(ctx context.Context, _ *fsm.Machine) { seen = ctx.Value(key{}) })
		var nobody context.Context
		if err := none.Event(nobody, connected); err != nil || seen != nil {
			t.Errorf("%s: Event without a context = %v, and the value is %v", kind, err, seen)
		}
	}
}

// TestKept: a callback may keep its context and its Transition. No later event changes them.
func TestKept(t *testing.T) {
	const events = 10
	var contexts []context.Context
	var kept []*fsm.Transition
	var told []fsm.Transition
	m := machine(t, transitions.Outgoing, fsm.Config{
		Callbacks: looplab.Callbacks{"before_event": func(ctx context.Context, e *looplab.Event) {
			contexts, kept = append(contexts, ctx), append(kept, e.Args[0].(*fsm.Transition))
		}},
		OnTransition: func(_ context.Context, taken fsm.Transition) { told = append(told, taken) },
	})
	for n := range events {
		e := []transitions.Event{alerting, transitions.Updated(transitions.StateTeamRing)}[n%2]
		if err := m.Event(context.WithValue(t.Context(), key{}, n), e); err != nil {
			t.Fatal(err)
		}
	}
	for n := range events {
		if value := contexts[n].Value(key{}); value != n || *kept[n] != told[n] {
			t.Errorf("event %d: the value is %v now, and the transition %v, want %v", n, value, *kept[n], told[n])
		}
	}
}

// TestWait: Wait answers what Event would have answered; if its context ends first, that and ErrQueued. An event whose
// own context ends while it is queued is carried out like any other.
func TestWait(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	m := machine(t, transitions.Outgoing, fsm.Config{Callbacks: looplab.Callbacks{
		"enter_Connecting": func(context.Context, *looplab.Event) { close(entered); <-leave },
		"before_event": func(_ context.Context, e *looplab.Event) {
			if e.Event == "updated_Alerting" {
				e.Cancel(errNo)
			}
		},
	}})
	first := make(chan error)
	go func() { first <- m.Event(context.Background(), started) }()
	<-entered
	over, cancel := context.WithCancelCause(t.Context())
	refused, completed := m.Event(t.Context(), alerting), m.Event(over, connected)
	late := m.Event(t.Context(), connected)
	if !m.Can(connected) || m.Invitation().State() != transitions.StateConnecting {
		t.Errorf("while the callback runs, the machine is %v", m)
	}
	cancel(errNo)
	if err := fsm.Wait(over, completed); !errors.Is(err, fsm.ErrQueued) || !errors.Is(err, errNo) {
		t.Errorf("Wait in time = %v, want ErrQueued and the cause", err)
	}
	go close(leave)
	var nobody context.Context
	if err := errors.Join(fsm.Wait(nobody, completed), <-first); err != nil {
		t.Error(err)
	}
	for n, test := range []struct{ queued, want error }{
		{refused, errNo}, {completed, nil}, {late, transitions.ErrCompleted},
		{nil, nil}, {errNo, errNo}, {fmt.Errorf("wrapped: %w", late), transitions.ErrCompleted},
	} {
		for _, ctx := range []context.Context{t.Context(), over, nil} {
			if err := fsm.Wait(ctx, test.queued); !errors.Is(err, test.want) || errors.Is(err, fsm.ErrQueued) {
				t.Errorf("%d: Wait = %v, want %v", n, err, test.want)
			}
		}
	}
}

// TestWaitElsewhere: a callback waits for another machine, and not for its own, by whatever way its context has come.
func TestWaitElsewhere(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	busy := inside(t, "OnTransition", func(_ context.Context, m *fsm.Machine) {
		if !m.Invitation().Terminal() {
			close(entered)
			<-leave
		}
	})
	first := make(chan error)
	go func() { first <- busy.Event(context.Background(), started) }()
	<-entered

	var own, other error
	m := inside(t, "before_event", func(ctx context.Context, m *fsm.Machine) {
		if own != nil {
			return
		}
		own = m.Event(ctx, connected)
		nested := inside(t, "before_event", func(ctx context.Context, _ *fsm.Machine) {
			if err := fsm.Wait(ctx, own); err != own {
				t.Errorf("Wait in a callback of a callback = %v, want %v", err, own)
			}
		})
		if err := nested.Event(ctx, started); err != nil {
			t.Error(err)
		}
		queued := busy.Event(ctx, connected)
		if !errors.Is(queued, fsm.ErrQueued) {
			t.Errorf("Event = %v, want ErrQueued", queued)
		}
		go close(leave)
		other = fsm.Wait(ctx, queued)
		if !busy.Invitation().Terminal() {
			t.Errorf("Wait has answered %v while the other machine is %v", other, busy)
		}
	})
	if err := errors.Join(m.Event(t.Context(), started), fsm.Wait(t.Context(), own), other, <-first); err != nil {
		t.Error(err)
	}
}

// TestWaitLeftBehind: a goroutine that a callback leaves behind does not wait with the context of the callback, even if
// that has long returned and another one runs.
func TestWaitLeftBehind(t *testing.T) {
	kept, entered, leave := make(chan context.Context, 1), make(chan struct{}), make(chan struct{})
	m := inside(t, "enter_state", func(ctx context.Context, m *fsm.Machine) {
		if m.Invitation().Terminal() {
			close(entered)
			<-leave
			return
		}
		kept <- ctx
	})
	if err := m.Event(t.Context(), started); err != nil {
		t.Fatal(err)
	}
	first := make(chan error)
	go func() { first <- m.Event(context.Background(), connected) }()
	<-entered
	ctx := <-kept
	derived, cancel := context.WithCancel(ctx)
	defer cancel()
	queued := m.Event(ctx, connected)
	for _, c := range []context.Context{ctx, derived} {
		if wrong := outcome(func() string {
			if err := fsm.Wait(c, queued); err != queued || !errors.Is(err, fsm.ErrQueued) {
				return fmt.Sprint("answers ", err)
			}
			return ""
		}); wrong != "" {
			t.Errorf("Wait with a callback's context %s, want ErrQueued at once", wrong)
		}
	}
	close(leave)
	if err := fsm.Wait(t.Context(), queued); !errors.Is(err, transitions.ErrCompleted) {
		t.Errorf("Wait with another context = %v, want ErrCompleted", err)
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
}

// TestWaitForEachOther: two callbacks that wait for each other's machines do so until their contexts end, and then
// nothing is lost.
func TestWaitForEachOther(t *testing.T) {
	both := func(end bool) string {
		var machines [2]*fsm.Machine
		var queued, waited, fired [2]error
		var running, asked, answered, done sync.WaitGroup
		for _, all := range []*sync.WaitGroup{&running, &asked, &answered} {
			all.Add(2)
		}
		meet := func(all *sync.WaitGroup) { all.Done(); all.Wait() }
		for n := range machines {
			machines[n] = inside(t, "OnTransition", func(inner context.Context, m *fsm.Machine) {
				if m.Invitation().Terminal() {
					return
				}
				meet(&running)
				queued[n] = machines[1-n].Event(inner, connected)
				meet(&asked)
				mine, cancel := context.WithCancelCause(inner)
				defer cancel(nil)
				if end {
					go cancel(errNo)
				}
				waited[n] = fsm.Wait(mine, queued[n])
				meet(&answered)
			})
		}
		for n, m := range machines {
			done.Go(func() { fired[n] = m.Event(context.Background(), started) })
		}
		done.Wait()
		for n, m := range machines {
			if !errors.Is(waited[n], fsm.ErrQueued) || !errors.Is(waited[n], errNo) {
				return fmt.Sprint("Wait in the callback = ", waited[n])
			}
			err := errors.Join(fired[n], fsm.Wait(context.Background(), queued[n]))
			if err != nil || !m.Invitation().Succeeded() {
				return fmt.Sprint(m, ", ", err)
			}
		}
		return ""
	}
	for end, want := range map[bool]string{true: "", false: "does not return"} {
		if got := outcome(func() string { return both(end) }); got != want {
			t.Errorf("if their contexts end, %t: %q, want %q", end, got, want)
		}
	}
}

// TestStuck: while a callback does not return, everything but the queue is as usual, for everybody.
func TestStuck(t *testing.T) {
	for _, kind := range everyKind {
		entered, leave := make(chan struct{}), make(chan struct{})
		m := inside(t, kind, func(context.Context, *fsm.Machine) { close(entered); <-leave })
		first := make(chan error)
		go func() { first <- m.Event(context.Background(), connected) }()
		<-entered
		taken := m.Invitation().Terminal()
		if wrong := outcome(func() string {
			_, _, _, _ = m.Can(connected), m.Do(transitions.OperationCancel), m.Looplab(), m.String()
			if err := m.Event(t.Context(), connected); !errors.Is(err, fsm.ErrQueued) {
				return err.Error()
			}
			return ""
		}); wrong != "" {
			t.Errorf("%s: while the callback runs, %s", kind, wrong)
		}
		if want := !strings.HasPrefix(kind, "before") && !strings.HasPrefix(kind, "leave"); taken != want {
			t.Errorf("%s: taken %t, want %t", kind, taken, want)
		}
		close(leave)
		if err := <-first; err != nil && kind != "OnCompleted" {
			t.Errorf("%s: %v", kind, err)
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
	left := lines(`(.*) (is only left|are left and entered)`)
	entered := lines(`(.*) (are only entered|are left and entered)`)
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
