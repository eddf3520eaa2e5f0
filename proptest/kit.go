package proptest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// kit is what is known of the subjects before they are held to the laws.
type kit struct {
	begin    func(transitions.Direction) Subject
	read     reader
	operates bool
	laws     []law
}

// reader is one of the two readers of package transitions: what the kit expects.
type reader func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)

func newKit(begin func(transitions.Direction) Subject) kit {
	k := kit{begin: begin, read: transitions.Invitation.Step, operates: true}
	isTolerant := false
	// A panic is not met here: the first sequence meets it again, and names the law.
	_ = guard(func() {
		s := begin(transitions.Incoming)
		_, isTolerant = s.(tolerant)
		k.operates = !errors.Is(s.Do(transitions.OperationAccept), errors.ErrUnsupported)
	})
	if isTolerant {
		k.read = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			next, _, err := i.Observe(e)
			return next, err
		}
	}
	k.laws = slices.DeleteFunc(slices.Clone(laws), func(l law) bool {
		return l.operations && !k.operates || l.tolerant && !isTolerant
	})
	return k
}

// guard answers what f panicked with, nil if it did not.
func guard(f func()) (panicked any) {
	defer func() { panicked = recover() }()
	f()
	return nil
}

// step is one action of a sequence as the subject took it and as the relation takes it.
type step struct {
	action        Action
	before, after View
	err           error
	from, want    transitions.Invitation
	wantErr       error
	together      bool // before is what the relation shows: what comes after a disagreement is no fault of its own
}

// trial is a sequence as one new subject takes it.
type trial struct {
	kit
	direction transitions.Direction
	steps     []step
	word      []Action // longer than steps if the subject panicked
	panicked  any
	second    func() second
}

// second is the same sequence once more, on another subject, and what a third one, which is given nothing, shows before and
// after it.
type second struct {
	trial
	before, after View
}

// try runs a sequence on a new subject.
func (k kit) try(d transitions.Direction, word []Action) trial {
	t := trial{kit: k, direction: d, steps: make([]step, 0, len(word)), word: word}
	t.panicked = guard(func() {
		s := k.begin(d)
		i := transitions.New(d)
		for _, a := range word {
			st := step{action: a, before: k.view(s), from: i}
			st.together = st.before.equal(k.shows(i))
			st.err = a.give(s)
			st.want, st.wantErr = a.on(i, k.read)
			i, st.after = st.want, k.view(s)
			t.steps = append(t.steps, st)
		}
	})
	t.second = sync.OnceValue(func() (again second) {
		_ = guard(func() {
			bystander := k.begin(d)
			again.before = k.view(bystander)
			again.trial = k.try(d, word)
			again.after = k.view(bystander)
		})
		return again
	})
	return t
}

// view is the view of a subject in the one form in which two are compared.
func (k kit) view(s Subject) View { return k.comparable(s.View()) }

func (k kit) comparable(v View) View {
	if !k.operates {
		v.Pending, v.Offers = transitions.OperationNone, nil
	}
	v.Offers = slices.Sorted(slices.Values(v.Offers))
	return v
}

// shows is what the subject should show where the relation is at i.
func (k kit) shows(i transitions.Invitation) View { return k.comparable(ViewOf(i)) }

// enumerate tries every cell of the relation, and answers the first finding for each law that is broken, by its number.
func (k kit) enumerate() map[int]*finding {
	broken := map[int]*finding{}
	for d, word := range k.words() {
		t := k.try(d, word)
		for _, l := range k.laws {
			if broken[l.number] != nil {
				continue
			}
			if f := t.breaks(l); f != nil {
				broken[l.number] = f
			}
		}
		if len(broken) == len(k.laws) {
			break
		}
	}
	return broken
}

// sample is the property that no sequence breaks any of the laws.
func (k kit) sample(laws []law) func(*rapid.T) {
	return func(t *rapid.T) {
		d := Direction().Draw(t, "direction")
		word := Sequence(d).Draw(t, "sequence")
		if !k.operates {
			word = slices.DeleteFunc(slices.Clone(word), isOperation)
		}
		trial := k.try(d, word)
		for _, l := range laws {
			if f := trial.breaks(l); f != nil {
				t.Fatal(k.shorten(l, f))
			}
		}
	}
}

func isOperation(a Action) bool { return a.Operation != transitions.OperationNone }

// shorten leaves actions out of a finding as long as the law is still broken.
func (k kit) shorten(l law, f *finding) *finding {
	for n := 0; n < len(f.word); {
		shorter := k.try(f.direction, without(f.word, n)).breaks(l)
		if shorter == nil {
			n++
		} else {
			f, n = shorter, 0
		}
	}
	return f
}

func without(word []Action, n int) []Action { return slices.Delete(slices.Clone(word), n, n+1) }

// words yields, for every configuration that the reader comes to, a shortest sequence to it followed by each event and
// each operation: every cell of the relation, the shortest sequences first.
func (k kit) words() iter.Seq2[transitions.Direction, []Action] {
	type configuration struct {
		at  transitions.Invitation
		way []Action
	}
	type place struct {
		d transitions.Direction
		s transitions.State
	}
	return func(yield func(transitions.Direction, []Action) bool) {
		found := []configuration{{at: transitions.New(transitions.Incoming)}, {at: transitions.New(transitions.Outgoing)}}
		seen := map[transitions.Invitation]bool{found[0].at: true, found[1].at: true}
		exhausted := map[place]bool{}
		for n := 0; n < len(found); n++ {
			c := found[n]
			p := place{c.at.Direction(), c.at.State()}
			for a := range actions(c.at, !exhausted[p] || !c.at.Terminal()) {
				if isOperation(a) && !k.operates {
					continue
				}
				word := append(slices.Clip(c.way), a)
				if next, err := a.on(c.at, k.read); err == nil && !seen[next] {
					seen[next] = true
					found = append(found, configuration{next, word})
				}
				if !yield(c.at.Direction(), word) {
					return
				}
			}
			exhausted[p] = true
		}
	}
}

// actions yields every event and operation that i is tried with, with every reason or with i's own, another, and none.
func actions(i transitions.Invitation, everyReason bool) iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for typ := transitions.EventStarted; typ <= transitions.EventCompleted; typ++ {
			for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
				for r := codes.NoReason; r <= codes.Undocumented; r++ {
					if r != codes.NoReason && (typ != transitions.EventCompleted ||
						!everyReason && r != i.Reason() && r != codes.RemoteFailureBusy) {
						continue
					}
					if !yield(Action{Event: transitions.Event{Type: typ, State: s, Reason: r}}) {
						return
					}
				}
			}
		}
		for o := transitions.OperationAccept; o <= transitions.OperationCancel; o++ {
			if !yield(Action{Operation: o}) {
				return
			}
		}
	}
}

// finding is what broke a law.
type finding struct {
	law              law
	direction        transitions.Direction
	word             []Action
	what             string
	expected, actual any
}

// found is a finding about the first actions of the trial.
func (t trial) found(actions int, what string, expected, actual any) *finding {
	return &finding{direction: t.direction, word: t.word[:actions], what: what, expected: expected, actual: actual}
}

// breaks holds the trial to one law.
func (t trial) breaks(l law) *finding {
	f := l.holds(t)
	if f != nil {
		f.law = l
	}
	return f
}

func (f *finding) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "law %d broken: %s\nstatement: %s\nbasis: %s\n%v invitation, shortest sequence found:\n",
		f.law.number, f.law.name, f.law.statement, f.law.basis, f.direction)
	if len(f.word) == 0 {
		b.WriteString("\t(nothing)\n")
	}
	for n, a := range f.word {
		fmt.Fprintf(&b, "\t%d. %v\n", n+1, a)
	}
	fmt.Fprintf(&b, "%s\nexpected: %+v\nactual:   %+v", f.what, f.expected, f.actual)
	if _, ok := f.expected.(View); ok {
		fmt.Fprintf(&b, "\ndifference (-expected +actual):\n%s", cmp.Diff(f.expected, f.actual))
	}
	return b.String()
}
