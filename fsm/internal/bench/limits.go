package main

import (
	"sync/atomic"

	"github.com/avinvite/avinvite/transitions"
)

// token is an event of the walk as a small number, for the two machines of this file.
type token = uint8

const (
	started   token = 0 // plus the state, 1 to 4
	updated   token = 4 // plus the state, 1 to 4
	completed token = 9
)

func tokenOf(e transitions.Event) token {
	switch e.Type {
	case transitions.EventStarted:
		return started + token(e.State)
	case transitions.EventUpdated:
		return updated + token(e.State)
	case transitions.EventCompleted:
	}
	return completed
}

func tokens[A [4]transitions.Event | [5]transitions.Event](events A) (list [len(walk)]token) {
	for n := range len(events) {
		list[n] = tokenOf(events[n])
	}
	return list
}

// table is the least that any table-driven machine does. The lengths are powers of two, so masks replace bounds checks.
type table [8][16]transitions.State

var dense = func() (t table) {
	for _, e := range edges {
		t[e.From][tokenOf(transitions.Event{Type: e.Type, State: e.To})] = e.To
	}
	return t
}()

// step returns the next state, or s and false.
func (t *table) step(s transitions.State, e token) (transitions.State, bool) {
	if next := t[s&7][e&15]; next != transitions.StateNone {
		return next, true
	}
	return s, false
}

// byHand is the same machine as a switch.
func byHand(s transitions.State, e token) (transitions.State, bool) {
	switch s {
	case transitions.StateNone:
		switch e {
		case started + 1, started + 2, started + 3, started + 4:
			return transitions.State(e - started), true
		case updated + 1, updated + 2, updated + 3, updated + 4:
			return transitions.State(e - updated), true
		case completed:
			return transitions.StateConnected, true
		}
	case transitions.StateConnecting:
		switch e {
		case updated + 1, updated + 2, updated + 3, updated + 4:
			return transitions.State(e - updated), true
		case completed:
			return transitions.StateConnected, true
		}
	case transitions.StateAlerting, transitions.StateTeamRing, transitions.StateForwarded:
		switch e {
		case updated + 2, updated + 3, updated + 4:
			return transitions.State(e - updated), true
		case completed:
			return transitions.StateConnected, true
		}
	case transitions.StateConnected, transitions.StateFailed, transitions.StateDeclined, transitions.StateCancelled:
	}
	return s, false
}

// sink keeps the compiler from dropping results.
var sink struct {
	state      transitions.State
	states     [1024]transitions.State
	invitation transitions.Invitation
	all        [1024]transitions.Invitation
}

func denseLoop(events [5]token, n int) (refusals int) {
	s := transitions.StateAlerting
	for k := range n {
		next, ok := dense.step(s, events[k&3])
		if !ok {
			refusals++
		}
		s = next
	}
	sink.state = s
	return refusals
}

func byHandLoop(events [5]token, n int) (refusals int) {
	s := transitions.StateAlerting
	for k := range n {
		next, ok := byHand(s, events[k&3])
		if !ok {
			refusals++
		}
		s = next
	}
	sink.state = s
	return refusals
}

func denseLives(events [5]token, n int) (done int) {
	for range n {
		s := transitions.StateNone
		for _, e := range events {
			s, _ = dense.step(s, e)
		}
		if s == transitions.StateConnected {
			done++
		}
	}
	return done
}

func byHandLives(events [5]token, n int) (done int) {
	for range n {
		s := transitions.StateNone
		for _, e := range events {
			s, _ = byHand(s, e)
		}
		if s == transitions.StateConnected {
			done++
		}
	}
	return done
}

// byHandShared does the same with the switch.
func byHandShared(shared *atomic.Uint32, events [5]token, n int) (refusals int) {
	for k := range n {
		for {
			old := shared.Load()
			next, ok := byHand(transitions.State(old), events[k&3])
			if shared.CompareAndSwap(old, uint32(next)) {
				if !ok {
					refusals++
				}
				break
			}
		}
	}
	return refusals
}

// denseShared is the least that loses no event if several goroutines fire: a compare-and-swap.
func denseShared(shared *atomic.Uint32, events [5]token, n int) (refusals int) {
	for k := range n {
		for {
			old := shared.Load()
			next, ok := dense.step(transitions.State(old), events[k&3])
			if shared.CompareAndSwap(old, uint32(next)) {
				if !ok {
					refusals++
				}
				break
			}
		}
	}
	return refusals
}

// states makes new invitations of the two machines, which are a state each.
func states(n int) int {
	for k := range n {
		sink.states[k&1023] = transitions.StateNone
	}
	return n
}

func denseTable() contestant {
	return contestant{
		parallel:     true,
		name:         "a bare dense table",
		note:         "the limit: one look-up in `[state][event]`; no reason, no direction, no error",
		event:        timed(func(n int) int { return n - denseLoop(tokens(ring), n) }),
		refusal:      timed(func(n int) int { return denseLoop(tokens(refused), n) }),
		construction: timed(states),
		life:         timed(func(n int) int { return denseLives(tokens(walk), n) }),
		size:         heap(1_000_000, func(n int) any { return make([]transitions.State, n) }),
		share: func() sample {
			var shared atomic.Uint32
			shared.Store(uint32(transitions.StateAlerting))
			return timed(func(n int) int { return n - denseShared(&shared, tokens(ring), n) })
		},
	}
}

func handWritten() contestant {
	return contestant{
		parallel:     true,
		name:         "a hand-written switch",
		note:         "the same machine as code",
		event:        timed(func(n int) int { return n - byHandLoop(tokens(ring), n) }),
		refusal:      timed(func(n int) int { return byHandLoop(tokens(refused), n) }),
		construction: timed(states),
		life:         timed(func(n int) int { return byHandLives(tokens(walk), n) }),
		size:         heap(1_000_000, func(n int) any { return make([]transitions.State, n) }),
		share: func() sample {
			var shared atomic.Uint32
			shared.Store(uint32(transitions.StateAlerting))
			return timed(func(n int) int { return n - byHandShared(&shared, tokens(ring), n) })
		},
	}
}
