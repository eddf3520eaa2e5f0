package eventchannel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// parser reads one value, an event or a resource, strictly: no name comes twice in an object and no half of a surrogate
// pair anywhere in the value. The texts that it finds are slices of the value.
type parser struct {
	scanner
	reasons map[string]*codes.Error          // that have been read, by their JSON
	rels    map[string]transitions.Operation // the operations of relations that have been read
	found   []rawLink                        // of the raw events of a document
}

// reset makes p a parser of the value at the start of raw, which stands at the place at, and keeps the memory of p.
func (p *parser) reset(raw []byte, at Place, limits Limits, exact bool) {
	limits.Document = math.MaxInt64
	p.scanner = scanner{
		limits: limits, err: io.EOF, buf: raw, base: at.Offset, document: at.Document, prefix: at.Pointer,
		exact: exact, strict: true, start: none, keep: none, restart: none,
		stack: p.stack[:0], names: p.names[:0], seen: p.seen[:0],
	}
}

// unmarshal reads raw, which must be one value. The error is an *[Error]; a fault of the grammar goes before any other.
func unmarshal(raw []byte, read func(*parser)) error {
	var p parser
	limits := Limits{Depth: maxDepth, String: none}
	p.reset(raw, Place{Document: 1}, limits, true)
	p.strict = false
	p.pass()
	p.next()
	if p.pos < len(raw) {
		p.want("the end")
	}
	if p.fault == nil {
		p.reset(raw, Place{Document: 1}, limits, true)
		read(&p)
	}
	if p.fault != nil {
		return p.fault
	}
	return nil
}

const anything = `{["0tfn`

// take passes over the next value, and returns it if its kind is one of kinds.
func (p *parser) take(kinds, want string) []byte {
	c := p.next()
	start := p.pos
	if !p.pass() {
		return nil
	}
	if c == '-' || '1' <= c && c <= '9' {
		c = '0'
	}
	if strings.IndexByte(kinds, c) < 0 {
		if !p.exact {
			p.refuse(odd) // without the text
		} else {
			p.refuseAt(p.base+int64(start), fmt.Errorf("%s, want %s", kind(c), want))
		}
		return nil
	}
	return p.buf[start:p.pos]
}

// object goes into the next value, which must be an object.
func (p *parser) object() bool {
	if p.next() == '{' {
		return p.open()
	}
	p.take("", "an object")
	return false
}

// optional goes into the object that is next, and passes over null.
func (p *parser) optional() bool {
	if p.next() == 'n' {
		p.pass()
		return false
	}
	return p.object()
}

// text reads a string; null is read as an absent string.
func (p *parser) text() quoted {
	if p.next() != '"' {
		return p.take(`"n`, "a string")
	}
	start := p.pos
	if !p.scanner.text() {
		return nil
	}
	return p.buf[start:p.pos]
}

// event reads an event into e.
func (p *parser) event(e *RawEvent) {
	for p.open(); p.more(); {
		switch string(p.name) {
		case "link":
			p.link(&e.rel, &e.href)
		case "in":
			var rel quoted
			p.link(&rel, &e.in)
		case "type":
			p.eventType(e)
		case "status":
			e.Status = token(p.text())
		case "_embedded":
			p.invitation(e)
		case "reason":
			p.reason(e)
		default:
			p.pass()
		}
	}
}

// link reads a link.
func (p *parser) link(rel, href *quoted) {
	for inside := p.optional(); inside && p.more(); {
		switch string(p.name) {
		case "rel":
			*rel = p.text()
		case "href":
			*href = p.text()
		default:
			p.pass()
		}
	}
}

func (p *parser) eventType(e *RawEvent) {
	p.next()
	start := p.offset()
	q := quoted(p.take(`"`, "started, updated or completed"))
	switch string(q) {
	case `"started"`:
		e.Type = transitions.EventStarted
	case `"updated"`:
		e.Type = transitions.EventUpdated
	case `"completed"`:
		e.Type = transitions.EventCompleted
	default:
		if p.fault == nil && e.Type.UnmarshalText(q.appendTo(nil)) != nil {
			p.refuseAt(start, fmt.Errorf("the type is %q, want started, updated or completed", q.String()))
		}
	}
}

// invitation reads the invitation that an event embeds.
func (p *parser) invitation(e *RawEvent) {
	for inside := p.optional(); inside && p.more(); {
		if !about(p.name) {
			p.pass()
			continue
		}
		c := p.next()
		start := p.pos
		if c != '{' || e.resource != nil {
			if p.take("{", "an invitation, which is an object"); p.fault == nil {
				p.refuseAt(p.base+int64(start), errSecond)
			}
			return
		}
		p.open()
		p.resource(e, nil)
		e.resource = p.buf[start:p.pos]
	}
}

// about reports whether a relation is that of an audio/video invitation.
func about(rel []byte) bool {
	return len(rel) <= len(transitions.RelInvitation) && bytes.HasSuffix(rel, invited) && invitation(string(rel))
}

var (
	invited   = []byte("audioVideoInvitation")
	errSecond = errors.New("a second invitation in one event, want one")
)

// Bounds on the memory of a parser, so that no input makes it grow without end.
const (
	maxReasons = 1000
	maxReason  = 1024 // bytes
	maxRels    = 100
)

// reason reads an error body. A body that was read before is not decoded again, because most bodies are among few.
func (p *parser) reason(e *RawEvent) {
	p.next()
	start := p.offset()
	raw := p.take("{n", "an error body, which is an object")
	if p.fault != nil || raw[0] == 'n' {
		return
	}
	known, ok := p.reasons[string(raw)]
	if !ok {
		known = new(codes.Error)
		if err := known.UnmarshalJSON(raw); err != nil {
			p.refuseAt(start, err)
			return
		}
		if p.reasons == nil || len(p.reasons) == maxReasons {
			p.reasons = map[string]*codes.Error{}
		}
		if len(raw) <= maxReason {
			p.reasons[string(raw)] = known
		}
	}
	e.Reason = known
}

// resource reads the members of a resource: into r all of them, or into e those that a raw event has. One of e and r is
// nil.
func (p *parser) resource(e *RawEvent, r *Resource) {
	for p.more() {
		switch name := p.name; string(name) {
		case "_links":
			p.links(e, r)
		case "_embedded":
			p.embedded(e, r)
		case "direction", "importance", "operationId", "sessionContext", "state", "subject", "threadId", "to", "rel":
			q := p.text()
			switch {
			case p.fault != nil:
				return
			case r != nil:
				texts := r.texts()
				member(texts[:], &r.Other, name, q)
			case !q.empty():
				e.member(name, q)
			}
		default:
			if raw := p.take(anything, "a value"); r != nil {
				keep(&r.Other, name, raw)
			}
		}
	}
}

// member stores the text of a member that a raw event has. A text in UTF-8 has at least as many bytes as UTF-16 code units.
func (e *RawEvent) member(name []byte, q quoted) {
	limit := math.MaxInt
	switch string(name) {
	case "direction":
		e.Direction = token(q)
	case "state":
		e.State = token(q)
	case "to":
		e.to = q
	case "operationId":
		e.operationID, limit = q, transitions.MaxOperationID
	case "sessionContext":
		limit = transitions.MaxSessionContext
	case "subject":
		limit = transitions.MaxSubject
	case "importance":
		e.dubious = e.dubious || string(q) != `"Normal"` && string(q) != `"Urgent"` && string(q) != `"Emergency"`
	}
	e.dubious = e.dubious || len(q)-len(`""`) > limit
}

// member stores the text of a member: in its field, or as raw JSON if it is empty or null.
func member(texts []text, other *map[string][]byte, name []byte, q quoted) {
	for _, t := range texts {
		if t.name == string(name) && !q.empty() {
			*t.of = q.String()
			return
		}
	}
	keep(other, name, q)
}

func keep(in *map[string][]byte, name, raw []byte) {
	if raw == nil {
		return // at a fault
	}
	if *in == nil {
		*in = map[string][]byte{}
	}
	(*in)[string(name)] = bytes.Clone(raw)
}

// links reads "_links" into e or r.
func (p *parser) links(e *RawEvent, r *Resource) {
	if p.next() != '{' {
		if raw := p.take("n", "an object"); r != nil {
			keep(&r.Other, []byte("_links"), raw)
		}
		return
	}
	if e != nil {
		e.links = int32(len(p.found))
	}
	var rest map[string][]byte
	for p.open(); p.more(); {
		rel := p.name
		if p.next() != '{' {
			if raw := p.take("[n", "a link, which is an object"); r != nil {
				keep(&rest, rel, raw)
			}
			continue
		}
		if r == nil {
			p.rawLink(e, rel)
			continue
		}
		l := Link{Rel: string(rel)}
		texts := l.texts()
		for p.open(); p.more(); {
			switch name := p.name; string(name) {
			case "href", "title":
				if q := p.text(); q != nil {
					member(texts[:], &l.Other, name, q)
				}
			default:
				keep(&l.Other, name, p.take(anything, "a value"))
			}
		}
		if r.Links == nil {
			r.Links = make([]Link, 0, 4) // most resources have as many, or some more
		}
		r.Links = append(r.Links, l)
	}
	switch {
	case e != nil:
		e.linked = int32(len(p.found)) - e.links
	case p.fault == nil && (rest != nil || r.Links == nil):
		raw, _ := encode(func(e *encoder) { // of what has been read
			e.begin()
			e.others(rest, nil)
			e.end()
		})
		keep(&r.Other, []byte("_links"), raw)
	}
}

// rawLink reads a link, and keeps it if a raw event has such links.
func (p *parser) rawLink(e *RawEvent, rel []byte) {
	var l rawLink
	for p.open(); p.more(); {
		switch string(p.name) {
		case "href":
			l.href = p.text()
		case "title":
			l.title = p.text()
		default:
			p.pass()
		}
	}
	switch l.operation = p.relation(rel); {
	case l.operation == invites:
		p.found = append(p.found, l)
	case l.operation != transitions.OperationNone && !l.href.empty():
		e.Operations |= 1 << l.operation
		p.found = append(p.found, l)
	}
}

// invites stands for the relation from among those of operations.
const invites transitions.Operation = math.MaxUint8

// relation returns the operation of a relation, or invites, from a map because few relations occur.
func (p *parser) relation(rel []byte) transitions.Operation {
	o, ok := p.rels[string(rel)]
	if !ok {
		if o = transitions.OperationOf(string(rel)); transitions.TrimRelPrefix(string(rel)) == "from" {
			o = invites
		}
		if p.rels == nil {
			p.rels = map[string]transitions.Operation{}
		}
		if len(p.rels) < maxRels && len(rel) < maxRels {
			p.rels[string(rel)] = o
		}
	}
	return o
}

// embedded reads "_embedded" into e or r.
func (p *parser) embedded(e *RawEvent, r *Resource) {
	if p.next() != '{' {
		if raw := p.take("n", "an object"); r != nil {
			keep(&r.Other, []byte("_embedded"), raw)
		}
		return
	}
	if r != nil {
		r.Embedded = map[string][]byte{}
	}
	for p.open(); p.more(); {
		rel := p.name
		raw := p.take("{[n", "a resource or a list of them")
		switch {
		case r != nil:
			keep(&r.Embedded, rel, raw)
		case raw == nil || raw[0] == 'n' || p.relation(rel) != invites:
		case e.from == nil:
			e.from = raw
		default:
			e.several = true
		}
	}
}

// token returns the text of q, without an allocation if it is one of the usual tokens.
func token(q quoted) string {
	switch string(q) {
	case `"Incoming"`:
		return "Incoming"
	case `"Outgoing"`:
		return "Outgoing"
	case `"Success"`:
		return "Success"
	case `"Failure"`:
		return "Failure"
	}
	if len(q) <= len(`"Connecting"`) && !q.empty() {
		if s := stateOf(string(q[1 : len(q)-1])); s != transitions.StateNone {
			return s.String()
		}
	}
	return q.String()
}
