package transitions

import (
	"iter"
	"slices"

	"github.com/avinvite/avinvite/codes"
)

// Legal yields every event that Step accepts from i, in the order of the types, the states and the reasons.
func (i Invitation) Legal() iter.Seq[Event] { return protocol.from(i) }

func (p *relation) from(i Invitation) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for t := EventStarted; t <= EventCompleted; t++ {
			for s := StateConnecting; s <= StateCancelled; s++ {
				for r := range p.at(i)[t][s].All() {
					if !yield(Event{t, s, r}) {
						return
					}
				}
			}
		}
	}
}

// Reachable yields every configuration that legal events and offered operations lead to from New(d), the nearest first,
// beginning with New(d).
func Reachable(d Direction) iter.Seq[Invitation] {
	return func(yield func(Invitation) bool) {
		for _, n := range protocol.explore(New(d)) {
			if !yield(n.to) {
				return
			}
		}
	}
}

// Outcomes yields the completed invitations that i can still become, each with its reason. If i has completed, Outcomes
// yields i alone.
func Outcomes(i Invitation) iter.Seq[Invitation] {
	return func(yield func(Invitation) bool) {
		for _, n := range protocol.explore(i) {
			if n.to.Terminal() && !yield(n.to) {
				return
			}
		}
	}
}

// Witness returns a shortest sequence of events that leads from a new invitation to target. If target has a pending
// operation, the caller must do that operation after the events. ok is false if target cannot be reached. Each call
// searches the relation anew, in some twenty microseconds.
func Witness(target Invitation) (events []Event, ok bool) {
	return protocol.witness(target.Direction(), func(i Invitation) bool { return i == target })
}

// WitnessReason returns a shortest sequence of events that ends an invitation of direction d for reason r. ok is false
// if no sequence does.
func WitnessReason(d Direction, r codes.Reason) (events []Event, ok bool) {
	return protocol.witness(d, func(i Invitation) bool { return i.Terminal() && i.Reason() == r })
}

// step is one step of an exploration: to was first reached from the configuration with the index from, by an
// event or, where that is zero, by an operation.
type step struct {
	to   Invitation
	from int
	by   Event
}

// explore walks the relation breadth first.
func (p *relation) explore(start Invitation) []step {
	if start == (Invitation{}) {
		return nil
	}
	found := []step{{to: start, from: -1}}
	seen := map[Invitation]bool{start: true}
	for n := 0; n < len(found); n++ {
		visit := func(i Invitation, by Event) {
			if !seen[i] {
				seen[i] = true
				found = append(found, step{i, n, by})
			}
		}
		i := found[n].to
		for e := range p.from(i) {
			visit(i.after(e), e)
		}
		for o := range i.Operations().All() {
			next, _ := i.Do(o)
			visit(next, Event{})
		}
	}
	return found
}

func (p *relation) witness(d Direction, wanted func(Invitation) bool) (events []Event, ok bool) {
	found := p.explore(New(d))
	n := slices.IndexFunc(found, func(s step) bool { return wanted(s.to) })
	if n < 0 {
		return nil, false
	}
	for ; n > 0; n = found[n].from {
		if found[n].by != (Event{}) {
			events = append(events, found[n].by)
		}
	}
	slices.Reverse(events)
	return events, true
}

// Cell is one cell of the relation: an event in a state, whether it is legal, and on what authority.
type Cell struct {
	From   State
	Event  Event
	Rule   Rule         // zero if the event is legal; else the rule that it breaks
	Basis  codes.Basis  // the basis of the weakest part of the edge, or that of the refusal
	Source codes.Source // where the basis can be read
}

// Cells yields every cell of a direction, and nothing for a value that is no direction. It combines every state with
// every event that a service could send: each type with each state that it can carry and, on a completion, with each
// documented reason and [codes.NoReason]. It leaves out values that are no event, and reasons that are not documented:
// Step refuses these in every state.
func Cells(d Direction) iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		if New(d) == (Invitation{}) {
			return
		}
		for from := range StateCancelled + 1 {
			i := invitation(d, from, OperationNone, codes.NoReason)
			for t := EventStarted; t <= EventCompleted; t++ {
				for to := StateConnecting; to <= StateCancelled; to++ {
					if e := (Event{t, to, codes.NoReason}); e.valid() && !yield(i.report(e)) {
						return
					}
					for r := range codes.Reasons() {
						if e := (Event{t, to, r}); e.valid() && !yield(i.report(e)) {
							return
						}
					}
				}
			}
		}
	}
}

func (i Invitation) report(e Event) Cell {
	c := Cell{From: i.State(), Event: e}
	if !protocol.legal(i, e) {
		c.Rule, c.Basis = protocol.why(i, e)
		c.Source = source(c.Rule, c.Basis, e)
		return c
	}
	for n := range table {
		r := &table[n]
		if r.direction == i.Direction() && r.from.has(i.State()) && r.event == e.Type && r.to == e.State {
			c.Basis, c.Source = r.authority(e.Reason)
		}
	}
	return c
}
