package service

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// chance chooses the events of one call that a script leaves open.
type chance struct{ *rand.Rand }

func newChance(seed uint64, number int) *chance {
	return &chance{rand.New(rand.NewPCG(seed, uint64(number)))}
}

// uuid returns an identifier as the service writes it.
func (c *chance) uuid() string {
	a, b := c.Uint64(), c.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// between returns a duration, in milliseconds.
func (c *chance) between(low, high time.Duration) time.Duration {
	return low + time.Duration(c.Int64N(int64((high-low)/time.Millisecond)))*time.Millisecond
}

// live returns the events of a call to which the application does nothing: started, at most two updates, and a
// completion. Nobody but the application accepts an incoming call, which therefore fails, after twenty seconds at least.
func (c *chance) live(d transitions.Direction) (steps []Step) {
	at := transitions.New(d)
	step := func(after time.Duration, t transitions.EventType) {
		e := c.choose(at, t)
		steps = append(steps, Step{after, e})
		at, _ = at.Step(e) // legal, since it was chosen from the legal events
	}
	step(0, transitions.EventStarted)
	for range c.IntN(3) {
		step(c.between(0, 3*time.Second), transitions.EventUpdated)
	}
	if d == transitions.Incoming {
		step(c.between(20*time.Second, 40*time.Second), transitions.EventCompleted)
	} else {
		step(c.between(0, 5*time.Second), transitions.EventCompleted)
	}
	return steps
}

// follow returns the events behind an operation: the documented ones, except that one accepted call in four fails.
func (c *chance) follow(o transitions.Operation, at transitions.Invitation) []Step {
	steps := documented(o, at)
	if last := len(steps) - 1; last >= 0 && steps[last].Event.State == transitions.StateConnected {
		steps[last].After = c.between(0, 2*time.Second)
		if c.IntN(4) == 0 {
			steps[last].Event = c.failure(at)
		}
	}
	return steps
}

// choose returns one of the legal events of a type. Every other outgoing call succeeds.
func (c *chance) choose(at transitions.Invitation, t transitions.EventType) transitions.Event {
	if t == transitions.EventCompleted {
		if at.Direction() == transitions.Outgoing && c.IntN(2) == 0 {
			return transitions.Completed(transitions.StateConnected, codes.NoReason)
		}
		return c.failure(at)
	}
	var legal []transitions.Event
	for e := range at.Legal() {
		if e.Type == t {
			legal = append(legal, e)
		}
	}
	return legal[c.IntN(len(legal))]
}

// failure returns a legal failure that the application has not brought about itself.
func (c *chance) failure(at transitions.Invitation) transitions.Event {
	var legal []transitions.Event
	for e := range at.Legal() {
		if e.Reason != codes.NoReason && e.Reason != codes.LocalFailureDeclined && e.Reason != codes.LocalFailureCanceled {
			legal = append(legal, e)
		}
	}
	return legal[c.IntN(len(legal))]
}
