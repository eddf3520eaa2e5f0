package main

import (
	"github.com/avinvite/avinvite/transitions"
)

// The loops are functions of their own, so that the compiler inlines Step into them as it does in most programs. It does
// not inline Step into a very large function, and then a refusal allocates its error.

func stepLoop(i transitions.Invitation, events [4]transitions.Event, n int) (refusals int) {
	for k := range n {
		next, err := i.Step(events[k&3])
		if err != nil {
			refusals++
		}
		i = next
	}
	sink.invitation = i
	return refusals
}

func observeLoop(i transitions.Invitation, events [4]transitions.Event, n int) (odd int) {
	for k := range n {
		next, oddity, err := i.Observe(events[k&3])
		if err != nil || oddity != (transitions.Oddity{}) {
			odd++
		}
		i = next
	}
	sink.invitation = i
	return odd
}

func atomicLoop(a *transitions.Atomic, events [4]transitions.Event, n int) (refusals int) {
	for k := range n {
		if _, err := a.Step(events[k&3]); err != nil {
			refusals++
		}
	}
	return refusals
}

func stepLives(n int) (done int) {
	for range n {
		i := transitions.New(transitions.Outgoing)
		for _, e := range walk {
			i, _ = i.Step(e)
		}
		if i.Succeeded() {
			done++
		}
	}
	return done
}

func observeLives(n int) (done int) {
	for range n {
		i := transitions.New(transitions.Outgoing)
		for _, e := range walk {
			i, _, _ = i.Observe(e)
		}
		if i.Succeeded() {
			done++
		}
	}
	return done
}

func atomicLives(n int) (done int) {
	for range n {
		var a transitions.Atomic
		a.Store(transitions.New(transitions.Outgoing))
		for _, e := range walk {
			_, _ = a.Step(e)
		}
		if a.Load().Succeeded() {
			done++
		}
	}
	return done
}

func constructions(n int) int {
	for k := range n {
		sink.all[k&1023] = transitions.New(transitions.Outgoing)
	}
	return n
}

// begun returns an invitation at the beginning of the ring.
func begun() transitions.Invitation {
	i := transitions.New(transitions.Outgoing)
	for _, e := range walk[:2] {
		i, _ = i.Step(e)
	}
	return i
}

func invitations(n int) any { return make([]transitions.Invitation, n) }

func step() contestant {
	return contestant{
		parallel:     true,
		name:         "`Invitation.Step`",
		note:         "a refusal is an error that works out its text when it is asked for",
		event:        timed(func(n int) int { return n - stepLoop(begun(), ring, n) }),
		refusal:      timed(func(n int) int { return stepLoop(begun(), refused, n) }),
		construction: timed(constructions),
		life:         timed(stepLives),
		size:         heap(1_000_000, invitations),
	}
}

func observe() contestant {
	late := transitions.Started(transitions.StateConnecting)
	return contestant{
		parallel:     true,
		name:         "`Invitation.Observe`",
		note:         "refuses nothing before the completion: what is measured is an event found odd, and by which rule",
		event:        timed(func(n int) int { return n - observeLoop(begun(), ring, n) }),
		refusal:      timed(func(n int) int { return observeLoop(begun(), [4]transitions.Event{late, late, late, late}, n) }),
		construction: timed(constructions),
		life:         timed(observeLives),
		size:         heap(1_000_000, invitations),
	}
}

func atomicStep() contestant {
	share := func() *transitions.Atomic {
		a := new(transitions.Atomic)
		a.Store(begun())
		return a
	}
	return contestant{
		parallel:     true,
		name:         "`Atomic.Step`",
		note:         "`Step` by compare-and-swap: safe to share, without a lock",
		event:        timed(func(n int) int { return n - atomicLoop(share(), ring, n) }),
		refusal:      timed(func(n int) int { return atomicLoop(share(), refused, n) }),
		construction: timed(constructions),
		life:         timed(atomicLives),
		size:         heap(1_000_000, func(n int) any { return make([]transitions.Atomic, n) }),
		share: func() sample {
			a := share()
			return timed(func(n int) int { return n - atomicLoop(a, ring, n) })
		},
	}
}
