package eventchannel

import (
	"bytes"
	"math"
	"slices"

	"github.com/avinvite/avinvite/transitions"
)

// shapes recognises texts that differ from an earlier text only in strings that decide nothing, such as hrefs: a document,
// or an event. Most are of few shapes, because one program writes them. The text is compared with the earlier one, which has
// been parsed, and only these strings are scanned. That takes a third of the time of parsing.
//
// The texts are kept in a tree, so that texts with the same beginning share it. A Reader in exact mode uses shapes only to
// pass over events about other resources. A text of an unknown shape is parsed, and its shape is learned.
type shapes struct {
	branches []branch
	count    int // of the shapes in the tree
	learned  int // number of shapes that were learned, forgotten ones included
	met      int // number of texts that were compared with the tree
	known    int // number of them that were recognised

	ends []int // where the text under way begins, and where each of its strings ends
}

// branch is a part of a text.
type branch struct {
	text  []byte   // ends with the quote that begins a string, or with the whole text
	limit int      // on the bytes of the string
	next  []branch // what may follow the string
	end   *shape   // nil if a string follows
}

// shape has the parts of a text that a Reader has found. The offset and the numbers in events are counted from the start of
// the text.
type shape struct {
	events   []item
	links    []rawLink // of the events
	passed   []string  // the relations for PassedOver
	lines    bool      // the text has a line break
	document bool      // the text is that of a document, and not of an event
	base     string
	other    string                 // a member that event documents do not have
	follow   [len(relations)][]byte // the links of the document, with their escapes

	offsets []mark // of events
	cuts    []cut  // of the parts that are not the same in all texts
}

// cut tells where a part stands in a text.
type cut struct {
	part       int
	begin, end mark
}

// mark is a position in a text, as a number of bytes behind the end of a string; after is 0 for the start of the text.
type mark struct{ after, bytes int }

// Bounds on the memory of shapes, which is 4 MB at most, and some 100 kB for most channels.
const (
	maxShapes   = 64
	maxShape    = 1 << 13 // bytes of a text
	maxHoles    = 1 << 7  // strings of a text in which another may differ
	maxEvents   = 1 << 3  // about invitations in a text
	maxBranches = 16      // with the same beginning
)

// match passes over the text that is next, if it has a known shape and is in the buffer.
func (t *shapes) match(s *scanner) *shape {
	begin, exact := s.pos, s.exact
	s.exact = false // so that the buffer does not move
	defer func() { s.exact = exact }()
	t.met++
	t.ends = append(t.ends[:0], begin)
	for branches := t.branches; ; {
		var b *branch // the longest, because a string that is empty is a part of a branch
		for n := range branches {
			if next := &branches[n]; (b == nil || len(next.text) > len(b.text)) && bytes.HasPrefix(s.buf[s.pos:], next.text) {
				b = next
			}
		}
		if b == nil {
			break
		}
		if s.pos += len(b.text); b.end != nil {
			t.known++
			return b.end
		}
		s.pos--
		quote := s.pos
		if !s.text() || s.half != none || s.pos-quote == len(`""`) || s.pos-quote-len(`""`) > b.limit {
			break
		}
		t.ends = append(t.ends, s.pos)
		branches = b.next
	}
	s.pos, s.fault = begin, nil
	return nil
}

// at returns the position of a mark in the text that match has passed over.
func (t *shapes) at(m mark) int { return t.ends[m.after] + m.bytes }

// learns reports whether learn would add the shape of a text. If nearly every text has another shape, one in sixteen is
// learned, because learning takes longer than parsing.
func (t *shapes) learns(text []byte) bool {
	return len(text) <= maxShape && t.learned <= maxShapes+t.met/16
}

// learn adds a shape to the tree. Its parts are parts of text, which may change afterwards.
func (t *shapes) learn(text []byte, of *shape) {
	strings := holes(text)
	if len(strings) > maxHoles || len(of.events) > maxEvents {
		return
	}
	of.lines = bytes.IndexByte(text, '\n') >= 0
	copied := bytes.Clone(text)
	find := func(at int) (m mark) {
		m.bytes = at
		for n, h := range strings {
			if h.end <= at+1 { // a text may be without its quotes
				m = mark{n + 1, at - h.end}
			}
		}
		return m
	}
	for n := range of.events {
		of.offsets = append(of.offsets, find(int(of.events[n].offset)))
	}
	for n := range of.parts() {
		p := part(of.events, of.links, &of.follow, n)
		if len(*p) == 0 {
			*p = nil
			continue
		}
		begin := cap(text) - cap(*p) // because both end with the buffer
		end := begin + len(*p)
		if begin < 0 || end > len(text) || &text[begin] != &(*p)[0] {
			continue // because it is the same in all events of a known shape
		}
		if c := (cut{n, find(begin), find(end)}); c.begin.after != c.end.after {
			of.cuts = append(of.cuts, c)
		}
		*p = copied[begin:end]
	}
	if t.count == maxShapes {
		t.branches, t.count = nil, 0
	}
	branches, from, added := &t.branches, 0, 0
	for _, h := range append(strings, hole{begin: len(copied) - 1}) {
		b := branch{text: copied[from : h.begin+1], limit: h.limit}
		if from = h.end; from == 0 {
			b.end = of
		}
		n := slices.IndexFunc(*branches, func(other branch) bool { return bytes.Equal(other.text, b.text) })
		switch {
		case n >= 0:
		case len(*branches) == maxBranches:
			t.branches, t.count = nil, 0
			t.learned++
			return
		default:
			n, added = len(*branches), 1
			*branches = append(*branches, b)
		}
		branches = &(*branches)[n].next
	}
	t.count += added
	t.learned += added
}

// recognised passes over a text of a known shape and takes its events, and reports whether it is one.
func (r *Reader) recognised(t *shapes) bool {
	s, before := &r.s, r.reached()
	of := t.match(s)
	if of == nil {
		return false
	}
	sound := of.document || r.counted()
	if of.document {
		r.doc.base, r.doc.links, r.other = of.base, of.follow, of.other
	}
	r.found, r.p.found = append(r.found, of.events...), append(r.p.found, of.links...)
	r.passed = append(r.passed, of.passed...)
	events := r.found[before.found:]
	for _, c := range of.cuts {
		*part(events, r.p.found[before.links:], &r.doc.links, c.part) = s.buf[t.at(c.begin):t.at(c.end)]
	}
	if of.document {
		for n, href := range r.doc.links {
			if bytes.IndexByte(href, '\\') >= 0 {
				r.doc.links[n] = r.keep(unquote(r.texts, href))
			}
		}
	}
	sound = sound && s.offset()-s.start <= s.limits.Document
	for n := range events {
		e := &events[n]
		e.offset = s.base + int64(t.at(of.offsets[n]))
		e.sender, e.index, e.links = e.sender+int32(r.sender), e.index+int32(r.index), e.links+int32(before.links)
		sound = sound && e.RawEvent.fault() == nil
	}
	return sound || !s.refuse(odd)
}

// ignored passes over an event of a known shape in exact mode, if it is about another resource, and reports whether it is
// one. A line break might begin another document.
func (r *Reader) ignored() bool {
	start := r.s.pos
	of := r.eventShapes.match(&r.s)
	if of == nil || len(of.events) > 0 || of.lines {
		r.s.pos = start
		return false
	}
	if r.counted() {
		r.passOver(of.passed)
	}
	return true
}

// reached is a position in a document, with the numbers of the things found before it.
type reached struct{ pos, found, links, passed int }

func (r *Reader) reached() reached {
	return reached{r.s.pos, len(r.found), len(r.p.found), len(r.passed)}
}

// learn adds a shape with the events that have been read since then, without a fault.
func (r *Reader) learn(t *shapes, since reached, of *shape) {
	text := r.s.buf[since.pos:r.s.pos]
	if !t.learns(text) {
		return
	}
	of.events, of.links = slices.Clone(r.found[since.found:]), slices.Clone(r.p.found[since.links:])
	of.passed = slices.Clone(r.passed[since.passed:])
	for n := range of.events {
		e := &of.events[n]
		e.offset -= r.s.base + int64(since.pos)
		e.sender, e.index = e.sender-int32(r.sender), e.index-int32(r.index)
		e.links = max(0, e.links-int32(since.links)) // 0 if it has none
	}
	t.learn(text, of)
}

// The numbers of parts of an event and of a link.
const (
	eventParts = 7
	linkParts  = 2
)

// parts returns the number of parts that are texts of the input.
func (s *shape) parts() int { return len(s.follow) + eventParts*len(s.events) + linkParts*len(s.links) }

// part returns a part by its number.
func part(events []item, links []rawLink, follow *[len(relations)][]byte, n int) *[]byte {
	if n < len(follow) {
		return &follow[n]
	}
	n -= len(follow)
	if k := n / eventParts; k < len(events) {
		e := &events[k]
		return [...]*[]byte{
			(*[]byte)(&e.rel), (*[]byte)(&e.href), (*[]byte)(&e.in), (*[]byte)(&e.operationID), (*[]byte)(&e.to), &e.resource, &e.from,
		}[n%eventParts]
	}
	n -= eventParts * len(events)
	l := &links[n/linkParts]
	return [...]*[]byte{(*[]byte)(&l.href), (*[]byte)(&l.title)}[n%linkParts]
}

// hole is a string in which texts of one shape may differ: it begins and ends with a quote.
type hole struct{ begin, end, limit int }

// holes returns the strings of a text that decide nothing. Empty ones are none of them, because an empty string counts
// as absent.
func holes(text []byte) (holes []hole) {
	depth, reason := 0, math.MaxInt // the depth of a value in which every string decides
	var name []byte
	for n := 0; n < len(text); n++ {
		switch text[n] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < reason {
				reason = math.MaxInt
			}
		case '"':
			begin := n
			for n++; text[n] != '"'; n++ {
				if text[n] == '\\' {
					n++
				}
			}
			inner, rest := text[begin+1:n], bytes.TrimLeft(text[n+1:], " \t\r\n")
			switch {
			case rest[0] == ':':
				name = inner
				if depth < reason && (string(name) == "reason" || bytes.IndexByte(name, '\\') >= 0) {
					reason = depth + 1
				}
			case depth < reason && len(inner) > 0 && !decides(name):
				holes = append(holes, hole{begin, n + 1, limitOf(name)})
			}
		}
	}
	return holes
}

// decides reports whether the value of a member may decide how a text is read. A name with an escape may be any name.
func decides(name []byte) bool {
	switch string(name) {
	case "baseuri", "type", "status", "rel", "direction", "state", "importance":
		return true
	}
	return bytes.IndexByte(name, '\\') >= 0
}

// limitOf returns the number of bytes from which on the value of a member may break its documentation.
func limitOf(name []byte) int {
	switch string(name) {
	case "operationId":
		return transitions.MaxOperationID
	case "sessionContext":
		return transitions.MaxSessionContext
	case "subject":
		return transitions.MaxSubject
	}
	return math.MaxInt
}
