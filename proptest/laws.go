package proptest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// law is a law of the model, numbered as there.
type law struct {
	number                 int
	name, statement, basis string // without a basis of its own it has that of the cell which breaks it
	operations             bool   // holds for subjects with operations only
	tolerant               bool   // holds for tolerant subjects only
	holds                  func(trial) *finding
}

func (l law) title() string { return fmt.Sprintf("%02d %s", l.number, l.name) }

// laws are the laws that can be held against a subject, by the names that they have in package transitions too. The laws
// 12 and 14 are about writing and about the data of the relation; no subject can keep or break them.
var laws = []law{
	{
		number: 1, name: "determinism and totality", holds: deterministic,
		statement: "every event and operation has exactly one answer, and none panics",
		basis:     "the model: a relation that is a function",
	},
	{
		number: 2, name: "a refusal changes nothing and says why", holds: refusing,
		statement: "a refusal is an error and leaves the configuration as it was",
		basis:     "Inferred: UCWA/ErrorsAndInformationalMessages.md, an error is an answer and not a transition",
	},
	{
		number: 3, name: "terminal states absorb", holds: absorbing,
		statement: "nothing changes a completed invitation",
		basis:     "Stated: PAGE, Asynchronous reason codes, completed is sent when the operation is finished",
	},
	{
		number: 4, name: "every reachable end has its documented reason", holds: explained,
		statement: "a failed invitation has the reason that it was told, and a connected one has none",
		basis:     "Stated: PAGE, Asynchronous reason codes, the errors that are possible",
	},
	{
		number: 5, name: "every documented reason is reached", holds: reached,
		statement: "each documented reason ends an invitation of the direction that it fits",
		basis:     "Stated: PAGE, Asynchronous reason codes",
	},
	{
		number: 6, name: "from every progress configuration an end is reachable", holds: ending,
		statement: "from every configuration in progress some completion ends the invitation",
		basis:     "Sampled: completed follows started in every capture",
	},
	{
		number: 7, name: "offered exactly when doing it succeeds", holds: offering, operations: true,
		statement: "an operation is offered if and only if doing it succeeds",
		basis:     "Sampled: the links of real payloads",
	},
	{
		number: 8, name: "every refused operation has a documented synchronous error", holds: answering, operations: true,
		statement: "the answer is the row that the PAGE documents",
		basis:     "Stated: PAGE, Synchronous errors; which row is Inferred",
	},
	{
		number: 9, name: "aggregation keeps legality and outcome", holds: aggregating,
		statement: "dropping a started or updated event keeps a legal sequence legal, and its outcome",
		basis:     "Stated: UCWA/EventChannelDetails.md, events may be merged to the latest state",
	},
	{
		number: 10, name: "the tolerant reader agrees, and always completes", holds: completing, tolerant: true,
		statement: "what the reference reader accepts has the same outcome; " +
			"a completion completes whatever its reason; a repetition is no error",
		basis: "Stated: UCWA/ErrorsAndInformationalMessages.md, unknown subcodes are to be ignored",
	},
	{
		number: 11, name: "the machine and the relation agree", holds: agreeing,
		statement: "after every action the subject answers and shows what the relation does",
	},
	{
		number: 13, name: "direction never changes, and nothing changes by itself", holds: isolated,
		statement: "the direction is fixed, and an invitation changes by its own events and operations only",
		basis:     "Stated: PAGE, Properties, direction",
	},
}

func deterministic(t trial) *finding {
	if t.panicked != "" {
		return t.found(t.given, "the subject panicked", "no panic", t.panicked)
	}
	again := t.second()
	if again.panicked != "" {
		return t.found(again.given, "the subject panicked, the second time", "no panic", again.panicked)
	}
	for n, s := range again.steps {
		if first := t.steps[n].got(); !first.equal(s.got()) {
			return t.found(n+1, "another subject, given the same, answers something else", first, s.got())
		}
	}
	return nil
}

func refusing(t trial) *finding {
	var rest []Action
	following := false // whether anything follows what is rightly refused
	for n, s := range t.steps {
		switch {
		case s.together && s.err == nil && s.wantErr != nil && s.before.equal(s.after):
			return t.found(n+1, "nothing changed, and nobody was told", told(s.wantErr), told(s.err))
		case s.err != nil && !s.before.equal(s.after):
			return t.found(n+1, "a refusal changed the configuration", s.before, s.after)
		case s.err != nil && s.err.Error() == "":
			return t.found(n+1, "a refusal says nothing", "an error with a text", "an error without one")
		case s.err == nil || s.wantErr == nil:
			following = len(rest) < n
			rest = append(rest, s.action)
		}
	}
	// What a refusal has changed may show later only: without what is rightly refused, the rest must go the same.
	if !following {
		return nil
	}
	spared := t.try(t.direction, rest).steps
	for n, s := range t.steps {
		if s.err != nil && s.wantErr != nil {
			continue
		}
		if len(spared) == 0 {
			return nil // it panics, which is another law's business
		}
		if without := spared[0].got(); !without.equal(s.got()) {
			return t.found(n+1, "without the refusals before, the last answer is another", without, s.got())
		}
		spared = spared[1:]
	}
	return nil
}

func absorbing(t trial) *finding {
	for n, s := range t.steps {
		if s.before.State.Terminal() && !s.before.equal(s.after) {
			return t.found(n+1, "a completed invitation changed", s.before, s.after)
		}
	}
	return nil
}

func explained(t trial) *finding {
	for n, s := range t.steps {
		switch {
		case !s.together || s.err != nil || s.from.Terminal() || !s.after.State.Terminal():
			continue
		case s.wantErr != nil:
			return t.found(n+1, "an end without a documented reason: "+s.wantErr.Error(), s.wanted(), s.got())
		case s.want.Reason() != s.after.Reason:
			return t.found(n+1, "the reason is not the one that was told", s.want.Reason().String(), s.after.Reason.String())
		}
	}
	return nil
}

func reached(t trial) *finding {
	for n, s := range t.steps {
		r := s.want.Reason()
		if s.together && s.wantErr == nil && r.Documented() && (!s.after.State.Terminal() || s.after.Reason != r) {
			return t.found(n+1, "a documented reason does not end the invitation", s.wanted(), s.got())
		}
	}
	return nil
}

func ending(t trial) *finding {
	if len(t.steps) == 0 || t.panicked != "" {
		return nil
	}
	last := t.steps[len(t.steps)-1]
	if !last.together || last.err != nil || last.after.State.Terminal() {
		return nil // has ended, or is where a shorter sequence has led
	}
	tried := 0
	for _, e := range legal(last.want, true) {
		more := t.try(t.direction, append(slices.Clip(t.word), Action{Event: e}))
		if n := len(more.steps); n > 0 && more.steps[n-1].after.State.Terminal() {
			return nil
		}
		tried++
	}
	if tried == 0 {
		return nil // the relation has ended already, and the subject has not: the law of agreement says so
	}
	what := fmt.Sprintf("none of %d legal completions ends it", tried)
	return t.found(len(t.word), what, "an end", last.after.State.String())
}

func offering(t trial) *finding {
	for n, s := range t.steps {
		if !isOperation(s.action) {
			continue
		}
		switch offered := slices.Contains(s.before.Offers, s.action.Operation); {
		case offered && s.err != nil:
			return t.found(n+1, "it is offered", told(nil), told(s.err))
		case !offered && s.err == nil:
			return t.found(n+1, fmt.Sprintf("offered are only %v", s.before.Offers), "refused", told(nil))
		}
	}
	return nil
}

func answering(t trial) *finding {
	for n, s := range t.steps {
		var want, got codes.Synchronous
		switch {
		case !s.together || s.err == nil || !errors.As(s.wantErr, &want):
			continue
		case !errors.As(s.err, &got) || got.HTTP() == 0:
			return t.found(n+1, "the refusal has no documented synchronous error", describe(want), told(s.err))
		case got != want:
			return t.found(n+1, "the refusal has another synchronous error", describe(want), describe(got))
		}
	}
	return nil
}

// describe tells apart the rows that have the same error and subcode.
func describe(row codes.Synchronous) string {
	return fmt.Sprintf("%v %d %v %q", row.Code(), row.HTTP(), row.Subcode(), row.Description())
}

func aggregating(t trial) *finding {
	// The legal events of the sequence, which have an outcome that is known.
	i := transitions.New(t.direction)
	var word []Action
	for _, a := range t.word {
		if next, err := i.Step(a.Event); !isOperation(a) && err == nil {
			i, word = next, append(word, a)
		}
	}
	if len(word) < 2 {
		return nil
	}
	whole := t.try(t.direction, word)
	if slices.ContainsFunc(whole.steps, func(s step) bool { return s.err != nil }) || whole.panicked != "" {
		return nil // what is refused here is legal: the law of agreement says so
	}
	outcome := whole.steps[len(word)-1].after
	for n, dropped := range word {
		if dropped.Event.Type == transitions.EventCompleted {
			continue
		}
		part := t.try(t.direction, without(word, n))
		var f *finding
		last := len(part.steps)
		if m := slices.IndexFunc(part.steps, func(s step) bool { return s.err != nil }); m >= 0 {
			what := fmt.Sprintf("refused, but accepted with %v before action %d", dropped, n+1)
			f = part.found(m+1, what, part.steps[m].wanted(), part.steps[m].got())
		} else if i.Terminal() && last > 0 && !part.steps[last-1].after.equal(outcome) {
			what := fmt.Sprintf("with %v before action %d the outcome is another", dropped, n+1)
			f = part.found(last, what, outcome, part.steps[last-1].after)
		}
		if f != nil {
			f.tried = word
			return f
		}
	}
	return nil
}

func completing(t trial) *finding {
	for n, s := range t.steps {
		if !s.together || isOperation(s.action) {
			continue
		}
		e := s.action.Event
		_, err := s.from.Step(e)
		switch {
		case err == nil && !s.got().equal(s.wanted()):
			return t.found(n+1, "the reference reader accepts this", s.wanted(), s.got())
		case e.Type == transitions.EventCompleted && e.State.Terminal() && !s.after.State.Terminal():
			return t.found(n+1, "a completion did not complete", s.wanted(), s.got())
		case s.from.Terminal() && s.wantErr == nil && s.err != nil:
			return t.found(n+1, "a repetition was refused", told(nil), told(s.err))
		}
	}
	return nil
}

func agreeing(t trial) *finding {
	for n, s := range t.steps {
		if want := s.wanted(); !want.equal(s.got()) {
			return t.found(n+1, fmt.Sprintf("the relation: %s\nthe subject: %s", told(s.wantErr), told(s.err)), want, s.got())
		}
	}
	return nil
}

func isolated(t trial) *finding {
	for n, s := range t.steps {
		switch {
		case s.after.Direction != t.direction:
			return t.found(n+1, "the direction changed", t.direction.String(), s.after.Direction.String())
		case n == 0 && !s.before.equal(t.shows(s.from)):
			return t.found(0, "a new invitation is not new", t.shows(s.from), s.before)
		case n > 0 && !s.before.equal(t.steps[n-1].after):
			return t.found(n, "looking again shows something else", t.steps[n-1].after, s.before)
		}
	}
	if t.panicked != "" {
		return nil // which is another law's business
	}
	if again := t.second(); !t.idle.equal(again.idle) {
		return t.found(len(t.word), "another invitation, which was given nothing, changed", t.idle, again.idle)
	}
	return nil
}
