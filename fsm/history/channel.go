package history

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Origin is the position of an event in its event channel.
type Origin struct {
	Document uint64 // a hash of the document's self link and events; 0 if it has no self link
	Key      uint32 // a hash of the path and the parameter key in the self link; 0 without a key, or without a number in ack
	Number   uint32 // the parameter ack in the self link: the number of the document among those with Key; 0 if Key is 0
	Index    uint32 // of the event in its document, from 0
}

// Channel finds the origins of the events of one event channel or one webhook. The zero Channel is ready for use. It is
// not for concurrent use.
type Channel struct {
	epoch  uint32
	last   *eventchannel.Document
	origin Origin // of the next event in last
}

// Resume forgets all documents and numbers. Call it when a document has the link named resume
// (UCWA/EventChannelDetails.md), because the service numbers the documents after it from the start.
func (c *Channel) Resume() { c.epoch++ }

// Origin returns the origin of an event. Events must come in the order in which a reader yields them.
//
// A reader yields the events of a long document before it has read all of it. Therefore Origin.Document depends on the
// self link of such a document alone; [Entry.Same] compares its events one by one.
func (c *Channel) Origin(e *eventchannel.Event) Origin {
	if e.Document == nil || e.Document != c.last {
		c.last, c.origin = e.Document, Origin{}
		if e.Document != nil {
			c.origin = c.Resumed(origin(e.Document.Serial()))
		}
	}
	o := c.origin
	c.origin.Index++
	return o
}

// RawOrigin returns the origin of an event in a channel that has not been resumed: see [Channel.Resumed]. It depends on
// the event and its document alone.
func RawOrigin(e *eventchannel.RawEvent) Origin {
	o := origin(e.Serial())
	o.Index = uint32(e.Ordinal())
	return o
}

func origin(s eventchannel.Serial) Origin {
	return Origin{Document: s.Document, Key: s.Key, Number: s.Number}
}

// Resumed returns the origin of the event that arrives next. o must be the [RawOrigin] of that event. After
// [Channel.Resume], documents get other origins than before it, even if o is the same.
func (c *Channel) Resumed(o Origin) Origin {
	if c.epoch > 0 && o.Document != 0 {
		o.Document = max(1, uint64(c.epoch)*0x9e3779b97f4a7c15^o.Document)
		if o.Key != 0 {
			o.Key = max(1, c.epoch*0x9e3779b1^o.Key)
		}
	}
	return o
}

// Entry is one event about an invitation, reduced to the parts that decide the life of the invitation. It is a value of
// 48 bytes.
type Entry struct {
	Origin
	Time    int64                    // the time of arrival, in nanoseconds since 1970
	Reason  *codes.Error             // as it was sent; nil if absent
	Event   transitions.Event        // State is StateNone if the event has no state; if Odd has Unreadable, only Type is set
	Offered transitions.OperationSet // the operations whose links the event has

	Direction transitions.Direction // zero if the event has none
	Odd       Oddities
}

// Oddities is a set of the faults that an event has in itself: see [eventchannel.Event.Reduce].
type Oddities uint8

// The oddities.
const (
	Unreadable    Oddities = 1 << iota // the event cannot be reduced: only Type is set in Entry.Event
	Contradiction                      // two parts of the event contradict each other
	StateToken                         // the documentation does not list the state
	StatusToken                        // the documentation does not list the status
	Incomplete                         // the completion has neither a usable status, nor a usable state, nor a reason
)

// oddityTexts are indexed by bit.
var oddityTexts = [...]string{"unreadable", "contradiction", "unknown state", "unknown status", "incomplete"}

// String lists the oddities in the set, separated by commas; it is "nothing" for the empty set.
func (o Oddities) String() string {
	if o == 0 {
		return "nothing"
	}
	var texts []string
	for bit, text := range oddityTexts {
		if o&(1<<bit) != 0 {
			texts = append(texts, text)
		}
	}
	if unknown := o >> len(oddityTexts) << len(oddityTexts); unknown != 0 {
		texts = append(texts, fmt.Sprintf("Oddities(%d)", uint8(unknown)))
	}
	return strings.Join(texts, ", ")
}

// oddity returns the oddity that an error of Reduce reports.
func oddity(err error) Oddities {
	var token *eventchannel.TokenError
	var contradiction *eventchannel.ContradictionError
	switch {
	case errors.As(err, &contradiction):
		return Contradiction
	case errors.As(err, &token) && token.Member == "status":
		return StatusToken
	case token != nil:
		return StateToken
	}
	return Incomplete
}

// Entry returns the entry of an event that arrives at now. Events must come in the order in which a reader yields them.
func (c *Channel) Entry(e *eventchannel.Event, now time.Time) Entry {
	return NewEntry(e.Raw(), c.Origin(e), now.UnixNano())
}

// NewEntry returns the entry of an event. time is the time of arrival in nanoseconds since 1970, or any other number
// that grows with each arrival.
func NewEntry(e *eventchannel.RawEvent, origin Origin, time int64) Entry {
	n := Entry{Origin: origin, Time: time, Reason: e.Reason, Offered: e.Operations}
	event, odd, err := e.Reduce(transitions.StateNone)
	n.Event = event
	for _, o := range odd {
		n.Odd |= oddity(o)
	}
	if err != nil {
		n.Event, n.Odd = transitions.Event{Type: e.Type}, n.Odd|Unreadable|oddity(err)
	}
	switch e.Direction {
	case "Incoming":
		n.Direction = transitions.Incoming
	case "Outgoing":
		n.Direction = transitions.Outgoing
	}
	if e.Type == transitions.EventUpdated && !says(e) {
		n.Event.State = transitions.StateNone
	}
	return n
}

// says reports whether an event has a documented state.
func says(e *eventchannel.RawEvent) bool {
	for s := transitions.StateConnecting; s <= transitions.StateCancelled; s++ {
		if e.State == s.String() {
			return true
		}
	}
	return false
}

// At returns the event for an invitation in the state current. An event without a state gets the state current, or
// StateConnecting if current is StateNone.
func (n *Entry) At(current transitions.State) transitions.Event {
	e := n.Event
	if e.State == transitions.StateNone {
		if e.State = current; current == transitions.StateNone {
			e.State = transitions.StateConnecting
		}
	}
	return e
}

// Same reports whether two entries are deliveries of one event.
func (n *Entry) Same(m *Entry) bool {
	return n.Document == m.Document && n.Index == m.Index && (n.Document != 0 || n.Time == m.Time) &&
		n.Event == m.Event && n.Offered == m.Offered && n.Direction == m.Direction && n.Odd == m.Odd &&
		alike(n.Reason, m.Reason)
}

// alike reports whether two reasons are equal.
func alike(a, b *codes.Error) bool {
	return a == b || a != nil && b != nil && a.Code == b.Code && a.Subcode == b.Subcode && reflect.DeepEqual(a, b)
}
