package fsm_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// contender is one way of doing what a benchmark measures.
type contender struct {
	name string
	do   func()
}

// interleaved measures contenders in turn, many short rounds each, and reports the medians, and the median of the
// ratios of each to the first. What disturbs the computer for longer than a round disturbs all alike.
func interleaved(b *testing.B, contenders ...contender) {
	b.Helper()
	const each = 256
	times, ratios := make([][]float64, len(contenders)), make([][]float64, len(contenders))
	for b.Loop() {
		for n, c := range contenders {
			start := time.Now()
			for range each {
				c.do()
			}
			spent := float64(time.Since(start).Nanoseconds()) / each
			times[n] = append(times[n], spent)
			ratios[n] = append(ratios[n], spent/times[0][len(times[0])-1])
		}
	}
	median := func(all []float64) float64 {
		slices.Sort(all)
		return all[len(all)/2]
	}
	for n, c := range contenders {
		if n > 0 {
			b.ReportMetric(median(ratios[n]), c.name+"/"+contenders[0].name)
		}
	}
	for n, c := range contenders {
		b.ReportMetric(median(times[n]), "ns/"+c.name)
	}
	b.ReportMetric(0, "ns/op")
}

// taker takes an event.
type taker = func(transitions.Event) error

// ringing is four events that lead an outgoing invitation round in a circle.
var ringing = [4]transitions.Event{
	transitions.Updated(transitions.StateForwarded),
	transitions.Updated(transitions.StateAlerting),
	transitions.Updated(transitions.StateTeamRing),
	transitions.Updated(transitions.StateAlerting),
}

// around is a contender that goes round the circle.
func around(b *testing.B, name string, take taker) contender {
	if err := take(transitions.Started(transitions.StateAlerting)); err != nil {
		b.Fatal(err)
	}
	n := 0
	return contender{name, func() {
		if err := take(ringing[n&3]); err != nil {
			b.Fatal(err)
		}
		n++
	}}
}

// alive is a contender that lives a whole life of four events.
func alive(b *testing.B, name string, begin func() taker) contender {
	return contender{name, func() {
		take := begin()
		for _, e := range []transitions.Event{started, alerting, ringing[2], connected} {
			if err := take(e); err != nil {
				b.Fatal(err)
			}
		}
	}}
}

// bareMachine is a looplab machine with the same edges as ours. It is told what a callback wants to know: the event.
func bareMachine(c looplab.Callbacks) taker {
	m := looplab.NewFSM("None", edges, c)
	return func(e transitions.Event) error { return m.Event(context.Background(), fsm.EventName(e), e) }
}

var edges = fsm.Events(transitions.Outgoing)

func liveMachine(b *testing.B, c fsm.Config) taker {
	m := machine(b, transitions.Outgoing, c)
	return func(e transitions.Event) error { return m.Event(context.Background(), e) }
}

func nothing(context.Context, *looplab.Event) {}

// crowds is callbacks that do nothing, by how many of them an event calls.
var crowds = []struct {
	name      string
	callbacks looplab.Callbacks
}{
	{"one", looplab.Callbacks{"enter_state": nothing}},
	{"four", looplab.Callbacks{
		"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
	}},
	{"eight", looplab.Callbacks{
		"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
		"before_updated_Alerting": nothing, "leave_Alerting": nothing,
		"enter_Alerting": nothing, "after_updated_Alerting": nothing,
		"before_updated_TeamRing": nothing, "leave_TeamRing": nothing,
		"enter_TeamRing": nothing, "after_updated_TeamRing": nothing,
		"before_updated_Forwarded": nothing, "leave_Forwarded": nothing,
		"enter_Forwarded": nothing, "after_updated_Forwarded": nothing,
	}},
}

// BenchmarkEvent is an event that moves a Machine, beside the same event on a bare looplab machine with the same edges
// and callbacks. The target is a ratio of 1.25.
func BenchmarkEvent(b *testing.B) {
	for _, crowd := range crowds {
		b.Run(crowd.name, func(b *testing.B) {
			interleaved(b,
				around(b, "bare", bareMachine(crowd.callbacks)),
				around(b, "machine", liveMachine(b, fsm.Config{Callbacks: crowd.callbacks})))
		})
	}
}

// BenchmarkLife is a machine from its construction to its completion, beside a bare one.
func BenchmarkLife(b *testing.B) {
	for _, crowd := range crowds {
		b.Run(crowd.name, func(b *testing.B) {
			interleaved(b,
				alive(b, "bare", func() taker { return bareMachine(crowd.callbacks) }),
				alive(b, "machine", func() taker { return liveMachine(b, fsm.Config{Callbacks: crowd.callbacks}) }))
		})
	}
}

// BenchmarkRefusal is an event that the relation refuses.
func BenchmarkRefusal(b *testing.B) {
	refused := func(name string, take taker) contender {
		return contender{name, func() {
			if err := take(transitions.Updated(transitions.StateConnected)); err == nil || errors.Is(err, errNo) {
				b.Fatal(err)
			}
		}}
	}
	interleaved(b,
		refused("bare", bareMachine(crowds[0].callbacks)),
		refused("machine", liveMachine(b, fsm.Config{Callbacks: crowds[0].callbacks})))
}

// BenchmarkChoice is the three ways to hold an invitation, for an event and for a life.
func BenchmarkChoice(b *testing.B) {
	invitation := func() taker {
		i := transitions.New(transitions.Outgoing)
		return func(e transitions.Event) (err error) { i, err = i.Step(e); return err }
	}
	shared := func() taker {
		var a transitions.Atomic
		a.Store(transitions.New(transitions.Outgoing))
		return func(e transitions.Event) error { _, err := a.Step(e); return err }
	}
	live := func(c fsm.Config) func() taker {
		return func() taker { return liveMachine(b, c) }
	}
	ways := []struct {
		name  string
		begin func() taker
	}{
		{"Invitation", invitation},
		{"Atomic", shared},
		{"Machine", live(fsm.Config{})},
		{"Machine-typed", live(fsm.Config{OnCompleted: func(context.Context, transitions.Invitation) {}})},
		{"Machine-looplab", live(fsm.Config{Callbacks: crowds[0].callbacks})},
		{"looplab", func() taker { return bareMachine(crowds[0].callbacks) }},
	}
	for name, contend := range map[string]func(string, func() taker) contender{
		"event": func(name string, begin func() taker) contender {
			return around(b, name, begin())
		},
		"life": func(name string, begin func() taker) contender { return alive(b, name, begin) },
	} {
		b.Run(name, func(b *testing.B) {
			var contenders []contender
			for _, way := range ways {
				contenders = append(contenders, contend(way.name, way.begin))
			}
			interleaved(b, contenders...)
		})
	}
}
