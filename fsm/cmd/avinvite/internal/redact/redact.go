// Package redact replaces everything in a recording that is not known to be harmless, so that a stranger may read it.
//
// What stays is a list: the vocabulary of the protocol and of HAR, documented codes and texts, times, and the statuses and
// sizes of requests. Everything else becomes a made-up value. Equal values become equal ones, in the whole recording, so
// that the redacted recording gets the same verdicts and findings.
package redact

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/recording"
)

// Copy writes a redacted recording. The error is a [recording.FormError] for input that is no JSON; nothing is written
// then. Input that is cut or broken is redacted as far as it can be read: the copy is cut or broken at the same place.
// Memory grows with the number of different values that are replaced, and with the largest document; a HAR is one.
func Copy(to io.Writer, from io.Reader) error {
	text, err := recording.Unpack(from)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(text, 1<<16)
	if err := begins(in); err != nil {
		return err
	}
	out := bufio.NewWriter(to)
	r := redactor{names: map[name]string{}, used: map[string]int{}}
	err = r.lines(out, in)
	return errors.Join(err, out.Flush())
}

// begins returns the error of a recording that does not begin like JSON, as recording has it.
func begins(in *bufio.Reader) error {
	head, err := in.Peek(1 << 10)
	if err != nil && err != io.EOF && len(head) == 0 {
		return err
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return nil
	}
	for _, err := range recording.Items(bytes.NewReader(head)) {
		if err != nil {
			return err
		}
	}
	return nil
}

// opening is a line that begins as only an event document does. Where one document is broken, the next one begins there.
var opening = regexp.MustCompile(`^(,?\{"(sender|_links|baseuri)"|[ \t]*,?[ \t]*\{[ \t]*"sender")`)

// lines redacts a text of JSON values and arrays of them, document by document.
func (r *redactor) lines(out *bufio.Writer, in *bufio.Reader) error {
	var part []byte
	for {
		line, err := in.ReadSlice('\n')
		if len(part) > 0 && opening.Match(line) && part[len(part)-1] == '\n' {
			r.part(out, part)
			part = part[:0]
		}
		if part = append(part, line...); err != nil && err != bufio.ErrBufferFull {
			r.part(out, part)
			if err == io.EOF {
				err = nil
			}
			return err
		}
	}
}

// part redacts the values of a part of the text. Behind a fault, nothing of the part is left.
func (r *redactor) part(out *bufio.Writer, text []byte) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for {
		text = bytes.TrimLeft(text, " \t\r\n")
		if len(text) == 0 {
			return
		}
		if bytes.IndexByte([]byte("[,]"), text[0]) >= 0 {
			out.WriteByte(text[0]) // of an array of documents
			if text = text[1:]; len(bytes.TrimLeft(text, " \t\r\n")) == 0 {
				out.WriteByte('\n')
			}
			continue
		}
		dec := decoder(bytes.NewReader(text))
		switch err := r.value(out, dec, "", ""); {
		case err == nil:
			text = text[dec.InputOffset():]
			if rest := bytes.TrimLeft(text, " \t\r\n"); len(rest) == 0 || rest[0] != ',' && rest[0] != ']' {
				out.WriteByte('\n')
			}
			continue
		case !errors.Is(err, io.ErrUnexpectedEOF):
			out.WriteByte('"') // is broken by the end of the line
		}
		if text[len(text)-1] == '\n' {
			out.WriteByte('\n')
		}
		return
	}
}

func decoder(in io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// value redacts the next value, which a member of that name has in an object that a member of the outer name has.
func (r *redactor) value(out *bufio.Writer, dec *jsontext.Decoder, outer, member string) error {
	kind := dec.PeekKind()
	if kind == '{' {
		return r.object(out, dec, member)
	}
	if kind == '[' {
		return r.array(out, dec, outer, member)
	}
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch {
	case kind == '"':
		plain, _ := jsontext.AppendUnquote(nil, text) // invalid UTF-8 is replaced
		quote(out, r.text(outer, member, string(plain)))
	case kind == '0' && !slices.Contains(figures, member):
		out.WriteByte('0')
	default:
		_, _ = out.Write(text) // the writer keeps its error
	}
	return nil
}

func (r *redactor) object(out *bufio.Writer, dec *jsontext.Decoder, outer string) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	out.WriteByte('{')
	for n := 0; dec.PeekKind() != '}'; n++ {
		t, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := t.String()
		if n > 0 {
			out.WriteByte(',')
		}
		quote(out, r.member(name))
		out.WriteByte(':')
		if err := r.inside(out, dec, outer, name); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	out.WriteByte('}')
	return err
}

// inside redacts the value of a member. Bodies and headers of a HAR are taken as a whole.
func (r *redactor) inside(out *bufio.Writer, dec *jsontext.Decoder, outer, name string) error {
	exchange := outer == "request" || outer == "response"
	switch {
	case exchange && (name == "cookies" || name == "queryString"):
		out.WriteString("[]")
		return dec.SkipValue()
	case exchange && name == "headers" && dec.PeekKind() == '[':
		value, err := dec.ReadValue()
		if err == nil {
			r.headers(out, value)
		}
		return err
	case exchange && (name == "content" || name == "postData") && dec.PeekKind() == '{':
		value, err := dec.ReadValue()
		if err == nil {
			r.body(out, value)
		}
		return err
	}
	return r.value(out, dec, outer, name)
}

func (r *redactor) array(out *bufio.Writer, dec *jsontext.Decoder, outer, member string) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	out.WriteByte('[')
	for n := 0; dec.PeekKind() != ']'; n++ {
		if n > 0 {
			out.WriteByte(',')
		}
		if err := r.value(out, dec, outer, member); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	out.WriteByte(']')
	return err
}

func quote(out *bufio.Writer, text string) {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		quoted = []byte(strconv.Quote("invalid"))
	}
	_, _ = out.Write(quoted)
}
