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

// reply is what was asked of a machine and what it answers.
type reply struct {
	from      transitions.Invitation
	event     transitions.Event     // of Step and Observe
	operation transitions.Operation // of Do
	next      transitions.Invitation
	odd       transitions.Oddity // of Observe
	err       error
}

// stepping, observing and doing are mutants with one function that passes the right reply through change.
func stepping(name string, change func(*reply)) mutant {
	return mutant{name, func(m *machine) {
		m.step = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, error) {
			r := reply{from: i, event: e}
			r.next, r.err = i.Step(e)
			change(&r)
			return r.next, r.err
		}
	}}
}

func observing(name string, change func(*reply)) mutant {
	return mutant{name, func(m *machine) {
		m.observe = func(i transitions.Invitation, e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
			r := reply{from: i, event: e}
			r.next, r.odd, r.err = i.Observe(e)
			change(&r)
			return r.next, r.odd, r.err
		}
	}}
}

func doing(name string, change func(*reply)) mutant {
	return mutant{name, func(m *machine) {
		m.do = func(i transitions.Invitation, o transitions.Operation) (transitions.Invitation, error) {
			r := reply{from: i, operation: o}
			r.next, r.err = i.Do(o)
			change(&r)
			return r.next, r.err
		}
	}}
}

// Law 1.
var (
	duplicateEdge = retabled("has an edge twice", func(e transitions.Edge) []transitions.Edge {
		return []transitions.Edge{e, e}
	})
	panicsOutOfRange = stepping("panics on a state out of range", func(r *reply) {
		r.err = errors.Join(r.err, [...]error{8: nil}[r.event.State])
	})
	leavesTheSet = observing("observes a pending operation after the completion", func(r *reply) {
		if r.next.Terminal() && r.from.Pending() != transitions.OperationNone {
			r.next = transitions.Raw(r.next.Direction(), r.next.State(), r.from.Pending(), r.next.Reason())
		}
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
	movesOnRefusal = stepping("starts anew on a refusal", func(r *reply) {
		if r.err != nil {
			r.next = transitions.New(r.from.Direction())
		}
	})
	observesAndMoves = observing("takes what it refuses", func(r *reply) {
		if r.err != nil && r.event.State.Terminal() {
			r.next = transitions.Raw(r.from.Direction(), r.event.State, 0, r.event.Reason)
		}
	})
	refusesWithoutType = doing("refuses with a text", func(r *reply) {
		if r.err != nil {
			r.err = errors.New(r.err.Error())
		}
	})
	refusesInSilence = stepping("blames another event", func(r *reply) {
		if r.err != nil {
			r.err = &transitions.TransitionError{From: r.from}
		}
	})
)

// Law 3.
var (
	resumesAfterCompletion = retabled("has an edge out of Connected", func(e transitions.Edge) []transitions.Edge {
		out := e
		out.From = transitions.StateConnected
		return []transitions.Edge{e, out}
	})
	observesAfterCompletion = observing("believes the last completion", func(r *reply) {
		if r.from.Terminal() && r.event == transitions.Completed(transitions.StateConnected, codes.NoReason) {
			r.next, r.err = transitions.Raw(r.from.Direction(), r.event.State, 0, 0), nil
		}
	})
	cancelsAfterCompletion = doing("can be cancelled after completion", func(r *reply) {
		if r.from.Terminal() && r.operation == transitions.OperationCancel {
			r.err = nil
		}
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
	answersNothing = doing("answers with no synchronous error", func(r *reply) {
		if r.err != nil {
			r.err = &transitions.OperationError{From: r.from, Operation: r.operation}
		}
	})
	answersConflict = doing("answers Conflict after completion", func(r *reply) {
		if r.from.Terminal() {
			r.err = &transitions.OperationError{
				From: r.from, Operation: r.operation, Synchronous: codes.SyncConflict,
			}
		}
	})
	infersLimits = mutant{"calls the limits of the page Inferred", func(m *machine) {
		m.check = func(r transitions.Request, o transitions.Operation) error {
			err := r.Check(o)
			if refusal := (*transitions.RequestError)(nil); errors.As(err, &refusal) {
				return &transitions.RequestError{Operation: o, Member: refusal.Member}
			}
			return err
		}
	}}
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
	findsNothingOdd = observing("finds nothing odd", func(r *reply) { r.odd = transitions.Oddity{} })
	losesReason     = observing("loses what it does not know", func(r *reply) {
		if r.next.Reason() > codes.TimeoutNone {
			r.next = transitions.Raw(r.next.Direction(), r.next.State(), 0, codes.Undocumented)
		}
	})
	overlooksLateStart = observing("overlooks a late start", func(r *reply) {
		if r.event.Type == transitions.EventStarted && r.from.State().Progress() {
			r.odd = transitions.Oddity{}
		}
	})
	updatesTheEnd = observing("takes an update of the end for a repetition", func(r *reply) {
		if r.from.Terminal() && r.event == transitions.Updated(r.from.State()) {
			r.err = nil
		}
	})
	refusesRepetition = observing("refuses a repetition", func(r *reply) {
		if r.from.Terminal() && r.err == nil {
			r.err = &transitions.TransitionError{From: r.from, Event: r.event}
		}
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
	turnsRound = stepping("turns round when forwarded", func(r *reply) {
		if r.next.State() == transitions.StateForwarded {
			r.next = transitions.Raw(transitions.Incoming, r.next.State(), r.next.Pending(), r.next.Reason())
		}
	})
	operationMoves = doing("connects when accepted", func(r *reply) {
		if r.err == nil && r.operation == transitions.OperationAccept {
			r.next = transitions.Raw(r.next.Direction(), transitions.StateConnected, 0, 0)
		}
	})
)

// Law 14.
var (
	unsourcedEdge = edited("has no source for Declined", transitions.StateDeclined, func(e *transitions.Edge) {
		e.Source = ""
	})
	baselessEdge = edited("has no basis for Alerting", transitions.StateAlerting, func(e *transitions.Edge) {
		e.Basis = 0
	})
	unsourcedOffer = mutant{"cites a page that does not exist", func(m *machine) {
		m.offers = append(m.offers, transitions.Offer{
			Direction: transitions.Outgoing, Operation: transitions.OperationCancel,
			Basis: codes.Stated, Source: "UCWA/Nowhere.md",
		})
	}}
)
