package fsm_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// long reports whether the tests take their long form. They ask it while they run, and not before, because go test
// caches results by the variables that tests have read.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

// caller has the methods that a machine and its racy twin share.
type caller interface {
	Event(context.Context, transitions.Event) error
	Do(transitions.Operation) error
	Invitation() transitions.Invitation
}

// operation is one call: of Event, of Do or, if it is zero, of Invitation.
type operation struct {
	event transitions.Event
	do    transitions.Operation
}

// result is the outcome of a call.
type result struct {
	refused bool
	seen    transitions.Invitation // by Invitation
	taken   fsm.Transition         // of an event, if OnTransition was called
}

var operations = []operation{
	{event: started},
	{event: alerting},
	{event: updated},
	{event: connected},
	{event: transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy)},
	{event: transitions.Completed(transitions.StateFailed, codes.NoReason)},
	{do: transitions.OperationCancel},
	{},
}

// sequential returns the model: the mode applies the calls one after the other. told reports whether the machines have
// OnTransition.
func sequential(start transitions.Invitation, tolerant, told bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			now, o := state.(transitions.Invitation), input.(operation)
			next, odd, err := now, transitions.Oddity{}, error(nil)
			var want result
			switch {
			case o.do != transitions.OperationNone:
				next, err = now.Do(o.do)
			case o.event == transitions.Event{}:
				want.seen = now
			default:
				next, odd, err = read(tolerant, now, o.event)
				// OnTransition is not called for a repetition, which changes nothing and is not odd.
				_, refused := now.Step(o.event)
				if told && err == nil && (refused == nil || next != now || odd != transitions.Oddity{}) {
					want.taken = fsm.Transition{From: now, Event: o.event, To: next, Odd: odd}
				}
			}
			want.refused = err != nil
			return want == output.(result), next
		},
	}
}

// log records the calls of a machine, with the times of call and return.
type log struct {
	clock atomic.Int64
	mu    sync.Mutex
	calls []porcupine.Operation
}

// record makes a call and records its result. OnTransition finds the result in its context.
func (l *log) record(client int, c caller, o operation) {
	var got result
	called := l.clock.Add(1)
	runtime.Gosched() // so that others call before this one returns
	switch ctx := context.WithValue(context.Background(), key{}, &got); {
	case o.do != transitions.OperationNone:
		got.refused = c.Do(o.do) != nil
	case o.event == transitions.Event{}:
		got.seen = c.Invitation()
	default:
		got.refused = fsm.Wait(context.Background(), c.Event(ctx, o.event)) != nil
	}
	returned := l.clock.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, porcupine.Operation{ClientId: client, Input: o, Call: called, Output: got, Return: returned})
}

// history makes four calls in each of four goroutines at once.
func (l *log) history(c caller, random *rand.Rand) {
	var wait sync.WaitGroup
	start := make(chan struct{})
	for client := range 4 {
		var mine [4]operation
		for n := range mine {
			mine[n] = operations[random.IntN(len(operations))]
		}
		wait.Go(func() {
			<-start
			for _, o := range mine {
				l.record(client, c, o)
			}
		})
	}
	close(start)
	wait.Wait()
}

// TestLinearizable checks concurrent histories against the model, in both modes, without callbacks and with callbacks
// that make calls of their own. No two callbacks run at the same time.
func TestLinearizable(t *testing.T) {
	histories := 1500
	if long() {
		histories = 30_000
	}
	for _, told := range []bool{false, true} {
		for _, tolerant := range []bool{false, true} {
			random := rand.New(rand.NewPCG(1, 2))
			overlapping, queued := 0, atomic.Int64{}
			for n := range histories {
				var l log
				var m *fsm.Machine
				c := fsm.Config{Tolerant: tolerant}
				if told {
					var running atomic.Int64
					alone := func(do func()) {
						if running.Add(1) != 1 {
							t.Error("two callbacks run at the same time")
						}
						do()
						runtime.Gosched()
						running.Add(-1)
					}
					inside := func(context.Context, *looplab.Event) {
						alone(func() {
							l.record(4, m, operation{})
							l.record(4, m, operation{do: transitions.OperationCancel})
						})
					}
					c.Callbacks = looplab.Callbacks{"before_event": inside, "enter_Alerting": inside}
					c.OnTransition = func(ctx context.Context, taken fsm.Transition) {
						alone(func() { ctx.Value(key{}).(*result).taken = taken })
					}
				}
				m = machine(t, transitions.Outgoing, c)
				l.history(counting{m, &queued}, random)
				if !porcupine.CheckOperations(sequential(transitions.New(transitions.Outgoing), tolerant, told), l.calls) {
					t.Fatalf("tolerant %t, callbacks %t: history %d is not linearizable: %v", tolerant, told, n, l.calls)
				}
				if slices.ContainsFunc(l.calls, func(a porcupine.Operation) bool {
					return slices.ContainsFunc(l.calls, func(b porcupine.Operation) bool {
						return a.ClientId != b.ClientId && a.Call < b.Return && b.Call < a.Return
					})
				}) {
					overlapping++
				}
			}
			if overlapping < histories/2 || told && queued.Load() < int64(histories)/10 {
				t.Errorf("tolerant %t, callbacks %t: %d of %d histories have calls at the same time, and %d events were queued",
					tolerant, told, overlapping, histories, queued.Load())
			}
		}
	}
}

// counting counts the events that were queued.
type counting struct {
	*fsm.Machine
	queued *atomic.Int64
}

func (c counting) Event(ctx context.Context, e transitions.Event) error {
	err := c.Machine.Event(ctx, e)
	if errors.Is(err, fsm.ErrQueued) {
		c.queued.Add(1)
	}
	return err
}

// racy is a program that restores a machine, uses it, and saves its snapshot, although others do so meanwhile. No access
// is a data race, so only the checker finds the fault.
type racy struct{ saved transitions.Atomic }

func (r *racy) use(use func(*fsm.Machine) error) error {
	m, err := fsm.Restore(r.saved.Load(), fsm.Config{})
	if err != nil {
		return err
	}
	err = use(m)
	runtime.Gosched()
	r.saved.Store(m.Invitation())
	return err
}

func (r *racy) Event(ctx context.Context, e transitions.Event) error {
	return r.use(func(m *fsm.Machine) error { return m.Event(ctx, e) })
}

func (r *racy) Do(o transitions.Operation) error {
	return r.use(func(m *fsm.Machine) error { return m.Do(o) })
}

func (r *racy) Invitation() transitions.Invitation { return r.saved.Load() }

// TestRacyIsRejected shows that the checker finds faults.
func TestRacyIsRejected(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 3000 {
		var l log
		var r racy
		r.saved.Store(transitions.New(transitions.Outgoing))
		l.history(&r, random)
		if !porcupine.CheckOperations(sequential(transitions.New(transitions.Outgoing), false, false), l.calls) {
			t.Logf("rejected after %d histories", n+1)
			return
		}
	}
	t.Error("3000 histories of the racy twin passed as linearizable, want one rejected")
}

// TestOrderOfArrival: the events of one goroutine are carried out in its order, even if some are queued and nobody waits
// for them.
func TestOrderOfArrival(t *testing.T) {
	const goroutines, each = 4, 20000
	var next [goroutines]int
	m := machine(t, transitions.Outgoing, fsm.Config{OnTransition: func(ctx context.Context, _ fsm.Transition) {
		mark := ctx.Value(key{}).([2]int)
		if g, n := mark[0], mark[1]; n != next[g] {
			t.Errorf("event %d of goroutine %d comes when event %d should", n, g, next[g])
		}
		next[mark[0]]++
	}})
	var wait sync.WaitGroup
	for g := range goroutines {
		wait.Go(func() {
			var last error
			for n := range each {
				last = m.Event(context.WithValue(t.Context(), key{}, [2]int{g, n}), updated)
			}
			if err := fsm.Wait(t.Context(), last); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for g, n := range next {
		if n != each {
			t.Errorf("%d events of goroutine %d were carried out, want %d", n, g, each)
		}
	}
}
