package main

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	looplab "github.com/looplab/fsm"
	"github.com/qmuntal/stateless"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
)

// engine is a machine that changes in place. The figures include the calls of these functions: one or two nanoseconds
// where the machines take hundreds.
type engine[M any] struct {
	construct func() M
	fire      func(M, transitions.Event) error
	shared    func(M, transitions.Event) error // where several goroutines fire; nil if they must not
	ended     func(M) bool
}

func (g engine[M]) contestant(name, note string) contestant {
	begin := func() M {
		m := g.construct()
		for _, e := range walk[:2] {
			_ = g.fire(m, e)
		}
		return m
	}
	loop := func(m M, fire func(M, transitions.Event) error, events [4]transitions.Event, refuses bool) sample {
		return timed(func(n int) int {
			refusals := 0
			for k := range n {
				if fire(m, events[k&3]) != nil {
					refusals++
				}
			}
			if refuses {
				return refusals
			}
			return n - refusals
		})
	}
	c := contestant{
		parallel: true,
		name:     name,
		note:     note,
		event:    func(n int) (int, time.Duration) { return loop(begin(), g.fire, ring, false)(n) },
		refusal:  func(n int) (int, time.Duration) { return loop(begin(), g.fire, refused, true)(n) },
		construction: timed(func(n int) int {
			for range n {
				g.construct()
			}
			return n
		}),
		life: timed(func(n int) (done int) {
			for range n {
				m := g.construct()
				for _, e := range walk {
					_ = g.fire(m, e)
				}
				if g.ended(m) {
					done++
				}
			}
			return done
		}),
		size: heap(10_000, func(n int) any {
			all := make([]M, n)
			for k := range all {
				all[k] = begin()
			}
			return all
		}),
	}
	if g.shared != nil {
		c.share = func() sample { return loop(begin(), g.shared, ring, false) }
	}
	return c
}

// names are the engine's names of the events, made once so that the figures do not include the making.
var names = func() (list [4][16]string) {
	for t := transitions.EventStarted; t <= transitions.EventCompleted; t++ {
		for s := range transitions.StateCancelled + 1 {
			list[t][s] = fsm.EventName(transitions.Event{Type: t, State: s})
		}
	}
	return list
}()

// sixStates are the edges between the six states, as looplab takes them.
var sixStates = func() (events looplab.Events) {
	for _, e := range edges {
		events = append(events, looplab.EventDesc{
			Name: names[e.Type][e.To], Src: []string{e.From.String()}, Dst: e.To.String(),
		})
	}
	return events
}()

// looplabFSM returns a bare looplab machine. Callbacks find the event in Event.Args, as those of ours do, because its name
// lacks the reason.
func looplabFSM(name, note string, events looplab.Events, callbacks looplab.Callbacks) contestant {
	fire := func(m *looplab.FSM, e transitions.Event) error {
		return m.Event(context.Background(), names[e.Type][e.State])
	}
	if callbacks != nil {
		fire = func(m *looplab.FSM, e transitions.Event) error {
			return m.Event(context.Background(), names[e.Type][e.State], e)
		}
	}
	var mu sync.Mutex
	return engine[*looplab.FSM]{
		construct: func() *looplab.FSM { return looplab.NewFSM(transitions.StateNone.String(), events, callbacks) },
		fire:      fire,
		shared: func(m *looplab.FSM, e transitions.Event) error {
			mu.Lock()
			err := fire(m, e)
			mu.Unlock()
			// An update that keeps the state is legal, but the engine returns an error for it.
			if stays := (looplab.NoTransitionError{}); errors.As(err, &stays) {
				return nil
			}
			return err
		},
		ended: func(m *looplab.FSM) bool { return m.Is(transitions.StateConnected.String()) },
	}.contestant(name, note)
}

// liveMachine returns a Machine of package fsm.
func liveMachine(name, note string, config fsm.Config) contestant {
	return engine[*fsm.Machine]{
		construct: func() *fsm.Machine {
			m, err := fsm.New(transitions.Outgoing, config)
			if err != nil {
				panic(err) // the direction and the callbacks are those of this module
			}
			return m
		},
		fire: func(m *fsm.Machine, e transitions.Event) error { return m.Event(context.Background(), e) },
		shared: func(m *fsm.Machine, e transitions.Event) error {
			ctx := context.Background()
			return fsm.Wait(ctx, m.Event(ctx, e))
		},
		ended: func(m *fsm.Machine) bool { return m.Invitation().Succeeded() },
	}.contestant(name, note)
}

// sameEdges returns the bare machine that a Machine is compared with.
func sameEdges(name, note string, callbacks looplab.Callbacks) contestant {
	return looplabFSM(name, note, fsm.Events(transitions.Outgoing), callbacks)
}

func nothing(context.Context, *looplab.Event) {}

// An event of the ring calls one, four or eight of these callbacks, which do nothing.
var (
	oneCallback   = looplab.Callbacks{"enter_state": nothing}
	fourCallbacks = looplab.Callbacks{
		"before_event": nothing, "leave_state": nothing, "enter_state": nothing, "after_event": nothing,
	}
	eightCallbacks = func() looplab.Callbacks {
		all := maps.Clone(fourCallbacks)
		for _, e := range ring {
			state, event := e.State.String(), names[e.Type][e.State]
			all["before_"+event], all["after_"+event] = nothing, nothing
			all["leave_"+state], all["enter_"+state] = nothing, nothing
		}
		return all
	}()
)

// triggers are the triggers as the engine takes them, boxed once.
var triggers = func() (list [16]stateless.Trigger) {
	for n := range list {
		list[n] = token(n)
	}
	return list
}()

func configured(m *stateless.StateMachine) *stateless.StateMachine {
	for _, e := range edges {
		trigger := triggers[tokenOf(transitions.Event{Type: e.Type, State: e.To})]
		if c := m.Configure(e.From); e.From == e.To {
			c.PermitReentry(trigger)
		} else {
			c.Permit(trigger, e.To)
		}
	}
	return m
}

func statelessMachine() contestant {
	fire := func(m *stateless.StateMachine, e transitions.Event) error { return m.Fire(triggers[tokenOf(e)]) }
	return engine[*stateless.StateMachine]{
		construct: func() *stateless.StateMachine {
			return configured(stateless.NewStateMachine(transitions.StateNone))
		},
		fire:   fire,
		shared: fire,
		ended:  func(m *stateless.StateMachine) bool { return m.MustState() == transitions.StateConnected },
	}.contestant("qmuntal/stateless", "no actions; its queued mode, which is the default and safe to share; makes the text of a refusal")
}

// holder is the state of one invitation where one machine serves all of them.
type holder struct{ state stateless.State }

type holderKey struct{}

func statelessStorage() contestant {
	m := configured(stateless.NewStateMachineWithExternalStorage(
		func(ctx context.Context) (stateless.State, error) { return ctx.Value(holderKey{}).(*holder).state, nil },
		func(ctx context.Context, s stateless.State) error {
			ctx.Value(holderKey{}).(*holder).state = s
			return nil
		},
		stateless.FiringImmediate))
	return engine[*holder]{
		construct: func() *holder { return &holder{transitions.StateNone} },
		fire: func(h *holder, e transitions.Event) error {
			return m.FireCtx(context.WithValue(context.Background(), holderKey{}, h), triggers[tokenOf(e)])
		},
		ended: func(h *holder) bool { return h.state == transitions.StateConnected },
	}.contestant("qmuntal/stateless, external storage", "one machine for all invitations, and a struct for each that the context of the event names; not to be shared")
}
