package proptest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// finding is what broke a law.
type finding struct {
	law              law
	direction        transitions.Direction
	word             []Action
	tried            []Action // what breaks the law, if tried again: the word, and more where two are compared
	what             string
	expected, actual any // texts, views or answers
}

// found is a finding about the first actions of the trial.
func (t trial) found(actions int, what string, expected, actual any) *finding {
	word := t.word[:actions]
	return &finding{direction: t.direction, word: word, tried: word, what: what, expected: expected, actual: actual}
}

// breaks holds the trial to one law.
func (t trial) breaks(l law) *finding {
	f := l.holds(t)
	if f != nil {
		if f.law = l; f.law.basis == "" {
			f.law.basis = t.steps[len(f.word)-1].basis()
		}
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
	if _, isText := f.expected.(string); !isText {
		fmt.Fprintf(&b, "\ndifference (-expected +actual):\n%s", strings.TrimRight(cmp.Diff(f.expected, f.actual), "\n"))
	}
	return b.String()
}

// answer is what came of an action.
type answer struct {
	Verdict string
	View    View
}

func (a answer) equal(b answer) bool { return a.Verdict == b.Verdict && a.View.equal(b.View) }

func (a answer) String() string { return fmt.Sprintf("%s, %+v", a.Verdict, a.View) }

// got is the subject's answer, and wanted the relation's.
func (s step) got() answer    { return answer{verdict(s.err), s.after} }
func (s step) wanted() answer { return answer{verdict(s.wantErr), s.shown} }

// verdict is whether something was accepted.
func verdict(err error) string {
	if err == nil {
		return "accepted"
	}
	return "refused"
}

// told is the verdict and, if there is one, the reason for it.
func told(err error) string {
	if err == nil {
		return verdict(nil)
	}
	return verdict(err) + ": " + err.Error()
}

// basis is on what authority the relation answers the action as it does.
func (s step) basis() string {
	var refusal interface {
		error
		Rule() transitions.Rule
		Basis() codes.Basis
	}
	if errors.As(s.wantErr, &refusal) {
		return fmt.Sprintf("%v: %s", refusal.Basis(), refusal.Rule().Source())
	}
	for o := range transitions.Offers() {
		if o.Operation == s.action.Operation {
			return fmt.Sprintf("%v: %s", o.Basis, o.Source)
		}
	}
	for c := range transitions.Cells(s.from.Direction()) {
		if c.From == s.from.State() && c.Event == s.action.Event && c.Rule == 0 {
			return fmt.Sprintf("%v: %s", c.Basis, c.Source)
		}
	}
	if _, odd, _ := s.from.Observe(s.action.Event); odd != (transitions.Oddity{}) {
		return fmt.Sprintf("the model, the tolerant reader, which finds it odd: %v", odd)
	}
	return "the model, the tolerant reader, to which it is a repetition"
}
