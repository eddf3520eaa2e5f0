package eventchannel

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/avinvite/avinvite/transitions"
)

// Reader reads a stream of event documents: one, or several after each other with or without white space between, for
// example one per line. A byte-order mark before a document is passed over.
//
// A fault costs as little as possible. An event that is malformed is an error in its place, and the rest is read. A
// document that is not JSON, is not UTF-8 or is over a limit ends at the fault, and reading goes on at the next line
// that begins like a document and is indented no deeper than the broken one: in a stream with one document per line
// only the broken one is lost. Anything but a document counts as a broken one, so that garbage behind a document costs
// the rest of its line; an object with members of its own and without sender is no document. Every such error is an
// *[Error].
//
// Memory does not grow with the input: it is that of the largest event, and of the events about invitations in one
// document, for each of which some 4 kB are allocated if it embeds a resource. Events hands on a thousand of these at a
// time, even before the document ends; Documents keeps all. Reading takes a fifth of the time that encoding/json takes
// to fill structs, if one event in a hundred is about an invitation.
type Reader struct {
	// Limits may be set before reading begins.
	Limits Limits

	// PassedOver, if not nil, is called for each event that is passed over although it is about an invitation: one of
	// the resources whose relation ends in Invitation, as messagingInvitation. It is given the relation without prefix.
	PassedOver func(relation string)

	// Ended, if not nil, is called at the end of each document, when Events has yielded its events.
	Ended func(*Document)

	s     scanner // passes over the input
	p     parser  // reads the events about invitations
	doc   *Document
	count int // of the events in the document, and what is wrong in it
	found []item
	other string // a member of the document that event documents do not have

	// Events hands on what was found before the document ends, if that is much.
	yield  func(*Event, error) bool // nil if it must wait for the end
	handed bool                     // some of the document
	left   bool                     // the loop was left within the document
}

// ahead is how much that was found in a document waits for its end.
const ahead = 1000

// NewReader returns a reader of r, which it reads ahead of what it yields.
func NewReader(r io.Reader) *Reader { return &Reader{s: newScanner(r)} }

// Reset makes r a reader of in, with the same limits. It keeps the buffers, which is worth it for many short inputs.
func (r *Reader) Reset(in io.Reader) {
	s := newScanner(in)
	s.buf, s.stack, s.names = r.s.buf[:0], r.s.stack[:0], r.s.names[:0]
	r.s = s
}

// Events yields the events of all documents about audio/video invitations in their order, and an *[Error] in the
// place of what cannot be read. It ends at the end of the input. A baseuri that stands behind a thousand events of its
// document is such an error, for their hrefs have been yielded as they are.
func (r *Reader) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		r.yield = yield
		defer func() { r.yield = nil }()
		for d, broken := range r.Documents() {
			if r.left {
				return
			}
			for e, err := range d.Events() {
				if !yield(e, err) {
					return
				}
			}
			if broken != nil && !yield(nil, broken) {
				return
			}
			if r.Ended != nil {
				r.Ended(d)
			}
		}
	}
}

// Documents yields the documents in their order. A document that breaks off comes together with the *[Error], and has
// what was read before the fault.
func (r *Reader) Documents() iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		s := &r.s
		if s.document == 0 {
			s.limits = Limits{
				Depth: min(cmp.Or(r.Limits.Depth, 100), maxDepth), Document: cmp.Or(r.Limits.Document, 64<<20),
				String: cmp.Or(r.Limits.String, 4<<20), Events: cmp.Or(r.Limits.Events, 100_000),
			}
		}
		var err error
		for r.leave(); s.begin(); {
			d := r.read()
			err = nil
			if s.fault != nil {
				err = s.fault
			}
			if !yield(d, err) {
				return
			}
		}
		next := Place{Document: s.document + 1, Offset: s.offset()}
		switch {
		case errors.Is(err, s.err): // and told
		case s.err != io.EOF:
			yield(&Document{Place: next}, &Error{next, s.err})
		case s.document == 0:
			yield(&Document{Place: next}, &Error{next, errors.New("empty input, want an event document")})
		}
	}
}

// read reads one document. The hrefs are resolved only at its end, since baseuri may come after them.
func (r *Reader) read() *Document {
	s := &r.s
	d := &Document{Place: s.place()}
	r.doc, r.count, r.found, r.handed, r.other = d, 0, nil, false, ""
	if s.next() != '{' {
		s.want("an event document, which is an object")
		return d
	}
	link := func(rel string, to *string) member {
		return member{rel, func() { r.object("a link, which is an object", member{"href", func() { r.text(to) }}) }}
	}
	place, sent := d.Place, false
	r.object("an event document, which is an object",
		member{"baseuri", func() {
			if r.handed {
				r.wrong(s.place(), fmt.Errorf("baseuri behind %d events, want it before them", ahead))
				s.pass()
				return
			}
			r.text(&d.BaseURI)
		}},
		member{"_links", func() {
			r.object("links, which are an object",
				link("self", &d.Self), link("next", &d.Next), link("resync", &d.Resync), link("resume", &d.Resume))
		}},
		member{"sender", func() {
			sent = true
			r.array("an array of senders", r.sender)
		}},
	)
	if s.fault == nil && !sent && r.other != "" {
		r.wrong(place, fmt.Errorf("an object with a member %.40q and without sender, want an event document", r.other))
	}
	if s.fault == nil {
		s.restart = none
		if size := s.offset() - s.start; size > s.limits.Document {
			s.refuse(&LimitError{"document", size, s.limits.Document})
		}
	}
	d.items = slices.DeleteFunc(r.found, func(i item) bool { return i.offset >= s.restart }) // they will be read again
	for _, href := range []*string{&d.Self, &d.Next, &d.Resync, &d.Resume} {
		*href = Resolve(d.BaseURI, *href)
	}
	for _, i := range d.items {
		i.resolve(d)
	}
	return d
}

// sender reads a sender, whose relation may come behind its events.
func (r *Reader) sender() {
	rel, first := "", len(r.found)
	r.object("a sender, which is an object",
		member{"rel", func() { r.text(&rel) }},
		member{"events", func() { r.array("an array of events", r.event) }})
	for _, i := range r.found[min(first, len(r.found)):] {
		if i.event != nil {
			i.event.Sender = rel
		}
	}
}

func (i item) resolve(d *Document) {
	if e := i.event; e != nil {
		e.Document = d
		e.Href, e.In = e.Resolve(e.Href), e.Resolve(e.In)
	}
}

// hand hands on what was found, if it is much and will not be read again.
func (r *Reader) hand() {
	if r.yield == nil || len(r.found) < ahead || r.s.restart != none {
		return
	}
	r.handed = true
	for _, i := range r.found {
		i.resolve(r.doc)
		if !r.yield(i.event, i.err) {
			r.left = true
			r.s.refuse(errLeft)
			break
		}
	}
	r.found = r.found[:0]
}

// errLeft is the fault that keeps a document from being read on when nobody asks for more of it.
var errLeft = errors.New("left")

// leave passes over the rest of a document in which the loop was left.
func (r *Reader) leave() {
	if !r.left {
		return
	}
	s := &r.s
	r.left, s.fault = false, nil
	for s.fault == nil && len(s.stack) > 0 {
		for s.more() {
			s.pass()
		}
	}
}

// member is a member that matters, and what reads its value.
type member struct {
	name string
	read func()
}

// object reads an object of the members that matter, each of which may be there once, and passes over the others.
func (r *Reader) object(want string, members ...member) {
	s := &r.s
	if !r.is('{', want) {
		return
	}
	seen := 0
	for s.open(); s.more(); {
		n := slices.IndexFunc(members, func(m member) bool { return m.name == string(s.name()) })
		switch {
		case n < 0:
			if len(s.stack) == 1 && r.other == "" {
				r.other = string(s.name())
			}
			s.pass()
		case seen&(1<<n) != 0:
			r.wrong(s.place(), again(members[n].name))
			s.pass()
		default:
			seen |= 1 << n
			members[n].read()
		}
	}
}

var errSurrogate = errors.New("half of a surrogate pair, want a character")

// again is the error of a member that is there twice.
func again(name string) error { return fmt.Errorf("%q a second time, want it once", name) }

func (r *Reader) array(want string, element func()) {
	if !r.is('[', want) {
		return
	}
	for r.s.open(); r.s.more(); r.hand() {
		element()
	}
}

// text reads a string.
func (r *Reader) text(to *string) {
	if !r.is('"', "a string") {
		return
	}
	start := r.s.offset()
	text, err := r.s.string()
	if err != nil {
		r.wrong(Place{r.s.document, start, r.s.pointer()}, errSurrogate)
	}
	*to = string(text)
}

// is tells whether the next value begins as it must. Otherwise it passes over it. Null is as good as nothing.
func (r *Reader) is(begins byte, want string) bool {
	c := r.s.next()
	if c == begins {
		return true
	}
	place := r.s.place()
	if r.s.pass() && c != 'n' {
		r.wrong(place, fmt.Errorf("%s, want %s", kind(c), want))
	}
	return false
}

// kind names the value that begins so.
func kind(begins byte) string {
	switch begins {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// wrong is something wrong that does not keep the rest from being read.
func (r *Reader) wrong(place Place, err error) {
	if r.counted() {
		r.found = append(r.found, item{place.Offset, nil, &Error{place, err}})
	}
}

// counted counts what costs memory.
func (r *Reader) counted() bool {
	if r.count++; r.count > r.s.limits.Events {
		return r.s.refuse(&LimitError{"events", int64(r.count), int64(r.s.limits.Events)})
	}
	return true
}

// event reads one event. One about something else is only passed over, whatever else it says.
func (r *Reader) event() {
	s := &r.s
	s.next()
	start, found := s.offset(), len(r.found)
	s.keep = start
	rels, about, relation := 0, false, ""
	// Loops, for speed: this is done for every event.
	if r.is('{', "an event, which is an object") {
		for s.open(); s.more(); {
			if string(s.name()) != "link" {
				s.pass()
			} else if r.is('{', "a link, which is an object") {
				for s.open(); s.more(); {
					if string(s.name()) != "rel" {
						s.pass()
					} else if r.is('"', "a string") {
						rel, _ := s.string() // half a surrogate pair is in no relation of ours
						rels, about = rels+1, invitation(string(rel))
						if !about && r.PassedOver != nil && bytes.HasSuffix(rel, []byte("Invitation")) {
							relation = transitions.TrimRelPrefix(string(rel))
						}
					}
				}
			}
		}
	}
	s.keep = none
	if s.fault != nil || len(r.found) > found || !r.counted() {
		return
	}
	if relation != "" && rels == 1 {
		r.PassedOver(relation)
	}
	switch place := (Place{s.document, start, ""}); {
	case rels != 1:
		place.Pointer = s.pointer()
		r.wrong(place, fmt.Errorf("%d times link.rel, want it once, to tell what the event is about", rels))
	case about:
		place.Pointer = s.pointer()
		r.p.reset(s.buf[start-s.base:s.pos], place)
		e, err := r.p.event()
		r.found = append(r.found, item{start, e, err})
	}
}
