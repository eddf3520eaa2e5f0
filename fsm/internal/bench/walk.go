package main

import (
	"runtime"
	"time"

	"github.com/avinvite/avinvite/transitions"
)

// contestant is a state machine, or a way to write one, that walks the walk.
type contestant struct {
	name string
	note string // what an event does there, beyond the change of state

	// Each does its thing n times and answers how often it came out as it must, and how long all of it took.
	event, refusal, construction, life sample

	// parallel says that several cores can walk at a time, each with its own.
	parallel bool

	// size is the bytes that a live invitation takes.
	size func() float64

	// share makes one invitation that all cores may change, and answers how one of them does it. Nil where nothing
	// can be shared.
	share func() sample
}

// sample does something n times.
type sample func(n int) (done int, took time.Duration)

// timed makes a sample of a loop.
func timed(loop func(n int) int) sample {
	return func(n int) (int, time.Duration) {
		start := time.Now()
		done := loop(n)
		return done, time.Since(start)
	}
}

// The walk is the life of an outgoing invitation through six states:
//
//	None -started-> Connecting -updated-> Alerting -updated-> TeamRing -updated-> Forwarded -completed-> Connected
//
// An event is measured on the ring of the three ringing states, which can be walked for ever, and a refusal on what
// Alerting refuses. The machines of the peers know the six states and the edges between them; ours know all that they
// always know, with the 57 reasons, the pending operation and the other direction.
var (
	walk = [5]transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateAlerting),
		transitions.Updated(transitions.StateTeamRing),
		transitions.Updated(transitions.StateForwarded),
		transitions.Completed(transitions.StateConnected, 0),
	}
	ring = [4]transitions.Event{
		transitions.Updated(transitions.StateForwarded),
		transitions.Updated(transitions.StateAlerting),
		transitions.Updated(transitions.StateTeamRing),
		transitions.Updated(transitions.StateAlerting),
	}
	refused = [4]transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateConnecting),
		transitions.Started(transitions.StateAlerting),
		transitions.Started(transitions.StateForwarded),
	}
)

// edges are the edges between the six states, as the relation has them.
var edges = func() (six []transitions.Edge) {
	for e := range transitions.Edges() {
		if e.Direction == transitions.Outgoing && e.To <= transitions.StateConnected {
			six = append(six, e)
		}
	}
	return six
}()

// heap is the bytes of the heap that each of n things takes which live keeps alive.
func heap(n int, live func(n int) any) func() float64 {
	return func() float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all := live(n)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(all)
		return float64(after.HeapAlloc-before.HeapAlloc) / float64(n)
	}
}
