package transitions_test

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// What the compiler makes of Step, read once (go build -gcflags='-m=2 -d=ssa/check_bce', go1.26 on amd64): Step is
// inlined into its caller, with nothing to spare (it costs 80, and 80 is the limit). There is no bounds check, for
// whatever bytes an event has, the index into the relation has twelve bits. The *TransitionError of a refusal stays
// on the caller's stack, unless the caller keeps it. In a chain of steps the next state does not wait for the table:
// it comes from the event, and the processor only has to have guessed rightly that the table allows it.

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

// The sinks keep the compiler from dropping the loops.
var (
	sinkState      uint8
	sinkInvitation transitions.Invitation
	sinkRefusals   int
)

// rounds is the number of steps that one iteration makes, so that the loop itself does not count.
const rounds = 1024

func perStep(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rounds, "ns/step")
}

// BenchmarkStep is one invitation that meets an event after the other, each from where the last one led. The
// targets: legal within 1.5 times the yardstick, refused within twice, and nothing allocated.
func BenchmarkStep(b *testing.B) {
	b.Run("yardstick", func(b *testing.B) {
		b.ReportAllocs()
		events := [4]uint8{1, 2, 3, 4}
		s := uint8(1)
		for b.Loop() {
			for k := range rounds {
				s = lookup(s, events[k&3])
			}
		}
		sinkState = s
		perStep(b)
	})
	start := walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	for _, bench := range []struct {
		name   string
		events [4]transitions.Event
	}{
		{"legal", [4]transitions.Event{
			transitions.Updated(transitions.StateForwarded),
			transitions.Updated(transitions.StateAlerting),
			transitions.Updated(transitions.StateTeamRing),
			transitions.Updated(transitions.StateAlerting),
		}},
		{"refused", [4]transitions.Event{
			transitions.Started(transitions.StateConnecting),
			transitions.Updated(transitions.StateConnected),
			transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined),
			transitions.Completed(transitions.StateDeclined, codes.RemoteFailureBusy),
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			i, refusals := start, 0
			for b.Loop() {
				for k := range rounds {
					next, err := i.Step(bench.events[k&3])
					if err != nil {
						refusals++
					}
					i = next
				}
			}
			sinkInvitation, sinkRefusals = i, refusals
			if want := bench.name == "refused"; want != (refusals > 0) {
				b.Errorf("%d refusals", refusals)
			}
			perStep(b)
		})
	}
}

// BenchmarkLife is a whole life: new, started, updated, accepted, completed. The target is 25 ns.
func BenchmarkLife(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sinkInvitation = life()
	}
}

func life() transitions.Invitation {
	i := transitions.New(transitions.Incoming)
	i, _ = i.Step(transitions.Started(transitions.StateConnecting))
	i, _ = i.Step(transitions.Updated(transitions.StateConnecting))
	i, _ = i.Do(transitions.OperationAccept)
	i, _ = i.Step(transitions.Completed(transitions.StateConnected, codes.NoReason))
	return i
}

// BenchmarkObserve is the tolerant reader on what Step accepts.
func BenchmarkObserve(b *testing.B) {
	b.ReportAllocs()
	i := walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	for b.Loop() {
		for k := range rounds {
			i, _, _ = i.Observe(transitions.Updated(transitions.StateAlerting + transitions.State(k&1)))
		}
	}
	sinkInvitation = i
	perStep(b)
}

// BenchmarkMillion steps a million invitations in one pass. The yardstick is the same pass with look-ups.
func BenchmarkMillion(b *testing.B) {
	const million = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	b.Run("yardstick", func(b *testing.B) {
		all := make([]uint8, million)
		for b.Loop() {
			e := uint8(random.IntN(4) + 1)
			for n := range all {
				all[n] = lookup(all[n], e)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/million, "ns/step")
	})
	b.Run("step", func(b *testing.B) {
		b.ReportAllocs()
		all := make([]transitions.Invitation, million)
		for n := range all {
			all[n] = transitions.New(transitions.Outgoing)
		}
		for b.Loop() {
			e := transitions.Updated(transitions.StateAlerting + transitions.State(random.IntN(3)))
			for n := range all {
				all[n], _ = all[n].Step(e)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/million, "ns/step")
	})
}

// BenchmarkAtomic is one invitation that all cores share: each event moves it, or each leaves it where it is, as the
// one captured update does. The yardstick is the least that moving a shared word costs.
func BenchmarkAtomic(b *testing.B) {
	b.Run("yardstick", func(b *testing.B) {
		var word atomic.Uint32
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				for old := word.Load(); !word.CompareAndSwap(old, old+1); old = word.Load() {
				}
			}
		})
	})
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
			b.ReportAllocs()
			var a transitions.Atomic
			a.Store(walk(b, transitions.Outgoing, transitions.Started(transitions.StateAlerting)))
			b.RunParallel(func(p *testing.PB) {
				for n := 0; p.Next(); n++ {
					if _, err := a.Step(bench.events[n&1]); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// TestAllocations holds the readers and Atomic to no allocation at all, refusals included.
func TestAllocations(t *testing.T) {
	start := walk(t, transitions.Outgoing, transitions.Started(transitions.StateAlerting))
	var a transitions.Atomic
	a.Store(start)
	legal := transitions.Updated(transitions.StateTeamRing)
	busy := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	refused := transitions.Completed(transitions.StateFailed, codes.LocalFailureDeclined)
	for _, test := range []struct {
		name string
		f    func()
	}{
		{"Step", func() { sinkInvitation, _ = start.Step(legal) }},
		{"Step, completed", func() { sinkInvitation, _ = start.Step(busy) }},
		{"Step, refused", func() {
			next, err := start.Step(refused)
			if err != nil {
				sinkRefusals++
			}
			sinkInvitation = next
		}},
		{"Observe", func() { sinkInvitation, _, _ = start.Observe(legal) }},
		{"Observe, odd", func() { sinkInvitation, _, _ = start.Observe(refused) }},
		{"Do", func() { sinkInvitation, _ = start.Do(transitions.OperationCancel) }},
		{"life", func() { sinkInvitation = life() }},
		{"Atomic.Step", func() { sinkInvitation, _ = a.Step(legal) }},
	} {
		if got := testing.AllocsPerRun(100, test.f); got != 0 {
			t.Errorf("%s: %v allocations, want 0", test.name, got)
		}
	}
}

// TestSize holds an invitation to the eight bytes that it may have; it has four.
func TestSize(t *testing.T) {
	if got := unsafe.Sizeof(transitions.Invitation{}); got > 8 {
		t.Errorf("an Invitation has %d bytes, want at most 8", got)
	}
}
