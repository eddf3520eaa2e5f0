package fsm

import (
	"slices"
	"sync"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/transitions"
)

// EventName is the engine's name for an event, such as "completed_Failed". The reason is no part of it.
func EventName(e transitions.Event) string {
	if int(e.Type) < len(eventNames) && int(e.State) < len(eventNames[0]) {
		return eventNames[e.Type][e.State]
	}
	return eventName(e)
}

// eventNames spares the firing of an event the making of its name.
var eventNames = func() (names [transitions.EventCompleted + 1][transitions.StateCancelled + 1]string) {
	for t := range names {
		for s := range names[t] {
			names[t][s] = eventName(transitions.Event{Type: transitions.EventType(t), State: transitions.State(s)})
		}
	}
	return names
}()

func eventName(e transitions.Event) string { return e.Type.String() + "_" + e.State.String() }

// Events is the relation of one direction as plain looplab events, in the order of the table, for programs that
// build their own looplab machine. It is empty for a value that is no direction.
func Events(d transitions.Direction) looplab.Events {
	var events looplab.Events
	for e := range transitions.Edges() {
		if e.Direction == d {
			events = append(events, edge(e.From, transitions.Event{Type: e.Type, State: e.To}))
		}
	}
	return events
}

// edge is one edge as the engine knows it: an event leads to the state that it carries.
func edge(from transitions.State, e transitions.Event) looplab.EventDesc {
	return looplab.EventDesc{Name: EventName(e), Src: []string{from.String()}, Dst: e.State.String()}
}

// reader is one of the two readers of package transitions.
type reader struct{ tolerant bool }

// read is Step or Observe. fires says whether the engine has anything to carry out: the configuration changes, or
// the table has this very edge, as it has for an update that keeps the state.
func (r reader) read(i transitions.Invitation, e transitions.Event) (t Transition, fires bool, err error) {
	next, err := i.Step(e)
	if err == nil {
		return Transition{From: i, Event: e, To: next}, true, nil
	}
	if !r.tolerant {
		return Transition{}, false, err
	}
	next, odd, err := i.Observe(e)
	return Transition{i, e, next, odd}, next != i, err
}

// take is what read answers, done to a shared invitation.
func (r reader) take(a *transitions.Atomic, e transitions.Event) (err error) {
	if r.tolerant {
		_, _, err = a.Observe(e)
	} else {
		_, err = a.Step(e)
	}
	return err
}

// events is what the engine has to be able to do so that it can follow the reader: the table and, for the tolerant
// reader, whatever else moves it. Nothing is written down here a second time: the reader is asked.
func (r reader) events(d transitions.Direction) looplab.Events {
	events := Events(d)
	if !r.tolerant {
		return events
	}
	for from := transitions.StateNone; !from.Terminal(); from++ {
		i := transitions.New(d)
		if from != transitions.StateNone {
			i, _, _ = i.Observe(transitions.Updated(from))
		}
		for t := transitions.EventStarted; t <= transitions.EventCompleted; t++ {
			for to := transitions.StateConnecting; to <= transitions.StateCancelled; to++ {
				e := transitions.Event{Type: t, State: to}
				row := edge(from, e)
				known := slices.ContainsFunc(events, func(other looplab.EventDesc) bool {
					return other.Name == row.Name && other.Src[0] == row.Src[0]
				})
				if _, fires, _ := r.read(i, e); fires && !known {
					events = append(events, row)
				}
			}
		}
	}
	return events
}

// table is what the machines of one direction and one reader share.
type table struct {
	events looplab.Events
	names  []string       // every callback that can run, in the order of the events; no more than a set has room for
	short  []string       // looplab's short forms of the names that have one
	place  map[string]int // of every name among the names, short or not

	reachable map[transitions.Invitation]bool // by the reference reader

	// hooks is *hooks by their set. It only grows, and by little: the sets that a program has are written in its source.
	hooks sync.Map
}

// set is a set of names, by their places in the table.
type set uint64

// hooks is the names under which a machine has callbacks, and the engines that call under them. The machines with the
// same names share it.
type hooks struct {
	table   *table
	set     set
	engines sync.Pool // of *engine
}

func (t *table) hook(s set) *hooks {
	if h, ok := t.hooks.Load(s); ok {
		return h.(*hooks)
	}
	h := &hooks{table: t, set: s}
	h.engines.New = func() any { return newEngine(h) }
	shared, _ := t.hooks.LoadOrStore(s, h)
	return shared.(*hooks)
}

var tables = func() (all [transitions.Outgoing + 1][2]func() *table) {
	for d := range all {
		for n, r := range []reader{{tolerant: false}, {tolerant: true}} {
			all[d][n] = sync.OnceValue(func() *table { return newTable(r, transitions.Direction(d)) })
		}
	}
	return all
}()

// table is the one of direction d, which has to be a direction.
func (r reader) table(d transitions.Direction) *table {
	if r.tolerant {
		return tables[d][1]()
	}
	return tables[d][0]()
}

// newTable lists the callbacks that can run: those of the events, and of the states that some event leaves or enters.
func newTable(r reader, d transitions.Direction) *table {
	t := &table{events: r.events(d), place: map[string]int{}, reachable: map[transitions.Invitation]bool{}}
	for i := range transitions.Reachable(d) {
		t.reachable[i] = true
	}
	add := func(prefix, of string, short bool) {
		full := prefix + of
		if _, known := t.place[full]; known {
			return
		}
		t.place[full] = len(t.names)
		if short {
			t.short, t.place[of] = append(t.short, of), len(t.names)
		}
		t.names = append(t.names, full)
	}
	for _, e := range t.events {
		add(beforePrefix, e.Name, false)
		add(afterPrefix, e.Name, true)
		if e.Src[0] != e.Dst {
			add(leavePrefix, e.Src[0], false)
			add(enterPrefix, e.Dst, true)
		}
	}
	for _, all := range []string{beforeAny, leaveAny, enterAny, afterAny} {
		add(all, "", false)
	}
	return t
}

// The parts of looplab's callback names.
const (
	beforePrefix = "before_"
	leavePrefix  = "leave_"
	enterPrefix  = "enter_"
	afterPrefix  = "after_"

	beforeAny = "before_event"
	leaveAny  = "leave_state"
	enterAny  = "enter_state"
	afterAny  = "after_event"
)
