// Package fsm puts the relation of package transitions on github.com/looplab/fsm.
//
// The engine's states are spelled as on the wire, with "None" before the first event. Its events are an event type
// and the state that the event carries, joined by an underscore: "completed_Failed".
package fsm

import (
	"github.com/avinvite/avinvite/transitions"
	looplab "github.com/looplab/fsm"
)

// EventName is the engine's name for an event, such as "completed_Failed". The reason is no part of it.
func EventName(e transitions.Event) string { return e.Type.String() + "_" + e.State.String() }

// Events is the relation of one direction as plain looplab events, in the order of the table, for programs that
// build their own looplab machine. It is empty for a value that is no direction.
func Events(d transitions.Direction) looplab.Events {
	var events looplab.Events
	for e := range transitions.Edges() {
		if e.Direction == d {
			events = append(events, looplab.EventDesc{
				Name: EventName(transitions.Event{Type: e.Type, State: e.To}),
				Src:  []string{e.From.String()},
				Dst:  e.To.String(),
			})
		}
	}
	return events
}
