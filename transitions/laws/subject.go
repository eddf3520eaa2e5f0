package laws

import (
	"errors"

	"github.com/avinvite/avinvite/transitions"
)

// Subject is one invitation of the implementation under test. Its methods are called one at a time, though not all from
// one goroutine. The view is taken as soon as a call has returned, so a subject that works in the background must return
// when that work is done. A few subjects are in use at a time; a subject that is no longer needed is not closed.
type Subject interface {
	// Event hands the subject one event of the event channel. A refusal is an error.
	Event(transitions.Event) error

	// Do has the application perform an operation. A refusal is an error in which errors.As finds the
	// codes.Synchronous that a server answers with, as in a *transitions.OperationError. A subject without
	// operations returns errors.ErrUnsupported for every operation, and is not held to the laws about operations.
	Do(transitions.Operation) error

	// View returns what can be seen of the subject now.
	View() View
}

// Live makes subjects from a machine that changes in place. do may be nil.
func Live[M any](
	begin func(transitions.Direction) M,
	event func(M, transitions.Event) error,
	do func(M, transitions.Operation) error,
	view func(M) View,
) func(transitions.Direction) Subject {
	if do == nil {
		do = func(M, transitions.Operation) error { return errors.ErrUnsupported }
	}
	return func(d transitions.Direction) Subject { return &live[M]{begin(d), event, do, view} }
}

type live[M any] struct {
	machine M
	event   func(M, transitions.Event) error
	do      func(M, transitions.Operation) error
	view    func(M) View
}

func (l *live[M]) Event(e transitions.Event) error  { return l.event(l.machine, e) }
func (l *live[M]) Do(o transitions.Operation) error { return l.do(l.machine, o) }
func (l *live[M]) View() View                       { return l.view(l.machine) }

// Pure makes subjects from functions on values: begin returns a new configuration, event and do return the next one,
// and view returns what can be seen of one. do may be nil.
func Pure[C any](
	begin func(transitions.Direction) C,
	event func(C, transitions.Event) (C, error),
	do func(C, transitions.Operation) (C, error),
	view func(C) View,
) func(transitions.Direction) Subject {
	keep := func(c *C, next C, err error) error { *c = next; return err }
	var doLive func(*C, transitions.Operation) error
	if do != nil {
		doLive = func(c *C, o transitions.Operation) error { next, err := do(*c, o); return keep(c, next, err) }
	}
	return Live(
		func(d transitions.Direction) *C { c := begin(d); return &c },
		func(c *C, e transitions.Event) error { next, err := event(*c, e); return keep(c, next, err) },
		doLive,
		func(c *C) View { return view(*c) },
	)
}

// Tolerant marks the subjects of newSubject as clients, which are held to the tolerant mode,
// [transitions.Invitation.Observe]. What Observe refuses must be an error; an oddity is none. Tolerant must be the
// outermost wrapper, because a marked subject within another wrapper is held to the reference mode.
func Tolerant(newSubject func(transitions.Direction) Subject) func(transitions.Direction) Subject {
	return func(d transitions.Direction) Subject { return tolerant{newSubject(d)} }
}

type tolerant struct{ Subject }
