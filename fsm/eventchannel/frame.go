package eventchannel

import (
	"encoding/binary"
	"io"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Frame reads the JSON around event documents, such as a HAR, value by value. It checks the grammar as a [Reader] does, but
// tolerates two defects that recorders of traffic write: a member that is there twice, and invalid UTF-8 in a string, which
// becomes U+FFFD.
//
// Memory does not grow with the input, but for the longest number or name and the texts that the caller keeps. After a fault, which Err returns,
// methods do nothing, and More and End report false, so that a caller needs to check Err only once, at the end.
type Frame struct{ s scanner }

// NewFrame returns a Frame of in. The argument offset is the Offset of the first byte of in, in every [Place] that the
// Frame reports.
func NewFrame(in io.Reader, offset int64) *Frame {
	f := &Frame{newScanner(in)}
	f.s.base, f.s.loose, f.s.limits = offset, true, Limits{Depth: maxDepth, Document: none, String: none}
	return f
}

// Kind returns the kind of the next value: its first byte, but '0' for every number. It returns 0 if no value begins
// there.
func (f *Frame) Kind() byte {
	switch c := f.s.next(); c {
	case '{', '[', '"', 't', 'f', 'n':
		return c
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return '0'
	}
	return 0
}

// Open goes into the object or array that is next.
func (f *Frame) Open() {
	if c := f.s.next(); c == '{' || c == '[' {
		f.s.open()
	} else {
		f.s.want("an object or an array")
	}
}

// More goes to the next element of the innermost array, or to the value of the next member of the innermost object. If
// there is none, it leaves the array or object and reports false.
func (f *Frame) More() bool { return len(f.s.stack) > 0 && f.s.more() }

// Name returns the name of the member to whose value More has gone, with invalid UTF-8 as it is. It is valid until the
// next call of More or Skip.
func (f *Frame) Name() []byte { return f.s.name }

// Skip passes over the next value.
func (f *Frame) Skip() { f.s.pass() }

// Stop makes the other methods do nothing, as a fault does.
func (f *Frame) Stop() { f.s.refuse(errLeft) }

// End reports whether the input ends after the values that have been read. An error from reading the input is a fault.
func (f *Frame) End() bool {
	s := &f.s
	if s.next(); s.pos < len(s.buf) {
		return false
	}
	if s.err != io.EOF {
		s.refuse(s.err)
	}
	return s.fault == nil
}

// Place returns the place of the next value. Its Document is zero, because a Frame does not count documents.
func (f *Frame) Place() Place { return valid(f.s.place()) }

// Err returns the fault, nil if there is none. The fault is an *[Error], and the Document of its place is zero.
func (f *Frame) Err() error {
	if f.s.fault == nil {
		return nil
	}
	return &Error{valid(f.s.fault.Place), f.s.fault.Err}
}

// valid returns the place with the names in its pointer as UTF-8.
func valid(p Place) Place {
	if !utf8.ValidString(p.Pointer) {
		p.Pointer = string([]rune(p.Pointer))
	}
	return p
}

// Number returns the number that is next. A number outside the range of float64 is infinite.
func (f *Frame) Number() (number float64) {
	s := &f.s
	s.next()
	start := s.offset()
	s.keep = start
	if s.number() {
		number, _ = strconv.ParseFloat(string(s.buf[start-s.base:s.pos]), 64)
	}
	s.keep = none
	return number
}

// Text reads the string that is next, appends its text to dst, and returns the extended slice.
func (f *Frame) Text(dst []byte) []byte {
	s := &f.s
	if s.next() != '"' {
		s.want("a string")
	}
	for s.pos++; s.fault == nil; {
		if dst = s.ordinary(dst); s.pos == len(s.buf) && !s.fill() {
			s.want(`" at the end of the string`)
			break
		}
		switch c := s.buf[s.pos]; {
		case c == '"':
			s.pos++
			return dst
		case c == '\\':
			dst = s.unescape(dst)
		case c < ' ':
			s.want("an escape, because a string has no control characters")
		case utf8.FullRune(s.buf[s.pos:]) || !s.fill(): // also the last bytes of the buffer
			r, size := utf8.DecodeRune(s.buf[s.pos:])
			dst = utf8.AppendRune(dst, r)
			s.pos += size
		}
	}
	return dst
}

// simple has the characters that two-byte escapes stand for, by their second byte.
var simple = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// ordinary appends the text before the next byte that is neither ASCII nor begins a simple escape, or less. It looks at
// eight bytes at a time and writes as many, because the long texts of a HAR are event documents with an escape in every
// second word.
func (s *scanner) ordinary(to []byte) []byte {
	const word = 8
	to = slices.Grow(to, 8*word)
	n, end := s.pos, len(to)
	buf := s.buf[:min(len(s.buf), n+cap(to)-end-word)]
	to = to[:cap(to)]
	for len(buf)-n >= word {
		w := binary.LittleEndian.Uint64(buf[n:])
		binary.LittleEndian.PutUint64(to[end:], w)
		odd := special(w)
		if odd == 0 {
			n, end = n+word, end+word
			continue
		}
		before := bits.TrailingZeros64(odd) / 8
		n, end = n+before, end+before
		if buf[n] != '\\' || n+1 == len(buf) || simple[buf[n+1]] == 0 {
			break
		}
		to[end] = simple[buf[n+1]]
		n, end = n+2, end+1
	}
	s.pos = n
	return to[:end]
}

// unescape appends the text of the escape that is next, or of two that are a surrogate pair.
func (s *scanner) unescape(to []byte) []byte {
	if next := s.buf[s.pos:]; len(next) >= len(`\u0000`) && next[1] == 'u' {
		if r := codeUnit(next[2:]); r >= 0 && !utf16.IsSurrogate(r) { // as nearly always
			s.pos += len(`\u0000`)
			return utf8.AppendRune(to, r)
		}
	}
	start, high := s.offset(), int64(none)
	s.keep = start
	if s.escape(&high) {
		if high == start && s.need(6) && s.buf[s.pos] == '\\' && s.buf[s.pos+1] == 'u' &&
			utf16.DecodeRune(codeUnit(s.buf[s.pos-4:]), codeUnit(s.buf[s.pos+2:])) != utf8.RuneError {
			s.pos += 6
		}
		to = unquote(to, s.buf[start-s.base:s.pos])
	}
	s.keep = none
	return to
}
