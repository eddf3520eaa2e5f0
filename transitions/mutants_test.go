package transitions_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// mutant is a way to be wrong: a change of the table where that can break the law, or else of one function.
type mutant struct {
	name   string
	change func(*machine)
}

// retabled is a mutant with another table: every edge is passed through change, which answers what stands in its place.
func retabled(name string, change func(transitions.Edge) []transitions.Edge) mutant {
	return mutant{name, func(m *machine) {
		var edges []transitions.Edge
		for _, e := range m.edges {
			edges = append(edges, change(e)...)
		}
		p := transitions.Compile(slices.Values(edges))
		m.edges, m.step, m.observe = edges, p.Step, p.Observe
	}}
}

// dropped is a mutant whose table lacks the edges that match.
func dropped(name string, match func(transitions.Edge) bool) mutant {
	return retabled(name, func(e transitions.Edge) []transitions.Edge {
		if match(e) {
			return nil
		}
		return []transitions.Edge{e}
	})
}

// edited is a mutant whose edges to a state are edited.
func edited(name string, to transitions.State, edit func(*transitions.Edge)) mutant {
	return retabled(name, func(e transitions.Edge) []transitions.Edge {
		if e.To == to {
			edit(&e)
		}
		return []transitions.Edge{e}
	})
}

// stepping, observing and doing are mutants with one function that passes the right answer through change.
func stepping(name string, change func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, err error) (transitions.Invitation, error)) mutant {
	return mutant{name, func(m *machine) {
		m.step = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			next, err := i.Step(e)
			return change(i, e, next, err)
		}
	}}
}

func observing(name string, change func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error)) mutant {
	return mutant{name, func(m *machine) {
		m.observe = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
			next, odd, err := i.Observe(e)
			return change(i, e, next, odd, err)
		}
	}}
}

func doing(name string, change func(i transitions.Invitation, o transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error)) mutant {
	return mutant{name, func(m *machine) {
		m.do = func(i transitions.Invitation, o transitions.Operation) (transitions.Invitation, error) {
			next, err := i.Do(o)
			return change(i, o, next, err)
		}
	}}
}

// Law 1.
var (
	duplicateEdge = retabled("has an edge twice", func(e transitions.Edge) []transitions.Edge {
		return []transitions.Edge{e, e}
	})
	panicsOutOfRange = stepping("panics on a state out of range", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, err error) (transitions.Invitation, error) {
		return next, errors.Join(err, [...]error{8: nil}[e.State])
	})
	leavesTheSet = observing("observes a pending operation after the completion", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		if next.Terminal() && i.Pending() != transitions.OperationNone {
			next = transitions.Raw(next.Direction(), next.State(), i.Pending(), next.Reason())
		}
		return next, odd, err
	})
	forgetsBetweenCalls = mutant{"answers every other time", func(m *machine) {
		called := 0
		m.do = func(i transitions.Invitation, o transitions.Operation) (transitions.Invitation, error) {
			if called++; called%2 == 0 {
				return i, nil
			}
			return i.Do(o)
		}
	}}
)

// Law 2.
var (
	movesOnRefusal = stepping("starts anew on a refusal", func(i transitions.Invitation, _ transitions.Event, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if err != nil {
			next = transitions.New(i.Direction())
		}
		return next, err
	})
	observesAndMoves = observing("takes what it refuses", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		if err != nil && e.State.Terminal() {
			next = transitions.Raw(i.Direction(), e.State, 0, e.Reason)
		}
		return next, odd, err
	})
	refusesWithoutType = doing("refuses with a text", func(_ transitions.Invitation, _ transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if err != nil {
			err = errors.New(err.Error())
		}
		return next, err
	})
	refusesInSilence = stepping("blames another event", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if err != nil {
			err = &transitions.TransitionError{From: i}
		}
		return next, err
	})
)

// Law 3.
var (
	resumesAfterCompletion = retabled("has an edge out of Connected", func(e transitions.Edge) []transitions.Edge {
		out := e
		out.From = transitions.StateConnected
		return []transitions.Edge{e, out}
	})
	observesAfterCompletion = observing("believes the last completion", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		if i.Terminal() && e.Type == transitions.EventCompleted && e.State == transitions.StateConnected {
			return transitions.Raw(i.Direction(), e.State, 0, 0), odd, nil
		}
		return next, odd, err
	})
	cancelsAfterCompletion = doing("can be cancelled after completion", func(i transitions.Invitation, o transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if i.Terminal() && o == transitions.OperationCancel {
			err = nil
		}
		return next, err
	})
)

// Law 4.
var (
	failsWithoutReason = edited("fails without a reason", transitions.StateFailed, func(e *transitions.Edge) {
		e.Reasons |= 1 << codes.NoReason
	})
	succeedsWithReason = edited("succeeds with a reason", transitions.StateConnected, func(e *transitions.Edge) {
		e.Reasons |= 1 << codes.RemoteFailureBusy
	})
)

// Law 5.
var (
	withoutBusy = edited("is never busy", transitions.StateFailed, func(e *transitions.Edge) {
		e.Reasons &^= 1 << codes.RemoteFailureBusy
	})
	reasonOfTheOther = edited("takes the other direction's reason", transitions.StateFailed, func(e *transitions.Edge) {
		e.Reasons |= 1<<codes.LocalFailureDeclined | 1<<codes.RemoteFailureBusy
	})
)

// Law 6.
var stuckTeamRing = dropped("cannot leave TeamRing", func(e transitions.Edge) bool {
	return e.From == transitions.StateTeamRing && e.To != transitions.StateTeamRing
})

// Law 7.
var (
	offersWhilePending = mutant{"offers while something is pending", func(m *machine) {
		m.operations = func(i transitions.Invitation) transitions.OperationSet {
			return transitions.Raw(i.Direction(), i.State(), 0, 0).Operations()
		}
	}}
	offersTooLittle = mutant{"hides the meeting", func(m *machine) {
		m.operations = func(i transitions.Invitation) transitions.OperationSet {
			return i.Operations() &^ (1 << transitions.OperationStartAdhocMeeting)
		}
	}}
)

// Law 8.
var (
	answersNothing = doing("answers with no synchronous error", func(i transitions.Invitation, o transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if err != nil {
			err = &transitions.OperationError{From: i, Operation: o}
		}
		return next, err
	})
	answersConflict = doing("answers Conflict after completion", func(i transitions.Invitation, o transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if i.Terminal() {
			err = &transitions.OperationError{From: i, Operation: o, Synchronous: codes.SyncConflict}
		}
		return next, err
	})
	countsBytes = mutant{"counts bytes", func(m *machine) {
		m.check = func(r transitions.Request, o transitions.Operation) error {
			if len(r.Subject) > transitions.MaxSubject {
				return &transitions.RequestError{Operation: o, Member: "subject"}
			}
			return r.Check(o)
		}
	}}
	forwardsToNobody = mutant{"forwards to nobody", func(m *machine) {
		m.check = func(r transitions.Request, o transitions.Operation) error {
			r.To = "somebody"
			return r.Check(o)
		}
	}}
)

// Law 9.
var (
	noCompletionFromNone = dropped("cannot complete at once", func(e transitions.Edge) bool {
		return e.From == transitions.StateNone && e.Type == transitions.EventCompleted
	})
	startFirst = dropped("wants to be started first", func(e transitions.Edge) bool {
		return e.From == transitions.StateNone && e.Type == transitions.EventUpdated
	})
)

// Law 10.
var (
	waitsForEver = mutant{"takes only what is documented", func(m *machine) {
		m.observe = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
			next, err := i.Step(e)
			return next, transitions.Oddity{}, err
		}
	}}
	findsNothingOdd = observing("finds nothing odd", func(_ transitions.Invitation, _ transitions.Event, next transitions.Invitation, _ transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		return next, transitions.Oddity{}, err
	})
	losesReason = observing("loses what it does not know", func(_ transitions.Invitation, _ transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		if next.Reason() > codes.TimeoutNone {
			next = transitions.Raw(next.Direction(), next.State(), 0, codes.Undocumented)
		}
		return next, odd, err
	})
	refusesRepetition = observing("refuses a repetition", func(i transitions.Invitation, e transitions.Event, next transitions.Invitation, odd transitions.Oddity, err error) (transitions.Invitation, transitions.Oddity, error) {
		if i.Terminal() && err == nil {
			err = &transitions.TransitionError{From: i, Event: e}
		}
		return next, odd, err
	})
)

// Law 12.
var (
	forgetsPending = mutant{"forgets what is pending", func(m *machine) {
		m.text = func(i transitions.Invitation) ([]byte, error) {
			return transitions.Raw(i.Direction(), i.State(), 0, i.Reason()).MarshalText()
		}
	}}
	writesOneForAll = mutant{"writes the same for all", func(m *machine) {
		m.text = func(transitions.Invitation) ([]byte, error) { return []byte("Incoming None"), nil }
	}}
	losesReasonInJSON = mutant{"loses the reason in JSON", func(m *machine) {
		m.json = func(i transitions.Invitation) ([]byte, error) {
			return fmt.Appendf(nil, `{"direction":%q,"state":%q}`, i.Direction(), i.State()), nil
		}
	}}
)

// Law 13.
var (
	turnsRound = stepping("turns round when forwarded", func(_ transitions.Invitation, _ transitions.Event, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if next.State() == transitions.StateForwarded {
			next = transitions.Raw(transitions.Incoming, next.State(), next.Pending(), next.Reason())
		}
		return next, err
	})
	operationMoves = doing("connects when accepted", func(_ transitions.Invitation, o transitions.Operation, next transitions.Invitation, err error) (transitions.Invitation, error) {
		if err == nil && o == transitions.OperationAccept {
			next = transitions.Raw(next.Direction(), transitions.StateConnected, 0, 0)
		}
		return next, err
	})
)

// Law 14.
var (
	unsourcedEdge  = edited("has no source for Declined", transitions.StateDeclined, func(e *transitions.Edge) { e.Source = "" })
	baselessEdge   = edited("has no basis for Alerting", transitions.StateAlerting, func(e *transitions.Edge) { e.Basis = 0 })
	unsourcedOffer = mutant{"cites a page that does not exist", func(m *machine) {
		m.offers = append(m.offers, transitions.Offer{Direction: transitions.Outgoing, Operation: transitions.OperationCancel, Basis: codes.Stated, Source: "UCWA/Nowhere.md"})
	}}
)
