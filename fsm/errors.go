package fsm

import (
	"context"
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

// ErrQueued is what the answer to an event matches if another one was under way when it arrived: it has joined the
// queue, and is going to be carried out. Wait tells what became of it.
var ErrQueued = errors.New("fsm: the event is queued, for another one is under way")

// What callbacks may not do. A program sees these inside a *CallbackError.
var (
	errStandIn = errors.New("fsm: Event.FSM is a stand-in for the engine; fire events by Machine.Event")
	errAsync   = errors.New("Event.Async is not supported: the relation has nothing between two states")
	errGoexit  = errors.New("the callback has ended its goroutine with runtime.Goexit")
)

// queued is the answer to an event that is carried out later.
type queued struct {
	firing
	err  error // final once done is closed
	done chan struct{}
}

func (q *queued) Error() string { return ErrQueued.Error() }
func (q *queued) Unwrap() error { return ErrQueued }

// Wait makes the answer of Machine.Event final: err as it is, unless it matches ErrQueued. Then Wait waits until the
// event has been carried out, with its callbacks, and returns what Event would have returned.
//
//	err := fsm.Wait(ctx, m.Event(ctx, e))
//
// If ctx ends first, the error matches its cause and ErrQueued: the event is still going to be carried out.
//
// A callback must not wait for its own machine, which goes on only when the callback has returned. So Wait returns err
// at once if ctx is what a callback of that machine was called with, or is derived from it, in whatever goroutine and
// however late: a goroutine that a callback leaves behind needs another context to wait with.
//
// A callback may wait for another machine. Two that wait for each other's go on only when a context ends, and that of
// a callback never does: derive one that has a deadline.
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

// CallbackError is what a callback has done to an event: refused it, or failed after it was taken.
type CallbackError struct {
	Callback string // its name, in full
	Event    transitions.Event
	Taken    bool  // whether the event has been taken; if not, nothing has changed
	Err      error // the callback's own error, or a *PanicError; nil if it has called Cancel without one
}

// Unwrap is the callback's own error.
func (e *CallbackError) Unwrap() error { return e.Err }

// Error says which callback did what to which event, and why.
func (e *CallbackError) Error() string {
	s := "fsm: " + e.Callback + " refused " + e.Event.String()
	if e.Taken {
		s = "fsm: " + e.Callback + " failed, after " + e.Event.String() + " was taken"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// PanicError is a panic of a callback. The event is refused if a before_ or leave_ callback panics; any other panic
// comes too late for that.
type PanicError struct {
	Value any    // what the callback has panicked with
	Stack []byte // as runtime/debug.Stack prints it
}

// Error says what the callback has panicked with. The stack is not part of the text.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap is the value, if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
