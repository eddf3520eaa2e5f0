package laws

import (
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

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Patience is the longest time that [Enumerate] waits for one answer.
const Patience = 30 * time.Second

// Enumerate checks subjects against the laws, without random choices: in every configuration that an invitation can
// reach, it tries each event and each operation once. The error joins a *[Finding] for each law that is broken, with a
// shortest sequence that breaks it; it is nil if no law is broken. Other faults can hide behind a finding: correct the
// fault, and enumerate again.
//
// While the invitation is in progress, the completed event is tried with every reason. After the completion, it is
// tried with every reason in one configuration of each state. In the other configurations, it is tried with three
// reasons: that of the invitation, another one, and none.
//
// newSubject makes a new invitation of a direction, before its first event. Subjects must follow the reference mode,
// and those of [Tolerant] the tolerant mode.
func Enumerate(newSubject func(transitions.Direction) Subject) error {
	c := NewChecker(newSubject, Patience)
	var errs []error
	for _, f := range c.Enumerate(c.Words(), c.laws...) {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// Checker checks the subjects that a function makes against the laws. It is not for concurrent use. Programs that need
// no choice of sequences call the function [Enumerate].
type Checker struct {
	newSubject func(transitions.Direction) Subject
	patience   time.Duration
	next       func(Action, transitions.Invitation) (transitions.Invitation, error) // Action.Step or Action.Observe
	tolerant   bool
	operates   bool
	laws       []Law
	at         *atomic.Pointer[attempt]
	stuck      *Finding
}

// NewChecker returns a checker for the subjects of newSubject. It makes a subject to find out its mode and whether it
// has operations. A subject that does not answer within the patience breaks law 1: see [Checker.Stuck].
func NewChecker(newSubject func(transitions.Direction) Subject, patience time.Duration) *Checker {
	c := &Checker{newSubject: newSubject, patience: patience, next: Action.Step, operates: true}
	type known struct{ tolerant, operates bool }
	is := watch(c, func(c Checker) known {
		is := known{operates: true}
		// A panic is not met here: the first sequence meets it again, and names the law.
		_ = guard(func() {
			c.at.Store(&attempt{transitions.Incoming, nil})
			s := newSubject(transitions.Incoming)
			_, is.tolerant = s.(tolerant)
			accept := Action{Operation: transitions.OperationAccept}
			c.at.Store(&attempt{transitions.Incoming, []Action{accept}})
			is.operates = !errors.Is(accept.Give(s), errors.ErrUnsupported)
		})
		return is
	})
	c.tolerant, c.operates = is.tolerant, is.operates
	if is.tolerant {
		c.next = Action.Observe
	}
	c.laws = slices.DeleteFunc(All(), func(l Law) bool { return !l.Checked() || l.operations && !is.operates })
	return c
}

// Laws returns the laws that apply to the subjects.
func (c *Checker) Laws() []Law { return slices.Clone(c.laws) }

// Tolerant reports whether the subjects must follow the tolerant mode.
func (c *Checker) Tolerant() bool { return c.tolerant }

// Operates reports whether the subjects have operations.
func (c *Checker) Operates() bool { return c.operates }

// Stuck returns the finding about a subject that never answered, nil if there was none. After such a finding, the
// checker tries no more subjects: [Checker.Check] and [Checker.Enumerate] return this finding.
func (c *Checker) Stuck() *Finding { return c.stuck }

// Words yields the sequences that the function [Enumerate] tries: a shortest sequence to every configuration that the
// mode reaches, followed by one event or operation. The shortest sequences come first.
func (c *Checker) Words() iter.Seq2[transitions.Direction, []Action] {
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
			from := found[n]
			p := place{from.at.Direction(), from.at.State()}
			for a := range actions(from.at, !exhausted[p] || !from.at.Terminal()) {
				if a.Operates() && !c.operates {
					continue
				}
				word := append(slices.Clip(from.way), a)
				if next, err := c.next(a, from.at); err == nil && !seen[next] {
					seen[next] = true
					found = append(found, configuration{next, word})
				}
				if !yield(from.at.Direction(), word) {
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

// Enumerate gives each sequence of words to a new subject. It returns the first finding about each of the laws that is
// broken, in the order of the laws, or [Checker.Stuck] alone.
func (c *Checker) Enumerate(words iter.Seq2[transitions.Direction, []Action], laws ...Law) []*Finding {
	if c.stuck != nil {
		return []*Finding{c.stuck}
	}
	findings := watch(c, func(c Checker) []*Finding {
		broken, n := make([]*Finding, len(laws)), 0
		for d, word := range words {
			t := c.try(d, word)
			for k, l := range laws {
				if broken[k] != nil {
					continue
				}
				if broken[k] = t.breaks(l); broken[k] != nil {
					n++
				}
			}
			if n == len(broken) {
				break
			}
		}
		return slices.DeleteFunc(broken, func(f *Finding) bool { return f == nil })
	})
	if c.stuck != nil {
		return []*Finding{c.stuck}
	}
	return findings
}

// Check gives one sequence to a new subject. It returns a finding about the first of the laws that the subject breaks,
// with a sequence that is shortened while the law stays broken; nil if the subject breaks none. If the subjects have no
// operations, Check leaves operations out of the sequence.
func (c *Checker) Check(d transitions.Direction, word []Action, laws ...Law) *Finding {
	if c.stuck != nil {
		return c.stuck
	}
	if !c.operates {
		word = slices.DeleteFunc(slices.Clone(word), Action.Operates)
	}
	f := watch(c, func(c Checker) *Finding {
		t := c.try(d, word)
		for _, l := range laws {
			if f := t.breaks(l); f != nil {
				return c.shorten(l, f)
			}
		}
		return nil
	})
	if c.stuck != nil {
		return c.stuck
	}
	return f
}

// shorten leaves actions out of the sequence behind a finding as long as the law is still broken.
func (c Checker) shorten(l Law, f *Finding) *Finding {
	for n := 0; n < len(f.tried); {
		shorter := c.try(f.Direction, without(f.tried, n)).breaks(l)
		if shorter == nil {
			n++
		} else {
			f, n = shorter, 0
		}
	}
	return f
}

func without(word []Action, n int) []Action { return slices.Delete(slices.Clone(word), n, n+1) }

// attempt is the sequence that a subject has been given, the last action of which it may not have answered yet.
type attempt struct {
	direction transitions.Direction
	word      []Action
}

// watch runs f on a copy of c, in a goroutine of its own, because a subject may never answer: it blocks, or ends the
// goroutine that asks it. Then watch leaves the goroutine behind and sets c.stuck.
func watch[A any](c *Checker, f func(Checker) A) (answer A) {
	at := new(atomic.Pointer[attempt])
	watched := *c
	watched.at = at
	answers := make(chan A, 1)
	go func() {
		defer close(answers)
		answers <- f(watched)
	}()
	for last := at.Load(); ; {
		silence := ""
		select {
		case a, ok := <-answers:
			if ok {
				return a
			}
			silence = "the end of the goroutine that asked, as by t.FailNow"
		case <-time.After(c.patience):
			if now := at.Load(); now != last {
				last = now
				continue
			}
			silence = fmt.Sprintf("none within %v", c.patience)
		}
		asked := at.Load()
		c.stuck = &Finding{
			Law: list[0], Authority: authority(list[0].Basis, list[0].Source), Direction: asked.direction, Actions: asked.word,
			Problem: "the subject never answers", Expected: "an answer", Actual: silence,
		}
		return answer
	}
}

// guard calls f and returns with what and where it panicked, nothing if it did not.
func guard(f func()) (panicked string) {
	defer func() {
		if p := recover(); p != nil {
			panicked = fmt.Sprintf("%v, at %s", p, origin())
		}
	}()
	f()
	return ""
}

// origin returns the line that panicked: that of the innermost frame which is not the runtime's.
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
	shown         View // the view that the subject should have after it
	wantErr       error
	together      bool // the subject still agreed before this action; laws skip later steps
	unjudged      bool // the action hangs up: whether it is accepted or refused is not judged
}

// run is the course of a sequence that was given to a subject.
type run struct {
	given    int    // actions; all of the sequence, unless the subject panicked
	steps    []step // the actions that were answered
	panicked string // with what and where
}

// trial is a sequence as a new subject takes it.
type trial struct {
	Checker
	direction transitions.Direction
	word      []Action
	run
	idle   View // the view of another new subject before
	second func() second
}

// second is the view of that other subject after the first one has taken the sequence, and then the same sequence as the
// other subject takes it.
type second struct {
	idle View
	run
}

// try gives a sequence to a new subject.
func (c Checker) try(d transitions.Direction, word []Action) trial {
	t := trial{Checker: c, direction: d, word: word}
	var subject, other Subject
	c.at.Store(&attempt{d, nil})
	t.panicked = guard(func() {
		subject, other = c.newSubject(d), c.newSubject(d)
		t.idle = c.view(other)
	})
	if t.panicked == "" {
		t.run = c.give(subject, d, word)
	}
	t.second = sync.OnceValue(func() (again second) {
		again.panicked = guard(func() { again.idle = c.view(other) })
		if again.panicked == "" {
			again.run = c.give(other, d, word)
		}
		return again
	})
	return t
}

// give gives a sequence to a subject.
func (c Checker) give(s Subject, d transitions.Direction, word []Action) (r run) {
	i := transitions.New(d)
	shown := c.shows(i)
	r.steps = make([]step, 0, len(word))
	r.panicked = guard(func() {
		for n, a := range word {
			st := step{action: a, before: c.view(s), from: i, unjudged: i.HangsUp(a.Operation)}
			st.together = st.before.equal(shown)
			r.given++
			c.at.Store(&attempt{d, word[:n+1]})
			st.err = a.Give(s)
			st.want, st.wantErr = c.next(a, i)
			st.after, st.shown = c.view(s), c.shows(st.want)
			i, shown = st.want, st.shown
			r.steps = append(r.steps, st)
		}
	})
	return r
}

// view returns the view of a subject in the form in which two are compared.
func (c Checker) view(s Subject) View { return c.comparable(s.View()) }

func (c Checker) comparable(v View) View {
	if !c.operates {
		v.Pending, v.Offers = transitions.OperationNone, nil
	}
	v.Offers = slices.Sorted(slices.Values(v.Offers))
	return v
}

// shows returns the view that the subject should have where the relation is at i.
func (c Checker) shows(i transitions.Invitation) View { return c.comparable(ViewOf(i)) }
