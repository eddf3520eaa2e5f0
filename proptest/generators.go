package proptest

import (
	"iter"
	"slices"

	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// Direction generates the two directions evenly.
func Direction() *rapid.Generator[transitions.Direction] {
	return rapid.SampledFrom([]transitions.Direction{transitions.Incoming, transitions.Outgoing})
}

// Reason generates reasons: the documented ones evenly, and one time in five a documented code alone, none, or an
// undocumented one.
func Reason() *rapid.Generator[codes.Reason] {
	documented := rapid.Custom(func(t *rapid.T) codes.Reason {
		return codes.Reason(rapid.IntRange(1, documentedReasons).Draw(t, "documented"))
	})
	other := rapid.Custom(func(t *rapid.T) codes.Reason {
		n := rapid.IntRange(documentedReasons+1, int(codes.Undocumented)+1).Draw(t, "other")
		if n > int(codes.Undocumented) {
			return codes.NoReason
		}
		return codes.Reason(n)
	})
	return rapid.OneOf(documented, documented, documented, documented, other)
}

const documentedReasons = 57

// Event generates events of every type, state and reason, legal or not.
func Event() *rapid.Generator[transitions.Event] {
	return rapid.Custom(func(t *rapid.T) transitions.Event {
		e := transitions.Event{
			Type:  transitions.EventType(rapid.IntRange(1, 3).Draw(t, "type")),
			State: transitions.State(rapid.IntRange(1, int(transitions.StateCancelled)).Draw(t, "state")),
		}
		if e.Type == transitions.EventCompleted && e.State != transitions.StateConnected {
			e.Reason = Reason().Draw(t, "reason")
		}
		return e
	})
}

// LegalWord generates sequences of legal events and offered operations of an invitation, one in two of them completed.
func LegalWord(d transitions.Direction) *rapid.Generator[[]Action] { return word(d, false) }

// Word generates sequences in which one action in four is any event or operation whatever, and the others are legal.
// A sequence goes on for three actions at most after the completion.
func Word(d transitions.Direction) *rapid.Generator[[]Action] { return word(d, true) }

func word(d transitions.Direction, any bool) *rapid.Generator[[]Action] {
	return rapid.Custom(func(t *rapid.T) []Action {
		var word []Action
		i := transitions.New(d)
		for n, after := rapid.IntRange(0, 12).Draw(t, "length"), 0; len(word) < n && after < 3; {
			a := Action{}
			switch choice := rapid.IntRange(0, 7).Draw(t, "kind"); {
			case i.Terminal() && !any:
				return word
			case any && (choice >= 6 || i.Terminal()):
				if choice == 7 {
					a.Operation = transitions.Operation(rapid.IntRange(1, int(transitions.OperationCancel)).Draw(t, "operation"))
				} else {
					a.Event = Event().Draw(t, "event")
				}
			case choice == 5 && i.Operations().Len() > 0:
				a.Operation = rapid.SampledFrom(slices.Collect(i.Operations().All())).Draw(t, "operation")
			case choice == 4:
				a.Event = rapid.SampledFrom(legal(i, true)).Draw(t, "completion")
			default:
				a.Event = rapid.SampledFrom(legal(i, false)).Draw(t, "event")
			}
			if i.Terminal() {
				after++
			}
			if a.Operation != transitions.OperationNone {
				i, _ = i.Do(a.Operation)
			} else {
				i, _ = i.Step(a.Event)
			}
			word = append(word, a)
		}
		return word
	})
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

// words yields, for every reachable configuration, a shortest sequence to it followed by every event and every
// operation: every cell of the relation, nearest first.
func words() iter.Seq2[transitions.Direction, []Action] {
	return func(yield func(transitions.Direction, []Action) bool) {
		for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			for i := range transitions.Reachable(d) {
				way := wayTo(i)
				for a := range actions(i) {
					if !yield(d, append(slices.Clip(way), a)) {
						return
					}
				}
			}
		}
	}
}

func wayTo(i transitions.Invitation) []Action {
	events, _ := transitions.Witness(i)
	var way []Action
	for _, e := range events {
		way = append(way, Action{Event: e})
	}
	if o := i.Pending(); o != transitions.OperationNone {
		way = append(way, Action{Operation: o})
	}
	return way
}

// actions yields every event and operation that i is tried with. After the completion the reason of an event makes no
// difference but for being the invitation's own, so that only three reasons are tried there.
func actions(i transitions.Invitation) iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for typ := transitions.EventStarted; typ <= transitions.EventCompleted; typ++ {
			for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
				for r := codes.NoReason; r <= codes.Undocumented; r++ {
					if r != codes.NoReason && typ != transitions.EventCompleted ||
						i.Terminal() && r != i.Reason() && r != codes.NoReason && r != codes.RemoteFailureBusy {
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
