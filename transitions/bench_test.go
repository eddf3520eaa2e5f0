package transitions_test

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// The benchmarks let a subject and its yardstick take turns, and report the medians: of the subject the time of a step,
// and how many times that is of the yardstick's. The ratio is what counts; it hardly moves when the machine is busy.
// Beside other libraries the same functions are measured by fsm/internal/bench.
//
// What the compiler makes of Step, read once (go build -gcflags='-m=2 -d=ssa/check_bce', go1.26 on amd64): Step is
// inlined into its caller, with nothing to spare (it costs 80, and 80 is the limit). There is no bounds check:
// the low bits of an invitation are within the relation, and the type and the state of the event are compared first. The *TransitionError of a refusal stays
// on the caller's stack, unless the caller keeps it or hands it to errors.Is: then it is eight bytes. In a chain of
// steps the next state does not wait for the table: it comes from the event, and the processor only has to have
// guessed rightly that the table allows it. TestAllocations fails when Step is no longer inlined.

// dense is the yardstick: the least that any table-driven machine does. Nine states, and an event for each state
// that it may lead to; no direction, no reason, no pending operation, no error.
var dense = func() (next [9][9]uint8) {
	for s := range next {
		for e := range next[s] {
			next[s][e] = uint8(e)
		}
	}
	return next
}()

// lookup is the yardstick's whole step.
func lookup(s, e uint8) uint8 {
	if int(s) < len(dense) && int(e) < len(dense) {
		return dense[s][e]
	}
	return s
}

// rounds is how many steps a sample takes.
const rounds = 1 << 16

// lookups is a sample of the yardstick: one look-up after the other, each from where the last one led.
func lookups() {
	events := [4]uint8{1, 2, 3, 4}
	s := uint8(1)
	for k := range rounds {
		s = lookup(s, events[k&3])
	}
	sinkState = s
}

// The sinks keep the compiler from dropping the loops.
var (
	sinkState      uint8
	sinkInvitation transitions.Invitation
	sinkRefusals   int
)

// versus measures a subject that takes so many steps beside a yardstick that takes as many.
func versus(b *testing.B, steps int, yardstick, subject func()) {
	var yardsticks, subjects []time.Duration
	for b.Loop() {
		start := time.Now()
		yardstick()
		between := time.Now()
		subject()
		yardsticks = append(yardsticks, between.Sub(start))
		subjects = append(subjects, time.Since(between))
	}
	median := func(samples []time.Duration) float64 {
		slices.Sort(samples)
		return float64(samples[len(samples)/2].Nanoseconds())
	}
	b.ReportMetric(0, "ns/op") // of both together, which says nothing
	b.ReportMetric(median(subjects)/float64(steps), "ns/step")
	b.ReportMetric(median(subjects)/median(yardsticks), "x-yardstick")
}

// BenchmarkStep is one invitation that meets an event after the other, each from where the last one led. The
// targets: legal within 1.5 times the yardstick, refused within twice, and nothing allocated.
func BenchmarkStep(b *testing.B) {
	start := walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	for _, bench := range []struct {
		name     string
		events   [4]transitions.Event
		refusals int
	}{
		{"legal", [4]transitions.Event{
			transitions.Updated(transitions.StateForwarded),
			transitions.Updated(transitions.StateAlerting),
			transitions.Updated(transitions.StateTeamRing),
			transitions.Updated(transitions.StateAlerting),
		}, 0},
		{"refused", [4]transitions.Event{
			transitions.Started(transitions.StateConnecting),
			transitions.Updated(transitions.StateConnected),
			transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined),
			transitions.Completed(transitions.StateDeclined, codes.RemoteFailureBusy),
		}, rounds},
	} {
		b.Run(bench.name, func(b *testing.B) {
			versus(b, rounds, lookups, func() {
				i, refusals := start, 0
				for k := range rounds {
					next, err := i.Step(bench.events[k&3])
					if err != nil {
						refusals++
					}
					i = next
				}
				sinkInvitation, sinkRefusals = i, refusals
			})
			if sinkRefusals != bench.refusals {
				b.Errorf("%d refusals, want %d", sinkRefusals, bench.refusals)
			}
		})
	}
}

// BenchmarkObserve is the tolerant mode on events that Step accepts.
func BenchmarkObserve(b *testing.B) {
	start := walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	versus(b, rounds, lookups, func() {
		i := start
		for k := range rounds {
			i, _, _ = i.Observe(transitions.Updated(transitions.StateAlerting + transitions.State(k&1)))
		}
		sinkInvitation = i
	})
}

// BenchmarkLife is whole lives: new, started, updated, accepted, completed. The target is 25 ns for one, which is a
// step here; the yardstick makes one look-up in that time.
func BenchmarkLife(b *testing.B) {
	versus(b, rounds, lookups, func() {
		for range rounds {
			sinkInvitation = life()
		}
	})
}

func life() transitions.Invitation {
	i := transitions.New(transitions.Incoming)
	i, _ = i.Step(transitions.Started(transitions.StateConnecting))
	i, _ = i.Step(transitions.Updated(transitions.StateConnecting))
	i, _ = i.Do(transitions.OperationAccept)
	i, _ = i.Step(transitions.Completed(transitions.StateConnected, codes.NoReason))
	return i
}

// BenchmarkMillion steps a million invitations in one pass. The target is to be no slower, step by step, than the
// single look-up of the yardstick.
func BenchmarkMillion(b *testing.B) {
	all := make([]transitions.Invitation, 1_000_000)
	for n := range all {
		all[n] = transitions.New(transitions.Outgoing)
	}
	pass := 0
	versus(b, len(all), func() {
		for range len(all) / rounds {
			lookups()
		}
		s := uint8(1)
		for k := range len(all) % rounds {
			s = lookup(s, uint8(k&3))
		}
		sinkState = s
	}, func() {
		e := transitions.Updated(transitions.StateAlerting + transitions.State(pass%3))
		for n, i := range all {
			next, err := i.Step(e)
			if err != nil {
				b.Error(err)
			}
			all[n] = next
		}
		pass++
	})
	b.ReportMetric(float64(unsafe.Sizeof(all[0])), "B/invitation")
}

// BenchmarkAtomic is one invitation that all cores share: each event moves it, or each leaves it where it is, as the
// one captured update does. The yardstick is an Invitation behind a mutex, which is what one would write without
// Atomic.
func BenchmarkAtomic(b *testing.B) {
	for _, bench := range []struct {
		name   string
		events [2]transitions.Event
	}{
		{"moving", [2]transitions.Event{
			transitions.Updated(transitions.StateTeamRing), transitions.Updated(transitions.StateAlerting),
		}},
		{"staying", [2]transitions.Event{
			transitions.Updated(transitions.StateAlerting), transitions.Updated(transitions.StateAlerting),
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			start := walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
			var a transitions.Atomic
			a.Store(start)
			locked := struct {
				sync.Mutex
				transitions.Invitation
			}{Invitation: start}
			versus(b, rounds, func() {
				onAllCores(func(n int) {
					locked.Lock()
					defer locked.Unlock()
					locked.Invitation, _ = locked.Step(bench.events[n&1])
				})
			}, func() {
				onAllCores(func(n int) {
					if _, err := a.Step(bench.events[n&1]); err != nil {
						b.Error(err)
					}
				})
			})
		})
	}
}

// onAllCores shares the steps of a sample between as many goroutines as there are cores.
func onAllCores(step func(n int)) {
	var wait sync.WaitGroup
	var next atomic.Int64
	const share = 256
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for first := next.Add(share) - share; first < rounds; first = next.Add(share) - share {
				for n := range share {
					step(n)
				}
			}
		})
	}
	wait.Wait()
}

// TestAllocations holds both modes and Atomic to no allocation at all, refusals included.
func TestAllocations(t *testing.T) {
	start := walk(t, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	var a transitions.Atomic
	a.Store(start)
	legal := transitions.Updated(transitions.StateTeamRing)
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	refused := transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined)
	count := func(i transitions.Invitation, err error) {
		if err != nil {
			sinkRefusals++
		}
		sinkInvitation = i
	}
	for _, test := range []struct {
		name string
		f    func()
	}{
		{"Step", func() { count(start.Step(legal)) }},
		{"Step, completed", func() { count(start.Step(busy)) }},
		{"Step, refused", func() { count(start.Step(refused)) }},
		{"Observe", func() { sinkInvitation, _, _ = start.Observe(legal) }},
		{"Observe, odd", func() { sinkInvitation, _, _ = start.Observe(refused) }},
		{"Do", func() { count(start.Do(transitions.OperationCancel)) }},
		{"life", func() { sinkInvitation = life() }},
		{"Atomic.Step", func() { count(a.Step(legal)) }},
		{"Atomic.Step, refused", func() { count(a.Step(refused)) }},
		{"Atomic.Observe", func() { sinkInvitation, _, _ = a.Observe(legal) }},
		{"Atomic.Do", func() { a.Store(start); count(a.Do(transitions.OperationCancel)) }},
	} {
		if got := testing.AllocsPerRun(100, test.f); got != 0 {
			t.Errorf("%s: %v allocations, want 0", test.name, got)
		}
	}
}

// TestSize holds a million invitations to half of the eight megabytes that they may have.
func TestSize(t *testing.T) {
	if got := unsafe.Sizeof(transitions.Invitation{}); got != 4 {
		t.Errorf("an Invitation has %d bytes, want 4", got)
	}
	if got := unsafe.Sizeof(transitions.Atomic{}); got != 4 {
		t.Errorf("an Atomic has %d bytes, want 4", got)
	}
}
