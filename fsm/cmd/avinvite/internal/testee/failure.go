package testee

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/vectors"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// Class is a class of faults of a testee.
type Class string

// The classes.
const (
	WrongAnswer Class = "wrong answer"     // refused with another status or code, or a part of the answer is missing
	WrongState  Class = "wrong state"      // shows something else afterwards
	TooStrict   Class = "refused too much" // refuses what must be accepted
	TooLax      Class = "accepted too much"
	Hidden      Class = "hidden state" // right behind the access word of the configuration, and wrong some inputs further
	NoAnswer    Class = "no answer"    // none in time, or the testee ended
	OwnError    Class = "error"        // the testee reported an error in the place of the answers
)

// Failure is a cell of the machine, that is a state and an input, in which the testee is wrong. It has the shortest test
// that showed it.
type Failure struct {
	Direction transitions.Direction
	Class     Class
	Depth     int        // of a hidden state: how many inputs behind an access word it is wrong
	ID        string     // of the test
	Word      suite.Word // up to the action that is answered wrongly; empty if a new invitation already looks wrong
	Encoding  string     // of the last event, where that is not the usual one
	Want      suite.Answer
	Got       json.RawMessage // nil for NoAnswer and OwnError
	Because   string          // why Got cannot be read, how the testee ended, or the error that it reported
	Basis     codes.Basis     // on what authority the action has its answer
	Source    codes.Source
	Tests     int // failing tests of the cell
}

// cell is what failures are collected by.
type cell struct {
	direction transitions.Direction
	before    suite.Answer // the look of the state
	action    laws.Action
	encoding  *encoding
	id        string // of the test, for NoAnswer
	because   string // for OwnError
}

// found is a failure while tests go on.
type found struct {
	Failure
	plan  *plan
	order int // of the test
	class Class
}

// judge compares the answers to a test, and returns the failure of the first wrong one, nil if all are right.
func (t *test) judge(answers []json.RawMessage, read func(json.RawMessage) (suite.Answer, error)) (cell, *found) {
	for n, want := range t.Expect {
		got, err := read(answers[n])
		parts := want.Differs(got)
		if err == nil && parts == 0 {
			continue
		}
		word := suite.Word(t.Steps[:n])
		f := &found{plan: t.plan, class: WrongState, Failure: Failure{
			Direction: t.direction, ID: t.ID, Word: word, Want: want, Got: answers[n], Tests: 1,
			Basis: codes.Inferred,
		}}
		at := cell{direction: t.direction}
		if n > 0 {
			at.before, at.action = vectors.Look(t.Expect[n-1]), t.Steps[n-1]
			f.Basis = t.Basis[n-1]
			f.Depth = t.behind(word[:n-1])
			f.class = classify(t.Expect[n-1], want, got)
		}
		if err != nil {
			if inner := errors.Unwrap(err); inner != nil {
				err = inner // the answer stands beside it
			}
			f.class, f.Because = WrongAnswer, err.Error()
		}
		if t.encoding != nil && n == len(t.Steps) {
			at.encoding, f.Encoding = t.encoding, t.encoding.text
		}
		return at, f
	}
	return cell{}, nil
}

// classify returns the class of a wrong answer, hidden states apart.
func classify(before, want, got suite.Answer) Class {
	if want.Sees&suite.SeesVerdict != 0 {
		switch {
		case got.Sees&suite.SeesVerdict == 0:
			return WrongAnswer
		case want.OK && !got.OK:
			return TooStrict
		case !want.OK && got.OK:
			return TooLax
		case want.Status != got.Status || want.Code != got.Code:
			return WrongAnswer
		}
		return WrongState
	}
	// Without a verdict, the state says whether the event was taken.
	before = vectors.Look(before)
	stays := before.Differs(got) == 0
	switch moves := before.Differs(want) != 0; {
	case moves && stays:
		return TooStrict
	case !moves:
		return TooLax
	}
	return WrongState
}

// failures collects failures by cell.
type failures map[cell]*found

func (fs failures) add(at cell, f *found) {
	old := fs[at]
	if old == nil {
		fs[at] = f
		return
	}
	depth := min(old.Depth, f.Depth)
	tests := old.Tests + 1
	if cmp.Or(cmp.Compare(len(f.Word), len(old.Word)), cmp.Compare(f.Depth, old.Depth), cmp.Compare(f.order, old.order)) < 0 {
		*old = *f
	}
	old.Depth, old.Tests = depth, tests
}

// list returns the failures, the shortest words first. A cell that is right behind every access word is wrong in a hidden
// state.
func (fs failures) list() []Failure {
	sorted := slices.SortedFunc(maps.Values(fs), func(a, b *found) int {
		return cmp.Or(cmp.Compare(len(a.Word), len(b.Word)), cmp.Compare(a.order, b.order))
	})
	list := make([]Failure, len(sorted))
	for n, f := range sorted {
		f.Class = f.class
		if f.Depth > 0 {
			f.Class = Hidden
		}
		if f.Got != nil {
			f.Source = f.plan.source(f.Word)
		}
		list[n] = f.Failure
	}
	return list
}

// String returns the class, and the depth of a hidden state.
func (f *Failure) String() string {
	if f.Class == Hidden {
		return fmt.Sprintf("hidden state at depth %d", f.Depth)
	}
	return string(f.Class)
}
