package conformance

import (
	"slices"
	"strconv"

	"github.com/avinvite/avinvite/transitions"
)

// repair is a shortest list of edits that makes the events legal for the direction: shortest path through the layers
// (events edited so far, state come to). Of lists of one length it takes the one that spares completions and drops
// rather than changes other events. What says only what the event before it said is a repetition to the tolerant
// reader, and no part of the sequence.
func repair(d transitions.Direction, steps []step) []Edit {
	events := make([]step, 0, len(steps))
	var last transitions.Event
	for _, s := range steps {
		repeats := s.event.State != transitions.StateNone && s.event.State == last.State && s.event.Reason == last.Reason
		if repeats || s.operation != transitions.OperationNone {
			continue
		}
		events = append(events, s)
		last = s.event
	}
	layers := make([]layer, 1, len(events)+1)
	layers[0][transitions.StateNone] = node{at: transitions.New(d), known: true}
	for n, s := range events {
		layers = append(layers, layer{})
		for from, here := range layers[n] {
			if here.known {
				layers[n+1].extend(here, transitions.State(from), s.event)
			}
		}
	}
	best := transitions.StateNone
	ends := layers[len(events)]
	for state, n := range ends {
		if n.known && (!ends[best].known || n.cost < ends[best].cost) {
			best = transitions.State(state)
		}
	}
	var edits []Edit
	for n := len(events); n > 0; n-- {
		here := layers[n][best]
		if here.dropped || here.to != (transitions.Event{}) {
			e := Edit{Place: events[n-1].place(), Event: events[n-1].String()}
			if !here.dropped {
				e.To = class(layers[n-1][here.from].at, here.to)
			}
			edits = append(edits, e)
		}
		best = here.from
	}
	slices.Reverse(edits)
	return edits
}

// layer is the cheapest way to each state after so many events. Reasons make no difference to what can follow.
type layer [transitions.StateCancelled + 1]node

type node struct {
	known   bool
	at      transitions.Invitation
	cost    int64 // edits, and in the lower half what is to be spared
	from    transitions.State
	dropped bool
	to      transitions.Event // instead of the event; zero if it was kept
}

const edit = 1 << 32

func (l *layer) extend(here node, from transitions.State, e transitions.Event) {
	completes := e.Type == transitions.EventCompleted
	reach := func(n node) {
		if to := &l[n.at.State()]; !to.known || n.cost < to.cost {
			n.known, n.from = true, from
			*to = n
		}
	}
	if next, err := here.at.Step(e); err == nil {
		reach(node{at: next, cost: here.cost})
	}
	drop, change := here.cost+edit, here.cost+edit
	if completes {
		drop += 2
	} else {
		change++
	}
	reach(node{at: here.at, cost: drop, dropped: true})
	for legal := range here.at.Legal() {
		if legal.Type != e.Type {
			continue
		}
		cost := change
		if legal.State != e.State {
			cost++
		}
		if next, err := here.at.Step(legal); err == nil {
			reach(node{at: next, cost: cost, to: legal})
		}
	}
}

// class is an event as an instruction: any of the reasons will do.
func class(i transitions.Invitation, e transitions.Event) string {
	reasons := 0
	for legal := range i.Legal() {
		if legal.Type == e.Type && legal.State == e.State {
			reasons++
		}
	}
	if reasons == 1 {
		return e.String()
	}
	return e.Type.String() + "(" + e.State.String() + ", one of " + strconv.Itoa(reasons) + " reasons)"
}
