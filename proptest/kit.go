package proptest

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	at       *atomic.Pointer[attempt]
	stuck    *atomic.Pointer[finding] // why subjects are not asked any more
}

// reader is one of the two readers of package transitions: what the kit expects.
type reader func(transitions.Invitation, transitions.Event) (transitions.Invitation, error)

func newKit(begin func(transitions.Direction) Subject) kit {
	k := kit{begin: begin, read: transitions.Invitation.Step, stuck: new(atomic.Pointer[finding])}
	type known struct{ tolerant, operates bool }
	is, _ := watch(k, func(k kit) known {
		is := known{operates: true}
		// A panic is not met here: the first sequence meets it again, and names the law.
		_ = guard(func() {
			k.at.Store(&attempt{transitions.Incoming, nil})
			s := begin(transitions.Incoming)
			_, is.tolerant = s.(tolerant)
			accept := Action{Operation: transitions.OperationAccept}
			k.at.Store(&attempt{transitions.Incoming, []Action{accept}})
			is.operates = !errors.Is(accept.give(s), errors.ErrUnsupported)
		})
		return is
	})
	k.operates = is.operates
	if is.tolerant {
		k.read = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			next, _, err := i.Observe(e)
			return next, err
		}
	}
	k.laws = slices.DeleteFunc(slices.Clone(laws), func(l law) bool {
		return l.operations && !k.operates || l.tolerant && !is.tolerant
	})
	return k
}

// attempt is what a subject has been given, the last action of which it may not have answered yet.
type attempt struct {
	direction transitions.Direction
	word      []Action
}

// patience is how long a subject is waited for. The tests have less of it.
var patience = 30 * time.Second

// watch has f try subjects in a goroutine of its own, since one may never answer: it blocks, or ends the goroutine that
// asks it. That breaks the first law, leaves the goroutine behind, and is the last that the kit asks of the subjects.
func watch[A any](k kit, f func(kit) A) (answer A, stuck *finding) {
	k.at = new(atomic.Pointer[attempt])
	answers := make(chan A, 1)
	go func() {
		defer close(answers)
		answers <- f(k)
	}()
	for last := k.at.Load(); ; {
		silence := ""
		select {
		case a, ok := <-answers:
			if ok {
				return a, nil
			}
			silence = "the end of the goroutine that asked, as by t.FailNow"
		case <-time.After(patience):
			if now := k.at.Load(); now != last {
				last = now
				continue
			}
			silence = fmt.Sprintf("none within %v", patience)
		}
		at := k.at.Load()
		stuck = &finding{
			law: laws[0], direction: at.direction, word: at.word,
			what: "the subject never answers", expected: "an answer", actual: silence,
		}
		k.stuck.Store(stuck)
		return answer, stuck
	}
}

// guard answers what f panicked with and where, nothing if it did not.
func guard(f func()) (panicked string) {
	defer func() {
		if p := recover(); p != nil {
			panicked = fmt.Sprintf("%v, at %s", p, origin())
		}
	}()
	f()
	return ""
}

// origin is the line that panicked: that of the innermost frame which is not the runtime's.
func origin() string {
	const below = 3 // runtime.Callers, origin, and the deferred function
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(below, callers)])
	for {
		frame, more := frames.Next()
		if !more || !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
	}
}

// step is one action of a sequence as the subject took it and as the relation takes it.
type step struct {
	action        Action
	before, after View
	err           error
	from, want    transitions.Invitation
	shown         View // what the subject should show after it
	wantErr       error
	together      bool // before is what the relation shows: what comes after a disagreement is no fault of its own
}

// run is what came of handing a sequence to a subject.
type run struct {
	given    int    // actions; all of the sequence, unless the subject panicked
	steps    []step // the actions that were answered
	panicked string // with what and where
}

// trial is a sequence as a new subject takes it.
type trial struct {
	kit
	direction transitions.Direction
	word      []Action
	run
	idle   View // what another new subject showed before
	second func() second
}

// second is what that other subject shows after the first one has taken the sequence, and then the same sequence as it
// takes it itself.
type second struct {
	idle View
	run
}

// try hands a sequence to a new subject.
func (k kit) try(d transitions.Direction, word []Action) trial {
	t := trial{kit: k, direction: d, word: word}
	var subject, other Subject
	k.at.Store(&attempt{d, nil})
	t.panicked = guard(func() {
		subject, other = k.begin(d), k.begin(d)
		t.idle = k.view(other)
	})
	if t.panicked == "" {
		t.run = k.hand(subject, d, word)
	}
	t.second = sync.OnceValue(func() (again second) {
		again.panicked = guard(func() { again.idle = k.view(other) })
		if again.panicked == "" {
			again.run = k.hand(other, d, word)
		}
		return again
	})
	return t
}

// hand hands a sequence to a subject.
func (k kit) hand(s Subject, d transitions.Direction, word []Action) (r run) {
	i := transitions.New(d)
	shown := k.shows(i)
	r.steps = make([]step, 0, len(word))
	r.panicked = guard(func() {
		for n, a := range word {
			st := step{action: a, before: k.view(s), from: i}
			st.together = st.before.equal(shown)
			r.given++
			k.at.Store(&attempt{d, word[:n+1]})
			st.err = a.give(s)
			st.want, st.wantErr = a.on(i, k.read)
			st.after, st.shown = k.view(s), k.shows(st.want)
			i, shown = st.want, st.shown
			r.steps = append(r.steps, st)
		}
	})
	return r
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

// enumerate tries every cell of the relation, and answers the first finding for each law that is broken, by its number,
// or the one that kept it from going on.
func (k kit) enumerate() (broken map[int]*finding, stuck *finding) {
	if stuck := k.stuck.Load(); stuck != nil {
		return nil, stuck
	}
	return watch(k, kit.tryAll)
}

func (k kit) tryAll() map[int]*finding {
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
		if stuck := k.stuck.Load(); stuck != nil {
			t.Fatal(stuck)
		}
		d := Direction().Draw(t, "direction")
		word := Sequence(d).Draw(t, "sequence")
		if !k.operates {
			word = slices.DeleteFunc(slices.Clone(word), isOperation)
		}
		broken, stuck := watch(k, func(k kit) *finding {
			trial := k.try(d, word)
			for _, l := range laws {
				if f := trial.breaks(l); f != nil {
					return k.shorten(l, f)
				}
			}
			return nil
		})
		if f := cmp.Or(stuck, broken); f != nil {
			t.Fatal(f)
		}
	}
}

func isOperation(a Action) bool { return a.Operation != transitions.OperationNone }

// shorten leaves actions out of the sequence behind a finding as long as the law is still broken.
func (k kit) shorten(l law, f *finding) *finding {
	for n := 0; n < len(f.tried); {
		shorter := k.try(f.direction, without(f.tried, n)).breaks(l)
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
