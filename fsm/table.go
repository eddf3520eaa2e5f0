package fsm

import (
	"slices"
	"sync"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// EventName returns the engine's name for an event: [transitions.Event.Name] without the reason, such as
// "completed_Failed".
func EventName(e transitions.Event) string {
	if int(e.Type) < len(eventNames) && int(e.State) < len(eventNames[0]) {
		return eventNames[e.Type][e.State]
	}
	return transitions.Event{Type: e.Type, State: e.State}.Name()
}

// eventNames saves an event the making of its name.
var eventNames = func() (names [transitions.EventCompleted + 1][transitions.StateCancelled + 1]string) {
	for t := range names {
		for s := range names[t] {
			names[t][s] = transitions.Event{Type: transitions.EventType(t), State: transitions.State(s)}.Name()
		}
	}
	return names
}()

// Events returns the relation of one direction as plain looplab events, in the order of the relation, for programs that
// build their own looplab machine. It returns nil if d is neither Incoming nor Outgoing.
func Events(d transitions.Direction) looplab.Events { return looplabEvents(mode{}.edges(d)) }

func looplabEvents(edges []edge) (events looplab.Events) {
	for _, e := range edges {
		events = append(events, looplab.EventDesc{
			Name: EventName(e.event), Src: []string{e.from.String()}, Dst: e.event.State.String(),
		})
	}
	return events
}

// edge is an event in a state, without its reason. It leads to the state that the event carries.
type edge struct {
	from  transitions.State
	event transitions.Event
}

// mode chooses between transitions.Invitation.Step and, if tolerant, Observe.
type mode struct{ tolerant bool }

// decide applies e to i. fires reports whether the engine has an edge to carry out: e changes i, or is an update that
// keeps the state.
func (m mode) decide(i transitions.Invitation, e transitions.Event) (t Transition, fires bool, err error) {
	next, err := i.Step(e)
	if err == nil {
		return Transition{From: i, Event: e, To: next}, true, nil
	}
	if !m.tolerant {
		return Transition{}, false, err
	}
	next, odd, err := i.Observe(e)
	return Transition{i, e, next, odd}, next != i, err
}

// take applies e to a shared invitation.
func (m mode) take(a *transitions.Atomic, e transitions.Event) (err error) {
	if m.tolerant {
		_, _, err = a.Observe(e)
	} else {
		_, err = a.Step(e)
	}
	return err
}

// edges returns the edges of one direction: those of the relation and, in the tolerant mode, those that Observe adds.
func (m mode) edges(d transitions.Direction) (edges []edge) {
	for e := range transitions.Edges() {
		added := edge{e.From, transitions.Event{Type: e.Type, State: e.To}} // once, whatever the bases of its reasons
		if e.Direction == d && !slices.Contains(edges, added) {
			edges = append(edges, added)
		}
	}
	if !m.tolerant {
		return edges
	}
	for from := transitions.StateNone; !from.Terminal(); from++ {
		i := transitions.New(d)
		if from != transitions.StateNone {
			i, _, _ = i.Observe(transitions.Updated(from))
		}
		for t := transitions.EventStarted; t <= transitions.EventCompleted; t++ {
			for to := transitions.StateConnecting; to <= transitions.StateCancelled; to++ {
				added := edge{from, transitions.Event{Type: t, State: to}}
				if _, fires, _ := m.decide(i, added.event); fires && !slices.Contains(edges, added) {
					edges = append(edges, added)
				}
			}
		}
	}
	return edges
}

// table is common to the machines of one direction and one mode.
type table struct {
	slots
	events    looplab.Events
	reachable map[transitions.Invitation]bool // in the reference mode
	late      sync.Pool                       // of engines that call after_event
	all       sync.Pool                       // of engines that call before_event, leave_state and after_event
}

var tables = func() (all [transitions.Outgoing + 1][2]func() *table) {
	for d := range all {
		for n, m := range []mode{{tolerant: false}, {tolerant: true}} {
			all[d][n] = sync.OnceValue(func() *table { return newTable(transitions.Direction(d), m) })
		}
	}
	return all
}()

// tableOf returns the table of a direction, which must be Incoming or Outgoing.
func tableOf(d transitions.Direction, m mode) *table {
	if m.tolerant {
		return tables[d][1]()
	}
	return tables[d][0]()
}

func newTable(d transitions.Direction, m mode) *table {
	edges := m.edges(d)
	t := &table{slots: newSlots(edges), events: looplabEvents(edges), reachable: map[transitions.Invitation]bool{}}
	for i := range transitions.Reachable(d) {
		t.reachable[i] = true
	}
	t.late.New = func() any { return newEngine(t, false) }
	t.all.New = func() any { return newEngine(t, true) }
	return t
}
