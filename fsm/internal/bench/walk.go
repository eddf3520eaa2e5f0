package main

import (
	"runtime"
	"time"

	"github.com/avinvite/avinvite/transitions"
)

// contestant is a state machine, or a way to write one, that carries out the walk.
type contestant struct {
	name string
	note string // what an event does there, beyond the change of state

	// Each runs n times and returns how many runs had the right result, and how long they took together.
	event, refusal, construction, life sample

	// parallel reports that several cores can carry out the walk at a time, each with its own machine.
	parallel bool

	// size returns the bytes of a live invitation.
	size func() float64

	// share makes one invitation that all cores may change, and returns the sample of one core. It is nil if the machine
	// cannot be shared.
	share func() sample
}

// sample runs something n times.
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
// An event is measured on the ring of the three ringing states, which has no end, and a refusal on the events that
// Alerting refuses. The peers' machines have the six states and the edges between them; ours also have the 57 reasons,
// the pending operation and the other direction.
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

// heap returns a function that measures the bytes of the heap for each of the n values that live returns.
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
