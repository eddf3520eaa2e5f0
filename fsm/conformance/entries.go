package conformance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// entry is what matters here of an entry of a HAR 1.2 file: one request with its answer. The next one overwrites it.
type entry struct {
	place  eventchannel.Place
	began  time.Time     // that of the entry before if this one does not tell; zero if none has told
	took   time.Duration // zero if that is not known
	method []byte
	url    []byte
	posted body
	status float64 // zero or less if there was no answer
	answer body
}

type body struct {
	text []byte
	size float64 // as the answer told; the recording may lack the text
}

// entryReader reads the entries one after the other, and passes over everything else.
type entryReader struct {
	dec     *jsontext.Decoder
	skipped int64        // bytes before the decoder's first
	take    func(*entry) // is given each entry
	unread  unread

	entry           entry
	started, buffer []byte
}

// read reads all entries.
func (r *entryReader) read() {
	found := false
	err := r.object("a HAR, which is an object", func(name string) error {
		if name != "log" {
			return r.dec.SkipValue()
		}
		return r.object("a log, which is an object", func(name string) error {
			if name != "entries" {
				return r.dec.SkipValue()
			}
			found = true
			return r.array("a list of entries", r.next)
		})
	})
	if err == nil && r.dec.PeekKind() == 0 {
		if _, err = r.dec.ReadToken(); err == io.EOF && found {
			return
		}
	}
	place := r.place()
	if syntax := new(jsontext.SyntacticError); errors.As(err, &syntax) {
		place.Offset, place.Pointer, err = r.skipped+syntax.ByteOffset, string(syntax.JSONPointer), syntax.Err
	}
	switch {
	case err == nil:
		err = errors.New("something behind the end of the HAR")
	case err == io.EOF && !found:
		err = errors.New("a HAR without log.entries, want a list of them")
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	r.fault(place, err)
}

// next reads an entry and hands it on.
func (r *entryReader) next() error {
	e := &r.entry
	n := e.place.Document
	e.place = eventchannel.Place{Document: n + 1, Offset: r.offset(), Pointer: fmt.Sprintf("/log/entries/%d", n)}
	e.method, e.url, e.posted.text, e.answer.text = e.method[:0], e.url[:0], e.posted.text[:0], e.answer.text[:0]
	e.status, e.answer.size = 0, 0
	started, took := r.started[:0], 0.0
	whole := r.dec.PeekKind() == '{'
	err := r.object("an entry, which is an object", func(name string) error {
		switch name {
		case "startedDateTime":
			return r.text(&started)
		case "time":
			return r.number(&took)
		case "request":
			return r.object("a request, which is an object", func(name string) error {
				switch name {
				case "method":
					return r.text(&e.method)
				case "url":
					return r.text(&e.url)
				case "postData":
					return r.body(&e.posted)
				}
				return r.dec.SkipValue()
			})
		case "response":
			return r.object("a response, which is an object", func(name string) error {
				switch name {
				case "status":
					return r.number(&e.status)
				case "content":
					return r.body(&e.answer)
				}
				return r.dec.SkipValue()
			})
		}
		return r.dec.SkipValue()
	})
	if err != nil || !whole {
		return err
	}
	r.started = started
	began, err := time.Parse(time.RFC3339, string(started))
	if year := began.Year(); err == nil && year >= 1970 && year <= 2200 {
		e.began = began
	} else {
		r.fault(e.at("/startedDateTime"),
			fmt.Errorf("%q, want a time of our days as RFC 3339 has it; taken for that of the entry before", started))
	}
	if e.took = 0; took <= float64(longest/time.Millisecond) {
		e.took = time.Duration(max(0, took) * float64(time.Millisecond))
	} else {
		r.fault(e.at("/time"), fmt.Errorf("%g, want milliseconds of at most %v; taken for none", took, longest))
	}
	r.take(e)
	return nil
}

// longest is how long a request may take that can be true.
const longest = 24 * time.Hour

// ended is when the answer had come.
func (e *entry) ended() time.Time {
	if e.began.IsZero() {
		return e.began
	}
	return e.began.Add(e.took)
}

// at is a place within the entry.
func (e *entry) at(pointer string) eventchannel.Place {
	place := e.place
	place.Pointer += pointer
	return place
}

func (r *entryReader) body(b *body) error {
	base64ed := false
	place := r.place()
	err := r.object("a body, which is an object", func(name string) error {
		switch name {
		case "text":
			return r.text(&b.text)
		case "encoding":
			err := r.text(&r.buffer)
			base64ed = string(r.buffer) == "base64"
			return err
		case "size":
			return r.number(&b.size)
		}
		return r.dec.SkipValue()
	})
	if base64ed {
		decoded, err := base64.StdEncoding.AppendDecode(r.buffer[:0], b.text)
		if err != nil {
			place.Pointer += "/text"
			r.fault(place, err)
			b.size = 0 // told
		}
		b.text, r.buffer = decoded, b.text
	}
	return err
}

func (r *entryReader) object(want string, member func(name string) error) error {
	return r.value('{', want, func() error {
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		for r.dec.PeekKind() != '}' {
			name, err := r.dec.ReadToken()
			if err != nil {
				return err
			}
			if err := member(name.String()); err != nil {
				return err
			}
		}
		_, err := r.dec.ReadToken()
		return err
	})
}

func (r *entryReader) array(want string, element func() error) error {
	return r.value('[', want, func() error {
		if _, err := r.dec.ReadToken(); err != nil {
			return err
		}
		for r.dec.PeekKind() != ']' {
			if err := element(); err != nil {
				return err
			}
		}
		_, err := r.dec.ReadToken()
		return err
	})
}

func (r *entryReader) text(to *[]byte) error {
	return r.value('"', "a string", func() error {
		quoted, err := r.dec.ReadValue()
		if err == nil {
			*to, _ = jsontext.AppendUnquote((*to)[:0], quoted) // what is no UTF-8 is replaced
		}
		return err
	})
}

func (r *entryReader) number(to *float64) error {
	return r.value('0', "a number", func() error {
		token, err := r.dec.ReadToken()
		if err == nil {
			*to, _ = token.Float() // a number outside the range is infinite
		}
		return err
	})
}

// value reads a value of the kind. Null is as good as nothing, and what is of another kind costs no more than itself.
func (r *entryReader) value(kind jsontext.Kind, want string, read func() error) error {
	switch is := r.dec.PeekKind(); is {
	case kind, 0, '}', ']': // an end is no value, which the decoder refuses
		return read()
	case 'n':
	default:
		r.fault(r.place(), fmt.Errorf("a JSON %s, want %s", named(is), want))
	}
	return r.dec.SkipValue()
}

// named is a kind of value in words.
func named(k jsontext.Kind) string {
	switch k {
	case '{':
		return "object"
	case '[':
		return "array"
	}
	return k.String()
}

// place is where the next value begins, or the name of the next member.
func (r *entryReader) place() eventchannel.Place {
	return eventchannel.Place{Document: r.entry.place.Document, Offset: r.offset(), Pointer: string(r.dec.StackPointer())}
}

// offset is that of place.
func (r *entryReader) offset() int64 {
	r.dec.PeekKind() // so that it is in the buffer
	coming := r.dec.UnreadBuffer()
	between := len(coming) - len(bytes.TrimLeft(coming, ":,"+space))
	return r.skipped + r.dec.InputOffset() + int64(between)
}

func (r *entryReader) fault(place eventchannel.Place, err error) {
	r.unread.add(&eventchannel.Error{Place: place, Err: err})
}
