package report

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escaper writes text, and an escape in the place of each character that has no glyph: a report must not control the
// terminal or the editor that shows it.
type escaper struct {
	w      io.Writer
	escape func(to []byte, r rune) []byte
	rest   []byte // the beginning of a character
	out    []byte // in use by one call at a time
}

func (e *escaper) Write(p []byte) (int, error) {
	text, out := p, e.out[:0]
	if len(e.rest) > 0 {
		text = append(e.rest, p...)
	}
	for {
		n := plain(text)
		if out, text = append(out, text[:n]...), text[n:]; !utf8.FullRune(text) {
			break
		}
		r, size := utf8.DecodeRune(text)
		if unicode.IsPrint(r) || r == '\n' || r == '\t' || r == '\r' {
			out = utf8.AppendRune(out, r) // a byte that is not UTF-8 becomes U+FFFD
		} else {
			out = e.escape(out, r)
		}
		text = text[size:]
	}
	e.rest, e.out = append(e.rest[:0], text...), out
	if _, err := e.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// plain returns the number of bytes before the first one that is neither printable ASCII nor a space.
func plain(text []byte) int {
	for n, c := range text {
		if (c < ' ' || c > '~') && c != '\n' && c != '\t' && c != '\r' {
			return n
		}
	}
	return len(text)
}

// EscapeJSON returns a writer of JSON that escapes the characters without a glyph.
func EscapeJSON(w io.Writer) io.Writer { return &escaper{w: w, escape: escapeJSON} }

// EscapeXML returns a writer of XML that escapes the characters without a glyph.
func EscapeXML(w io.Writer) io.Writer { return &escaper{w: w, escape: escapeXML} }

// escapeJSON escapes a character of a JSON string.
func escapeJSON(to []byte, r rune) []byte {
	if r1, r2 := utf16.EncodeRune(r); r1 != unicode.ReplacementChar {
		return fmt.Appendf(to, `\u%04x\u%04x`, r1, r2)
	}
	return fmt.Appendf(to, `\u%04x`, r)
}

// escapeXML escapes a character of XML.
func escapeXML(to []byte, r rune) []byte { return fmt.Appendf(to, "&#x%x;", r) }
