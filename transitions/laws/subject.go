package laws

import (
	"errors"

	"github.com/avinvite/avinvite/transitions"
)

// Subject is one invitation of the implementation under test. Its methods are called one at a time, but not all from
// the same goroutine. The view is read as soon as Event or Do has returned, so a subject that works in the background
// must return only when that work is done. A few subjects are in use at a time. Nothing tells a subject that it is no
// longer needed.
type Subject interface {
	// Event hands the subject one event of the event channel. For a server, it means: send this event, or return an
	// error if it is not legal. For a client, it means: the service has sent this event; a refusal is an error.
	Event(transitions.Event) error

	// Do performs an operation of the application. A refusal is an error in which errors.As finds the codes.Synchronous of
	// the answer, as in a *transitions.OperationError. A subject without operations returns errors.ErrUnsupported for
	// every operation; the laws about operations do not apply to it.
	Do(transitions.Operation) error

	// View returns the present view of the subject. It must not change the subject.
	View() View
}

// Live makes subjects from a machine that changes in place: begin returns a machine before its first event. do is nil
// for a machine without operations.
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

// Pure makes subjects from functions on values: begin returns a new configuration, event and do return the next
// configuration, and view returns the view of a configuration. do is nil for a machine without operations.
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

// Tolerant marks the subjects of newSubject as clients, which must follow the tolerant mode,
// [transitions.Invitation.Observe]. For an event that Observe refuses, the subject must return an error; for an event
// that is only odd, it must not. Tolerant must be the outermost wrapper, because another wrapper around it hides the
// mark.
func Tolerant(newSubject func(transitions.Direction) Subject) func(transitions.Direction) Subject {
	return func(d transitions.Direction) Subject { return tolerant{newSubject(d)} }
}

type tolerant struct{ Subject }
