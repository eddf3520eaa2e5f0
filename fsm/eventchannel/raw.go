package eventchannel

import (
	"errors"
	"iter"
	"strconv"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// RawEvent is an event about an audio/video invitation in the buffer of the [Reader]. It is valid until the next event
// is yielded; after that, its methods return text of other events. It has the parts that decide the life of the
// invitation, and is checked as strictly as an [Event]. [RawEvent.Event] returns all parts.
type RawEvent struct {
	Type       transitions.EventType
	Status     string // "" when absent
	Direction  string // of the embedded resource, like State and Operations; "" when absent
	State      string
	Operations transitions.OperationSet // [Resource.Operations]
	Reason     *codes.Error             // nil when absent; events of one Reader with equal reasons share it
	Sender     string                   // the relation of the sender, with its prefix; "" when absent

	whole         *Event  // the event of which [Event.Raw] has made this one; nil in the buffer of a Reader
	source        *source // nil if no Reader has read the event
	offset        int64   // from the start of the input
	sender, index int32   // in the document, and in the sender
	ordinal       int32   // among the events of the document

	rel, href, in, operationID, to quoted

	text     []byte // the href resolved, once the document has been read
	identity []byte // of text
	resource []byte // the invitation that is embedded; nil if there is none
	from     []byte // the participant that the resource embeds as from
	links    int32  // where in parser.found those of the resource begin, and their number
	linked   int32
	dubious  bool // a text of the resource may break its documentation
	several  bool // the resource embeds more than one value as from
}

// rawLink is a link of a resource that offers an operation or that tells who invites.
type rawLink struct {
	operation   transitions.Operation // or invites
	href, title quoted
}

// source is the document of raw events.
type source struct {
	reader *Reader
	number int
	start  int64 // of the document
	base   string
	links  [len(relations)][]byte // their hrefs
	whole  *Document              // nil until somebody asks for it
	self   []byte                 // of links, but not behind an item that was handed on before
	serial Serial                 // zero until somebody asks for it
	events int32                  // that have been numbered
	first  int32                  // where its items begin in Reader.found, and where they end
	end    int32
	passed []string // relations for PassedOver, of a document that is read ahead
	handed bool     // some of its items have been handed on
}

// Raw returns the event as a raw one, which stays valid.
func (e *Event) Raw() *RawEvent {
	raw := &RawEvent{
		Type: e.Type, Status: e.Status, Reason: e.Reason, Sender: e.Sender, whole: e, text: []byte(e.Href), dubious: true,
	}
	if r := e.Invitation; r != nil {
		raw.Direction, raw.State, raw.Operations = r.Direction, r.State, r.Operations()
	}
	return raw
}

// Place returns the place of the event. It allocates the pointer.
func (e *RawEvent) Place() Place {
	if e.whole != nil {
		return e.whole.Place
	}
	outer, sender, index := e.Position()
	p := append(make([]byte, 0, 128), outer.Pointer...)
	if outer.Pointer != "" {
		p = append(p, '#')
	}
	p = strconv.AppendInt(append(p, "/sender/"...), int64(sender), 10)
	outer.Pointer = string(strconv.AppendInt(append(p, "/events/"...), int64(index), 10))
	return outer
}

// Position returns the parts of Place without an allocation: within is the Place without the pointer into the document.
// sender and index are the indexes of the sender in the document and of the event in the sender. Both are -1 if the
// event was made by [Event.Raw] and its pointer does not end in /sender/N/events/N; within then has the whole pointer.
func (e *RawEvent) Position() (within Place, sender, index int) {
	switch s := e.source; {
	case e.whole != nil:
		return e.whole.Place.split()
	case s == nil:
		return Place{Offset: e.offset}, int(e.sender), int(e.index)
	case s.reader.Within != Place{}:
		return s.reader.Within, int(e.sender), int(e.index)
	default:
		return Place{Document: s.number, Offset: e.offset}, int(e.sender), int(e.index)
	}
}

// Href returns [Event.Href]. It allocates the text.
func (e *RawEvent) Href() string { return string(e.text) }

// AppendHref appends [Event.Href] to dst and returns the extended slice.
func (e *RawEvent) AppendHref(dst []byte) []byte { return append(dst, e.text...) }

// Identity returns the [Identity] of [Event.Href]. It is valid as long as the event, and must not be changed.
func (e *RawEvent) Identity() []byte {
	if e.whole != nil {
		return AppendIdentity(nil, e.text)
	}
	return e.identity
}

// AppendOperationID appends the operationId of the embedded resource to dst and returns the extended slice. It returns
// dst unchanged if there is no operationId.
func (e *RawEvent) AppendOperationID(dst []byte) []byte {
	if e.whole != nil {
		return append(dst, e.whole.OperationID()...)
	}
	return e.operationID.appendTo(dst)
}

// AppendTo appends the member "to" of the embedded resource to dst and returns the extended slice. It returns dst
// unchanged if there is no such member.
func (e *RawEvent) AppendTo(dst []byte) []byte {
	if e.whole != nil && e.whole.Invitation != nil {
		return append(dst, e.whole.Invitation.To...)
	}
	return e.to.appendTo(dst)
}

// Embeds reports whether the event embeds a resource.
func (e *RawEvent) Embeds() bool {
	return e.resource != nil || e.whole != nil && e.whole.Invitation != nil
}

// From returns [Resource.From] of the embedded resource.
func (e *RawEvent) From() (*Participant, error) {
	switch {
	case e.whole != nil && e.whole.Invitation != nil:
		return e.whole.Invitation.From()
	case e.several || e.from != nil && e.from[0] != '{':
		return e.Event().Invitation.From()
	case e.from != nil:
		p := &e.source.reader.p
		p.reset(e.from, Place{}, Limits{Depth: maxDepth, String: none}, true)
		from := p.participant()
		if p.fault != nil {
			return e.Event().Invitation.From()
		}
		return &from, nil
	}
	for _, l := range e.rawLinks() {
		if l.operation == invites {
			return &Participant{Name: l.title.String(), Href: l.href.String()}, nil
		}
	}
	return nil, nil
}

// Offers yields each link of the embedded resource that offers an operation, as [Resource.Offers] does, with the
// [Identity] of its href, which is resolved as the href of the event is. The identity is valid until the next link is
// yielded, and must not be changed.
func (e *RawEvent) Offers() iter.Seq2[transitions.Operation, []byte] {
	return func(yield func(transitions.Operation, []byte) bool) {
		if e.whole != nil && e.whole.Invitation != nil {
			for o, l := range e.whole.Invitation.Offers() {
				if !yield(o, AppendIdentity(nil, e.whole.Resolve(l.Href))) {
					return
				}
			}
		}
		for _, l := range e.rawLinks() {
			if l.operation == invites {
				continue
			}
			r := e.source.reader
			kept := len(r.texts)
			link := r.resolveTwice(e.source.base, r.unquoted(l.href))
			identity := r.keep(AppendIdentity(r.texts, link))
			r.texts = r.texts[:kept]
			if !yield(l.operation, identity) {
				return
			}
		}
	}
}

// rawLinks returns the links of the embedded resource that matter.
func (e *RawEvent) rawLinks() []rawLink {
	if e.source == nil {
		return nil
	}
	return e.linksIn(e.source.reader.p.found)
}

// linksIn returns the links of the embedded resource among those of a document.
func (e *RawEvent) linksIn(all []rawLink) []rawLink {
	first := min(int(e.links), len(all))
	return all[first:min(first+int(e.linked), len(all))]
}

// Validate returns [Resource.Validate] of the embedded resource, and nil if there is none.
func (e *RawEvent) Validate() error {
	if !e.dubious && (e.State == "" || stateOf(e.State) != transitions.StateNone) &&
		(e.Direction == "" || e.Direction == "Incoming" || e.Direction == "Outgoing") || !e.Embeds() {
		return nil
	}
	return e.Event().Invitation.Validate()
}

// resolve returns an href of the event. An event that no Reader has yielded has no base.
func (e *RawEvent) resolve(href quoted) string {
	if e.source == nil {
		return Resolve("", href.String())
	}
	return Resolve(e.source.base, href.String())
}

// Ordinal returns the number of the event among those about invitations in its document, from 0. Faults do not count.
// It is 0 for an event made by [Event.Raw].
func (e *RawEvent) Ordinal() int { return int(e.ordinal) }

// Document returns the document that contains the event, nil if no Reader has read the event. The links that come
// before the event are set; those after the event are set when the document has been read.
func (e *RawEvent) Document() *Document {
	switch {
	case e.whole != nil:
		return e.whole.Document
	case e.source == nil:
		return nil
	}
	return e.source.document()
}

// Reduce reduces the event as [Event.Reduce] does.
func (e *RawEvent) Reduce(current transitions.State) (event transitions.Event, odd []error, err error) {
	return reduce(e.Type, e.Status, e.State, e.Reason, current)
}

// Event returns a copy of the whole event, which stays valid. For an event made by [Event.Raw], it returns that Event.
func (e *RawEvent) Event() *Event {
	if e.whole != nil {
		return e.whole
	}
	whole := &Event{
		Place: e.Place(), Document: e.Document(), Sender: e.Sender, Type: e.Type, Rel: transitions.RelInvitation,
		Href: e.Href(), In: e.resolve(e.in), Status: e.Status, Reason: e.Reason,
	}
	if string(e.rel) != `"`+transitions.RelInvitation+`"` {
		whole.Rel = e.rel.String()
	}
	if e.resource != nil {
		p := &e.source.reader.p
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
