package eventchannel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

var errSurrogate = errors.New("half of a surrogate pair, want a character")

// quoted is a string of JSON with its quotes, or null.
type quoted []byte

// empty reports whether q is null or an empty string.
func (q quoted) empty() bool { return len(q) <= len(`""`) || q[0] != '"' }

// appendTo appends the decoded text.
func (q quoted) appendTo(to []byte) []byte {
	if q.empty() {
		return to
	}
	return unquote(to, q[1:len(q)-1])
}

func (q quoted) String() string {
	if q.empty() {
		return ""
	}
	if inner := q[1 : len(q)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	return string(q.appendTo(nil))
}

// unquote appends the decoded text of a string without its quotes. Half of a surrogate pair becomes U+FFFD.
func unquote(to, inner []byte) []byte {
	for {
		n := bytes.IndexByte(inner, '\\')
		if n < 0 || n+1 == len(inner) { // the second only in a RawEvent that is no longer valid
			return append(to, inner...)
		}
		to = append(to, inner[:n]...)
		c := inner[n+1]
		inner = inner[n+2:]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			if len(inner) < 4 { // likewise
				return to
			}
			r := codeUnit(inner)
			inner = inner[4:]
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if len(inner) >= 6 && inner[0] == '\\' && inner[1] == 'u' {
					pair = utf16.DecodeRune(r, codeUnit(inner[2:]))
				}
				if r = pair; pair != utf8.RuneError {
					inner = inner[6:]
				}
			}
			to = utf8.AppendRune(to, r)
			continue
		}
		to = append(to, c)
	}
}

// codeUnit returns the value of the first four bytes, and less than 0 if one of them is no hexadecimal digit.
func codeUnit(digits []byte) (r rune) {
	for _, c := range digits[:4] {
		r = r<<4 | rune(digit(c))
	}
	return r
}

// string passes over the string that is next and returns its text, valid until the next byte is read.
func (s *scanner) string() []byte {
	if !s.exact {
		start := s.pos + 1
		switch {
		case !s.text():
			return nil
		case s.escaped:
			return unquote(nil, s.buf[start:s.pos-1])
		}
		return s.buf[start : s.pos-1]
	}
	start, kept := s.offset(), s.keep
	s.keep = min(start, kept)
	ok := s.text()
	s.keep = kept
	if !ok {
		return nil
	}
	inner := s.buf[start-s.base+1 : s.pos-1]
	if s.escaped {
		return unquote(nil, inner)
	}
	return inner
}

// stands has the bytes of ASCII that may occur in a string and mean only themselves.
var stands = func() (stands [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		stands[c] = c != '"' && c != '\\'
	}
	return stands
}()

// text passes over the string that is next. It looks at eight bytes at a time, because most bytes of the channel are in
// strings.
func (s *scanner) text() bool {
	s.escaped, s.half = false, none
	buf, n := s.buf, s.pos+1
	for len(buf)-n >= 8 {
		odd := special(binary.LittleEndian.Uint64(buf[n:]))
		if odd == 0 {
			n += 8
			continue
		}
		n += bits.TrailingZeros64(odd) / 8
		if buf[n] == '"' && int64(n-s.pos-1) <= s.limits.String {
			s.pos = n + 1
			return true
		}
		break
	}
	return s.rest(n)
}

// special returns a word whose lowest set bit is in the first byte of w that ends a run of plain text: a quote, a
// backslash, a control character, or a byte beyond ASCII. A subtraction sets the top bit of a byte that is smaller than
// the subtrahend; its borrow changes only later bytes. A byte beyond ASCII keeps its top bit in one of the three terms.
func special(w uint64) uint64 {
	quote, escape := w^each*'"', w^each*'\\'
	return ((w - each*' ') | (quote - each) | (escape - each)) & top
}

// rest passes over the rest of a string. All of its bytes in the buffer before n are plain text.
func (s *scanner) rest(n int) bool {
	start, high := s.offset(), int64(none)
	buf := s.buf
	for {
		for len(buf)-n >= 8 {
			odd := special(binary.LittleEndian.Uint64(buf[n:]))
			if odd != 0 {
				n += bits.TrailingZeros64(odd) / 8
				break
			}
			n += 8
		}
		for n < len(buf) && stands[buf[n]] {
			n++
		}
		s.pos = n
		if s.offset()-start-1 > s.limits.String {
			return s.refuseAt(start, &LimitError{"string", s.limits.String + 1, s.limits.String})
		}
		if n == len(buf) {
			if !s.fill() {
				return s.want(`" at the end of the string`)
			}
			buf, n = s.buf, s.pos
			continue
		}
		switch c := buf[n]; {
		case c == '"':
			s.pos++
			s.half = min(s.half, high)
			if s.strict && s.half != none {
				return s.refuseAt(s.half, errSurrogate)
			}
			return true
		case c == '\\':
			s.escaped = true
			if !s.escape(&high) {
				return false
			}
			buf, n = s.buf, s.pos
		case c < ' ':
			return s.want("an escape, because a string has no control characters")
		default:
			r, size := utf8.DecodeRune(buf[n:])
			if r == utf8.RuneError && size == 1 {
				switch {
				case !utf8.FullRune(buf[n:]) && s.fill():
					buf, n = s.buf, s.pos
					continue
				case !s.loose:
					return s.want("UTF-8")
				}
			}
			n += size
			s.pos = n
		}
	}
}

// escape passes over an escape. high is the offset of the first half of a surrogate pair that is directly before it, or
// none.
func (s *scanner) escape(high *int64) bool {
	if !s.need(2) {
		s.pos = len(s.buf)
		return s.want("the rest of an escape")
	}
	start := s.offset()
	s.pos++
	switch s.buf[s.pos] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		var unit rune
		for range 4 {
			s.pos++
			d := digit(s.byte())
			if d < 0 {
				return s.want("four hexadecimal digits")
			}
			unit = unit<<4 | rune(d)
		}
		switch first := *high; {
		case !utf16.IsSurrogate(unit):
		case unit >= 0xdc00 && first == start-6:
			*high = none
		case unit >= 0xdc00:
			s.half = min(s.half, first, start)
		default:
			s.half = min(s.half, first)
			*high = start
		}
	default:
		return s.want(`one of "\/bfnrtu, to escape`)
	}
	s.pos++
	return true
}
