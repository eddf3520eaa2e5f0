package eventchannel

import (
	"errors"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// RawEvent is an event about an invitation in the buffer of the [Reader]. It is valid until the next event is yielded;
// after that its methods return text of other events. It has the parts that a judge of the invitation needs, and is
// checked as strictly as an [Event]; [RawEvent.Event] returns the whole event.
type RawEvent struct {
	Type       transitions.EventType
	Status     string // "" when absent
	Direction  string // of the embedded resource, like State and Operations; "" when absent
	State      string
	Operations transitions.OperationSet // [Resource.Operations]
	Reason     *codes.Error             // nil when absent; events of one Reader with equal reasons share it
	Sender     string                   // the relation of the sender, with its prefix; "" when absent

	reader        *Reader
	document      int   // its number
	offset        int64 // from the start of the input
	sender, index int   // in the document, and in the sender

	rel, href, in, operationID quoted
	resource                   []byte // the invitation that is embedded; nil if there is none
}

// Place returns the position of the event. It allocates the pointer.
func (e *RawEvent) Place() Place { return Place{e.document, e.offset, e.pointer()} }

func (e *RawEvent) pointer() string {
	p := append(make([]byte, 0, 32), "/sender/"...)
	p = append(strconv.AppendInt(p, int64(e.sender), 10), "/events/"...)
	return string(strconv.AppendInt(p, int64(e.index), 10))
}

// Href returns [Event.Href]. It allocates the text.
func (e *RawEvent) Href() string { return e.resolve(e.href) }

// resolve returns an href of the event. An event that no Reader has yielded has no base.
func (e *RawEvent) resolve(href quoted) string {
	if e.reader == nil {
		return Resolve("", href.String())
	}
	return Resolve(e.reader.base, href.String())
}

// AppendOperationID appends the operationId of the embedded resource to to, and nothing if there is none.
func (e *RawEvent) AppendOperationID(to []byte) []byte { return e.operationID.appendTo(to) }

// Document returns the document that contains the event, nil if no Reader has read the event. It has the links that
// precede the event; those behind the event are set when the document has been read.
func (e *RawEvent) Document() *Document {
	if e.reader == nil {
		return nil
	}
	return e.reader.document()
}

// Reduce reduces the event as [Event.Reduce] does.
func (e *RawEvent) Reduce(current transitions.State) (event transitions.Event, odd []error, err error) {
	return reduce(e.Type, e.Status, e.State, e.Reason, current)
}

// Event returns a copy of the whole event, which stays valid.
func (e *RawEvent) Event() *Event {
	whole := &Event{
		Place: e.Place(), Document: e.Document(), Sender: e.Sender, Type: e.Type, Rel: transitions.RelInvitation,
		Href: e.Href(), In: e.resolve(e.in), Status: e.Status, Reason: e.Reason,
	}
	if string(e.rel) != `"`+transitions.RelInvitation+`"` {
		whole.Rel = e.rel.String()
	}
	if e.resource != nil {
		p := &e.reader.p
		p.reset(e.resource, Place{}, Limits{Depth: maxDepth, String: none}, false)
		whole.Invitation = new(Resource)
		p.open()
		p.resource(nil, whole.Invitation)
	}
	return whole
}

// fault returns an error if the event has no type or no name of its invitation, and nil otherwise.
func (e *RawEvent) fault() error {
	switch {
	case e.Type == 0:
		return errors.New("the event has no type, want started, updated or completed")
	case !e.href.identifies() && e.operationID.empty():
		return errors.New("the event has neither link.href nor an embedded operationId, want one to name the invitation")
	}
	return nil
}

// identifies reports whether an href has an identity.
func (q quoted) identifies() bool {
	if q.empty() {
		return false
	}
	switch q[1] {
	case '?', '#':
		return false
	case '\\':
		return Identity(q.String()) != ""
	}
	return true
}
