package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// entry is an entry of a HAR 1.2 file: a request with its answer. The next one overwrites it.
type entry struct {
	place    eventchannel.Place
	began    time.Time // zero if unknown
	took     float64   // milliseconds; zero or less if unknown
	method   []byte
	url      []byte
	posted   body
	status   float64 // zero or less if there was no answer
	answer   body
	redirect []byte // redirectURL
	location []byte // the header, for recorders that leave redirectURL empty
}

// body is the body of a request or an answer.
type body struct {
	text     []byte
	there    bool // the recording has a text, which may be empty
	size     float64
	encoding []byte // the label that the recorder put on the text
	mime     []byte
	coding   []byte // Content-Encoding
}

func (b *body) reset() {
	*b = body{text: b.text[:0], encoding: b.encoding[:0], mime: b.mime[:0], coding: b.coding[:0]}
}

// ended returns the time when the answer had come; zero if unknown.
func (e *entry) ended() time.Time {
	if e.began.IsZero() || e.took <= 0 {
		return time.Time{}
	}
	return e.began.Add(time.Duration(e.took * float64(time.Millisecond)))
}

// at returns a place within the entry.
func (e *entry) at(pointer string) eventchannel.Place {
	place := e.place
	place.Pointer += pointer
	return place
}

// harReader reads the entries one after the other, and passes over everything else.
type harReader struct {
	dec     *jsontext.Decoder
	skipped int64 // bytes before the decoder's first
	yield   func(Item, error) bool

	entry   entry
	started []byte
	zoned   int // whether the times of the file have a zone: 1 they have, -1 they have none, 0 unknown
	exchanges
}

func newHARReader(in io.Reader, skipped int64, yield func(Item, error) bool) *harReader {
	// HAR files are not always strict: a recorder writes down the bytes that a page has sent (sdstoehr/har-reader#2,
	// catchpoint/WebPageTest#482). A name twice is not reported; by precaution.
	dec := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &harReader{dec: dec, skipped: skipped, yield: yield, exchanges: newExchanges()}
}

// read yields the items of all entries.
func (r *harReader) read() {
	found := false
	err := r.object("a HAR, which is an object", func(name string) error {
		if name != "log" {
			return r.dec.SkipValue()
		}
		return r.object("a log, which is an object", func(name string) error {
			if name != "entries" {
				return r.dec.SkipValue()
			}
			found = r.dec.PeekKind() != 'n'
			return r.array("a list of entries", r.next)
		})
	})
	if err == errStopped {
		return
	}
	if r.unread(err, found) == nil {
		r.close()
	}
}

// unread yields the error that ended reading, if it is not the end of the HAR.
func (r *harReader) unread(err error, found bool) error {
	if err == nil && r.dec.PeekKind() == 0 {
		if _, err = r.dec.ReadToken(); err == io.EOF && found {
			return nil
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
	return r.fault(place, err)
}

// next reads an entry and yields its items.
func (r *harReader) next() error {
	e := &r.entry
	n := e.place.Document
	e.place = eventchannel.Place{Document: n + 1, Offset: r.offset(), Pointer: fmt.Sprintf("/log/entries/%d", n)}
	e.method, e.url, e.redirect, e.location, e.status, e.took = e.method[:0], e.url[:0], e.redirect[:0], e.location[:0], 0, 0
	e.posted.reset()
	e.answer.reset()
	started, sum, told := r.started[:0], 0.0, false
	whole := r.dec.PeekKind() == '{'
	err := r.object("an entry, which is an object", func(name string) error {
		switch name {
		case "startedDateTime":
			kind := r.dec.PeekKind()
			told = kind != '"' && kind != 'n'
			return r.text(&started)
		case "time":
			return r.number(&e.took)
		case "timings":
			return r.object("timings, which are an object", func(name string) error { return r.timing(name, &sum) })
		case "request":
			return r.object("a request, which is an object", r.request)
		case "response":
			return r.object("a response, which is an object", r.response)
		}
		return r.dec.SkipValue()
	})
	if err != nil || !whole {
		return err
	}
	r.started = started
	if e.took <= 0 {
		e.took = sum
	}
	if e.took > float64(longest/time.Millisecond) {
		err = r.fault(e.at("/time"), fmt.Errorf("%g, want milliseconds of at most %v; taken for unknown", e.took, longest))
		e.took = 0
	}
	if e.began = (time.Time{}); err == nil && !told {
		err = r.begin(string(started))
	}
	if err == nil {
		err = r.items(e)
	}
	return err
}

// longest is the longest time that a request may take.
const longest = 24 * time.Hour

// timing adds the phases of a request, of which those that do not apply are -1; ssl is a part of connect.
func (r *harReader) timing(name string, sum *float64) error {
	switch name {
	case "blocked", "dns", "connect", "send", "wait", "receive":
		phase := 0.0
		err := r.number(&phase)
		*sum += max(0, phase)
		return err
	}
	return r.dec.SkipValue()
}

// begin reads startedDateTime. Times without a zone are read as UTC if the file has no others, because only their order
// and their differences matter then. The year 1970 is refused because a clock that has not been set says it.
func (r *harReader) begin(started string) error {
	e := &r.entry
	began, zoned, err := parseTime(started)
	mark := -1
	if zoned {
		mark = 1
	}
	switch year := began.Year(); {
	case err != nil || year < 1971 || year > 2200:
		err = fmt.Errorf("%q, want a time from 1971 to 2200 as RFC 3339 has it; taken for unknown", started)
	case r.zoned == -mark:
		err = fmt.Errorf("%q, want a zone in all times of the file or in none; taken for unknown", started)
	default:
		r.zoned = mark
		e.began = began
		return nil
	}
	return r.fault(e.at("/startedDateTime"), err)
}

// parseTime reads a time as RFC 3339 has it, and with the liberties that recorders take: t and z, a space for T, a zone
// as +0100 or +01, and no zone.
func parseTime(text string) (at time.Time, zoned bool, err error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	for _, name := range []string{" UTC", " GMT", " Z"} {
		if cut, is := strings.CutSuffix(text, name); is {
			text = cut + "Z"
		}
	}
	text = strings.Replace(text, " ", "", 1) // before the zone
	for n, layout := range []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
		"2006-01-02T15:04:05", "2006-01-02T15:04",
	} {
		if at, err = time.Parse(layout, text); err == nil {
			return at, n < 5, nil
		}
	}
	return at, false, err
}

func (r *harReader) request(name string) error {
	e := &r.entry
	switch name {
	case "method":
		return r.text(&e.method)
	case "url":
		return r.text(&e.url)
	case "headers":
		return r.headers(&e.posted)
	case "postData":
		return r.form(&e.posted)
	case "bodySize":
		return r.number(&e.posted.size)
	}
	return r.dec.SkipValue()
}

func (r *harReader) response(name string) error {
	e := &r.entry
	switch name {
	case "status":
		return r.number(&e.status)
	case "headers":
		return r.headers(&e.answer)
	case "redirectURL":
		return r.text(&e.redirect)
	case "content":
		return r.object("a body, which is an object", func(name string) error { return r.body(name, &e.answer) })
	}
	return r.dec.SkipValue()
}

// body reads a member of postData or content.
func (r *harReader) body(name string, b *body) error {
	switch name {
	case "text":
		b.there = r.dec.PeekKind() == '"'
		return r.text(&b.text)
	case "encoding":
		return r.text(&b.encoding)
	case "mimeType":
		return r.text(&b.mime)
	case "size":
		return r.number(&b.size)
	}
	return r.dec.SkipValue()
}

// form reads a postData. A recorder may keep the fields of a form instead of its text.
func (r *harReader) form(b *body) error {
	fields := url.Values{}
	err := r.object("a body, which is an object", func(name string) error {
		if name != "params" {
			return r.body(name, b)
		}
		return r.pairs("a list of fields", "a field, which is an object", func(name, value []byte) {
			fields.Add(string(name), string(value))
		})
	})
	if len(b.text) == 0 && len(fields) > 0 {
		b.text, b.there = append(b.text, fields.Encode()...), true
		b.mime = append(b.mime[:0], "application/x-www-form-urlencoded"...)
	}
	return err
}

// headers reads the headers that matter.
func (r *harReader) headers(b *body) error {
	return r.pairs("a list of headers", "a header, which is an object", func(name, value []byte) {
		switch {
		case strings.EqualFold(string(name), "Content-Encoding"):
			b.coding = append(b.coding[:0], value...)
		case strings.EqualFold(string(name), "Content-Type") && len(b.mime) == 0:
			b.mime = append(b.mime[:0], value...)
		case strings.EqualFold(string(name), "Location"):
			r.entry.location = append(r.entry.location[:0], value...)
		}
	})
}

// pairs reads a list of objects that have a name and a value.
func (r *harReader) pairs(list, element string, take func(name, value []byte)) error {
	return r.array(list, func() error {
		var name, value []byte
		err := r.object(element, func(member string) error {
			switch member {
			case "name":
				return r.text(&name)
			case "value":
				return r.text(&value)
			}
			return r.dec.SkipValue()
		})
		if len(name) > 0 {
			take(name, value)
		}
		return err
	})
}

func (r *harReader) object(want string, member func(name string) error) error {
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

func (r *harReader) array(want string, element func() error) error {
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

func (r *harReader) text(to *[]byte) error {
	return r.value('"', "a string", func() error {
		quoted, err := r.dec.ReadValue()
		if err == nil {
			*to, _ = jsontext.AppendUnquote((*to)[:0], quoted) // invalid UTF-8 is replaced
		}
		return err
	})
}

func (r *harReader) number(to *float64) error {
	return r.value('0', "a number", func() error {
		token, err := r.dec.ReadToken()
		if err == nil {
			*to, _ = token.Float() // a number outside the range is infinite
		}
		return err
	})
}

// value reads a value of the kind. Null counts as absent, and a value of another kind costs no more than itself.
func (r *harReader) value(kind jsontext.Kind, want string, read func() error) error {
	is := r.dec.PeekKind()
	if is == kind || is == 0 || is == '}' || is == ']' { // an end is no value, which the decoder refuses
		return read()
	}
	if is != 'n' {
		if err := r.fault(r.place(), fmt.Errorf("a JSON %s, want %s", named(is), want)); err != nil {
			return err
		}
	}
	return r.dec.SkipValue()
}

// named returns a kind of value in words.
func named(k jsontext.Kind) string {
	if k == '{' {
		return "object"
	}
	if k == '[' {
		return "array"
	}
	return k.String()
}

// place returns where the next value begins, or the name of the next member.
func (r *harReader) place() eventchannel.Place {
	return eventchannel.Place{Document: r.entry.place.Document, Offset: r.offset(), Pointer: string(r.dec.StackPointer())}
}

// offset returns the offset of place.
func (r *harReader) offset() int64 {
	r.dec.PeekKind() // so that it is in the buffer
	coming := r.dec.UnreadBuffer()
	between := len(coming) - len(bytes.TrimLeft(coming, ":,"+space))
	return r.skipped + r.dec.InputOffset() + int64(between)
}

// fault yields a fault; the result is errStopped if no more is wanted.
func (r *harReader) fault(place eventchannel.Place, err error) error {
	return r.give(Item{}, &eventchannel.Error{Place: place, Err: err})
}

// give yields an item or a fault.
func (r *harReader) give(item Item, err error) error {
	if !r.yield(item, err) {
		return errStopped
	}
	return nil
}
