package fsm

import (
	"context"
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

// Event carries out one event of the event channel. The relation decides whether it is legal, and looplab's engine runs
// the callbacks. When Event returns, the callbacks have returned, unless the event was queued. Event also carries out
// the events that arrived meanwhile, from callbacks or from other goroutines, and leaves the machine idle.
//
// The error is a *transitions.TransitionError if the mode refuses the event, and a *CallbackError if a callback refused
// it or failed. A refused event changes nothing.
//
// If a machine with callbacks is carrying out another event, Event does not wait. The event joins the queue, the error
// matches ErrQueued, and Wait returns the outcome. A callback fires an event in this way: it calls Event as every other
// caller does. A machine without callbacks never returns ErrQueued.
//
// Callbacks find the values of ctx. Its cancellation and its deadline have no effect, because an event is a fact and
// Event waits for nothing that could be cancelled.
func (m *Machine) Event(ctx context.Context, e transitions.Event) error {
	if m.callbacks == nil && m.onTransition == nil && m.onCompleted == nil {
		return m.mode.take(&m.now, e)
	}
	m.mu.Lock()
	if m.busy {
		defer m.mu.Unlock()
		q := &queued{firing: firing{machine: m, parent: ctx, decided: Transition{Event: e}}, done: make(chan struct{})}
		m.queue = append(m.queue, q)
		return q
	}
	m.busy = true
	m.mu.Unlock()
	defer m.drain()
	if len(m.spare) == 0 {
		m.spare = make([]firing, 4)
	}
	f := &m.spare[0]
	m.spare = m.spare[1:]
	f.machine, f.parent, f.decided.Event = m, ctx, e
	f.carryOut()
	return f.err
}

// drain carries out the queue, until it is empty. If a callback calls runtime.Goexit, as t.FailNow does, the goroutine
// ends when the queue is empty.
func (m *Machine) drain() {
	var q *queued
	defer func() {
		if q != nil {
			q.fail(q.callback, errGoexit)
			close(q.done)
			m.drain()
		}
	}()
	for q = m.next(); q != nil; q = m.next() {
		q.carryOut()
		close(q.done)
	}
}

// next takes the first event from the queue. To find none and to be busy no more is one step: so every queued event is
// carried out, and no later event overtakes it.
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

// queued is an event in the queue, and the error that Event returned for it.
type queued struct {
	firing
	done chan struct{} // closed when firing.err is the outcome
}

func (q *queued) Error() string { return ErrQueued.Error() }
func (q *queued) Unwrap() error { return ErrQueued }

// Wait waits for a queued event: if err matches ErrQueued, Wait waits until the event and its callbacks have been
// carried out, and returns their outcome, as Event does for an event that is not queued. Wait returns any other err at
// once.
//
//	err := fsm.Wait(ctx, m.Event(ctx, e))
//
// If ctx ends first, the error matches both context.Cause(ctx) and ErrQueued. The event stays in the queue.
//
// A callback must not wait for its own machine, because the machine goes on only when the callback has returned. Wait
// therefore returns err at once if ctx is the context of a callback of that machine or is derived from it, in any
// goroutine and at any later time. A goroutine that outlives its callback needs another context to wait with.
//
// A callback may wait for another machine. Two callbacks that wait for each other's machines go on only when a context
// ends. The context of a callback never ends: derive one that has a deadline.
func Wait(ctx context.Context, err error) error {
	var q *queued
	if !errors.As(err, &q) {
		return err
	}
	if ctx == nil {
		ctx = context.Background()
	}
	select {
	case <-q.done:
		return q.err
	default:
	}
	if ctx.Value(callbackOf{q.machine}) != nil {
		return err
	}
	select {
	case <-q.done:
		return q.err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", err, context.Cause(ctx))
	}
}
