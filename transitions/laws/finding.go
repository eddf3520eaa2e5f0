package laws

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Finding is a sequence of actions by which a subject breaks a law.
type Finding struct {
	Law Law
	// Authority is the basis and the source of the law, or of the edge, offer or refusal that the subject's answer
	// contradicts, if the finding is about one.
	Authority string
	Direction transitions.Direction
	Actions   []Action // the shortest sequence found; the last action breaks the law
	Problem   string

	// Expected and Actual are two texts, two [View] values, or two answers. An answer has a Verdict, which is
	// "accepted", "refused", or empty if it is not judged, and a View.
	Expected, Actual any

	tried []Action // the sequence that breaks the law if it is tried again: longer than Actions where two are compared
}

// found returns a finding about the first actions of the trial.
func (t trial) found(actions int, problem string, expected, actual any) *Finding {
	word := t.word[:actions]
	return &Finding{
		Direction: t.direction, Actions: word, tried: word, Problem: problem, Expected: expected, Actual: actual,
	}
}

// about gives the finding the authority of the answer that the relation demands in s: a law that is Stated can demand an
// answer that is Inferred.
func (f *Finding) about(s step) *Finding {
	f.Authority = s.authority()
	return f
}

// breaks holds the trial to one law.
func (t trial) breaks(l Law) *Finding {
	f := l.check(t)
	if f != nil {
		f.Law = l
		if f.Authority == "" {
			f.Authority = authority(l.Basis, l.Source)
		}
	}
	return f
}

// Error returns several lines: the law, its authority, the sequence, and the expected and the actual answer.
func (f *Finding) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "law %d broken: %s\nstatement: %s\nbasis: %s\n%v invitation, shortest sequence found:\n",
		f.Law.Number, f.Law.Name, f.Law.Statement, f.Authority, f.Direction)
	if len(f.Actions) == 0 {
		b.WriteString("\t(nothing)\n")
	}
	for n, a := range f.Actions {
		fmt.Fprintf(&b, "\t%d. %v\n", n+1, a)
	}
	fmt.Fprintf(&b, "%s\nexpected: %+v\nactual:   %+v", f.Problem, f.Expected, f.Actual)
	return b.String()
}

// answer is the reaction of a subject to an action: Verdict is "accepted" or "refused", or empty where it is not judged.
type answer struct {
	Verdict string
	View    View
}

func (a answer) equal(b answer) bool { return a.Verdict == b.Verdict && a.View.equal(b.View) }

// String returns the verdict and the view.
func (a answer) String() string {
	return fmt.Sprintf("%s, %+v", cmp.Or(a.Verdict, "not judged"), a.View)
}

// got is the subject's answer, and wanted the relation's.
func (s step) got() answer    { return answer{s.verdict(s.err), s.after} }
func (s step) wanted() answer { return answer{s.verdict(s.wantErr), s.shown} }

func (s step) verdict(err error) string {
	if s.unjudged {
		return ""
	}
	return verdict(err)
}

func verdict(err error) string {
	if err == nil {
		return "accepted"
	}
	return "refused"
}

// told returns the verdict and, if there is an error, its text.
func told(err error) string {
	if err == nil {
		return verdict(nil)
	}
	return verdict(err) + ": " + err.Error()
}

func authority(b codes.Basis, source codes.Source) string { return b.String() + ": " + source.String() }

// authority returns the basis and the source of the relation's answer to the action. It is empty for what Observe accepts
// and Step does not: that is law 10 itself.
func (s step) authority() string {
	var refusal interface {
		error
		Basis() codes.Basis
		Source() codes.Source
	}
	if errors.As(s.wantErr, &refusal) {
		return authority(refusal.Basis(), refusal.Source())
	}
	for o := range transitions.Offers() {
		if o.Operation == s.action.Operation {
			return authority(o.Basis, o.Source)
		}
	}
	for c := range transitions.Cells(s.from.Direction()) {
		if c.From == s.from.State() && c.Event == s.action.Event && c.Rule == 0 {
			return authority(c.Basis, c.Source)
		}
	}
	return ""
}
