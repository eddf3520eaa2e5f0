package history

import (
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Fold follows one invitation event by event. Until an event has a direction, it follows an incoming and an outgoing
// invitation. The zero Fold is ready for use. A Fold is a value of 12 bytes that can be copied.
type Fold struct {
	direction          transitions.Direction // zero if unknown
	incoming, outgoing transitions.Invitation
}

// Invitation returns the invitation, and whether its direction is known. While the direction is unknown, it returns the
// outgoing invitation, unless the reason of the end is documented for incoming invitations only.
func (f *Fold) Invitation() (i transitions.Invitation, known bool) {
	f.begin()
	switch {
	case f.direction == transitions.Incoming:
		return f.incoming, true
	case f.direction == transitions.Outgoing:
		return f.outgoing, true
	case f.incoming.Terminal() && f.incoming.Reason().Fits(transitions.Incoming) && !f.outgoing.Reason().Fits(transitions.Outgoing):
		return f.incoming, false
	}
	return f.outgoing, false
}

func (f *Fold) begin() {
	if f.incoming == (transitions.Invitation{}) {
		f.incoming, f.outgoing = transitions.New(transitions.Incoming), transitions.New(transitions.Outgoing)
	}
}

// Add applies the next entry as [transitions.Invitation.Observe] does, and ignores the oddities of the entry.
// [Fold.Observe] returns them, and package conformance judges them.
func (f *Fold) Add(e *Entry) {
	f.begin()
	if f.direction == 0 {
		f.direction = e.Direction
	}
	if e.Odd&Unreadable != 0 {
		return
	}
	for _, i := range []*transitions.Invitation{&f.incoming, &f.outgoing} {
		*i, _, _ = i.Observe(e.At(i.State())) // returns i unchanged beside an error
	}
}

// Observe adds the next event. The error is that of [eventchannel.Event.Observe]; while the direction is unknown,
// Observe returns an error only for an event that is odd in both directions.
func (f *Fold) Observe(e *eventchannel.Event) error {
	f.begin()
	if f.direction == 0 && e.Invitation != nil {
		_ = f.direction.UnmarshalText([]byte(e.Invitation.Direction)) // stays zero
	}
	var in, out error
	f.incoming, in = e.Observe(f.incoming)
	f.outgoing, out = e.Observe(f.outgoing)
	switch {
	case f.direction == transitions.Incoming:
		return in
	case f.direction == transitions.Outgoing || in != nil:
		return out
	}
	return nil
}
