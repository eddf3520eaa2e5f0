package history

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
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
// first thousand events of the document only; [Entry.Same] compares the others one by one.
func (c *Channel) Origin(e *eventchannel.Event) Origin {
	if e.Document == nil || e.Document != c.last {
		c.last, c.origin = e.Document, origin(e.Document, c.epoch)
	}
	o := c.origin
	c.origin.Index++
	return o
}

func origin(d *eventchannel.Document, epoch uint32) (o Origin) {
	if d == nil || d.Self == "" {
		return o
	}
	_, query, _ := strings.Cut(d.Self, "?")
	path := eventchannel.Identity(d.Self)
	h := newHash(epoch).text(path)
	o.Document = uint64(h.text(query).events(d))
	if key, has := parameter(query, "key"); has {
		if n, err := strconv.ParseUint(first(parameter(query, "ack")), 10, 32); err == nil {
			o.Key, o.Number = max(1, uint32(h.text(key)>>16)), uint32(n)
		}
	}
	return o
}

func first(text string, _ bool) string { return text }

// parameter returns the value of a parameter of a query, as it stands there.
func parameter(query, name string) (value string, has bool) {
	for part := range strings.SplitSeq(query, "&") {
		if value, has = strings.CutPrefix(part, name+"="); has {
			return value, true
		}
	}
	return "", false
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
	return NewEntry(e, c.Origin(e), now.UnixNano())
}

// NewEntry returns the entry of an event. time is the time of arrival in nanoseconds since 1970, or any other number
// that grows with each arrival.
func NewEntry(e *eventchannel.Event, origin Origin, time int64) Entry {
	n := Entry{Origin: origin, Time: time, Reason: e.Reason}
	event, odd, err := e.Reduce(transitions.StateNone)
	n.Event = event
	for _, o := range odd {
		n.Odd |= oddity(o)
	}
	if err != nil {
		n.Event, n.Odd = transitions.Event{Type: e.Type}, n.Odd|Unreadable|oddity(err)
	}
	if r := e.Invitation; r != nil {
		n.Offered = r.Operations()
		_ = n.Direction.UnmarshalText([]byte(r.Direction)) // stays zero
	}
	if e.Type == transitions.EventUpdated && !says(e) {
		n.Event.State = transitions.StateNone
	}
	return n
}

// says reports whether an event says a state.
func says(e *eventchannel.Event) bool {
	if e.Invitation == nil {
		return false
	}
	_, err := transitions.ParseState(e.Invitation.State)
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

func message(e *codes.Error) string {
	if e.Message == nil {
		return ""
	}
	return *e.Message
}

// hash is FNV-1a of 64 bits. It tells documents apart, and need not withstand a service that wants to deceive.
type hash uint64

func newHash(epoch uint32) hash {
	const offset hash = 14695981039346656037
	return offset.byte(byte(epoch)).byte(byte(epoch >> 8)).byte(byte(epoch >> 16)).byte(byte(epoch >> 24))
}

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

// text adds a text and its end.
func (h hash) text(s string) hash {
	for n := range len(s) {
		h = h.byte(s[n])
	}
	return h.byte(0xff)
}

// events adds the events of a document.
func (h hash) events(d *eventchannel.Document) hash {
	for e, err := range d.Events() {
		if err != nil {
			h = h.text("error")
			continue
		}
		h = h.byte(byte(e.Type)).text(eventchannel.Identity(e.Href)).text(e.Status)
		if r := e.Invitation; r != nil {
			h = h.text(r.State).text(r.Direction).text(r.OperationID).byte(byte(r.Operations()))
		}
		if e.Reason != nil {
			h = h.text(string(e.Reason.Code)).text(string(e.Reason.Subcode)).text(message(e.Reason))
		}
	}
	return h
}
