package transitions_test

import (
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// dense is the yardstick: the least that any table-driven machine can do. Nine states, and the 9 events that an
// untyped machine would know (a type and a state); no direction, no reason, no pending operation, no error.
var dense = func() (next [9][9]uint8) {
	for s := range next {
		for e := range next[s] {
			next[s][e] = uint8(e)
		}
	}
	return next
}()

// lookup is the yardstick's whole step.
func lookup(s, e uint8) (uint8, bool) {
	if s >= 9 || e >= 9 {
		return s, false
	}
	n := dense[s][e]
	return n, n != 0
}

// The sinks keep the compiler from dropping the loops.
var (
	sinkState      uint8
	sinkInvitation transitions.Invitation
	sinkRefusals   int
)

func BenchmarkStep(b *testing.B) {
	legal := []transitions.Event{
		transitions.Updated(transitions.StateConnecting),
		transitions.Updated(transitions.StateAlerting),
		transitions.Updated(transitions.StateTeamRing),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
	}
	refused := []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateConnected),
		transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined),
		transitions.Completed(transitions.StateConnecting, codes.NoReason),
	}
	start, err := transitions.New(transitions.Outgoing).Step(transitions.Started(transitions.StateConnecting))
	if err != nil {
		b.Fatal(err)
	}
	events := [4]uint8{1, 2, 3, 6}

	b.Run("yardstick", func(b *testing.B) {
		b.ReportAllocs()
		var n int
		s := uint8(1)
		for b.Loop() {
			for k := range 1024 {
				next, ok := lookup(s, events[k&3])
				if !ok {
					n++
				}
				sinkState = next
			}
		}
		sinkRefusals = n
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/step")
	})
	for _, bench := range []struct {
		name   string
		events []transitions.Event
	}{{"legal", legal}, {"refused", refused}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			events := [4]transitions.Event(bench.events)
			var n int
			for b.Loop() {
				for k := range 1024 {
					next, err := start.Step(events[k&3])
					if err != nil {
						n++
					}
					sinkInvitation = next
				}
			}
			sinkRefusals = n
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/step")
		})
	}
}
