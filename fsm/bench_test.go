package fsm_test

import (
	"context"
	"slices"
	"testing"
	"time"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// ringing is four events that lead an outgoing invitation round in a circle.
var ringing = [4]transitions.Event{
	transitions.Updated(transitions.StateForwarded),
	transitions.Updated(transitions.StateAlerting),
	transitions.Updated(transitions.StateTeamRing),
	transitions.Updated(transitions.StateAlerting),
}

// interleaved measures bare and ours in turn, many short rounds each, and reports the medians and their ratio.
// What disturbs the machine for longer than a round disturbs both alike.
func interleaved(b *testing.B, bare, ours func()) {
	b.Helper()
	const each = 256
	round := func(f func()) float64 {
		start := time.Now()
		for range each {
			f()
		}
		return float64(time.Since(start).Nanoseconds()) / each
	}
	var base, mine, ratio []float64
	for b.Loop() {
		x, y := round(bare), round(ours)
		base, mine, ratio = append(base, x), append(mine, y), append(ratio, y/x)
	}
	median := func(all []float64) float64 {
		slices.Sort(all)
		return all[len(all)/2]
	}
	b.ReportMetric(median(base), "ns/bare")
	b.ReportMetric(median(mine), "ns/machine")
	b.ReportMetric(median(ratio), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkEvent is an event that moves a Machine, beside the same event on a bare looplab machine with the same edges
// and callbacks. The target is a ratio of 1.25.
func BenchmarkEvent(b *testing.B) {
	nothing := func(context.Context, *looplab.Event) {}
	for _, bench := range []struct {
		name      string
		callbacks looplab.Callbacks
	}{
		{"none", nil},
		{"enter", looplab.Callbacks{"enter_state": nothing}},
		{"four", looplab.Callbacks{
			"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
		}},
		{"all", looplab.Callbacks{
			"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
			"before_updated_Alerting": nothing, "leave_Alerting": nothing, "enter_Alerting": nothing, "after_updated_Alerting": nothing,
			"before_updated_TeamRing": nothing, "leave_TeamRing": nothing, "enter_TeamRing": nothing, "after_updated_TeamRing": nothing,
			"before_updated_Forwarded": nothing, "leave_Forwarded": nothing, "enter_Forwarded": nothing, "after_updated_Forwarded": nothing,
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			ctx := context.Background()
			bare := looplab.NewFSM("Alerting", fsm.Events(transitions.Outgoing), bench.callbacks)
			names := [4]string{}
			for n, e := range ringing {
				names[n] = fsm.EventName(e)
			}
			m := machine(b, transitions.Outgoing, fsm.Config{Callbacks: bench.callbacks})
			if err := m.Event(ctx, transitions.Started(transitions.StateAlerting)); err != nil {
				b.Fatal(err)
			}
			n, k := 0, 0
			interleaved(b, func() {
				if err := bare.Event(ctx, names[n&3], ringing[n&3]); err != nil {
					b.Fatal(err)
				}
				n++
			}, func() {
				if err := m.Event(ctx, ringing[k&3]); err != nil {
					b.Fatal(err)
				}
				k++
			})
		})
	}
}
