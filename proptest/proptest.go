package proptest

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Subject is one invitation of the implementation under test. Its methods are called one at a time, though not all from
// one goroutine, and it is looked at as soon as it has answered: one that works in the background answers when that is
// done. A few subjects are in use at a time; one that is not needed any more is not told.
type Subject interface {
	// Event hands the subject one event of the event channel. A refusal is an error.
	Event(transitions.Event) error

	// Do has the application do an operation. A refusal is an error in which errors.As finds the codes.Synchronous
	// that a server answers with; a *transitions.OperationError has one. A subject that knows nothing of operations
	// answers errors.ErrUnsupported to every one, and is spared the laws about them.
	Do(transitions.Operation) error

	// View is what can be seen of the subject now.
	View() View
}

// View is what can be seen of an invitation from outside. It has a JSON form, for subjects in another process.
type View struct {
	Direction transitions.Direction   `json:"direction"`
	State     transitions.State       `json:"state"`
	Reason    codes.Reason            `json:"reason"`
	Pending   transitions.Operation   `json:"pending"` // not looked at if the subject has no operations
	Offers    []transitions.Operation `json:"offers"`  // in any order; not looked at if the subject has no operations
}

// ViewOf is the view of an invitation of package transitions.
func ViewOf(i transitions.Invitation) View {
	return View{i.Direction(), i.State(), i.Reason(), i.Pending(), slices.Collect(i.Operations().All())}
}

func (v View) equal(w View) bool {
	return v.Direction == w.Direction && v.State == w.State && v.Reason == w.Reason && v.Pending == w.Pending &&
		slices.Equal(v.Offers, w.Offers)
}

// Run holds the subjects that newSubject makes to the laws. Each law is a subtest. It is first enumerated, as in
// [Enumerate], then sampled with [Sequence], as often as the flag -rapid.checks says.
//
// newSubject makes a new invitation of a direction, before its first event. Subjects are held to the reference reader,
// [transitions.Invitation.Step], which is what a server must produce and a test suite should demand; those of
// [Tolerant] to the tolerant one.
func Run(t *testing.T, newSubject func(transitions.Direction) Subject) {
	t.Helper()
	k := newKit(newSubject)
	broken, stuck := k.enumerate()
	if stuck != nil {
		t.Fatal(stuck)
	}
	for _, l := range k.laws {
		if k.stuck.Load() != nil {
			return // which one of the subtests has told
		}
		t.Run(l.title(), func(t *testing.T) {
			t.Helper()
			if f := broken[l.number]; f != nil {
				t.Fatal(f)
			}
			rapid.Check(t, k.sample([]law{l}))
		})
	}
}

// Enumerate holds subjects to the laws without a test and without chance: in every configuration that an invitation can
// come to, each event and each operation is tried once. The error joins, for each law that is broken, a shortest
// sequence that breaks it. After the completion the reason of an event is exhausted once for each state, and elsewhere
// reduced to three: the invitation's own, another, and none.
func Enumerate(newSubject func(transitions.Direction) Subject) error {
	k := newKit(newSubject)
	broken, stuck := k.enumerate()
	if stuck != nil {
		return stuck
	}
	var errs []error
	for _, l := range k.laws {
		if f := broken[l.number]; f != nil {
			errs = append(errs, f)
		}
	}
	return errors.Join(errs...)
}

// Property is all laws of Run as one property, for [rapid.Check] and, with [rapid.MakeFuzz], as a fuzz target. It tries
// one sequence, and fails with the first law that this one breaks.
func Property(newSubject func(transitions.Direction) Subject) func(*rapid.T) {
	k := newKit(newSubject)
	return k.sample(k.laws)
}

// Pure makes subjects of pure functions: one for the beginning, one for an event, one for an operation, which may be
// nil, and one for what can be seen of a configuration.
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

// Live makes subjects of a machine that changes in place. do may be nil.
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

// Tolerant makes the subjects of newSubject ones that are held to the tolerant reader,
// [transitions.Invitation.Observe]: what a client must survive. What was odd about an event is not an error, and the
// kit does not ask for it. What Observe refuses must be an error. Tolerant goes around all other wrappers: a subject
// within another one is held to the reference reader.
func Tolerant(newSubject func(transitions.Direction) Subject) func(transitions.Direction) Subject {
	return func(d transitions.Direction) Subject { return tolerant{newSubject(d)} }
}

type tolerant struct{ Subject }

// Action is one step of a sequence: an event or, if Operation is not zero, an operation. It has a JSON form, for
// subjects in another process.
type Action struct {
	Event     transitions.Event     `json:"event,omitzero"`
	Operation transitions.Operation `json:"operation,omitzero"`
}

// String is the event or the operation as package transitions spells it.
func (a Action) String() string {
	if a.Operation != transitions.OperationNone {
		return "do " + a.Operation.String()
	}
	return a.Event.String()
}

// GoString is what String is: a sequence that rapid prints is read, not compiled.
func (a Action) GoString() string { return a.String() }

// on is the relation's answer to the action.
func (a Action) on(i transitions.Invitation, read reader) (transitions.Invitation, error) {
	if a.Operation != transitions.OperationNone {
		return i.Do(a.Operation)
	}
	return read(i, a.Event)
}

// give hands the action to a subject.
func (a Action) give(s Subject) error {
	if a.Operation != transitions.OperationNone {
		return s.Do(a.Operation)
	}
	return s.Event(a.Event)
}
