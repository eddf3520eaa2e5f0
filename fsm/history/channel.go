package history

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// Origin is the position of an event in its event channel.
type Origin struct {
	Document uint64 // a hash of the document's self link and events; 0 if it has no self link
	Key      uint32 // a hash of the parameter key in the self link; 0 if there is none
	Number   uint32 // the parameter ack in the self link, which numbers the documents of one key; 0 without a key
	Index    uint32 // of the event in its document, from 0
}

// Channel finds the origins of the events of one event channel or one webhook. The zero Channel is ready for use. It is
// not for concurrent use.
type Channel struct {
	epoch  uint32
	last   *eventchannel.Document
	origin Origin // of the next event in last
}

// Resume forgets all documents and numbers. Call it for the answer with a link resume (UCWA/EventChannelDetails.md),
// after which the service numbers its documents from the start.
func (c *Channel) Resume() { c.epoch++ }

// Origin returns the origin of an event. Events must come in the order in which a reader yields them.
//
// A reader yields the events of a long document before it has read all of it. Therefore Origin.Document depends on the
// self link of such a document alone; [Entry.Same] compares its events one by one.
func (c *Channel) Origin(e *eventchannel.Event) Origin {
	if e.Document == nil || e.Document != c.last {
		c.last, c.origin = e.Document, Origin{}
		if d := e.Document; d != nil && d.Self != "" {
			c.origin = c.Resumed(origin([]byte(d.Self), d.Digest()))
		}
	}
	o := c.origin
	c.origin.Index++
	return o
}

// RawOrigin returns the origin of an event in a channel that has not been resumed: see [Channel.Resumed]. It depends on
// the event and its document alone.
func RawOrigin(e *eventchannel.RawEvent) Origin {
	var room [256]byte
	self, o := e.AppendSelf(room[:0]), Origin{}
	if len(self) > 0 {
		o = origin(self, e.DocumentDigest())
	}
	o.Index = uint32(e.Ordinal())
	return o
}

// Resumed returns an origin that depends on the event and its document alone as that of an event which comes now.
func (c *Channel) Resumed(o Origin) Origin {
	if c.epoch > 0 && o.Document != 0 {
		h := newHash().word(uint64(c.epoch))
		o.Document = max(1, uint64(h.word(o.Document)))
		if o.Key != 0 {
			o.Key = max(1, uint32(h.word(uint64(o.Key))>>16))
		}
	}
	return o
}

// origin returns the origin of a document by its self link and the digest of its events.
func origin(self []byte, digest uint64) (o Origin) {
	var room [256]byte
	_, query, _ := bytes.Cut(self, []byte("?"))
	h := newHash().text(eventchannel.AppendIdentity(room[:0], self))
	o.Document = max(1, uint64(h.text(query).word(digest)))
	if key, has := parameter(query, "key="); has {
		ack, _ := parameter(query, "ack=")
		if n, err := strconv.ParseUint(string(ack), 10, 32); err == nil {
			o.Key, o.Number = max(1, uint32(h.text(key)>>16)), uint32(n)
		}
	}
	return o
}

// parameter returns the value of a parameter of a query, as it stands there. The name ends in "=".
func parameter(query []byte, name string) (value []byte, has bool) {
	for len(query) > 0 {
		var part []byte
		part, query, _ = bytes.Cut(query, []byte("&"))
		if len(part) >= len(name) && string(part[:len(name)]) == name {
			return part[len(name):], true
		}
	}
	return nil, false
}

// Entry is one event about an invitation, reduced to the parts that decide the life of the invitation. It is a value of
// 48 bytes.
type Entry struct {
	Origin
	Time    int64                    // of its arrival, in nanoseconds since 1970
	Reason  *codes.Error             // as it was sent; nil if absent
	Event   transitions.Event        // its state is StateNone if the event has none; it is the type alone if Odd has Unreadable
	Offered transitions.OperationSet // the operations whose links the event has

	Direction transitions.Direction // zero if the event has none
	Odd       Oddities
}

// Oddities is a set of the faults that an event has in itself: see [eventchannel.Event.Reduce].
type Oddities uint8

// The oddities.
const (
	Unreadable    Oddities = 1 << iota // the event cannot be reduced: Entry.Event has its type alone
	Contradiction                      // two parts of the event contradict each other
	StateToken                         // no page lists the state
	StatusToken                        // no page lists the status
	Incomplete                         // the completion has no status, state or reason
)

// oddity returns the oddity that an error of Reduce tells.
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
	if e.Direction != "" {
		_ = n.Direction.UnmarshalText([]byte(e.Direction)) // stays zero
	}
	if e.Type == transitions.EventUpdated && !says(e) {
		n.Event.State = transitions.StateNone
	}
	return n
}

// says reports whether an event says a state.
func says(e *eventchannel.RawEvent) bool {
	if e.State == "" {
		return false
	}
	_, err := transitions.ParseState(e.State)
	return err == nil
}

// At returns the event for an invitation in the state current. An update without a state gets current, or Connecting
// before the first event.
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

// alike reports whether two reasons say the same.
func alike(a, b *codes.Error) bool {
	return a == b || a != nil && b != nil && a.Code == b.Code && a.Subcode == b.Subcode && reflect.DeepEqual(a, b)
}

// hash is FNV-1a of 64 bits. It tells documents apart, and need not withstand a service that wants to deceive.
type hash uint64

func newHash() hash { return 14695981039346656037 }

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

// text adds a text and its end.
func (h hash) text(text []byte) hash {
	for _, b := range text {
		h = h.byte(b)
	}
	return h.byte(0xff)
}

// word adds a number.
func (h hash) word(w uint64) hash {
	for range 8 {
		h, w = h.byte(byte(w)), w>>8
	}
	return h
}
