package transitions

import (
	"iter"

	"github.com/avinvite/avinvite/codes"
)

// Legal yields every event that Step accepts from i, in the order of the types, the states and the reasons.
func (i Invitation) Legal() iter.Seq[Event] { return protocol.from(i) }

func (p *relation) from(i Invitation) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for t := EventStarted; t <= EventCompleted; t++ {
			for s := StateConnecting; s <= StateCancelled; s++ {
				for r := range p[i.word&63<<6|uint32(t)<<4|uint32(s)].All() {
					if !yield(Event{t, s, r}) {
						return
					}
				}
			}
		}
	}
}

var _ = codes.NoReason
