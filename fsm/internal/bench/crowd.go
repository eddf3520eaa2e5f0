package main

import (
	"math/rand/v2"

	"github.com/avinvite/avinvite/transitions"
)

// crowd is many invitations, each of which has one event to come. Each is at a random point of a random life, so that no
// branch on its state or on its event can be foreseen.
type crowd struct {
	invitations []transitions.Invitation
	events      []transitions.Event

	// The same, for the two machines that set the limits.
	states []transitions.State
	tokens []token

	// The results of a pass.
	after  []transitions.Invitation
	became []transitions.State

	// As many invitations that ring, all in the same state.
	ringing []transitions.Invitation
	rings   []transitions.State
}

// newCrowd returns n invitations, the same ones in each run.
func newCrowd(n int) *crowd {
	from := map[transitions.State][]transitions.Event{}
	for _, e := range edges {
		from[e.From] = append(from[e.From], transitions.Event{Type: e.Type, State: e.To})
	}
	c, random := new(crowd), rand.New(rand.NewPCG(1, 2))
	for range n {
		var life []transitions.Event
		for s := transitions.StateNone; s != transitions.StateConnected; s = life[len(life)-1].State {
			life = append(life, from[s][random.IntN(len(from[s]))])
		}
		i, next := transitions.New(transitions.Outgoing), random.IntN(len(life))
		for _, e := range life[:next] {
			i, _ = i.Step(e)
		}
		c.invitations, c.events = append(c.invitations, i), append(c.events, life[next])
		c.states, c.tokens = append(c.states, i.State()), append(c.tokens, tokenOf(life[next]))
		c.ringing, c.rings = append(c.ringing, begun()), append(c.rings, begun().State())
	}
	c.after, c.became = make([]transitions.Invitation, n), make([]transitions.State, n)
	return c
}

// passes makes a sample of a pass over a crowd, which reports whether every invitation took its event.
func passes(pass func() bool) sample {
	return timed(func(n int) (done int) {
		for range n {
			if pass() {
				done++
			}
		}
		return done
	})
}

func (c *crowd) nextByStep() bool {
	events, after, legal := c.events[:len(c.invitations)], c.after[:len(c.invitations)], 0
	for k, i := range c.invitations {
		next, err := i.Step(events[k])
		if err == nil {
			legal++
		}
		after[k] = next
	}
	return legal == len(c.invitations)
}

func (c *crowd) nextByTable() bool {
	tokens, became, legal := c.tokens[:len(c.states)], c.became[:len(c.states)], 0
	for k, s := range c.states {
		next, ok := dense.step(s, tokens[k])
		if ok {
			legal++
		}
		became[k] = next
	}
	return legal == len(c.states)
}

func (c *crowd) nextBySwitch() bool {
	tokens, became, legal := c.tokens[:len(c.states)], c.became[:len(c.states)], 0
	for k, s := range c.states {
		next, ok := byHand(s, tokens[k])
		if ok {
			legal++
		}
		became[k] = next
	}
	return legal == len(c.states)
}

// another returns a ringing state that s is not.
func another(s transitions.State) transitions.State {
	if s == transitions.StateTeamRing {
		return transitions.StateForwarded
	}
	return transitions.StateTeamRing
}

// sameByStep applies the same update to every invitation that rings. The compiler knows the type of the event, as in a
// program that does this.
func (c *crowd) sameByStep() bool {
	e := transitions.Updated(another(c.ringing[0].State()))
	for k, i := range c.ringing {
		next, err := i.Step(e)
		if err != nil {
			return false
		}
		c.ringing[k] = next
	}
	return true
}

func (c *crowd) sameByTable() bool {
	e := updated + token(another(c.rings[0]))
	for k, s := range c.rings {
		next, ok := dense.step(s, e)
		if !ok {
			return false
		}
		c.rings[k] = next
	}
	return true
}
