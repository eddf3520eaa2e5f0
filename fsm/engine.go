package fsm

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// firing is the event under way. It is also the context that looplab and the callbacks get: it has the caller's values,
// but not the caller's cancellation, which would leave the engine between two states. A callback may keep the context
// and the Transition, so machine, parent, decided and args do not change once a callback has been called.
type firing struct {
	machine *Machine
	parent  context.Context
	decided Transition
	args    [1]any      // &decided, for looplab's callbacks
	taken   *Transition // &decided, or the Transition that replaced it because Do was called meanwhile

	committed bool // the machine has taken the event
	callback  slot // the last one that was called
	failed    slot // the last one that has set Event.Err
	err       error
}

func (*firing) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }
func (*firing) Done() <-chan struct{}                   { return nil }
func (*firing) Err() error                              { return nil }

// Value returns the caller's values. The key callbackOf marks the context for Wait.
func (f *firing) Value(key any) any {
	if key == (callbackOf{f.machine}) {
		return true
	}
	if f.parent == nil {
		return nil
	}
	return f.parent.Value(key)
}

type callbackOf struct{ *Machine }

// carryOut decides the event, has an engine carry it out, and calls the typed callbacks. It leaves the outcome in f.err.
func (f *firing) carryOut() {
	m := f.machine
	t, fires, err := m.mode.decide(m.now.Load(), f.decided.Event)
	if err != nil {
		f.err = err
		return
	}
	f.decided = t
	f.taken = &f.decided
	if fires && m.callbacks != nil {
		if f.fire(); !f.committed {
			return
		}
	} else if f.commit(); !fires && t.Odd == (transitions.Oddity{}) {
		return // a repetition
	}
	if m.onTransition != nil {
		f.tell(onTransition, func() { m.onTransition(f, *f.taken) })
	}
	if to := f.taken.To; m.onCompleted != nil && to.Terminal() {
		f.tell(onCompleted, func() { m.onCompleted(f, to) })
	}
}

// commit changes the invitation. Nothing can refuse the event afterwards. An operation that was done since the event
// was decided does not make it illegal.
func (f *firing) commit() {
	now := &f.machine.now
	for !now.CompareAndSwap(f.taken.From, f.taken.To) {
		again, _, _ := f.machine.mode.decide(now.Load(), f.taken.Event)
		f.taken = &again
	}
	f.committed = true
}

// fail adds an error of a callback to the outcome.
func (f *firing) fail(callback slot, err error) {
	err = &CallbackError{f.machine.table.name(callback), f.taken.Event, f.committed, err}
	if f.err != nil {
		err = errors.Join(f.err, err)
	}
	f.err = err
}

// engine is a looplab machine that carries out one event at a time, of any machine of its table. A machine has an
// engine only while an event is under way, so that an idle machine is small. The engine's own callbacks call those of
// the machine.
type engine struct {
	*looplab.FSM
	state  transitions.State
	firing *firing
	event  *looplab.Event // the event under way, once it has been taken
}

// newEngine makes an engine, with or without the callbacks that come before the change of state: they make an event
// cost 5 % more.
func newEngine(t *table, early bool) *engine {
	e := new(engine)
	callbacks := looplab.Callbacks{"after_event": func(ctx context.Context, event *looplab.Event) {
		e.event = event
		e.firing.after(ctx, event)
	}}
	if early {
		callbacks["before_event"] = func(ctx context.Context, event *looplab.Event) { e.firing.before(ctx, event) }
		// looplab looks for the mark of Event.Async after a leave_ callback.
		callbacks["leave_state"] = func(ctx context.Context, event *looplab.Event) { e.firing.leave(ctx, event) }
	}
	e.FSM = looplab.NewFSM(e.state.String(), t.events, callbacks)
	return e
}

// fire has an engine carry out the event. An engine that a panic, Event.Async or runtime.Goexit has left in the middle
// of an event is dropped, because looplab has no way to take the event back.
func (f *firing) fire() {
	engines := &f.machine.table.late
	if f.machine.early {
		engines = &f.machine.table.all
	}
	e := engines.Get().(*engine)
	if from := f.taken.From.State(); e.state != from {
		e.SetState(from.String())
		e.state = from
	}
	e.firing = f
	panicked, err := e.run()
	if f.committed && e.event.Err != nil {
		f.fail(f.failed, e.event.Err)
	}
	canceled, refused := err.(looplab.CanceledError)
	switch {
	case panicked != nil:
		f.fail(f.callback, panicked)
		return
	case f.committed: // err is nil, Event.Err of any type, or NoTransitionError for an update that keeps the state
		e.state = f.taken.To.State()
	case refused:
		f.fail(f.callback, canceled.Err)
	default: // AsyncError
		f.fail(unknown, fmt.Errorf("%w: %w", errAsync, err))
		return
	}
	e.firing, e.event = nil, nil
	engines.Put(e)
}

// run returns looplab's error, and the panic of a callback.
func (e *engine) run() (panicked *PanicError, err error) {
	defer func() {
		if p := recover(); p != nil {
			panicked = &PanicError{p, debug.Stack()}
		}
	}()
	f := e.firing
	f.args[0] = f.taken
	return nil, e.Event(f, EventName(f.taken.Event), f.args[:]...)
}

// arrive follows looplab, which has changed the state or has kept it.
func (f *firing) arrive(event *looplab.Event) {
	if f.commit(); f.taken != &f.decided {
		event.Args = []any{f.taken}
	}
	if f.machine.standIn != nil {
		f.machine.standIn.SetState(f.taken.To.State().String())
	}
}
