package proptest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Subject is one invitation of the implementation under test.
type Subject interface {
	// Event hands the subject one event of the event channel. A refusal is an error.
	Event(transitions.Event) error

	// Do has the application do an operation. A refusal is an error that errors.As finds to be a
	// *transitions.OperationError; only its Synchronous is looked at. A subject that knows nothing of operations
	// answers errors.ErrUnsupported to every one, and is spared the laws about them.
	Do(transitions.Operation) error

	// View is what can be seen of the subject now.
	View() View
}

// View is what can be seen of an invitation from outside.
type View struct {
	Direction transitions.Direction
	State     transitions.State
	Reason    codes.Reason
	Pending   transitions.Operation   // not looked at if the subject has no operations
	Offers    []transitions.Operation // in any order; not looked at if the subject has no operations
}

// ViewOf is the view of an invitation of package transitions.
func ViewOf(i transitions.Invitation) View {
	return View{i.Direction(), i.State(), i.Reason(), i.Pending(), slices.Collect(i.Operations().All())}
}

// Action is one step of a sequence: an event or, if Operation is not zero, an operation.
type Action struct {
	Event     transitions.Event
	Operation transitions.Operation
}

// String is the event or the operation as package transitions spells it.
func (a Action) String() string {
	if a.Operation != transitions.OperationNone {
		return "do " + a.Operation.String()
	}
	return a.Event.String()
}

// Pure makes subjects of pure functions: one for the beginning, one for an event, one for an operation, which may be nil,
// and one for what can be seen of the configuration.
func Pure[C any](
	begin func(transitions.Direction) C,
	event func(C, transitions.Event) (C, error),
	do func(C, transitions.Operation) (C, error),
	view func(C) View,
) func(transitions.Direction) Subject {
	return func(d transitions.Direction) Subject {
		s := &live[C]{m: begin(d), view: view, do: unsupported[C]}
		s.event = func(c C, e transitions.Event) (err error) { s.m, err = event(c, e); return err }
		if do != nil {
			s.do = func(c C, o transitions.Operation) (err error) { s.m, err = do(c, o); return err }
		}
		return s
	}
}

// Live makes subjects of a machine that changes in place. do may be nil.
func Live[M any](
	begin func(transitions.Direction) M,
	event func(M, transitions.Event) error,
	do func(M, transitions.Operation) error,
	view func(M) View,
) func(transitions.Direction) Subject {
	if do == nil {
		do = unsupported[M]
	}
	return func(d transitions.Direction) Subject { return &live[M]{begin(d), event, do, view} }
}

type live[M any] struct {
	m     M
	event func(M, transitions.Event) error
	do    func(M, transitions.Operation) error
	view  func(M) View
}

func (l *live[M]) Event(e transitions.Event) error      { return l.event(l.m, e) }
func (l *live[M]) Do(o transitions.Operation) error     { return l.do(l.m, o) }
func (l *live[M]) View() View                           { return l.view(l.m) }
func unsupported[M any](M, transitions.Operation) error { return errors.ErrUnsupported }

// Run holds a subject to the reference reader, transitions.Invitation.Step: what a server must produce and a test suite
// should demand. Each law is a subtest, first enumerated over every configuration and every event and operation, then
// sampled with sequences. newSubject makes a new invitation of a direction, before its first event.
func Run(t *testing.T, newSubject func(transitions.Direction) Subject) {
	t.Helper()
	run(t, kit{newSubject, reference})
}

// RunTolerant holds a subject to the tolerant reader, transitions.Invitation.Observe: what a client must survive.
func RunTolerant(t *testing.T, newSubject func(transitions.Direction) Subject) {
	t.Helper()
	run(t, kit{newSubject, tolerant})
}

// Property is every law of Run as one property, for rapid.Check and, with rapid.MakeFuzz, as a fuzz target.
func Property(newSubject func(transitions.Direction) Subject) func(*rapid.T) {
	k := kit{newSubject, reference}
	return func(t *rapid.T) {
		d := Direction().Draw(t, "direction")
		word := Word(d).Draw(t, "sequence")
		for _, l := range k.laws() {
			if f := k.try(l, d, word); f != nil {
				t.Fatal(f.text(l, d))
			}
		}
	}
}

func run(t *testing.T, k kit) {
	t.Helper()
	for _, l := range k.laws() {
		t.Run(l.title(), func(t *testing.T) {
			t.Helper()
			k.check(t, l)
		})
	}
}

// check holds the subject to one law.
func (k kit) check(t rapid.TB, l law) {
	t.Helper()
	for d, word := range words() {
		if f := k.try(l, d, word); f != nil {
			t.Fatal(f.text(l, d))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Direction().Draw(t, "direction")
		if f := k.try(l, d, Word(d).Draw(t, "sequence")); f != nil {
			t.Fatal(f.text(l, d))
		}
	})
}

// reader is one of the two readers of package transitions: what the kit expects.
type reader func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)

func reference(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
	return i.Step(e)
}

func tolerant(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
	next, _, err := i.Observe(e)
	return next, err
}

type kit struct {
	begin func(transitions.Direction) Subject
	read  reader
}

// step is one action of a sequence as the subject took it and as the relation takes it.
type step struct {
	action        Action
	before, after View
	err           error
	from, want    transitions.Invitation
	wantErr       error
}

// trace runs a sequence on a new subject.
func (k kit) trace(d transitions.Direction, word []Action) []step {
	s := k.begin(d)
	i := transitions.New(d)
	steps := make([]step, 0, len(word))
	before := k.view(s)
	for _, a := range word {
		st := step{action: a, before: before, from: i}
		if a.Operation != transitions.OperationNone {
			st.err = s.Do(a.Operation)
			i, st.wantErr = i.Do(a.Operation)
		} else {
			st.err = s.Event(a.Event)
			i, st.wantErr = k.read(i, a.Event)
		}
		st.want, st.after = i, k.view(s)
		before = st.after
		steps = append(steps, st)
	}
	return steps
}

// view is the view in the one form in which two are compared.
func (k kit) view(s Subject) View {
	v := s.View()
	v.Offers = slices.Clone(v.Offers)
	slices.Sort(v.Offers)
	return v
}

func (k kit) operates() bool {
	return !errors.Is(k.begin(transitions.Incoming).Do(transitions.OperationAccept), errors.ErrUnsupported)
}

// finding is what broke a law.
type finding struct {
	word             []Action
	what             string
	expected, actual any
}

func (f *finding) text(l law, d transitions.Direction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "law %d broken: %s\nstatement: %s\nbasis: %s\n%v invitation, shortest sequence found:\n", l.number, l.name, l.statement, l.basis, d)
	if len(f.word) == 0 {
		b.WriteString("\t(nothing)\n")
	}
	for n, a := range f.word {
		fmt.Fprintf(&b, "\t%d. %v\n", n+1, a)
	}
	fmt.Fprintf(&b, "%s\nexpected: %+v\nactual:   %+v", f.what, f.expected, f.actual)
	if diff := cmp.Diff(f.expected, f.actual); diff != "" {
		fmt.Fprintf(&b, "\ndifference (-expected +actual):\n%s", diff)
	}
	return b.String()
}

// try runs one law on one sequence. A panic breaks the law of totality, whichever law is being tried.
func (k kit) try(l law, d transitions.Direction, word []Action) (f *finding) {
	defer func() {
		if p := recover(); p != nil {
			f = &finding{word, "the subject panicked", "no panic", fmt.Sprint(p)}
		}
	}()
	if !k.operates() {
		word = slices.DeleteFunc(slices.Clone(word), func(a Action) bool { return a.Operation != transitions.OperationNone })
	}
	return l.holds(k, d, word)
}
