package fsm_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// everyKind lists the kinds of callbacks: named ones of looplab's, those for every event, and the typed ones.
var everyKind = []string{
	"before_completed_Connected", "leave_None", "enter_Connected", "after_completed_Connected",
	"before_event", "leave_state", "enter_state", "after_event", "OnTransition", "OnCompleted",
}

// inside returns a machine with every kind of callback. The one of the given name calls do.
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

// TestInside: a callback of any kind may call every method, with any context, and none blocks.
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

// TestGoexit: a callback of any kind that ends its goroutine ends the callbacks of its event, and nothing else. The queue
// goes on, Wait returns the error, and the next event finds the machine idle.
func TestGoexit(t *testing.T) {
	for _, kind := range []string{"before_event", "leave_state", "enter_state", "after_event", "OnTransition", "OnCompleted"} {
		var m *fsm.Machine
		var answers []error
		exits := 2 // for the event that is not queued and the first that is
		at := func(name string) {
			if name == "before_event" && answers == nil {
				answers = []error{m.Event(t.Context(), alerting), m.Event(t.Context(), connected)}
			}
			if name == kind && exits > 0 {
				exits--
				runtime.Goexit()
			}
		}
		m = machine(t, transitions.Outgoing, recording(everyKind[4:8], false, func(name string, _ *looplab.Event) { at(name) }))
		done := make(chan struct{})
		go func() {
			defer close(done)
			if _ = m.Event(context.Background(), started); kind != "OnCompleted" {
				t.Errorf("%s: Event has returned", kind)
			}
		}()
		<-done
		fails, passes := answers[0], answers[1]
		if kind == "OnCompleted" {
			fails, passes = passes, fails
		}
		var failure *fsm.CallbackError
		early := kind == "before_event" || kind == "leave_state"
		if err := fsm.Wait(t.Context(), fails); !errors.As(err, &failure) || failure.Callback != kind || failure.Taken == early {
			t.Errorf("%s: Wait = %v, want a *CallbackError, taken: %t", kind, err, !early)
		}
		if err := fsm.Wait(t.Context(), passes); err != nil {
			t.Errorf("%s: Wait for the other event = %v, want no error", kind, err)
		}
		if err := m.Event(t.Context(), connected); !errors.Is(err, transitions.ErrCompleted) {
			t.Errorf("%s: the next event: %v, want ErrCompleted", kind, err)
		}
	}
}

// TestQueue: the events that callbacks fire are carried out in the order of firing, however many they are.
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

// TestContext: callbacks find the caller's values, but not the caller's cancellation. A nil context has no values.
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

// TestWait: Wait returns the outcome of a queued event, or the cause and ErrQueued if its own context ends first. An event
// whose context ends while it is queued is carried out like any other.
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

// TestWaitElsewhere: a callback can wait for another machine. Wait does not wait for the callback's own machine, even in
// a callback of a callback.
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

// TestWaitLeftBehind: Wait does not wait with the context of a callback, even after the callback has returned.
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

// TestStuck: while a callback does not return, no method blocks.
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
