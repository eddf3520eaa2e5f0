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

// Reader reads a stream of event documents: one, or several in sequence, with or without white space between them, for
// example one per line. A byte-order mark before a document is ignored.
//
// After a fault, the reader drops as little as possible. In the place of a malformed event it yields an error, and it
// reads the rest of the document. A document that is not JSON, is not UTF-8 or exceeds a limit ends at the fault.
// Reading continues at the next line that begins with a brace and is indented no deeper than the broken document. So in
// a stream with one document per line, only the broken document is lost. Input that is no document is treated as a
// broken document: if garbage follows a document, the rest of the line that has the garbage is lost. An object without
// sender yields an error if it has any member besides _links and baseuri. Each of these errors is an *[Error].
//
// Memory does not grow with the input. Events and RawEvents yield the events of a long document a thousand at a time,
// before the document ends, and hold no more. Documents holds all events about invitations of one document. An [Event]
// allocates about twice the size of its text, and a [RawEvent] only the texts that its methods return. Programs that
// read millions of events should use RawEvents: if every event is about an invitation, RawEvents takes a tenth, and
// Events half, of the time that encoding/json takes to fill structs.
type Reader struct {
	// Limits may be set before reading begins.
	Limits Limits

	// PassedOver, if not nil, is called for each event about an invitation of another kind, which the reader does not
	// yield. The argument is its relation without the prefix, such as messagingInvitation.
	PassedOver func(relation string)

	// Resumed, if not nil, is called at the end of each document with a link resume, when Events or RawEvents has yielded
	// its events.
	Resumed func(*Document)

	// URL is the URL of the request that brought the input. If it is not empty, the href of each event is resolved
	// against baseuri and then against URL.
	URL string

	// Within, if not zero, is the place of the input within another text, such as the body of an answer within a HAR.
	// The place of each event then has the Document and the Offset of Within. Its Pointer is the Pointer of Within and
	// the pointer into the document, with "#" between them if the former is not empty. The place of a fault is still a
	// position in the input.
	Within Place

	s scanner // passes over the input
	p parser  // reads the events about invitations

	// The document, as far as it has been read.
	doc     source
	other   string // a member that event documents do not have
	sender  int    // the number of the sender, and of its event
	index   int
	rel     string // of the sender
	count   int    // of the events, and of the faults
	found   []item
	first   int                    // where in found those of the sender begin
	passed  []string               // relations for PassedOver, unless the document is read again
	escaped [len(relations)][]byte // the links of the document as they stand in the buffer; lean only
	copies  []byte                 // of the events in found, if the buffer goes on beyond them
	texts   []byte                 // hrefs that do not stand in the buffer as they are
	hrefs   directory              // of the last href of an event
	self    selfLink               // the last one
	names   map[string]string      // that have been read, so that they are not made anew each time
	odd     int                    // number of documents that were read twice

	documentShapes, eventShapes shapes
	shapeLimits                 Limits // of the documents from which they were learned

	// A long document hands on what was found before it ends.
	yield func(*item) bool // nil if it must wait for the end
	left  bool             // the loop was left within the document

	ahead     int      // the size of the blocks that are read ahead
	documents []source // of RawDocument
}

// relations are the links of a document that a client follows.
var relations = [...]string{"self", "next", "resync", "resume"}

const resume = 3 // of relations

// item is an event or a fault.
type item struct {
	RawEvent
	fault error // nil if it is an event
}

// ahead is how much that was found in a document waits for its end.
const ahead = 1000

// NewReader returns a reader of r. The reader reads ahead: it may have read more of r than the yielded events.
func NewReader(r io.Reader) *Reader { return &Reader{s: newScanner(r), ahead: blockSize} }

// Reset makes r a reader of in, with the same limits. It keeps the buffers, which saves allocations for many short
// inputs.
func (r *Reader) Reset(in io.Reader) {
	s := newScanner(in)
	s.window, s.buf, s.stack, s.names = r.s.window, r.s.buf[:0], r.s.stack[:0], r.s.names[:0]
	r.s = s
}

// Events yields the events of all documents about audio/video invitations in their order, and an *[Error] in the place
// of each event or document that cannot be read. It ends at the end of the input. If baseuri comes after the first
// thousand events of a document, Events yields an *Error for it, because the hrefs of these events have been yielded
// without it.
func (r *Reader) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		r.events(func(i *item) bool { return yield(i.whole()) }, func(broken error) bool {
			for e, err := range r.complete().Events() {
				if !yield(e, err) {
					return false
				}
			}
			return broken == nil || yield(nil, broken)
		})
	}
}

// RawEvents yields the same events and errors as Events at a fraction of the cost: a [RawEvent] is valid only until the
// next one is yielded.
func (r *Reader) RawEvents() iter.Seq2[*RawEvent, error] {
	return func(yield func(*RawEvent, error) bool) {
		raw := func(i *item) bool {
			if i.fault != nil {
				return yield(nil, i.fault)
			}
			return yield(&i.RawEvent, nil)
		}
		r.events(raw, func(broken error) bool {
			for n := range r.found {
				if !raw(&r.found[n]) {
					return false
				}
			}
			return broken == nil || yield(nil, broken)
		})
	}
}

// events reads document after document. yield takes the items that are handed on before the end of their document; end is
// called at each end with the fault that broke the document off, nil if there is none.
func (r *Reader) events(yield func(*item) bool, end func(broken error) bool) {
	r.yield = yield
	defer func() { r.yield = nil }()
	r.each(func(broken error) bool {
		if r.left || !end(broken) {
			return false
		}
		if r.Resumed != nil && len(r.doc.links[resume]) > 0 {
			r.Resumed(r.doc.document())
		}
		return true
	})
}

// whole returns the event or the fault.
func (i *item) whole() (*Event, error) {
	if i.fault != nil {
		return nil, i.fault
	}
	return i.Event(), nil
}

// Documents yields the documents in their order. A broken document comes together with an *[Error], and has the events
// and links before the fault. The error of a single event is in [Document.Events].
func (r *Reader) Documents() iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		r.each(func(broken error) bool { return yield(r.complete(), broken) })
	}
}

// complete returns the document with its events, but for those that have been handed on.
func (r *Reader) complete() *Document {
	d := r.doc.document()
	for n := range r.found {
		e, err := r.found[n].whole()
		d.events = append(d.events, told{e, err})
	}
	return d
}

// each reads document after document, and yields after each the fault that broke it off, nil if there is none.
func (r *Reader) each(yield func(broken error) bool) {
	s := &r.s
	var err error
	for r.prepare(); s.begin(); {
		r.read()
		err = nil
		if s.fault != nil {
			err = s.fault
		}
		if !yield(err) {
			return
		}
	}
	r.forget()
	next := Place{Document: s.document + 1, Offset: s.offset()}
	r.doc.whole = &Document{Place: next}
	switch {
	case s.err == errBoundary, errors.Is(err, s.err): // the latter has been yielded
	case s.err != io.EOF:
		yield(&Error{next, s.err})
	case s.document == 0:
		yield(&Error{next, errors.New("empty input, want an event document")})
	}
}

// prepare makes ready for the next document.
func (r *Reader) prepare() {
	r.leave()
	if r.s.document == 0 {
		r.s.limits = Limits{
			Depth: min(cmp.Or(r.Limits.Depth, 100), maxDepth), Document: cmp.Or(r.Limits.Document, 64<<20),
			String: cmp.Or(r.Limits.String, 4<<20), Events: cmp.Or(r.Limits.Events, 100_000),
		}
		if r.shapeLimits != r.s.limits {
			r.documentShapes, r.eventShapes, r.shapeLimits = shapes{}, shapes{}, r.s.limits
		}
	}
}

// read reads one document: lean if the buffer may hold all of it, and then again in exact mode if it has a fault.
func (r *Reader) read() {
	s := &r.s
	begin, watch := s.pos, s.watch
	if s.exact = s.length >= int64(s.window); !s.exact {
		if r.forget(); !r.envelope() {
			s.pos, s.fault, s.stack, s.names, s.exact = begin, nil, s.stack[:0], s.names[:0], true
			s.restart, s.watch = none, watch
			r.odd++
		}
	}
	if s.exact {
		r.forget()
		r.envelope()
		if s.restart != none { // the events behind it will be read again
			r.found = slices.DeleteFunc(r.found, func(i item) bool { return i.offset >= s.restart })
		}
	}
	s.exact = true
	r.passOver(r.passed)
	r.doc.close(r.found)
}

// passOver calls PassedOver for each relation.
func (r *Reader) passOver(relations []string) {
	if r.PassedOver != nil {
		for _, relation := range relations {
			r.PassedOver(relation)
		}
	}
}

// open begins a document.
func (r *Reader) open() {
	r.doc = source{reader: r, number: r.s.document, start: r.s.start}
	r.rel, r.other, r.count, r.sender, r.index = "", "", 0, 0, 0
	r.escaped = [len(relations)][]byte{}
}

// forget begins a document and forgets the documents before.
func (r *Reader) forget() {
	r.open()
	r.found, r.passed, r.copies, r.texts, r.p.found = r.found[:0], r.passed[:0], r.copies[:0], r.texts[:0], r.p.found[:0]
}

// close ends a document with the items found in it.
func (s *source) close(found []item) {
	if !s.handed {
		s.self = s.links[0]
	}
	s.end = s.first + int32(len(found))
	s.settle(found)
	if s.whole != nil {
		s.follow()
	}
}

// document returns the document.
func (s *source) document() *Document {
	if s.whole == nil {
		s.whole = &Document{Place: Place{Document: s.number, Offset: s.start}}
		s.follow()
	}
	return s.whole
}

// follow sets the links of the document from the hrefs read so far.
func (s *source) follow() {
	d := s.whole
	d.BaseURI = s.base
	for n, href := range []*string{&d.Self, &d.Next, &d.Resync, &d.Resume} {
		*href = Resolve(d.BaseURI, string(s.links[n]))
	}
}

// envelope reads a document, and reports whether it has no fault. Hrefs are resolved only at the end of the document,
// because baseuri may stand behind them.
func (r *Reader) envelope() bool {
	s, before := &r.s, r.reached()
	if !s.exact && r.recognised(&r.documentShapes) {
		return s.fault == nil
	}
	place := Place{Document: s.document, Offset: s.start}
	if s.next() != '{' {
		return s.want("an event document, which is an object")
	}
	var seen uint
	for s.open(); s.more(); {
		switch string(s.name) {
		case "baseuri":
			if r.once(&seen, 1) {
				r.baseURI()
			}
		case "_links":
			if r.once(&seen, 2) && r.is('{', "links, which are an object") {
				r.follows()
			}
		case "sender":
			if r.once(&seen, 4) && r.is('[', "an array of senders") {
				for s.open(); s.more(); r.hand() {
					r.sends()
					r.sender++
				}
			}
		default:
			if r.other == "" {
				r.other = r.intern(s.name)
			}
			s.pass()
		}
	}
	if s.fault == nil && seen&4 == 0 && r.other != "" {
		r.wrong(place, fmt.Errorf("an object with a member %.40q and without sender, want an event document", r.other))
	}
	if s.fault == nil {
		s.restart = none
		if size := s.offset() - s.start; size > s.limits.Document {
			s.refuse(&LimitError{"document", size, s.limits.Document})
		}
	}
	if !s.exact && s.fault == nil {
		r.sender, r.index = 0, 0
		r.learn(&r.documentShapes, before, &shape{document: true, base: r.doc.base, other: r.other, follow: r.escaped})
	}
	return s.fault == nil
}

// once reports whether a member is there for the first time. If not, it passes over its value.
func (r *Reader) once(seen *uint, bit uint) bool {
	if *seen&bit == 0 {
		*seen |= bit
		return true
	}
	if r.s.exact {
		r.wrong(r.s.place(), again(string(r.s.name)))
		return !r.s.pass() && false
	}
	return r.s.refuse(odd)
}

func (r *Reader) baseURI() {
	if r.doc.handed {
		r.wrong(r.s.place(), fmt.Errorf("baseuri behind %d events, want it before them", ahead))
		r.s.pass()
		return
	}
	r.doc.base = r.intern(r.text())
}

// follows reads the links of a document.
func (r *Reader) follows() {
	s := &r.s
	var seen uint
	for s.open(); s.more(); {
		n := slices.Index(relations[:], string(s.name))
		if n < 0 {
			s.pass()
		} else if r.once(&seen, 1<<n) && r.is('{', "a link, which is an object") {
			var seen uint
			for s.open(); s.more(); {
				if string(s.name) != "href" {
					s.pass()
				} else if r.once(&seen, 1) {
					s.next()
					start := s.pos + 1
					if r.doc.links[n] = r.text(); s.exact {
						r.doc.links[n] = bytes.Clone(r.doc.links[n]) // the buffer may move
					} else if len(r.doc.links[n]) > 0 {
						r.escaped[n] = s.buf[start : s.pos-1]
					}
				}
			}
		}
	}
}

// sends reads a sender, whose relation may come behind its events.
func (r *Reader) sends() {
	s := &r.s
	r.rel, r.index, r.first = "", 0, len(r.found)
	if !r.is('{', "a sender, which is an object") {
		return
	}
	var seen uint
	for s.open(); s.more(); {
		switch string(s.name) {
		case "rel":
			if r.once(&seen, 1) {
				r.rel = r.intern(r.text())
			}
		case "events":
			if r.once(&seen, 2) && r.is('[', "an array of events") {
				for s.open(); s.more(); r.hand() {
					r.event()
					r.index++
				}
			}
		default:
			s.pass()
		}
	}
	for n := r.first; n < len(r.found); n++ {
		r.found[n].Sender = r.rel
	}
}

// hand yields the items found so far, if they are many and will not be read again.
func (r *Reader) hand() {
	if len(r.found) < ahead || r.yield == nil || r.s.fault != nil || r.s.restart != none {
		return
	}
	if !r.s.exact {
		r.s.refuse(odd)
		return
	}
	if !r.doc.handed {
		r.doc.handed, r.doc.self = true, r.doc.links[0]
	}
	r.doc.settle(r.found)
	for n := range r.found {
		if !r.yield(&r.found[n]) {
			r.left = true
			r.s.refuse(errLeft)
			break
		}
	}
	r.found, r.copies, r.texts, r.p.found, r.first = r.found[:0], r.copies[:0], r.texts[:0], r.p.found[:0], 0
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

// again is the error of a member that is there twice.
func again(name string) error { return fmt.Errorf("%q a second time, want it once", name) }

// text reads a string and returns its text, which is valid until the next byte is read.
func (r *Reader) text() []byte {
	if !r.is('"', "a string") {
		return nil
	}
	s := &r.s
	start := s.offset()
	text := s.string()
	if s.fault == nil && s.half != none {
		r.wrong(Place{s.document, start, s.pointer()}, errSurrogate)
	}
	return text
}

// intern returns a text that is mostly one of few.
func (r *Reader) intern(text []byte) string {
	known, ok := r.names[string(text)]
	if !ok {
		known = string(text)
		if r.names == nil {
			r.names = map[string]string{}
		}
		if len(r.names) < maxRels && len(text) < maxRels {
			r.names[known] = known
		}
	}
	return known
}

// is reports whether the next value begins with that byte. It passes over any other value, and treats null as absent.
func (r *Reader) is(begins byte, want string) bool {
	c := r.s.next()
	if c == begins {
		return true
	}
	if c != 'n' && !r.s.exact {
		return r.s.refuse(odd)
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
	switch {
	case !r.s.exact:
		r.s.refuse(odd)
	case r.counted():
		r.found = append(r.found, item{RawEvent{offset: place.Offset}, &Error{place, err}})
	}
}

// counted counts an event or a fault, and reports whether the document is within its limit of them.
func (r *Reader) counted() bool {
	if r.count++; r.count > r.s.limits.Events {
		return r.s.refuse(&LimitError{"events", int64(r.count), int64(r.s.limits.Events)})
	}
	return true
}

// event reads one event.
func (r *Reader) event() {
	s := &r.s
	c := s.next()
	if c != '{' {
		r.parse(c)
		return
	}
	if s.exact && r.ignored() || !s.exact && r.recognised(&r.eventShapes) {
		return
	}
	start, before := s.offset(), r.reached()
	passed := r.parse(c)
	switch {
	case s.fault != nil:
	case !s.exact:
		r.learn(&r.eventShapes, before, &shape{})
	case len(r.found) == before.found:
		end := s.pos
		s.pos = int(start - s.base) // which is still in the buffer
		if text := s.buf[s.pos:end]; r.eventShapes.learns(text) && r.eventShapes.match(s) == nil {
			r.eventShapes.learn(text, &shape{passed: passed})
		}
		s.pos = end
	}
}

// parse reads one event. The relation of its link decides whether it is passed over or read strictly. A lean reader reads
// an event about an invitation as soon as the relation is known. An exact one passes over the whole event first, because a
// fault of the grammar breaks the document off and any other fault costs the event only. It returns the relations for
// PassedOver in exact mode.
func (r *Reader) parse(c byte) (passed []string) {
	s := &r.s
	start, found, depth := s.offset(), len(r.found), len(s.stack)
	if !s.exact && begins(s.buf[s.pos:]) && r.counted() {
		r.invitation(start, depth)
		return nil
	}
	s.keep = start
	rels, ours, sibling := 0, false, ""
	if c == '{' || r.is('{', "an event, which is an object") {
		for s.open(); s.more(); {
			if string(s.name) != "link" {
				s.pass()
				continue
			}
			if !r.is('{', "a link, which is an object") {
				continue
			}
			for s.open(); s.more(); {
				if string(s.name) != "rel" {
					s.pass()
				} else if r.is('"', "a string") {
					rel := s.string() // half a surrogate pair is in no relation of ours
					rels, ours, sibling = rels+1, about(rel), ""
					if !ours && bytes.HasSuffix(rel, []byte("Invitation")) {
						sibling = transitions.TrimRelPrefix(r.intern(rel))
					}
				}
			}
			if ours && !s.exact {
				break
			}
		}
	}
	s.keep = none
	if s.fault != nil || len(r.found) > found || !r.counted() {
		return nil
	}
	switch {
	case rels != 1 && s.exact:
		r.wrong(Place{s.document, start, s.pointer()},
			fmt.Errorf("link.rel occurs %d times, want once, to name the resource of the event", rels))
	case rels != 1:
		s.refuse(odd)
	case ours:
		r.invitation(start, depth)
	case sibling == "":
	case !s.exact:
		r.passed = append(r.passed, sibling)
	default:
		if passed = []string{sibling}; r.PassedOver != nil {
			r.PassedOver(sibling)
		}
	}
	return passed
}

// begins reports whether text begins as an event about an invitation does, as a rule: there is no need to look for its
// link.
func begins(text []byte) bool {
	rel, ok := bytes.CutPrefix(text, []byte(`{"link":{"rel":"`))
	n := bytes.IndexByte(rel[:min(len(rel), len(transitions.RelInvitation)+1)], '"')
	return ok && n >= 0 && about(rel[:n])
}

// invitation reads the event about an invitation that begins there, in so many arrays and objects.
func (r *Reader) invitation(start int64, depth int) {
	s, p := &r.s, &r.p
	raw, place := s.buf[start-s.base:], Place{Document: s.document, Offset: start}
	if s.exact {
		n := len(r.copies)
		r.copies = append(r.copies, raw[:s.offset()-start]...)
		raw, place.Pointer = r.copies[n:], s.pointer()
	}
	limits := s.limits
	limits.Depth -= depth
	p.reset(raw, place, limits, s.exact)
	r.found = append(r.found, item{RawEvent: RawEvent{offset: start, sender: int32(r.sender), index: int32(r.index), Sender: r.rel}})
	i := &r.found[len(r.found)-1]
	p.event(&i.RawEvent)
	if p.fault == nil {
		if err := i.RawEvent.fault(); err != nil {
			p.fault = &Error{place, err}
		}
	}
	switch {
	case s.exact && p.fault != nil:
		i.RawEvent, i.fault = RawEvent{offset: start}, p.fault
	case p.fault != nil:
		s.refuse(odd)
	case !s.exact:
		s.pos = int(start-s.base) + p.pos
		s.stack = s.stack[:depth]
	}
}
