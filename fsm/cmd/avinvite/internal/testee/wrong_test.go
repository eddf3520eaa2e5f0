package testee_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// long reports whether the long form of tests is asked for.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }

const (
	incoming = transitions.Incoming
	outgoing = transitions.Outgoing
)

var errNo = errors.New("no")

// wrong is an implementation with one fault.
type wrong struct {
	name string
	implementation
	options testee.Options
	class   string // of the first failure
	word    string // of the same
	passes  *testee.Options
}

// change returns an implementation with some functions replaced.
func change(i implementation, edit func(right implementation, i *implementation)) implementation {
	edited := i
	edit(i, &edited)
	return edited
}

// in returns the options for a run in one direction.
func in(d transitions.Direction, k uint, representatives bool) testee.Options {
	return testee.Options{
		K: k, Representatives: representatives, Directions: []transitions.Direction{d}, Timeout: time.Minute,
	}
}

// flagged is right until it has completed and a completion for one reason has come again so many times. Then it accepts a
// started event, once.
func flagged(times int) implementation {
	again := transitions.Started(transitions.StateConnecting)
	return change(server(), func(right implementation, i *implementation) {
		i.event = func(c call, e transitions.Event) (call, error) {
			if c.flag == times && e == again {
				return call{c.Invitation, times + 1}, nil
			}
			next, err := right.event(c, e)
			if c.Terminal() && c.flag < times && e.Reason == codes.ConflictAlreadyExists {
				next.flag++
			}
			return next, err
		}
	})
}

// wrongs lists implementations with one fault each.
func wrongs() []wrong {
	connecting := transitions.Updated(transitions.StateConnecting)
	k1, k0 := in(incoming, 1, true), in(incoming, 0, true)
	return []wrong{
		{
			name: "yes to everything", options: k0, class: "accepted too much", word: "[started(Alerting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) { c, _ = right.event(c, e); return c, nil }
				i.do = func(c call, o transitions.Operation) (call, error) { c, _ = right.do(c, o); return c, nil }
			}),
		},
		{
			name: "no to everything", options: k0, class: "refused too much", word: "[updated(Connecting)]",
			implementation: change(server(), func(_ implementation, i *implementation) {
				i.event = func(c call, _ transitions.Event) (call, error) { return c, errNo }
				i.do = func(c call, _ transitions.Operation) (call, error) { return c, codes.SyncResourceNotFound }
			}),
		},
		{
			name: "two states swapped", options: in(outgoing, 0, true), class: "wrong state", word: "[updated(Alerting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				swap := map[transitions.State]transitions.State{
					transitions.StateAlerting: transitions.StateTeamRing, transitions.StateTeamRing: transitions.StateAlerting,
				}
				i.view = func(c call) laws.View {
					v := right.view(c)
					if other, ok := swap[v.State]; ok {
						v.State = other
					}
					return v
				}
			}),
		},
		{
			name: "an end that does not absorb for one reason", options: in(outgoing, 0, false), class: "accepted too much",
			word: "[completed(Failed, RemoteFailure/Busy) started(Connecting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if c.Reason() == codes.RemoteFailureBusy {
						c = call{transitions.New(c.Direction()), 0}
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "a late completion that overwrites the reason", options: in(incoming, 0, false), class: "accepted too much",
			word: "[completed(Failed, Conflict/AlreadyExists) completed(Failed, Conflict/None)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.hello = wholeHello
				i.event = func(c call, e transitions.Event) (call, error) {
					if fresh, err := right.event(call{transitions.New(c.Direction()), 0}, e); c.State() == transitions.StateFailed &&
						err == nil && fresh.State() == transitions.StateFailed && fresh != c {
						return fresh, nil
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "pending is forgotten on update", options: k0, class: "wrong state",
			word: "[started(Connecting) do accept updated(Connecting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e == connecting && c.State() == transitions.StateConnecting {
						c = call{transitions.New(c.Direction()), 0}
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "a second operation is accepted", options: k0, class: "accepted too much",
			word: "[started(Connecting) do accept do accept]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.do = func(c call, o transitions.Operation) (call, error) {
					next, err := right.do(c, o)
					if errors.Is(err, transitions.ErrPending) {
						return c, nil
					}
					return next, err
				}
			}),
		},
		{
			name: "404 for 409", options: k0, class: "wrong answer", word: "[started(Connecting) do accept do accept]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.do = func(c call, o transitions.Operation) (call, error) {
					next, err := right.do(c, o)
					if errors.Is(err, transitions.ErrPending) {
						return c, codes.SyncResourceNotFound
					}
					return next, err
				}
			}),
		},
		{
			name: "started twice", options: k0, class: "accepted too much", word: "[started(Connecting) started(Connecting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e.Type == transitions.EventStarted && c.State() == e.State {
						return c, nil
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "back to Connecting", options: in(outgoing, 0, true), class: "accepted too much",
			word: "[started(Alerting) updated(Connecting)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e == connecting && c.State().Progress() {
						c = call{transitions.New(c.Direction()), 0}
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "a reason of the other direction", options: in(incoming, 0, false), class: "accepted too much",
			word: "[completed(Failed, RemoteFailure/Busy)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e.Reason == codes.RemoteFailureBusy && !c.Terminal() {
						e.Reason = codes.LocalFailureTimeout
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "an unknown subcode accepted by a server", options: in(incoming, 0, false), class: "accepted too much",
			word: "[completed(Failed, Conflict)]",
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e.Reason == codes.Alone(codes.Conflict) {
						e.Reason = codes.ConflictNone
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "a client that waits for ever on Declined", options: in(outgoing, 0, true), class: "refused too much",
			word: "[completed(Declined)]",
			implementation: change(client(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if e.State == transitions.StateDeclined {
						return c, nil
					}
					return right.event(c, e)
				}
			}),
		},
		{
			name: "new again after an update that was answered rightly", options: k1, class: "hidden state at depth 1",
			word: "[started(Connecting) updated(Connecting) started(Connecting)]", passes: &k0,
			implementation: change(server(), func(right implementation, i *implementation) {
				i.event = func(c call, e transitions.Event) (call, error) {
					if c.flag == 1 {
						c = call{transitions.New(c.Direction()), 0}
					}
					next, err := right.event(c, e)
					if c.State() == transitions.StateConnecting && e == connecting {
						next.flag = 1
					}
					return next, err
				}
			}),
		},
		{
			name: "a hidden state one input deep", options: k1, class: "hidden state at depth 1", passes: &k0,
			word:           "[completed(Connected) completed(Failed, Conflict/AlreadyExists) started(Connecting)]",
			implementation: flagged(1),
		},
		{
			name: "a hidden state two inputs deep", options: in(incoming, 2, true), class: "hidden state at depth 2", passes: &k1,
			word:           "[completed(Connected) completed(Failed, Conflict/AlreadyExists) completed(Failed, Conflict/AlreadyExists) started(Connecting)]",
			implementation: flagged(2),
		},
	}
}

// TestWrong tests implementations with one fault each. The report must say which it is.
func TestWrong(t *testing.T) {
	for _, w := range wrongs() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			r := testee.Run(t.Context(), program(w.run).open, w.options)
			if r.Err != nil || len(r.Failures) == 0 {
				t.Fatalf("error %v, %d failures, want one with the class %s", r.Err, len(r.Failures), w.class)
			}
			first := r.Failures[0]
			// With all inputs, another word of the same class may come first.
			if word := fmt.Sprint(first.Word); first.String() != w.class || word != w.word && !long() {
				t.Errorf("the first failure is %v after %s, want %s after %s", &first, word, w.class, w.word)
			}
			if w.passes == nil {
				return
			}
			if r := testee.Run(t.Context(), program(w.run).open, *w.passes); r.Verdict() != "passes" {
				t.Errorf("k = %d: %s, want a pass", w.passes.K, r.Verdict())
			}
		})
	}
}
