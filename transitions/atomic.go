package transitions

import "sync/atomic"

// Atomic is an invitation shared between goroutines: four bytes, changed by compare-and-swap, without a lock. It is
// linearizable: each method takes effect at one instant between its call and its return, so that of two events that
// arrive together the second meets the invitation after the first. An event costs about twice an
// [Invitation.Step] while nobody else changes the invitation, and allocates nothing. The zero value holds the zero
// Invitation until Store is called. An Atomic must not be copied after its first use.
type Atomic struct{ word atomic.Uint32 }

// Load returns the invitation.
func (a *Atomic) Load() Invitation { return Invitation{a.word.Load()} }

// Store replaces the invitation: by New at the beginning, or by one that has been restored.
func (a *Atomic) Store(i Invitation) { a.word.Store(i.word) }

// CompareAndSwap replaces old by replacement, and reports whether it did. If the invitation differs from old, it
// changes nothing.
func (a *Atomic) CompareAndSwap(old, replacement Invitation) (swapped bool) {
	return a.word.CompareAndSwap(old.word, replacement.word)
}

// Step is [Invitation.Step] on the shared invitation. It returns the invitation directly after this event, whatever
// other goroutines do later.
func (a *Atomic) Step(e Event) (i Invitation, err error) {
	if !a.step(e, &i) {
		err = &TransitionError{i, e}
	}
	return i, err
}

// step sets i to the result of Step. It is a function of its own so that Step is inlined and its error not allocated.
func (a *Atomic) step(e Event, i *Invitation) bool {
	for {
		now := a.Load()
		if *i = now; !protocol.legal(now, e) {
			return false
		}
		if *i = now.after(e); a.replace(now, *i) {
			return true
		}
	}
}

// Observe is [Invitation.Observe] on the shared invitation.
func (a *Atomic) Observe(e Event) (Invitation, Oddity, error) {
	for {
		i := a.Load()
		next, odd, err := i.Observe(e)
		if a.replace(i, next) {
			return next, odd, err
		}
	}
}

// Do is [Invitation.Do] on the shared invitation. If several goroutines do operations that become pending, at most one
// succeeds.
func (a *Atomic) Do(o Operation) (Invitation, error) {
	for {
		i := a.Load()
		next, err := i.Do(o)
		if a.replace(i, next) {
			return next, err
		}
	}
}

// replace puts next in the place of i, unless somebody else has been faster. What changes nothing, a refusal or an
// update that keeps the state, has no need to write: it took effect when i was loaded, and leaves the other cores
// their copy of the word.
func (a *Atomic) replace(i, next Invitation) bool {
	return i == next || a.CompareAndSwap(i, next)
}
