package fsm

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// Machine is one live invitation on looplab's engine. New, Restore and Replay make one. It is safe for any number of
// goroutines and must not be copied; the zero Machine refuses everything with transitions.ErrInvalid.
//
// One event is carried out at a time, with all its callbacks; an event that arrives meanwhile, from another
// goroutine or from a callback, waits in a queue and is carried out next, in the order of arrival. No method waits
// for a callback to return, so no callback can block the machine for good, whatever it calls and whomever it waits for.
type Machine struct {
	now transitions.Atomic // what readers see; changed under mu, loaded without

	reader    reader
	table     *table
	callbacks looplab.Callbacks
	names     []string // of the callbacks, by number
	config    Config
	silent    bool // there is no callback of any kind

	mu    sync.Mutex // held for a few instructions, never while a callback runs
	busy  bool       // a goroutine is carrying out events
	queue []*arrival // while it was

	engine *looplab.FSM

	// Only the goroutine that set busy touches these. What it carries out:
	standIn   *looplab.FSM // what callbacks see of the engine, once one has run
	taken     Transition   // the event under way
	committed bool         // the invitation is what the event has made of it
	callback  int          // the last callback that has been called, by its number
	failing   int          // the first one that has set the error of the looplab event; zero if none
}

// Config says how a machine reads events and whom it calls. The zero value is the reference reader, and no callbacks.
type Config struct {
	// Tolerant makes a client's machine: events are read by transitions.Invitation.Observe, and not by Step. A
	// completion always completes, and what was odd is found in the Transition.
	Tolerant bool

	// Callbacks are looplab's own, under the names that the package comment lists. Event.Args[0] is the Transition.
	Callbacks looplab.Callbacks

	// OnTransition is called for every event that was taken, after looplab's callbacks: also for an update that
	// keeps the state, and for an odd event that a tolerant machine survived, even if it changed nothing.
	OnTransition func(context.Context, Transition)

	// OnCompleted is called once, when the invitation has completed, after OnTransition. State and Reason say how.
	OnCompleted func(context.Context, transitions.Invitation)
}

// Transition is one event that a machine took.
type Transition struct {
	From  transitions.Invitation
	Event transitions.Event
	To    transitions.Invitation // From, if nothing has changed
	Odd   transitions.Oddity     // what a tolerant machine found odd; zero if nothing
}

// New is a machine for a new invitation. It is an error if d is no direction, and if a callback could never run:
// its name is misspelt, or names what no invitation of this direction does.
func New(d transitions.Direction, c Config) (*Machine, error) {
	i := transitions.New(d)
	if i == (transitions.Invitation{}) {
		return nil, fmt.Errorf("fsm: %v is no direction", d)
	}
	return Restore(i, c)
}

// Restore is a machine for an invitation that is under way or has completed: the snapshot of another machine is its
// Invitation, which has a text and a JSON form. No callback runs. It is an error if the reader that c chooses could
// not have come to i.
func Restore(i transitions.Invitation, c Config) (*Machine, error) {
	if i == (transitions.Invitation{}) {
		return nil, fmt.Errorf("fsm: the zero Invitation: %w", transitions.ErrInvalid)
	}
	r := reader{c.Tolerant}
	t := r.table(i.Direction())
	if !r.tolerant && !t.reachable[i] {
		return nil, fmt.Errorf("fsm: the reference reader cannot have come to %v: %w", i, transitions.ErrInvalid)
	}
	m := &Machine{reader: r, table: t, config: c}
	m.now.Store(i)
	m.silent = len(c.Callbacks) == 0 && c.OnTransition == nil && c.OnCompleted == nil
	if err := m.install(c.Callbacks); err != nil {
		return nil, err
	}
	m.renew()
	return m, nil
}

// Replay is a machine for an invitation of direction d that has met the events of a history, in order. They are
// read by the reader that c chooses, and no callback runs. An event that the reader refuses is an error that says
// which one it is. Operations are no part of a history of events; Do may repeat the pending one.
func Replay(d transitions.Direction, history []transitions.Event, c Config) (*Machine, error) {
	i := transitions.New(d)
	for n, e := range history {
		t, _, err := reader{c.Tolerant}.read(i, e)
		if err != nil {
			return nil, fmt.Errorf("fsm: event %d of the history: %w", n+1, err)
		}
		i = t.To
	}
	return Restore(i, c)
}

// renew gives the machine a new engine in the state of the invitation.
func (m *Machine) renew() {
	m.engine = looplab.NewFSM(m.now.Load().State().String(), m.table.events, m.callbacks)
}

// Invitation is the invitation as it is now: its direction, state, reason, and what it offers. It is the snapshot
// for Restore. It waits for nobody.
func (m *Machine) Invitation() transitions.Invitation { return m.now.Load() }

// String is the text of the invitation.
func (m *Machine) String() string { return m.Invitation().String() }

// Can says whether the reader would take e now; a callback may still refuse it. It waits for nobody.
func (m *Machine) Can(e transitions.Event) bool {
	_, _, err := m.reader.read(m.now.Load(), e)
	return err == nil
}

// Do is an operation of the application. It is decided at once by transitions.Invitation.Do, in the order in which
// operations and events take effect: of several goroutines that try, one gets the operation. It changes no state,
// so that no callback runs, and it may be called from anywhere, also from a callback.
func (m *Machine) Do(o transitions.Operation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next, err := m.now.Load().Do(o)
	m.now.Store(next)
	return err
}

// Looplab is a plain looplab machine with the edges of m, in the state that m is in, for looplab's visualisers and
// for whatever else reads such a machine. It is a copy: what happens to it does not happen to m.
func (m *Machine) Looplab() *looplab.FSM {
	var events looplab.Events
	if m.table != nil {
		events = m.table.events
	}
	return looplab.NewFSM(m.now.Load().State().String(), events, nil)
}

// Event takes one event of the event channel. The relation decides whether it is legal, looplab's engine runs the
// callbacks, and when Event returns all of them have returned, also those of the events that they have fired.
//
// The error is a *transitions.TransitionError if the reader refuses the event, and a *CallbackError if a callback
// does or fails. After a refusal of either kind nothing has changed.
//
// If another event is under way, in a machine with callbacks, Event does not wait. The answer is an error that
// matches ErrQueued: the event is carried out next, and Wait tells what became of it. That is how a callback fires
// an event, by calling Event like everybody else. A machine without callbacks never answers ErrQueued.
//
// An event is a fact, and no callback is waited for, so that there is nothing to cancel: ctx is for the values that
// callbacks find in it, and it makes no difference whether it is cancelled or has expired, before or meanwhile.
func (m *Machine) Event(ctx context.Context, e transitions.Event) error {
	if m.silent {
		return m.takeSilently(e)
	}
	m.mu.Lock()
	if m.busy {
		q := &queued{arrival{ctx: ctx, event: e, done: make(chan struct{})}}
		m.queue = append(m.queue, &q.arrival)
		m.mu.Unlock()
		return q
	}
	m.busy = true
	m.mu.Unlock()
	a := arrival{ctx: ctx, event: e}
	m.drain(&a)
	return a.err
}

// takeSilently is Event where there is nobody to call: all of it happens under the lock.
func (m *Machine) takeSilently(e transitions.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, fires, err := m.reader.read(m.now.Load(), e)
	if fires {
		// The one error that is left to the engine is NoTransitionError, for an update that keeps the state.
		_ = m.engine.Event(context.Background(), EventName(e))
		m.now.Store(t.To)
	}
	return err
}

// drain carries out a, and then whatever has been queued.
func (m *Machine) drain(a *arrival) {
	defer func() {
		if a != nil {
			// A callback has called runtime.Goexit, as t.FailNow does: the goroutine ends, the machine does not.
			m.fail(a, m.callback, errGoexit)
			m.renew()
			m.drain(m.next(a))
		}
	}()
	for a != nil {
		m.carryOut(a)
		a = m.next(a)
	}
}

// next is what is to be carried out after a. If that is nil, the machine is idle.
func (m *Machine) next(a *arrival) *arrival {
	if a.done != nil {
		close(a.done)
	}
	m.mu.Lock()
	if len(m.queue) == 0 {
		m.queue, m.busy = nil, false
		m.mu.Unlock()
		return nil
	}
	a, m.queue[0] = m.queue[0], nil
	m.queue = m.queue[1:]
	m.mu.Unlock()
	return a
}

// carryOut decides an event and has the engine carry it out.
func (m *Machine) carryOut(a *arrival) {
	t, fires, err := m.reader.read(m.now.Load(), a.event)
	if err != nil {
		a.err = err
		return
	}
	m.taken, m.committed, m.failing = t, !fires, 0
	if !fires {
		if t.Odd != (transitions.Oddity{}) {
			m.tell(a)
		}
		return
	}
	err = m.fire(a.ctx)
	if !m.committed {
		switch refusal := err.(type) {
		case looplab.CanceledError:
			err = refusal.Err
		case looplab.AsyncError:
			err = errAsync
			m.renew() // it would wait for Transition
		default:
			m.renew() // it would wait for the callback to return
		}
		m.fail(a, m.callback, err)
		return
	}
	switch failure := err.(type) {
	case looplab.NoTransitionError: // an update that keeps the state is a legal edge
		err = failure.Err
	case *PanicError:
		m.failing = m.callback
	}
	if err != nil {
		m.fail(a, m.failing, err)
	}
	m.tell(a)
}

// fire has the engine carry out the event under way, with looplab's callbacks.
func (m *Machine) fire(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	v := &visit{parent: ctx, taken: m.taken}
	v.args[0] = &v.taken
	return m.engine.Event(v, EventName(m.taken.Event), v.args[:]...)
}

// commit makes the invitation what the event has made of it. From here on nothing can refuse it.
func (m *Machine) commit(e *looplab.Event) {
	m.committed = true
	m.mu.Lock()
	if i := m.now.Load(); i != m.taken.From {
		// Meanwhile an operation has been done. That it is pending makes no difference to what is legal.
		m.taken, _, _ = m.reader.read(i, m.taken.Event)
		taken := m.taken
		e.Args = []any{&taken}
	}
	m.now.Store(m.taken.To)
	m.mu.Unlock()
	if m.standIn != nil {
		m.standIn.SetState(e.Dst)
	}
}
