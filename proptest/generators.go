package proptest

import (
	"math/bits"
	"slices"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// Direction generates the two directions evenly.
func Direction() *rapid.Generator[transitions.Direction] {
	return between(transitions.Incoming, transitions.Outgoing)
}

// State generates the eight documented states evenly.
func State() *rapid.Generator[transitions.State] {
	return between(transitions.StateConnecting, transitions.StateCancelled)
}

// Reason generates reasons of a failure. Three in four are documented, drawn evenly. One in four is drawn evenly from
// these: [codes.NoReason], [codes.Alone] of each documented code, and [codes.Undocumented]. [ErrorBody] generates the
// tokens.
func Reason() *rapid.Generator[codes.Reason] {
	documented := evenly(slices.Collect(codes.Reasons()))
	others := []codes.Reason{codes.NoReason, codes.Undocumented}
	for c := range codes.Codes() {
		others = append(others, codes.Alone(c))
	}
	other := evenly(others)
	return rapid.Custom(func(t *rapid.T) codes.Reason {
		if index(t, 4) == 3 {
			return other.Draw(t, "other")
		}
		return documented.Draw(t, "documented")
	})
}

// Event generates events, legal or not: the types and the states evenly, and for a completion a [Reason]. Of the
// completions with the state Connected, one in two has a reason, which is never legal.
func Event() *rapid.Generator[transitions.Event] {
	types, states, reasons := between(transitions.EventStarted, transitions.EventCompleted), State(), Reason()
	return rapid.Custom(func(t *rapid.T) transitions.Event {
		e := transitions.Event{Type: types.Draw(t, "type"), State: states.Draw(t, "state")}
		if e.Type == transitions.EventCompleted && (e.State != transitions.StateConnected || index(t, 2) == 1) {
			e.Reason = reasons.Draw(t, "reason")
		}
		return e
	})
}

// LegalSequence generates the legal events of one invitation. Two sequences in three end with a completion, and nothing
// follows it. In each state the legal started and updated events are drawn evenly, and for the completion the terminal
// states.
func LegalSequence(d transitions.Direction) *rapid.Generator[[]laws.Action] {
	return sequence(d, []move{stop, progress, progress, progress, progress, progress, completion, completion})
}

// EventSequence generates events of one invitation: legal events, any [Event], and repetitions. Three events in five
// are legal at their place. Two sequences in three are completed, and continue after the completion as [Sequence] does.
func EventSequence(d transitions.Direction) *rapid.Generator[[]laws.Action] {
	return sequence(d, []move{
		stop, progress, progress, progress, progress, progress, progress, completion, completion,
		anyEvent, anyEvent, anyEvent, anyEvent, anyEvent, repetition, repetition,
	})
}

// Sequence generates the sequences that [Run] samples: events and operations of one invitation, legal and not,
// repetitions, and races. A race is an offered operation and a completion, in either order. Seven actions in ten are
// legal at their place, and one in six is an operation. Two sequences in three are completed, and one in five has a
// race. A sequence has at most thirteen actions. After the completion come at most three actions, and at most half of
// the sequence; one action in twelve comes after a completion.
func Sequence(d transitions.Direction) *rapid.Generator[[]laws.Action] {
	return sequence(d, []move{
		stop, progress, progress, progress, progress, progress, operation, operation, completion, completion,
		race, anyEvent, anyEvent, anyEvent, anyOperation, repetition,
	})
}

// move is one way for a sequence to go on. Sequences shrink to the first one.
type move uint8

const (
	stop         move = iota
	progress          // a legal event that does not complete
	completion        // a legal event that does
	operation         // an operation that is offered, or else progress
	race              // an operation that is offered and a legal completion, in either order
	anyEvent          // any event; this and the next two are tried after the completion, too
	anyOperation      // any operation
	repetition        // the last action again
)

// sequence lets an invitation go on by moves that are drawn evenly. A move and its draws are one group, which rapid leaves
// out as a whole.
func sequence(d transitions.Direction, moves []move) *rapid.Generator[[]laws.Action] {
	const longest, longestAfter = 12, 3
	next, events, operations := evenly(moves), Event(), between(transitions.OperationAccept, transitions.OperationCancel)
	return rapid.Custom(func(t *rapid.T) []laws.Action {
		var word []laws.Action
		i := transitions.New(d)
		more := rapid.Custom(func(t *rapid.T) []laws.Action {
			m := next.Draw(t, "move")
			switch offered := slices.Collect(i.Operations().All()); {
			case m == stop || i.Terminal() && m < anyEvent:
				return nil
			case m == repetition && len(word) > 0:
				return word[len(word)-1:]
			case m == anyOperation:
				return []laws.Action{{Operation: operations.Draw(t, "operation")}}
			case m == anyEvent:
				return []laws.Action{{Event: events.Draw(t, "event")}}
			case m == completion:
				return []laws.Action{drawCompletion(t, i)}
			case m == operation && len(offered) > 0:
				return []laws.Action{{Operation: evenly(offered).Draw(t, "operation")}}
			case m == race && len(offered) > 0:
				both := []laws.Action{{Operation: evenly(offered).Draw(t, "operation")}, drawCompletion(t, i)}
				if index(t, 2) == 1 {
					slices.Reverse(both)
				}
				return both
			}
			return []laws.Action{{Event: evenly(legal(i, false)).Draw(t, "event")}}
		})
		for before, after := 0, 0; len(word) < longest && (after == 0 || after < min(before, longestAfter)); {
			actions := more.Draw(t, "more")
			if actions == nil {
				break
			}
			for _, a := range actions {
				if i.Terminal() {
					after++
				} else {
					before++
				}
				i, _ = a.Step(i)
				word = append(word, a)
			}
		}
		return word
	})
}

// drawCompletion draws one of the terminal states first, since most reasons go with one of them only.
func drawCompletion(t *rapid.T, i transitions.Invitation) laws.Action {
	s := between(transitions.StateConnected, transitions.StateCancelled).Draw(t, "end")
	ends := slices.DeleteFunc(legal(i, true), func(e transitions.Event) bool { return e.State != s })
	return laws.Action{Event: evenly(ends).Draw(t, "completion")}
}

// legal is every legal event that completes i, or every one that does not.
func legal(i transitions.Invitation, completes bool) []transitions.Event {
	var events []transitions.Event
	for e := range i.Legal() {
		if (e.Type == transitions.EventCompleted) == completes {
			events = append(events, e)
		}
	}
	return events
}

// evenly generates the values evenly, where rapid.SampledFrom prefers the first ones, and shrinks to the first one as
// that does.
func evenly[E any](values []E) *rapid.Generator[E] {
	return rapid.Custom(func(t *rapid.T) E { return values[index(t, len(values))] })
}

// between does the same with the values from first to last.
func between[E ~uint8](first, last E) *rapid.Generator[E] {
	return rapid.Custom(func(t *rapid.T) E { return first + E(index(t, int(last-first)+1)) })
}

// index draws a number below n, each with the same chance up to one part in sixteen.
func index(t *rapid.T, n int) int {
	drawn, width := 0, max(bits.Len(uint(n-1)), 1) // rapid wants every generator to draw something
	if n&(n-1) != 0 {
		width += 4
	}
	for range width {
		drawn <<= 1
		if bit.Draw(t, "bit") {
			drawn |= 1
		}
	}
	return drawn * n >> width
}

var bit = rapid.Bool()
