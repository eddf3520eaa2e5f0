package fsm

import (
	"context"
	"fmt"
	"sync"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// Machine is one live invitation on looplab's engine. New, Restore and Replay make one. It is safe for any number of
// goroutines and must not be copied; the zero Machine refuses everything with transitions.ErrInvalid.
//
// One event is carried out at a time, with all its callbacks. An event that arrives meanwhile, from another goroutine
// or from a callback, waits in a queue, and events are carried out in the order of arrival. No method waits for a
// callback that another goroutine runs, so that a callback may call all of them.
type Machine struct {
	now transitions.Atomic // the invitation; everything else is how it comes to change

	reader    reader
	table     *table
	hooks     *hooks             // nil if there are no callbacks of looplab's
	callbacks []looplab.Callback // by the places of their names
	config    Config

	mu    sync.Mutex // held for a few instructions, never while a callback runs
	busy  bool       // a goroutine is carrying out events; it leaves when the queue is empty
	queue []*queued  // the events that have arrived meanwhile

	// The event under way; only the goroutine that set busy touches these.
	firings   []firing     // made together
	used      int          // of the firings
	engine    *engine      // nil before the first event and after the last
	torn      bool         // a callback has torn the engine out of an event: it is not used again
	standIn   *looplab.FSM // what callbacks see of the engine, once one has run
	taken     Transition
	committed bool  // the invitation is what the event has made of it
	callback  int   // the last one that has been called: the place of its name, or onTransition or onCompleted
	failure   error // the error that looplab's callbacks have set
	failed    int   // the one that has
	err       error // what becomes of the event
}

// Config says how a machine reads events and whom it calls. The zero value is the reference reader, and no callbacks.
type Config struct {
	// Tolerant makes a client's machine: events are read by transitions.Invitation.Observe, and not by Step. A
	// completion always completes, and what was odd is found in the Transition.
	Tolerant bool

	// Callbacks are looplab's own, under the names that the package comment lists. Event.Args[0] is a *Transition.
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
	return Replay(d, nil, c)
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
	if err := m.install(c.Callbacks); err != nil {
		return nil, err
	}
	return m, nil
}

// Replay is a machine for an invitation of direction d that has met the events of a history, in order. They are
// read by the reader that c chooses, and no callback runs. An event that the reader refuses is an error that says
// which one it is. Operations are no part of a history of events; Do may repeat the pending one.
func Replay(d transitions.Direction, history []transitions.Event, c Config) (*Machine, error) {
	i := transitions.New(d)
	if i == (transitions.Invitation{}) {
		return nil, fmt.Errorf("fsm: %v is no direction", d)
	}
	for n, e := range history {
		t, _, err := reader{c.Tolerant}.read(i, e)
		if err != nil {
			return nil, fmt.Errorf("fsm: event %d of the history: %w", n+1, err)
		}
		i = t.To
	}
	return Restore(i, c)
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

// Do does an operation of the application, as transitions.Invitation.Do decides. It takes effect at once and is never
// queued: of several goroutines that try, one gets the operation. It changes no state, so that no callback runs, and it
// may be called from anywhere, also from a callback.
func (m *Machine) Do(o transitions.Operation) error {
	_, err := m.now.Do(o)
	return err
}

// Looplab is a plain looplab machine with the edges of m, in the state that m is in, for looplab's visualizers and
// for whatever else reads such a machine. It is a copy: what happens to it does not happen to m.
func (m *Machine) Looplab() *looplab.FSM {
	var events looplab.Events
	if m.table != nil {
		events = m.table.events
	}
	return looplab.NewFSM(m.now.Load().State().String(), events, nil)
}

// Event takes one event of the event channel. The relation decides whether it is legal, looplab's engine runs the
// callbacks, and when Event returns all of them have returned. So have those of the events that have arrived
// meanwhile, from callbacks or from other goroutines: Event carries them out too, and leaves the machine idle.
//
// The error is a *transitions.TransitionError if the reader refuses the event, and a *CallbackError if a callback
// does or fails. After a refusal of either kind nothing has changed.
//
// If another event is under way, in a machine with callbacks, Event does not wait. The answer is an error that
// matches ErrQueued: the event joins the queue, and Wait tells what became of it. That is how a callback fires an
// event, by calling Event like everybody else. A machine without callbacks never answers ErrQueued.
//
// An event is a fact, and no callback is waited for, so that there is nothing to cancel: ctx is for the values that
// callbacks find in it, and it makes no difference whether it is cancelled or has expired, before or meanwhile.
func (m *Machine) Event(ctx context.Context, e transitions.Event) error {
	if m.hooks == nil && m.config.OnTransition == nil && m.config.OnCompleted == nil {
		return m.reader.take(&m.now, e)
	}
	m.mu.Lock()
	if m.busy {
		defer m.mu.Unlock()
		q := &queued{firing: firing{machine: m, parent: ctx, taken: Transition{Event: e}}, done: make(chan struct{})}
		m.queue = append(m.queue, q)
		return q
	}
	m.busy = true
	m.mu.Unlock()
	defer m.drain()
	if m.used == len(m.firings) {
		m.firings, m.used = make([]firing, 4), 0 // four, as a life has about: one by one they cost an event 3 % more
	}
	f := &m.firings[m.used]
	m.used++
	f.machine, f.parent, f.taken.Event = m, ctx, e
	m.carryOut(f)
	return m.err
}

// drain carries out what has been queued, until nothing is. Then the machine is idle.
func (m *Machine) drain() {
	for q := m.next(); q != nil; q = m.next() {
		m.carryOutQueued(q)
	}
}

// next takes the first event from the queue. To find none and to be busy no more is one step: so every event that is
// queued is carried out, and no later one overtakes it.
func (m *Machine) next() *queued {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.queue) == 0 {
		m.busy = false
		return nil
	}
	q := m.queue[0]
	m.queue[0] = nil
	m.queue = m.queue[1:]
	return q
}

// carryOutQueued carries out an event and answers whoever waits for it. If a callback calls runtime.Goexit, as
// t.FailNow does, the goroutine ends, and the machine does not.
func (m *Machine) carryOutQueued(q *queued) {
	ended := true
	defer func() {
		if ended {
			m.fail(m.callback, errGoexit)
			defer m.drain()
		}
		q.err = m.err
		close(q.done)
	}()
	m.carryOut(&q.firing)
	ended = false
}
