package fsm

import (
	"context"
	"errors"
	"reflect"
	"runtime/debug"
	"strings"
	"time"
	"unsafe"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// firing is one event on its way through a machine. It is also the context that looplab and the callbacks get: the
// caller's values, without the caller's cancellation, which would leave the engine between two states. A callback may
// keep it, so that nothing in it changes once the first has been called.
type firing struct {
	machine *Machine
	parent  context.Context
	taken   Transition
	args    [1]any // taken, for looplab's callbacks
}

func (*firing) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }
func (*firing) Done() <-chan struct{}                   { return nil }
func (*firing) Err() error                              { return nil }

// Value is the caller's, and the mark by which Wait knows the context of a callback of its machine.
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

// carryOut decides an event, has the engine carry it out, and calls the typed callbacks. What becomes of it is in
// m.err.
func (m *Machine) carryOut(f *firing) {
	t, fires, err := m.reader.read(m.now.Load(), f.taken.Event)
	f.taken, m.taken, m.committed, m.failure, m.err = t, t, false, nil, err
	if err != nil {
		return
	}
	if fires && m.hooks != nil {
		if m.fire(f); !m.committed {
			return
		}
	} else if m.commit(); !fires && t.Odd == (transitions.Oddity{}) {
		return
	}
	if m.config.OnTransition != nil {
		m.tell(onTransition, func() { m.config.OnTransition(f, m.taken) })
	}
	if to := m.taken.To; m.config.OnCompleted != nil && to.Terminal() {
		m.tell(onCompleted, func() { m.config.OnCompleted(f, to) })
	}
}

// commit makes the invitation what the event has made of it. From here on nothing can refuse it. An operation that has
// been done since the event was decided makes no difference to whether it is legal.
func (m *Machine) commit() {
	m.committed = true
	for !m.now.CompareAndSwap(m.taken.From, m.taken.To) {
		m.taken, _, _ = m.reader.read(m.now.Load(), m.taken.Event)
	}
}

// fire has an engine carry out the event under way. The engine stays with the machine until the invitation has
// completed. One that does not come out of an event as it should is not used again.
func (m *Machine) fire(f *firing) {
	from, e := m.taken.From.State(), m.engine
	if e == nil || m.torn {
		e = m.hooks.engines.Get().(*engine)
		e.machine, e.callbacks = m, m.callbacks
		e.SetState(from.String())
		m.engine = e
		m.show(from)
	}
	m.torn = true
	panicked, err := e.run(f)
	if m.committed && m.failure != nil {
		m.fail(m.failed, m.failure)
	}
	// What counts is the commit: that an update keeps the state is an error to looplab, and a legal edge to us.
	canceled, refused := err.(looplab.CanceledError)
	switch {
	case panicked != nil:
		m.fail(m.callback, panicked)
		return
	case m.committed:
	case refused:
		m.fail(m.callback, canceled.Err)
		m.show(from)
	default:
		m.fail(m.callback, errAsync)
		return // the engine waits for its Transition
	}
	m.torn = false
	if m.now.Load().Terminal() {
		e.machine, e.callbacks, m.engine = nil, nil, nil
		m.hooks.engines.Put(e)
	}
}

// engine is a looplab machine. It works for any machine with callbacks of these names, one at a time.
type engine struct {
	*looplab.FSM
	machine   *Machine
	callbacks []looplab.Callback
}

func (e *engine) run(f *firing) (panicked *PanicError, err error) {
	defer func() {
		if p := recover(); p != nil {
			panicked = &PanicError{p, debug.Stack()}
		}
	}()
	f.args[0] = &f.taken
	return nil, e.Event(f, EventName(f.taken.Event), f.args[:]...)
}

func newEngine(h *hooks) *engine {
	var e engine
	callbacks := looplab.Callbacks{
		// The last that looplab runs, for the machines that have no callback after the change of state.
		afterAny: func(_ context.Context, event *looplab.Event) {
			if !e.machine.committed {
				e.machine.arrive(event)
			}
		},
	}
	for n, name := range h.table.names {
		if h.set&(1<<n) == 0 {
			continue
		}
		before := strings.HasPrefix(name, beforePrefix)
		early, marked := before || strings.HasPrefix(name, leavePrefix), before && asyncKnown
		callbacks[name] = func(ctx context.Context, event *looplab.Event) {
			m := e.machine
			if !early && !m.committed {
				m.arrive(event)
			}
			if m.callback = n; event.FSM != m.standIn {
				m.hide(event)
			}
			e.callbacks[n](ctx, event)
			if (event.Err != nil || m.failure != nil) && !same(event.Err, m.failure) {
				m.failure, m.failed = event.Err, n
			}
			if marked && *(*bool)(unsafe.Add(unsafe.Pointer(event), asyncFlag)) {
				event.Cancel(errAsync)
			}
		}
	}
	e.FSM = looplab.NewFSM(transitions.StateNone.String(), h.table.events, callbacks)
	return &e
}

// arrive is where looplab has changed the state, or has kept it. The invitation follows.
func (m *Machine) arrive(event *looplab.Event) {
	decided := m.taken
	if m.commit(); m.taken != decided {
		taken := m.taken
		event.Args = []any{&taken}
	}
	m.show(m.taken.To.State())
}

// hide has callbacks see a stand-in for the engine, which would deadlock when asked in the middle of an event, and
// could be moved. The stand-in answers as the engine should, and what is done to it is done to nothing else.
func (m *Machine) hide(event *looplab.Event) {
	if m.standIn == nil {
		m.standIn = looplab.NewFSM(m.now.Load().State().String(), m.table.events, refusing)
	}
	event.FSM = m.standIn
}

// show has the stand-in be in a state, whatever callbacks have set.
func (m *Machine) show(s transitions.State) {
	if m.standIn != nil {
		m.standIn.SetState(s.String())
	}
}

var refusing = looplab.Callbacks{beforeAny: func(_ context.Context, e *looplab.Event) { e.Cancel(errStandIn) }}

// same says whether the error of an event is still the one that it was. Some errors must not be compared by ==.
func same(a, b error) bool {
	if a == nil || b == nil {
		return a == b
	}
	if reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// asyncFlag is where Event.Async leaves its mark, which looplab shows to nobody. It looks at the mark after a leave_
// callback only: of a before_ callback it forgets the mark, or takes it for that of the leave_ callback.
// To read it there by reflection makes an event with eight callbacks cost 3 % more.
var asyncFlag, asyncKnown = func() (offset uintptr, known bool) {
	field, known := reflect.TypeFor[looplab.Event]().FieldByName("async")
	return field.Offset, known && field.Type.Kind() == reflect.Bool
}()

// tell calls a typed callback.
func (m *Machine) tell(n int, callback func()) {
	m.callback = n
	defer func() {
		if p := recover(); p != nil {
			m.fail(n, &PanicError{p, debug.Stack()})
		}
	}()
	callback()
}

// fail adds an error of a callback to what becomes of the event.
func (m *Machine) fail(callback int, err error) {
	err = &CallbackError{m.name(callback), m.taken.Event, m.committed, err}
	if m.err != nil {
		err = errors.Join(m.err, err)
	}
	m.err = err
}

// The typed callbacks are not among the hooks.
const (
	onTransition = -1
	onCompleted  = -2
)

func (m *Machine) name(callback int) string {
	switch callback {
	case onTransition:
		return "OnTransition"
	case onCompleted:
		return "OnCompleted"
	default:
		return m.table.names[callback]
	}
}
