package proptest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/avinvite/avinvite/transitions"
)

// law is a law of the model, numbered as there.
type law struct {
	number                 int
	name, statement, basis string
	operations, tolerance  bool // holds only for subjects with operations; only for tolerant ones
	holds                  func(k kit, d transitions.Direction, word []Action) *finding
}

func (l law) title() string { return fmt.Sprintf("%02d %s", l.number, l.name) }

// laws are the laws that can be held against a subject. The laws 12 and 14 are about writing and about the data of the
// relation; no subject can keep or break them.
var laws = []law{
	{1, "determinism and totality", "every event and operation has exactly one answer, and none panics",
		"the model, section 6", false, false, deterministic},
	{2, "a refusal is told and changes nothing", "a refusal is an error and leaves the configuration as it was",
		"Inferred: UCWA/ErrorsAndInformationalMessages.md, an error is an answer and not a transition", false, false, refusing},
	{3, "terminal states absorb", "nothing is legal after completed",
		"Stated: PAGE, Asynchronous reason codes, completed is sent when the operation is finished", false, false, absorbing},
	{4, "every end has its documented reason", "a failed invitation has the reason that it was told, a connected one none",
		"Stated: PAGE, Asynchronous reason codes, the errors that are possible", false, false, explained},
	{5, "every documented reason is reached", "each of the 57 documented reasons ends an invitation of the direction it fits",
		"Stated: PAGE, Asynchronous reason codes", false, false, reached},
	{6, "an end is reachable", "from every state in progress the invitation can still connect",
		"Sampled: completed follows started in every capture", false, false, ending},
	{7, "offered exactly when doing it succeeds", "an operation is offered if and only if doing it succeeds",
		"Sampled: the links of real payloads", true, false, offering},
	{8, "a refused operation has a documented synchronous error", "the answer is the row that the PAGE documents",
		"Stated: PAGE, Synchronous errors; which row is Inferred", true, false, answering},
	{9, "aggregation", "dropping started and updated events keeps a legal sequence legal, and its outcome",
		"Stated: UCWA/events_ref.md, events may be merged to the latest state", false, false, aggregating},
	{10, "a completion always completes", "whatever its reason, a completion completes an invitation in progress",
		"Stated: UCWA/ErrorsAndInformationalMessages.md, unknown subcodes are to be ignored", false, true, completing},
	{11, "the machine and the relation agree", "after every action the subject shows what the relation shows",
		"the model, sections 2 and 3", false, false, agreeing},
	{13, "nothing else changes anything", "the direction is fixed, and an invitation changes by its own events and operations only",
		"Stated: PAGE, Properties, direction", false, false, isolated},
}

// laws are the laws that the kit's reader and subject are held to.
func (k kit) laws() []law {
	isTolerant := reflect.ValueOf(k.read).Pointer() == reflect.ValueOf(reader(tolerant)).Pointer()
	operates := k.operates()
	return slices.DeleteFunc(slices.Clone(laws), func(l law) bool {
		return l.operations && !operates || l.tolerance && !isTolerant
	})
}

func upTo(word []Action, n int) []Action { return word[:n+1] }

func verdict(err error) string {
	if err == nil {
		return "accepted"
	}
	return "refused"
}

func same(k kit, a, b View) bool {
	if !k.operates() {
		a.Pending, b.Pending, a.Offers, b.Offers = 0, 0, nil, nil
	}
	return a.Direction == b.Direction && a.State == b.State && a.Reason == b.Reason && a.Pending == b.Pending && slices.Equal(a.Offers, b.Offers)
}

func deterministic(k kit, d transitions.Direction, word []Action) *finding {
	first, second := k.trace(d, word), k.trace(d, word)
	for n := range first {
		a, b := first[n], second[n]
		if !same(k, a.after, b.after) || verdict(a.err) != verdict(b.err) {
			return &finding{upTo(word, n), "the same sequence was answered in two ways", a.after, b.after}
		}
	}
	return nil
}

func refusing(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		switch {
		case s.err != nil && !same(k, s.before, s.after):
			return &finding{upTo(word, n), "a refusal changed the configuration", s.before, s.after}
		case s.wantErr != nil && s.err == nil && same(k, s.before, s.after):
			return &finding{upTo(word, n), "a refusal was not told: " + s.wantErr.Error(), "refused", "accepted"}
		case s.err != nil && s.err.Error() == "":
			return &finding{upTo(word, n), "a refusal says nothing", "an error with a text", s.err.Error()}
		}
	}
	return nil
}

func absorbing(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if s.before.State.Terminal() && !same(k, s.before, s.after) {
			return &finding{upTo(word, n), "a completed invitation changed", s.before, s.after}
		}
	}
	return nil
}

func explained(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if s.wantErr == nil && s.err == nil && s.after.State.Terminal() && s.after.Reason != s.want.Reason() {
			return &finding{upTo(word, n), "the reason is not the one that was told", s.want.Reason().String(), s.after.Reason.String()}
		}
		if s.wantErr != nil && s.err == nil && !s.before.State.Terminal() && s.after.State.Terminal() {
			return &finding{upTo(word, n), "an end without a documented reason: " + s.wantErr.Error(), ViewOf(s.want), s.after}
		}
	}
	return nil
}

func reached(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if r := s.want.Reason(); s.wantErr == nil && r.Documented() && s.want.Terminal() && (s.err != nil || s.after.Reason != r) {
			return &finding{upTo(word, n), "a documented reason does not end the invitation", r.String(), s.after.Reason.String()}
		}
	}
	return nil
}

func ending(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if s.wantErr == nil && s.want.Terminal() && !s.from.Terminal() && !s.after.State.Terminal() {
			return &finding{upTo(word, n), "the invitation did not end", ViewOf(s.want), s.after}
		}
	}
	return nil
}

func offering(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if o := s.action.Operation; o != transitions.OperationNone && slices.Contains(s.before.Offers, o) != (s.err == nil) {
			return &finding{upTo(word, n), fmt.Sprintf("the offer was %v", s.before.Offers), slices.Contains(s.before.Offers, o), s.err == nil}
		}
	}
	return nil
}

func answering(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		var want, got *transitions.OperationError
		if !errors.As(s.wantErr, &want) || s.err == nil {
			continue
		}
		if !errors.As(s.err, &got) {
			return &finding{upTo(word, n), "the refusal is no *transitions.OperationError", want.Synchronous, s.err.Error()}
		}
		if got.Synchronous != want.Synchronous {
			return &finding{upTo(word, n), "the refusal bears another row of the synchronous errors", want.Synchronous, got.Synchronous}
		}
	}
	return nil
}

func aggregating(k kit, d transitions.Direction, word []Action) *finding {
	// The legal part of the sequence, without operations: it has an outcome that is known.
	i := transitions.New(d)
	var all, completions []Action
	for _, a := range word {
		if next, err := i.Step(a.Event); a.Operation == transitions.OperationNone && err == nil {
			i, all = next, append(all, a)
			if a.Event.Type == transitions.EventCompleted {
				completions = append(completions, a)
			}
		}
	}
	if len(completions) == 0 {
		return nil
	}
	long, short := k.trace(d, all), k.trace(d, completions)
	a, b := long[len(long)-1].after, short[len(short)-1]
	if b.err != nil || !same(k, a, b.after) {
		return &finding{completions, fmt.Sprintf("after %v the outcome is another", all), a, b.after}
	}
	return nil
}

func completing(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if s.action.Operation == transitions.OperationNone && s.action.Event.Type == transitions.EventCompleted && s.action.Event.State.Terminal() &&
			!s.after.State.Terminal() {
			return &finding{upTo(word, n), "a completion did not complete", ViewOf(s.want), s.after}
		}
	}
	return nil
}

func agreeing(k kit, d transitions.Direction, word []Action) *finding {
	for n, s := range k.trace(d, word) {
		if want := ViewOf(s.want); verdict(s.wantErr) != verdict(s.err) || !same(k, want, s.after) {
			return &finding{upTo(word, n), fmt.Sprintf("expected to be %s, was %s", verdict(s.wantErr), verdict(s.err)), want, s.after}
		}
	}
	return nil
}

func isolated(k kit, d transitions.Direction, word []Action) *finding {
	bystander := k.begin(d)
	before := k.view(bystander)
	for n, s := range k.trace(d, word) {
		if s.after.Direction != d {
			return &finding{upTo(word, n), "the direction changed", d.String(), s.after.Direction.String()}
		}
	}
	if after := k.view(bystander); !same(k, before, after) {
		return &finding{word, "another invitation changed", before, after}
	}
	return nil
}
