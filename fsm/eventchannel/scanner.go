package eventchannel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// scanner passes over JSON in a stream, which is all that happens to most bytes of the event channel. It checks the
// grammar of JSON, UTF-8 and the limits; if it is strict, also that no name is repeated in an object, and that no
// surrogate pair is halved.
//
// There is no tokenizer with these properties (fsm/internal/bench measures them side by side). jsontext does not bound
// the memory of a value, and cannot go back to the start of a line to read on after a broken document. sonic and
// goccy/go-json need the whole document and build values that are thrown away. jsonparser and gjson do not check the
// parts that they pass over. Fuzz targets compare the scanner with encoding/json: both accept the same texts.
//
// The same code reads in one of two modes. A lean scanner reads no further than its buffer, and reports a fault without
// its place and text. An exact scanner keeps the names of the open members, so that it knows its place at any time, and
// reads more input when it needs it. A Reader reads each document lean first. If the document has a fault, the buffer
// still holds all of it, and the Reader reads it again from its start in exact mode. So only documents with a fault pay
// for places and texts.
//
// Methods stop at the first fault. After it they do nothing and report false until the fault is cleared, so that a
// caller needs to check the fault only once, at the end.
type scanner struct {
	limits Limits // without zeroes
	in     io.Reader
	window int    // buf doubles up to this size, and beyond it only for a longer text that must be kept
	err    error  // of in
	buf    []byte // the input from base on, as far as it has been read
	base   int64  // offset of buf in the input
	pos    int    // index in buf of the next byte

	exact, strict bool
	loose         bool // invalid UTF-8 in a string is no fault

	document int               // the number of the document, counted from 1
	start    int64             // of the document; none between two
	length   int64             // of the document before
	prefix   string            // the pointer to the value that is scanned, if it is not a document
	stack    []frame           // the arrays and objects that are open
	names    []byte            // the names of the members that are open, one after the other; exact only
	seen     [][]byte          // the names so far in the objects that are open, one after the other; strict only
	indexes  []map[string]bool // of the open objects with many names; strict only
	name     []byte            // of the member whose value is next; valid until the next name is read
	fault    *Error            // the first; odd in lean mode

	escaped bool  // the last string has an escape
	half    int64 // the offset of an escaped half of a surrogate pair in the last string; or none

	keep int64 // the input from this offset on stays in buf; none if nothing must stay

	// How to go on after a broken document; see space.
	restart int64 // the offset of another possible start of the next document, from which the input stays in buf, too; or none
	watch   bool  // whether to look for such an offset
	reread  int64 // bytes read twice because of broken documents
	lines   int   // line breaks in white space
	column  int   // blanks since the last line break
	indent  int   // blanks before the document, in its line
}

// odd is every fault of a lean scanner.
var odd = &Error{Err: errors.New("odd")}

// frame is an array or an object that is open.
type frame struct {
	close byte   // '}' or ']'
	name  int    // where the name of the open member begins in names
	parts int    // number of elements or members so far, including an open one
	seen  int    // where its names begin in seen
	marks uint64 // a bit for each of its names, chosen by length and last byte
	index int    // of its names in indexes, counted from 1; 0 if they are few
}

// none is the offset of nothing.
const none = math.MaxInt64

const (
	buffer   = 1 << 17 // the window, except in tests
	lookBack = 1 << 22 // the longest way back to restart
)

// maxDepth is the limit of jsontext and encoding/json.
const maxDepth = 10_000

func newScanner(in io.Reader) scanner {
	return scanner{in: in, window: buffer, exact: true, start: none, keep: none, restart: none}
}

// fill reads more input into buf. It may move the bytes in buf, so that indexes change and offsets do not. A lean
// scanner reads nothing more.
func (s *scanner) fill() bool {
	if !s.exact || s.fault != nil || s.err != nil {
		return false
	}
	if read := s.offset() - s.start; read > s.limits.Document {
		return s.refuse(&LimitError{"document", read, s.limits.Document})
	}
	if s.restart != none && s.offset()-s.restart > lookBack {
		s.restart = none
	}
	if len(s.buf) == cap(s.buf) {
		gone := int(min(s.offset(), s.keep, s.restart) - s.base)
		size := cap(s.buf)
		if size < s.window || gone < size/2 {
			size = max(2*size, s.window/16)
		}
		if size == cap(s.buf) {
			s.buf = s.buf[:copy(s.buf, s.buf[gone:])]
		} else {
			s.buf = append(make([]byte, 0, size), s.buf[gone:]...)
		}
		s.base += int64(gone)
		s.pos -= gone
	}
	for range emptyReads {
		n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf, s.err = s.buf[:len(s.buf)+n], err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// need reads until n more bytes are in buf.
func (s *scanner) need(n int) bool {
	for len(s.buf)-s.pos < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// offset returns the offset of the next byte in the input.
func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// next returns the next byte that is not white space, without passing over it, or 0 at the end of the input.
func (s *scanner) next() byte {
	c := s.here()
	if c <= ' ' {
		c = s.space()
	}
	return c
}

// here returns the byte at pos, or 0 if it is not in the buffer. Hot paths call it before space, because the compiler
// does not inline next.
func (s *scanner) here() (c byte) {
	if s.pos < len(s.buf) {
		c = s.buf[s.pos]
	}
	return c
}

// space passes over white space and returns the byte behind it, or 0 at the end of the input. A line within a document
// that begins with a brace, indented no deeper than the document, may be the start of the next document because this
// one is cut short. Only later input can show that. So the line is read as part of this document, and the offset of the
// first such line is kept in restart.
func (s *scanner) space() byte {
	lines := s.lines
	for s.pos < len(s.buf) || s.fill() {
		switch c := s.buf[s.pos]; c {
		case '\n':
			s.lines++
			s.column = 0
		case ' ', '\t', '\r':
			s.column++
		default:
			if s.watch && c == '{' && s.lines > lines && s.column <= s.indent {
				s.restart, s.watch = s.offset(), false
			}
			return c
		}
		s.pos++
	}
	return 0
}

// begin ends the document before and goes to the start of the next. It reports false at the end of the input.
func (s *scanner) begin() bool {
	s.end()
	lines := s.lines
	c := s.space()
	for c == "\uFEFF"[0] && s.need(3) && string(s.buf[s.pos:s.pos+3]) == "\uFEFF" {
		s.pos += 3
		c = s.space()
	}
	switch {
	case s.pos == len(s.buf):
		if s.lines > lines {
			s.indent = s.column // of the document at the begin of the next block, if there is one: see Map
		}
		return false
	case c != '{':
		s.indent = math.MaxInt // because garbage does not show how documents are indented
	case s.document == 0 || s.lines > lines:
		s.indent = s.column
	}
	s.document++
	s.start = s.offset()
	// Without a bound, broken lines nested in each other would be read again and again.
	s.watch = s.reread <= 4*(s.start+lookBack)
	return true
}

// end ends the document. After a fault it goes to the place where the next document may begin: back to restart, or
// forward to the next line that begins like a document.
func (s *scanner) end() {
	complete := len(s.stack) == 0 && s.offset() > s.start
	broken, restart := s.fault != nil && !complete, s.restart
	if s.start != none {
		s.length = s.offset() - s.start
	}
	s.fault, s.stack, s.names = nil, s.stack[:0], s.names[:0]
	s.start, s.keep, s.restart, s.watch = none, none, none, false
	if !broken {
		return
	}
	if back := s.offset() - restart; restart != none {
		s.reread += back
		s.pos -= int(back)
		return
	}
	for {
		n := bytes.IndexByte(s.buf[s.pos:], '\n')
		for n < 0 {
			s.pos = len(s.buf)
			if !s.fill() {
				return
			}
			n = bytes.IndexByte(s.buf[s.pos:], '\n')
		}
		s.pos += n
		if c := s.space(); c == 0 || c == '{' && s.column <= s.indent {
			return
		}
	}
}

// pass passes over a value.
func (s *scanner) pass() bool {
	for outside := len(s.stack); ; {
		c := s.here()
		if c <= ' ' {
			c = s.space()
		}
		switch c {
		case '"':
			s.text()
		case '{', '[':
			s.open()
		case 't':
			s.literal("true")
		case 'f':
			s.literal("false")
		case 'n':
			s.literal("null")
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			s.number()
		default:
			s.want("a value")
		}
		for len(s.stack) > outside && !s.more() {
			if s.fault != nil {
				return false
			}
		}
		if s.fault != nil || len(s.stack) == outside {
			return s.fault == nil
		}
	}
}

// open goes into the array or object that begins with the next byte.
func (s *scanner) open() bool {
	if depth := len(s.stack) + 1; depth > s.limits.Depth {
		return s.refuse(&LimitError{"depth", int64(depth), int64(s.limits.Depth)})
	}
	s.stack = append(s.stack, frame{close: s.buf[s.pos] + 2, name: len(s.names), seen: len(s.seen)}) // in ASCII, it is two behind
	s.pos++
	return true
}

// more goes to the next element of the innermost array, or to the value of the next member of the innermost object. If
// there is none it leaves the array or object and reports false.
func (s *scanner) more() bool {
	if s.fault != nil {
		return false
	}
	f := &s.stack[len(s.stack)-1]
	c := s.here()
	if c <= ' ' {
		c = s.space()
	}
	switch {
	case c == f.close:
		s.pos++
		s.names, s.seen = s.names[:f.name], s.seen[:f.seen]
		if f.index > 0 {
			s.indexes = s.indexes[:f.index-1]
		}
		s.stack = s.stack[:len(s.stack)-1]
		return false
	case f.parts == 0:
	case c == ',':
		s.pos++
		if c = s.here(); c <= ' ' {
			c = s.space()
		}
	default:
		return s.want(", or " + string(f.close))
	}
	if f.close == ']' {
		f.parts++
		return true
	}
	parts := f.parts
	f.parts, s.names = 0, s.names[:f.name] // until there is a name, the place is that of the object
	if c != '"' {
		return s.want("the name of a member")
	}
	start := s.offset()
	if s.name = s.string(); s.fault != nil {
		return false
	}
	if s.exact {
		s.names = append(s.names, s.name...)
		if !s.strict {
			s.name = s.names[f.name:] // the buffer may move
		}
	}
	f.parts = parts + 1
	if s.strict && s.again(f) {
		return s.refuseAt(start, again(string(s.name)))
	}
	if s.here() != ':' && s.space() != ':' {
		return s.want(":")
	}
	s.pos++
	return true
}

// many is the number of names of an object that are compared one by one; further names are looked up in a map.
const many = 32

// again reports whether the name is repeated in its object, and remembers it. Most objects have few names, and most
// names differ in their length or their last byte. So one bit for each of these proves nearly every name new.
func (s *scanner) again(f *frame) bool {
	n := len(s.name)
	if n > 0 {
		n += 7 * int(s.name[n-1])
	}
	mark := uint64(1) << (n & 63)
	before := s.seen[f.seen:]
	switch {
	case len(before) < many:
		if f.marks&mark != 0 && slices.ContainsFunc(before, func(b []byte) bool { return bytes.Equal(b, s.name) }) {
			return true
		}
	case f.index == 0:
		index := map[string]bool{}
		for _, name := range before {
			index[string(name)] = true
		}
		s.indexes = append(s.indexes, index)
		f.index = len(s.indexes)
		fallthrough
	default:
		index := s.indexes[f.index-1]
		if index[string(s.name)] {
			return true
		}
		index[string(s.name)] = true
		return false
	}
	f.marks |= mark
	s.seen = append(s.seen, s.name)
	return false
}

func (s *scanner) literal(word string) bool {
	for n := range len(word) {
		if s.byte() != word[n] {
			return s.want(word)
		}
		s.pos++
	}
	return true
}

func (s *scanner) number() bool {
	if s.byte() == '-' {
		s.pos++
	}
	if s.byte() == '0' {
		s.pos++
	} else if !s.digits() {
		return false
	}
	if s.byte() == '.' {
		s.pos++
		if !s.digits() {
			return false
		}
	}
	if c := s.byte(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.byte(); c == '+' || c == '-' {
			s.pos++
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	if c := s.byte(); c < '0' || c > '9' {
		return s.want("a digit")
	}
	for c := s.byte(); '0' <= c && c <= '9'; c = s.byte() {
		s.pos++
	}
	return true
}

// byte returns the next byte, or 0 at the end of the input.
func (s *scanner) byte() byte {
	if s.pos < len(s.buf) || s.fill() {
		return s.buf[s.pos]
	}
	return 0
}

// want sets the fault that the next byte, or the end of the input, stands in the place of something else.
func (s *scanner) want(what string) bool {
	if !s.exact {
		return s.refuse(odd)
	}
	for s.pos < len(s.buf) && !utf8.FullRune(s.buf[s.pos:]) && s.fill() {
	}
	switch {
	case s.pos < len(s.buf):
		r, size := utf8.DecodeRune(s.buf[s.pos:])
		if r == utf8.RuneError && size == 1 {
			return s.refuse(fmt.Errorf("the byte %#x, want %s", s.buf[s.pos], what))
		}
		return s.refuse(fmt.Errorf("%q, want %s", r, what))
	case s.err == nil || s.err == io.EOF:
		return s.refuse(fmt.Errorf("%w, want %s", io.ErrUnexpectedEOF, what))
	case s.start == none:
		return s.refuse(s.err)
	}
	return s.refuse(fmt.Errorf("%w; the bytes from %d on are no complete document", s.err, s.start))
}

// refuse sets the fault err at the next byte, unless there is a fault already.
func (s *scanner) refuse(err error) bool { return s.refuseAt(s.offset(), err) }

// refuseAt sets the fault err at an offset, unless there is a fault already.
func (s *scanner) refuseAt(offset int64, err error) bool {
	switch {
	case s.fault != nil:
	case s.exact:
		s.fault = &Error{Place{s.document, offset, s.pointer()}, err}
	default:
		s.fault = odd
	}
	return false
}

// place returns the place of the next byte.
func (s *scanner) place() Place { return Place{s.document, s.offset(), s.pointer()} }

// pointer returns the JSON pointer to the value that is next or open.
func (s *scanner) pointer() string {
	var room [128]byte
	p := append(room[:0], s.prefix...)
	for n, f := range s.stack {
		end := len(s.names)
		if n+1 < len(s.stack) {
			end = s.stack[n+1].name
		}
		switch {
		case f.parts == 0:
		case f.close == ']':
			p = strconv.AppendInt(append(p, '/'), int64(f.parts-1), 10)
		default:
			p = append(p, '/')
			for _, c := range s.names[f.name:end] {
				switch c {
				case '~':
					p = append(p, "~0"...)
				case '/':
					p = append(p, "~1"...)
				default:
					p = append(p, c)
				}
			}
		}
	}
	return string(p)
}
