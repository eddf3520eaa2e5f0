package fsm

import (
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/transitions"
)

// ErrQueued matches the error of an event that arrived while the machine was carrying out another one. The event is
// in the queue and will be carried out; Wait returns its outcome.
var ErrQueued = errors.New("fsm: the event is queued behind another one; fsm.Wait returns its outcome")

// invalidError is the text of an error that matches transitions.ErrInvalid.
type invalidError string

func (e invalidError) Error() string { return "fsm: " + string(e) }
func (e invalidError) Unwrap() error { return transitions.ErrInvalid }

// The mistakes of callbacks. A program finds them in a *CallbackError.
var (
	errAsync  = errors.New("Event.Async is not supported, because an invitation is never between two states")
	errGoexit = errors.New("the callback called runtime.Goexit")
)

// CallbackError reports that a callback has refused an event, or has failed after the event was taken. Callback is
// empty for a call of Async, because looplab does not report which callback made it.
type CallbackError struct {
	Callback string // its full name; empty if a callback called Async of its looplab Event
	Event    transitions.Event
	Taken    bool  // the event was taken; if not, it changed nothing
	Err      error // the callback's own error, or a *PanicError; nil if it called Cancel without one
}

// Unwrap returns the callback's own error.
func (e *CallbackError) Unwrap() error { return e.Err }

// Error names the callback and the event, and ends with the callback's own error.
func (e *CallbackError) Error() string {
	callback := e.Callback
	if callback == "" {
		callback = "a before_ or leave_ callback"
	}
	s := "fsm: " + callback + " refused " + e.Event.String()
	if e.Taken {
		s = "fsm: " + callback + " failed after " + e.Event.String() + " was taken"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// PanicError is a panic of a callback. It refuses the event if the callback is a before_ or leave_ callback; in any
// other callback the event has already been taken.
type PanicError struct {
	Value any    // the argument of panic
	Stack []byte // as runtime/debug.Stack prints it
}

// Error returns the text of the value, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
