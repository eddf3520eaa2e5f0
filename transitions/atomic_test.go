package transitions_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// call is one call on a shared invitation: an event for Step or Observe, an operation for Do, or none of them for Load.
type call struct {
	step, observe transitions.Event
	do            transitions.Operation
}

// answer is what the call returned.
type answer struct {
	to      transitions.Invitation
	odd     transitions.Oddity
	refused bool
}

// shared is what Atomic, its racy twin and the sequential one have in common.
type shared interface {
	Load() transitions.Invitation
	Step(transitions.Event) (transitions.Invitation, error)
	Observe(transitions.Event) (transitions.Invitation, transitions.Oddity, error)
	Do(transitions.Operation) (transitions.Invitation, error)
}

func (c call) on(s shared) answer {
	var a answer
	var err error
	switch {
	case c.step != transitions.Event{}:
		a.to, err = s.Step(c.step)
	case c.observe != transitions.Event{}:
		a.to, a.odd, err = s.Observe(c.observe)
	case c.do != transitions.OperationNone:
		a.to, err = s.Do(c.do)
	default:
		a.to = s.Load()
	}
	a.refused = err != nil
	return a
}

// sequential is the pure functions, for the checker.
type sequential struct{ transitions.Invitation }

func (s sequential) Load() transitions.Invitation { return s.Invitation }

// racy is Atomic without compare-and-swap: what it has read may be stale when it writes. The pause makes that
// likely. The race detector sees nothing, for every access is atomic: only the checker can tell.
type racy struct {
	transitions.Atomic
	pause func()
}

func (r *racy) Step(e transitions.Event) (transitions.Invitation, error) {
	next, err := r.Load().Step(e)
	r.late(next)
	return next, err
}

func (r *racy) Observe(e transitions.Event) (transitions.Invitation, transitions.Oddity, error) {
	next, odd, err := r.Load().Observe(e)
	r.late(next)
	return next, odd, err
}

func (r *racy) Do(o transitions.Operation) (transitions.Invitation, error) {
	next, err := r.Load().Do(o)
	r.late(next)
	return next, err
}

func (r *racy) late(next transitions.Invitation) {
	r.pause()
	r.Store(next)
}

func model(start transitions.Invitation) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			want := input.(call).on(sequential{state.(transitions.Invitation)})
			return want == output.(answer), want.to
		},
	}
}

var calls = []call{
	{step: transitions.Started(transitions.StateConnecting)},
	{step: transitions.Updated(transitions.StateAlerting)},
	{step: transitions.Updated(transitions.StateTeamRing)},
	{step: transitions.Completed(transitions.StateConnected, codes.NoReason)},
	{step: transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)},
	{observe: transitions.Started(transitions.StateForwarded)},
	{observe: transitions.Updated(transitions.StateConnecting)},
	{observe: transitions.Completed(transitions.StateFailed, codes.NoReason)},
	{do: transitions.OperationCancel},
	{},
}

// history has four goroutines make four calls each on s, at once, and records what happened.
func history(s shared, random *rand.Rand) []porcupine.Operation {
	const goroutines, each = 4, 4
	var clock atomic.Int64
	var wait sync.WaitGroup
	start := make(chan struct{})
	recorded := make([][]porcupine.Operation, goroutines)
	for g := range goroutines {
		var mine [each]call
		for n := range mine {
			mine[n] = calls[random.IntN(len(calls))]
		}
		wait.Go(func() {
			<-start
			for _, c := range mine {
				called := clock.Add(1)
				runtime.Gosched() // so that others call before this one returns
				got := c.on(s)
				recorded[g] = append(recorded[g], porcupine.Operation{
					ClientId: g, Input: c, Call: called, Output: got, Return: clock.Add(1),
				})
			}
		})
	}
	close(start)
	wait.Wait()
	var all []porcupine.Operation
	for _, r := range recorded {
		all = append(all, r...)
	}
	return all
}

// TestAtomicIsLinearizable checks thousands of concurrent histories against the pure functions.
func TestAtomicIsLinearizable(t *testing.T) {
	start := transitions.New(transitions.Outgoing)
	random := rand.New(rand.NewPCG(1, 2))
	const histories = 5000
	overlapping := 0
	for n := range histories {
		var a transitions.Atomic
		a.Store(start)
		h := history(&a, random)
		if !porcupine.CheckOperations(model(start), h) {
			t.Fatalf("history %d is not linearizable: %v", n, h)
		}
		if slices.ContainsFunc(h, func(a porcupine.Operation) bool {
			return slices.ContainsFunc(h, func(b porcupine.Operation) bool {
				return a.ClientId != b.ClientId && a.Call < b.Return && b.Call < a.Return
			})
		}) {
			overlapping++
		}
	}
	t.Logf("%d of %d histories have calls at the same time", overlapping, histories)
	if overlapping < histories/2 {
		t.Errorf("only %d of %d histories have calls at the same time", overlapping, histories)
	}
}

// TestRacyIsRejected shows that the checker can tell: the twin without compare-and-swap is caught.
func TestRacyIsRejected(t *testing.T) {
	start := transitions.New(transitions.Outgoing)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3000 {
		r := &racy{pause: runtime.Gosched}
		r.Store(start)
		if !porcupine.CheckOperations(model(start), history(r, random)) {
			t.Logf("rejected after %d histories", n+1)
			return
		}
	}
	t.Error("3000 histories of the racy twin passed as linearizable, want one rejected")
}

// TestAtomicObserve checks that a hundred goroutines that report the same end leave one, and nothing odd.
func TestAtomicObserve(t *testing.T) {
	var a transitions.Atomic
	a.Store(transitions.New(transitions.Outgoing))
	var wait sync.WaitGroup
	end := transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)
	for range 100 {
		wait.Go(func() {
			got, odd, err := a.Observe(end)
			if err != nil || odd != (transitions.Oddity{}) || got.Reason() != codes.RemoteFailureBusy {
				t.Errorf("Observe(%v) = %v, %v, %v, want a completion or a repetition", end, got, odd, err)
			}
		})
	}
	wait.Wait()
	if got := a.Load(); got.Reason() != codes.RemoteFailureBusy {
		t.Errorf("Load() = %v, want RemoteFailure/Busy", got)
	}
}

// TestAtomicDo checks that of many goroutines one gets the operation.
func TestAtomicDo(t *testing.T) {
	var a transitions.Atomic
	a.Store(walk(t, transitions.Incoming, transitions.Started(transitions.StateConnecting)))
	var wait sync.WaitGroup
	var done atomic.Int64
	for range 100 {
		wait.Go(func() {
			if _, err := a.Do(transitions.OperationAccept); err == nil {
				done.Add(1)
			}
		})
	}
	wait.Wait()
	if done.Load() != 1 {
		t.Errorf("%d goroutines accepted, want 1", done.Load())
	}
}
