package transitions_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// call is one call on a shared invitation: an event for Step, or an operation for Do where there is one.
type call struct {
	event     transitions.Event
	operation transitions.Operation
}

// answer is what the call returned.
type answer struct {
	to      transitions.Invitation
	refused bool
}

// shared is what Atomic, its racy twin and an Invitation have in common.
type shared interface {
	Step(transitions.Event) (transitions.Invitation, error)
	Do(transitions.Operation) (transitions.Invitation, error)
}

// on makes the call. An Invitation has the methods too, and is the sequential twin.
func (c call) on(s shared) answer {
	var to transitions.Invitation
	var err error
	if c.operation != transitions.OperationNone {
		to, err = s.Do(c.operation)
	} else {
		to, err = s.Step(c.event)
	}
	return answer{to, err != nil}
}

// racy is Atomic without compare-and-swap: what it has read may be stale when it writes. The pause makes that
// likely. The race detector sees nothing, for every access is atomic: only the checker can tell.
type racy struct {
	shared atomic.Value
	pause  func()
}

func (r *racy) Step(e transitions.Event) (transitions.Invitation, error) {
	i := r.shared.Load().(transitions.Invitation)
	next, err := i.Step(e)
	r.pause()
	if err == nil {
		r.shared.Store(next)
	}
	return next, err
}

func (r *racy) Do(o transitions.Operation) (transitions.Invitation, error) {
	i := r.shared.Load().(transitions.Invitation)
	next, err := i.Do(o)
	r.pause()
	if err == nil {
		r.shared.Store(next)
	}
	return next, err
}

// model is the sequential invitation, for the checker: the pure functions.
func model(start transitions.Invitation) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			want := input.(call).on(state.(transitions.Invitation))
			return want == output.(answer), want.to
		},
	}
}

var calls = []call{
	{event: transitions.Started(transitions.StateConnecting)},
	{event: transitions.Updated(transitions.StateConnecting)},
	{event: transitions.Updated(transitions.StateAlerting)},
	{event: transitions.Updated(transitions.StateTeamRing)},
	{operation: transitions.OperationCancel},
	{event: transitions.Completed(transitions.StateConnected, codes.NoReason)},
	{event: transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)},
	{event: transitions.Completed(transitions.StateCancelled, codes.LocalFailureCanceled)},
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
				got := c.on(s)
				recorded[g] = append(recorded[g], porcupine.Operation{
					ClientId: g, Input: c, Call: called, Output: got, Return: clock.Add(1),
				})
				runtime.Gosched()
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
	for n := range 3000 {
		var a transitions.Atomic
		a.Store(start)
		if h := history(&a, random); !porcupine.CheckOperations(model(start), h) {
			t.Fatalf("history %d is not linearizable: %v", n, h)
		}
	}
}

// TestRacyIsRejected shows that the checker can tell: the twin without compare-and-swap is caught.
func TestRacyIsRejected(t *testing.T) {
	start := transitions.New(transitions.Outgoing)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3000 {
		r := &racy{pause: runtime.Gosched}
		r.shared.Store(start)
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
