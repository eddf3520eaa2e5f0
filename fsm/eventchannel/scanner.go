package eventchannel

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner passes over JSON in a stream, for that is all that happens to nearly every byte of the event channel: it
// finds the events about invitations, which jsontext then reads. It holds the input to the grammar of JSON, to
// UTF-8 and to the limits, and knows at any time where in the document it is. What it does not do is to look for
// members that are there twice, and for escaped halves of surrogate pairs: in what nobody reads they do no harm.
//
// It is here for what the tokenizers do not have (fsm/internal/bench measures them side by side). jsontext is no
// slower, but does not bound the memory that a value takes, and cannot go back to the start of a line to read on
// after a broken document. sonic and goccy/go-json want the whole document and build what is thrown away.
// jsonparser and gjson do not check what they pass over. A fuzz target holds it to jsontext and encoding/json: it
// takes the same texts.
//
// Its methods read what comes next, and stop at the first fault, which stays until it is taken away: after one they
// do nothing and report false. So a caller looks at it once, at the end.
type scanner struct {
	limits Limits // without zeroes
	in     io.Reader
	err    error  // of in
	buf    []byte // the input from base on, as far as it is there
	base   int64  // in bytes from the start of the input
	pos    int    // in buf: of the next byte

	document int     // the number of the document, counted from 1
	start    int64   // of the document; none between two
	stack    []frame // the arrays and objects that are open
	names    []byte  // the names of the members that are open, one after the other
	fault    *Error  // the first
	escaped  bool    // the last string has an escape

	keep int64 // from here on the input stays in buf; none if nothing must

	// How to go on after a broken document; see space.
	restart int64 // where else the next one may begin, and the input stays from there on, too; none if nowhere
	watch   bool  // for such a place
	reread  int64 // bytes that have been read twice
	lines   int   // breaks, in white space
	column  int   // blanks since the last of them
	indent  int   // blanks before the document, in its line
}

// frame is an array or an object that is open.
type frame struct {
	close byte // '}' or ']'
	name  int  // where in names that of the member begins
	parts int  // the elements or members so far, with the one that is open
}

// none is no place in the input.
const none = math.MaxInt64

const (
	window   = 1 << 16 // the buffer grows to this, by doubling, and beyond if something that is longer must be kept
	lookBack = 1 << 22 // so far it can be gone back to restart
)

// maxDepth is as deep as jsontext and encoding/json go.
const maxDepth = 10_000

func newScanner(in io.Reader) scanner {
	return scanner{in: in, start: none, keep: none, restart: none}
}

// check is what keeps raw from being one value of JSON in UTF-8, nil if nothing does. It makes no copy of raw.
func check(raw []byte) *Error {
	s := newScanner(nil)
	s.buf, s.err, s.document = raw, io.EOF, 1
	s.limits = Limits{Depth: maxDepth, String: none}
	s.pass()
	s.next()
	if s.pos < len(raw) {
		s.want("the end")
	}
	return s.fault
}

// fill reads more of the input behind what is there of it. Indexes of buf move, offsets do not.
func (s *scanner) fill() bool {
	if s.fault != nil || s.err != nil {
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
		if size < window || gone < size/2 {
			size = max(2*size, window/16)
		}
		if size == cap(s.buf) {
			s.buf = s.buf[:copy(s.buf, s.buf[gone:])]
		} else {
			s.buf = append(make([]byte, 0, size), s.buf[gone:]...)
		}
		s.base += int64(gone)
		s.pos -= gone
	}
	for range 100 {
		n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf, s.err = s.buf[:len(s.buf)+n], err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// need makes sure that there are n more bytes.
func (s *scanner) need(n int) bool {
	for len(s.buf)-s.pos < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// offset is where the next byte stands in the input.
func (s *scanner) offset() int64 { return s.base + int64(s.pos) }

// next is the next byte that is not white space, or 0 at the end of the input.
func (s *scanner) next() byte {
	if s.pos < len(s.buf) {
		if c := s.buf[s.pos]; c > ' ' {
			return c
		}
	}
	return s.space()
}

// space is next where there may be white space. A line within a document that begins like one, no deeper than the
// document itself, may be the next document of a stream, and this one be cut short. Only what comes later can tell,
// so it is read as what it is here, and the first such place is remembered.
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

// begin ends the document before and goes to the next, and reports false at the end of the input.
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
		return false
	case c != '{':
		s.indent = math.MaxInt // whatever it is, it says nothing about where documents begin
	case s.document == 0 || s.lines > lines:
		s.indent = s.column
	}
	s.document++
	s.start = s.offset()
	// Going back is worth a few times the input, but not all that broken lines within each other could ask for.
	s.watch = s.reread <= 4*(s.start+lookBack)
	return true
}

// end ends the document. After a fault within it, or in place of it, it goes to where the next may begin: back to
// the line that looked like one, or on to the next line that does.
func (s *scanner) end() {
	complete := len(s.stack) == 0 && s.offset() > s.start
	broken, restart := s.fault != nil && !complete, s.restart
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
		switch c := s.next(); c {
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

// open goes into the array or the object that begins with the next byte.
func (s *scanner) open() bool {
	if depth := len(s.stack) + 1; depth > s.limits.Depth {
		return s.refuse(&LimitError{"depth", int64(depth), int64(s.limits.Depth)})
	}
	s.stack = append(s.stack, frame{close: s.buf[s.pos] + 2, name: len(s.names)}) // in ASCII, it is two behind
	s.pos++
	return true
}

// more goes to the next element of the innermost array, or to the value of the next member of the innermost object.
// If there is none it goes out of it and reports false.
func (s *scanner) more() bool {
	if s.fault != nil {
		return false
	}
	f := &s.stack[len(s.stack)-1]
	c := s.next()
	switch {
	case c == f.close:
		s.pos++
		s.names = s.names[:f.name]
		s.stack = s.stack[:len(s.stack)-1]
		return false
	case f.parts == 0:
	case c == ',':
		s.pos++
		c = s.next()
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
	name, _ := s.string() // in a name, half a surrogate pair is as good as U+FFFD
	s.names = append(s.names, name...)
	if s.fault != nil {
		return false
	}
	f.parts = parts + 1
	if s.next() != ':' {
		return s.want(":")
	}
	s.pos++
	return true
}

// name is that of the member at whose value more has arrived.
func (s *scanner) name() []byte { return s.names[s.stack[len(s.stack)-1].name:] }

// string passes over the string that begins with the next byte and is what it says, until the next byte is read. It
// is an error if that has half a surrogate pair, which becomes U+FFFD.
func (s *scanner) string() (text []byte, err error) {
	start, kept := s.offset(), s.keep
	s.keep = min(start, kept)
	ok := s.text()
	s.keep = kept
	if !ok {
		return nil, nil
	}
	quoted := s.buf[start-s.base : s.pos]
	if s.escaped {
		return jsontext.AppendUnquote(nil, quoted)
	}
	return quoted[1 : len(quoted)-1], nil
}

// plain counts the bytes up to one that does not stand for itself in a string, or is of a character beyond ASCII.
// It looks at eight at a time, for most of what is passed over is text. A subtraction sets the top bit of a byte
// that is less, and leaves that of one beyond ASCII set in one of the three; what it borrows spoils only bytes
// behind.
func plain(text []byte) (n int) {
	const each, top = 0x0101010101010101, 0x8080808080808080
	for ; len(text)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(text[n:])
		quote, escape := w^each*'"', w^each*'\\'
		if odd := ((w - each*' ') | (quote - each) | (escape - each)) & top; odd != 0 {
			return n + bits.TrailingZeros64(odd)/8
		}
	}
	for n < len(text) && text[n] >= ' ' && text[n] < utf8.RuneSelf && text[n] != '"' && text[n] != '\\' {
		n++
	}
	return n
}

// text passes over the string that begins with the next byte.
func (s *scanner) text() bool {
	start := s.offset()
	s.escaped = false
	s.pos++
	for {
		rest := s.buf[s.pos:]
		n := plain(rest)
		s.pos += n
		if s.offset()-start-1 > s.limits.String {
			s.refuse(&LimitError{"string", s.limits.String + 1, s.limits.String})
			s.fault.Place.Offset = start
			return false
		}
		if n == len(rest) {
			if !s.fill() {
				return s.want(`" at the end of the string`)
			}
			continue
		}
		switch c := rest[n]; {
		case c == '"':
			s.pos++
			return true
		case c == '\\':
			s.escaped = true
			if !s.escape() {
				return false
			}
		case c < ' ':
			return s.want("it escaped, in a string")
		default:
			if !utf8.FullRune(rest[n:]) && s.fill() {
				continue
			}
			r, size := utf8.DecodeRune(rest[n:])
			if r == utf8.RuneError && size == 1 {
				return s.want("UTF-8")
			}
			s.pos += size
		}
	}
}

func (s *scanner) escape() bool {
	if !s.need(2) {
		s.pos = len(s.buf)
		return s.want("the rest of an escape")
	}
	s.pos++
	switch s.buf[s.pos] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		for range 4 {
			s.pos++
			switch c := s.byte(); {
			case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			default:
				return s.want("four hexadecimal digits")
			}
		}
	default:
		return s.want(`one of "\/bfnrtu, to escape`)
	}
	s.pos++
	return true
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

// byte is the next byte, or 0 at the end of the input.
func (s *scanner) byte() byte {
	if s.pos < len(s.buf) || s.fill() {
		return s.buf[s.pos]
	}
	return 0
}

// want is the fault that the next byte, or the end of the input, is not what it should be.
func (s *scanner) want(what string) bool {
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
	}
	return s.refuse(s.err)
}

// refuse is the fault that err is wrong with what is next. Only the first counts.
func (s *scanner) refuse(err error) bool {
	if s.fault == nil {
		s.fault = &Error{s.place(), err}
	}
	return false
}

// place is that of the next byte.
func (s *scanner) place() Place { return Place{s.document, s.offset(), s.pointer()} }

// pointer is the JSON pointer to the value that is next, or whose inside is.
func (s *scanner) pointer() string {
	var p []byte
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
