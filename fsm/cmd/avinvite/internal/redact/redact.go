// Package redact replaces everything in a recording that is not known to be harmless, so that a stranger may read it.
//
// These stay: the vocabulary of the protocol and of HAR, documented codes and texts, times, and the statuses and
// sizes of requests. Everything else becomes a made-up value. Equal values become equal ones, in the whole recording, so
// that the redacted recording gets the same verdicts and findings.
package redact

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/recording"
)

// Copy writes a redacted recording. The error is a [recording.FormError] for input that is no JSON; nothing is written
// then, and the error quotes nothing of the input. Input that is cut or broken is redacted as far as it can be read: the
// copy is cut or broken at the same place. Memory grows with the number of different values that are replaced, and with
// the largest event document or body.
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
	if isHAR(in) {
		err = r.har(out, in)
	} else {
		err = r.lines(out, in)
	}
	return errors.Join(err, out.Flush())
}

const space = " \t\r\n" // of JSON

var byteOrderMark = []byte("\ufeff")

// quotation is a part of the input in the text of an error.
var quotation = regexp.MustCompile(`"(\\.|[^"\\])*"`)

// begins returns the error of an input that is no recording, as recording has it but without quotations. An object is
// redacted even if it is no event document.
func begins(in *bufio.Reader) error {
	head, err := in.Peek(in.Size()) // shorter at the end of the input
	if err != nil && err != io.EOF && len(head) == 0 {
		return err
	}
	if begun(string(head)) && bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), space)[0] == '{' {
		return nil
	}
	form := new(recording.FormError)
	for _, err := range recording.Items(bytes.NewReader(head)) {
		if errors.As(err, &form) {
			form = &recording.FormError{Is: quotation.ReplaceAllString(form.Is, "a text"), Do: form.Do}
			if strings.Contains(form.Do, "jq ") {
				form.Do = "" // it names members
			}
			return form
		}
		break // later errors are about documents
	}
	return nil
}

// har redacts a HAR, entry by entry, and what follows it.
func (r *redactor) har(out *bufio.Writer, in *bufio.Reader) error {
	if head, _ := in.Peek(len(byteOrderMark)); bytes.Equal(head, byteOrderMark) {
		_, _ = in.Discard(len(head))
	}
	dec := decoder(in)
	err := r.value(out, dec)
	if syntax := new(jsontext.SyntacticError); errors.As(err, &syntax) {
		fault(out, err, false)
		return nil
	}
	if err != nil {
		return err
	}
	return r.lines(out, bufio.NewReader(io.MultiReader(bytes.NewReader(dec.UnreadBuffer()), in)))
}

// fault breaks the output where the input has a syntax error, or ends; a line may end there as well.
func fault(out *bufio.Writer, err error, line bool) {
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		out.WriteByte('!') // which is no JSON
	}
	if line {
		out.WriteByte('\n')
	}
}

// opening is a line that begins as only an event document does. Where one document is broken, the next one begins there.
var opening = regexp.MustCompile(`^(,?\{"(sender|_links|baseuri)"|[ \t]*,?[ \t]*\{[ \t]*"sender")`)

// wholeParts is the length from which on the whole values of a part are redacted before the part ends.
const wholeParts = 1 << 20

// lines redacts a text of JSON values and arrays of them, part by part. A part ends at an opening.
func (r *redactor) lines(out *bufio.Writer, in *bufio.Reader) error {
	var part []byte
	limit := wholeParts
	for {
		line, err := in.ReadSlice('\n')
		if len(part) > 0 && opening.Match(line) && part[len(part)-1] == '\n' {
			r.part(out, part)
			part, limit = part[:0], wholeParts
		}
		if part = append(part, line...); err != nil && err != bufio.ErrBufferFull {
			r.part(out, part)
			if err == io.EOF {
				err = nil
			}
			return err
		}
		if len(part) > limit {
			n := whole(part)
			r.part(out, part[:n])
			part = append(part[:0], part[n:]...)
			limit = max(wholeParts, 2*len(part))
		}
	}
}

// whole returns the length of the values at the beginning of a text that are whole, brackets and commas included.
func whole(text []byte) (n int) {
	for {
		rest := bytes.TrimLeft(text[n:], space+"[,]")
		dec := decoder(bytes.NewReader(rest))
		if len(rest) == 0 || dec.SkipValue() != nil {
			return n
		}
		n = len(text) - len(rest) + int(dec.InputOffset())
	}
}

// part redacts the values of a part of the text.
func (r *redactor) part(out *bufio.Writer, text []byte) {
	text = bytes.TrimPrefix(text, byteOrderMark)
	for {
		value := bytes.TrimLeft(text, space)
		before := text[:len(text)-len(value)]
		if text = value; len(text) == 0 {
			return
		}
		if bytes.IndexByte([]byte("[,]"), text[0]) >= 0 {
			out.WriteByte(text[0]) // of an array of documents
			rest := bytes.TrimLeft(text[1:], space)
			if len(rest) == 0 || bytes.IndexByte(text[:len(text)-len(rest)], '\n') >= 0 {
				out.WriteByte('\n')
			}
			text = text[1:]
			continue
		}
		dec := decoder(bytes.NewReader(text))
		if dec.SkipValue() == nil {
			value, text = text[:dec.InputOffset()], text[dec.InputOffset():]
			_ = r.value(out, decoder(bytes.NewReader(value)))
			if rest := bytes.TrimLeft(text, space); len(rest) == 0 || rest[0] != ',' && rest[0] != ']' {
				out.WriteByte('\n')
			}
			continue
		}
		value, text = broken(text, len(before)-1-bytes.LastIndexByte(before, '\n'))
		if err := r.value(out, decoder(bytes.NewReader(value))); err != nil {
			fault(out, err, value[len(value)-1] == '\n')
		}
		r.path = r.path[:0]
	}
}

// broken cuts a text behind the broken document with which it begins. The next document may begin at a line that begins
// with a brace behind no more blanks, and an array ends with a bracket in a line of its own.
func broken(text []byte, blanks int) (document, rest []byte) {
	for n := range text {
		if text[n] != '\n' {
			continue
		}
		line := bytes.TrimLeft(text[n+1:], " \t")
		next := len(line) > 0 && line[0] == '{' && len(text)-n-1-len(line) <= blanks
		if next || string(bytes.TrimSpace(line)) == "]" {
			return text[:n+1], text[n+1:]
		}
	}
	return text, nil
}

func decoder(in io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// value redacts the next value, which the innermost open member has.
func (r *redactor) value(out *bufio.Writer, dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	if kind == '{' {
		return r.object(out, dec)
	}
	if kind == '[' {
		return r.array(out, dec)
	}
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch {
	case kind == '"':
		r.string(out, text, r.text)
	case kind == '0':
		out.WriteString(r.figure(text))
	default:
		_, _ = out.Write(text) // the writer keeps its error
	}
	return nil
}

// longString is the length of the strings that an [eventchannel.Reader] refuses by default.
const longString = 4 << 20

// string writes a redacted string. It stays too long if it was, and it stays broken if it was: by a byte that is not
// UTF-8, or by half of a surrogate pair.
func (r *redactor) string(out *bufio.Writer, quoted jsontext.Value, redact func(string) string) {
	plain, broken := jsontext.AppendUnquote(nil, quoted) // an invalid character is replaced
	text, err := jsontext.AppendQuote(nil, redact(string(plain)))
	if err != nil {
		text = []byte(`"invalid"`)
	}
	text = text[:len(text)-1]
	if len(quoted) > longString {
		text = append(text, bytes.Repeat([]byte("."), max(0, len(quoted)-1-len(text)))...)
	}
	switch {
	case !utf8.Valid(quoted):
		text = append(text, 0xff)
	case broken != nil:
		text = append(text, `\ud800`...)
	}
	_, _ = out.Write(append(text, '"'))
}

func (r *redactor) object(out *bufio.Writer, dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	out.WriteByte('{')
	for n := 0; dec.PeekKind() != '}'; n++ {
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if n > 0 {
			out.WriteByte(',')
		}
		r.string(out, name, r.member)
		out.WriteByte(':')
		plain, _ := jsontext.AppendUnquote(nil, name)
		r.path = append(r.path, string(plain))
		if err := r.inside(out, dec); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	_, err := dec.ReadToken()
	out.WriteByte('}')
	return err
}

// inside redacts the value of the innermost open member.
func (r *redactor) inside(out *bufio.Writer, dec *jsontext.Decoder) error {
	redact := r.whole(dec.PeekKind())
	if redact == nil {
		return r.value(out, dec)
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	return redact(out, value)
}

func (r *redactor) array(out *bufio.Writer, dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	out.WriteByte('[')
	for n := 0; dec.PeekKind() != ']'; n++ {
		if n > 0 {
			out.WriteByte(',')
		}
		if err := r.value(out, dec); err != nil {
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
		quoted = []byte(`"invalid"`)
	}
	_, _ = out.Write(quoted)
}
