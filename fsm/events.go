package fsm

import (
	"slices"
	"strings"
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
	names  []string          // every callback that can run, in the order of the events
	short  []string          // looplab's short forms of the names that have one
	full   map[string]string // of every name, short or not

	reachable map[transitions.Invitation]bool // by the reference reader
	hooks     sync.Map                        // of *hooks, by the names
}

// hooks is the names under which a machine has callbacks, and the engines that call under them. The machines with the
// same names share it.
type hooks struct {
	table   *table
	names   []string  // in full
	engines sync.Pool // of *engine
}

func (t *table) hook(names []string) *hooks {
	key := strings.Join(names, " ")
	if h, ok := t.hooks.Load(key); ok {
		return h.(*hooks)
	}
	h := &hooks{table: t, names: names}
	h.engines.New = func() any { return newEngine(h) }
	shared, _ := t.hooks.LoadOrStore(key, h)
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
	t := &table{events: r.events(d), full: map[string]string{}, reachable: map[transitions.Invitation]bool{}}
	for i := range transitions.Reachable(d) {
		t.reachable[i] = true
	}
	add := func(list *[]string, name, full string) {
		if t.full[name] == "" {
			*list, t.full[name] = append(*list, name), full
		}
	}
	for _, e := range t.events {
		add(&t.names, beforePrefix+e.Name, beforePrefix+e.Name)
		add(&t.names, afterPrefix+e.Name, afterPrefix+e.Name)
		add(&t.short, e.Name, afterPrefix+e.Name)
		if e.Src[0] != e.Dst {
			add(&t.names, leavePrefix+e.Src[0], leavePrefix+e.Src[0])
			add(&t.names, enterPrefix+e.Dst, enterPrefix+e.Dst)
			add(&t.short, e.Dst, enterPrefix+e.Dst)
		}
	}
	for _, name := range []string{beforeAny, leaveAny, enterAny, afterAny} {
		add(&t.names, name, name)
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

// like is the names that somebody who wrote name may have meant: those that begin as it does, or the short ones.
func (t *table) like(name string) []string {
	names := t.short
	for _, prefix := range []string{beforePrefix, leavePrefix, enterPrefix, afterPrefix} {
		if strings.HasPrefix(name, prefix) {
			names = slices.DeleteFunc(slices.Clone(t.names), func(n string) bool { return !strings.HasPrefix(n, prefix) })
		}
	}
	return names
}
