package recording

import (
	"bufio"
	"bytes"
	endian "encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync/atomic"
)

// elements reads JSON arrays of documents as documents one after the other, each in a line of its own: the brackets of
// the arrays and the commas between the elements become white space, so that places stay true.
//
// A broken element may have too few or too many brackets. So an element also ends at a line that begins as only another
// element does, and the array with the bracket that nothing follows.
type elements struct {
	in      *bufio.Reader
	depth   int
	quoted  bool
	escaped bool
	between bool // an array has ended and nothing has followed it

	none atomic.Bool // the arrays have ended and had no element

	blank  bool // nothing but blanks so far in the line
	column int  // the number of blanks before the text of the line
	indent int  // the column, counted from 1, of the line in which the first element begins; zero before it
}

func (e *elements) Read(p []byte) (int, error) {
	n, err := e.in.Read(p)
	for i := 0; i < n; i++ {
		if e.quoted && !e.escaped {
			if i += plain(p[i:n]); i == n {
				break
			}
		}
		b := p[i]
		if e.blank {
			switch b {
			case ' ', '\t', '\r':
				e.column++
			case '{', ',', ']':
				if e.depth != 1 && e.column < e.indent && e.begins(p[i:n]) {
					e.depth = 1
				}
				fallthrough
			default:
				e.blank = false
			}
		}
		switch {
		case b == '\n': // never within a string; one that is not closed shall cost its line only
			e.quoted, e.escaped, e.blank, e.column = false, false, true, 0
		case e.escaped:
			e.escaped = false
		case e.quoted:
			e.escaped = b == '\\'
			e.quoted = b != '"'
		case b == '"':
			e.quoted = true
		case b == '{' || b == '[':
			e.depth++
			switch {
			case e.depth == 1 && (e.indent == 0 || b == '[' && e.between):
				p[i] = ' '
			case e.indent == 0:
				e.indent = e.column + 1
			}
			e.between = false
		case b == '}' || b == ']':
			if e.depth--; e.depth == 0 {
				p[i] = ' '
			}
			e.between = e.depth == 0
		case b == ',' && e.depth == 1:
			p[i] = '\n'
		}
	}
	e.none.Store(e.depth == 0 && e.indent == 0)
	if err == io.EOF && e.depth > 0 {
		err = fmt.Errorf("%w, want the end of the array", io.ErrUnexpectedEOF)
	}
	return n, err
}

// begins says whether a line that is indented like the elements begins one, or ends the array. If elements are not
// indented, their members may not be either, so the name of a member decides.
func (e *elements) begins(line []byte) bool {
	const enough = 32
	if len(line) < enough {
		more, _ := e.in.Peek(enough - len(line))
		line = slices.Concat(line, more)
	}
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte(",")))
	if string(line) == "]" {
		return true
	}
	inside, object := bytes.CutPrefix(line, []byte("{"))
	name, _, _ := bytes.Cut(bytes.TrimSpace(inside), []byte(":"))
	switch string(name) {
	case `"sender"`, `"_links"`, `"baseuri"`:
		return object
	}
	return object && e.indent > 1
}

// plain returns how many bytes at the start of a text within a string are neither a quote, nor a backslash, nor a control
// character. It looks at eight at a time, and may return fewer.
func plain(text []byte) (n int) {
	const each, top = 0x0101010101010101, 0x8080808080808080
	for ; len(text)-n >= 8; n += 8 {
		w := endian.LittleEndian.Uint64(text[n:])
		quote, escape := w^each*'"', w^each*'\\'
		// A subtraction sets the top bit of a byte that is smaller; its borrow changes only later bytes.
		if stop := ((w - each*' ') | (quote - each) | (escape - each)) & top; stop != 0 {
			return n + bits.TrailingZeros64(stop)/8
		}
	}
	return n
}
