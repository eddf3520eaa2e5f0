package transitions_test

import (
	"errors"
	"fmt"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// mutant is a way for one function to be wrong.
type mutant struct {
	name   string
	change func(*machine)
}

// reply is what was asked of a machine and what it answers.
type reply struct {
	from      transitions.Invitation
	event     transitions.Event     // of Step and Observe
	operation transitions.Operation // of Do and DoRequest
	request   transitions.Request   // of DoRequest
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

func requesting(name string, change func(*reply)) mutant {
	return mutant{name, func(m *machine) {
		m.request = func(i transitions.Invitation, o transitions.Operation, q transitions.Request) (transitions.Invitation, error) {
			r := reply{from: i, operation: o, request: q}
			r.next, r.err = i.DoRequest(o, q)
			change(&r)
			return r.next, r.err
		}
	}}
}

// Law 1.
var (
	panicsOutOfRange = stepping("panics on a state out of range", func(r *reply) {
		r.err = errors.Join(r.err, [...]error{8: nil}[r.event.State])
	})
	leavesTheSet = observing("observes a pending operation after the completion", func(r *reply) {
		if r.next.Terminal() && r.from.Pending() != transitions.OperationNone {
			r.next = transitions.Raw(r.next.Direction(), r.next.State(), r.from.Pending(), r.next.Reason())
		}
	})
)

// Law 2.
var (
	refusesWithoutType = doing("refuses with a text", func(r *reply) {
		if r.err != nil {
			r.err = errors.New(r.err.Error())
		}
	})
	blamesAnother = stepping("blames another event", func(r *reply) {
		if r.err != nil {
			r.err = &transitions.TransitionError{From: r.from}
		}
	})
)

// Law 8.
var (
	infersLimits = requesting("calls the limits of the page Inferred", func(r *reply) {
		if refusal := (*transitions.RequestError)(nil); errors.As(r.err, &refusal) {
			r.err = &transitions.RequestError{Operation: r.operation, Member: refusal.Member}
		}
	})
	countsBytes = requesting("counts bytes", func(r *reply) {
		if r.err == nil && len(r.request.Subject) > transitions.MaxSubject {
			r.next, r.err = r.from, &transitions.RequestError{Operation: r.operation, Member: "subject"}
		}
	})
	forwardsToNobody = requesting("forwards to nobody", func(r *reply) {
		if r.request.To == "" {
			r.request.To = "somebody"
			r.next, r.err = r.from.DoRequest(r.operation, r.request)
		}
	})
	conflictsFirst = requesting("answers Conflict before BadRequest", func(r *reply) {
		if _, err := r.from.Do(r.operation); err != nil {
			r.err = err
		}
	})
	hidesTheRequest = requesting("answers BadRequest before NotFound", func(r *reply) {
		if err := r.request.Check(r.operation); err != nil {
			r.err = err
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

// Law 14.
var (
	unsourcedEdge  = mutant{"has no source for an edge", func(m *machine) { m.edges[3].Source = codes.Source{} }}
	baselessEdge   = mutant{"has no basis for an edge", func(m *machine) { m.edges[5].Basis = 0 }}
	unsourcedOffer = mutant{"cites a page that does not exist", func(m *machine) {
		m.offers = append(m.offers, transitions.Offer{
			Direction: transitions.Outgoing, Operation: transitions.OperationCancel,
			Basis: codes.Stated, Source: codes.Source{Page: "UCWA/Nowhere.md"},
		})
	}}
)

// tables are tables that are wrong, and the law that each breaks. change returns what stands in the place of an edge.
var tables = []struct {
	name   string
	law    int
	change func(transitions.Edge) []transitions.Edge
}{
	{"an edge leads out of Connected", 3, func(e transitions.Edge) []transitions.Edge {
		out := e
		out.From = transitions.StateConnected
		return []transitions.Edge{e, out}
	}},
	{"fails without a reason", 4, to(transitions.StateFailed, func(e *transitions.Edge) { e.Reasons |= 1 << codes.NoReason })},
	{"succeeds with a reason", 4, to(transitions.StateConnected, func(e *transitions.Edge) {
		e.Reasons |= 1 << codes.RemoteFailureBusy
	})},
	{"takes the reasons of the other direction", 4, to(transitions.StateFailed, func(e *transitions.Edge) {
		e.Reasons |= 1<<codes.LocalFailureDeclined | 1<<codes.RemoteFailureBusy
	})},
	{"is never busy", 5, to(transitions.StateFailed, func(e *transitions.Edge) { e.Reasons &^= 1 << codes.RemoteFailureBusy })},
	{"cannot leave TeamRing", 6, without(func(e transitions.Edge) bool {
		return e.From == transitions.StateTeamRing && e.To != transitions.StateTeamRing
	})},
	{"cannot complete at once", 9, without(func(e transitions.Edge) bool {
		return e.From == transitions.StateNone && e.Type == transitions.EventCompleted
	})},
	{"has to be started first", 9, without(func(e transitions.Edge) bool {
		return e.From == transitions.StateNone && e.Type == transitions.EventUpdated
	})},
}

// to edits the edges to a state.
func to(s transitions.State, edit func(*transitions.Edge)) func(transitions.Edge) []transitions.Edge {
	return func(e transitions.Edge) []transitions.Edge {
		if e.To == s {
			edit(&e)
		}
		return []transitions.Edge{e}
	}
}

// without drops the edges that match.
func without(match func(transitions.Edge) bool) func(transitions.Edge) []transitions.Edge {
	return func(e transitions.Edge) []transitions.Edge {
		if match(e) {
			return nil
		}
		return []transitions.Edge{e}
	}
}
