package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

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
	*eventchannel.Frame
	yield   func(Item, error) bool
	stopped bool // yield has returned false

	entry   entry
	started []byte
	zoned   int    // whether the times of the file have a zone: 1 they have, -1 they have none, 0 unknown
	name    []byte // of a header or a field of a form, and its value
	value   []byte
	exchanges
}

func newHARReader(in io.Reader, skipped int64, yield func(Item, error) bool) *harReader {
	// HAR files are not always strict: a recorder writes down the bytes that a page has sent (sdstoehr/har-reader#2,
	// catchpoint/WebPageTest#482). A name twice is not reported; by precaution.
	r := &harReader{Frame: eventchannel.NewFrame(in, skipped), yield: yield, exchanges: newExchanges()}
	r.take = func(e *eventchannel.RawEvent) bool {
		item := r.now
		item.Event = e
		r.give(item, nil)
		return !r.stopped
	}
	r.whole.PassedOver = func(relation string) {
		r.give(Item{Time: r.now.Time, URL: r.now.URL, PassedOver: relation}, nil)
	}
	r.whole.Resumed = func(*eventchannel.Document) {
		r.give(Item{Place: r.now.Place, Time: r.now.Time, URL: r.now.URL, Resumed: true}, nil)
	}
	r.reader.PassedOver, r.reader.Resumed = r.whole.PassedOver, r.whole.Resumed
	return r
}

// read yields the items of all entries.
func (r *harReader) read() {
	found := false
	for inside := r.object("a HAR, which is an object"); inside && r.More(); {
		if string(r.Name()) != "log" {
			r.Skip()
			continue
		}
		for inside := r.object("a log, which is an object"); inside && r.More(); {
			if string(r.Name()) != "entries" {
				r.Skip()
				continue
			}
			found = r.Kind() != 'n'
			for inside := r.array("a list of entries"); inside && r.More(); {
				r.next()
			}
		}
	}
	end, fault := r.End(), new(eventchannel.Error)
	switch {
	case errors.As(r.Err(), &fault):
		if errors.Is(fault.Err, io.ErrUnexpectedEOF) {
			fault.Err = io.ErrUnexpectedEOF
		}
		fault.Place.Document = r.entry.place.Document
		r.fault(fault.Place, fault.Err)
	case !end:
		r.fault(r.place(), errors.New("something behind the end of the HAR"))
	case !found:
		r.fault(r.place(), errors.New("a HAR without log.entries, want a list of them"))
	}
	r.close()
}

// next reads an entry and yields its items.
func (r *harReader) next() {
	e := &r.entry
	number := e.place.Document + 1
	e.place = r.Place()
	e.place.Document = number
	e.method, e.url, e.redirect, e.location, e.status, e.took = e.method[:0], e.url[:0], e.redirect[:0], e.location[:0], 0, 0
	e.posted.reset()
	e.answer.reset()
	r.started = r.started[:0]
	sum, told := 0.0, false
	if !r.object("an entry, which is an object") {
		return
	}
	for r.More() {
		switch string(r.Name()) {
		case "startedDateTime":
			kind := r.Kind()
			told = kind != '"' && kind != 'n'
			r.text(&r.started)
		case "time":
			r.number(&e.took)
		case "timings":
			r.timings(&sum)
		case "request":
			r.request(e)
		case "response":
			r.response(e)
		default:
			r.Skip()
		}
	}
	if r.stopped || r.Err() != nil {
		return
	}
	if e.took <= 0 {
		e.took = sum
	}
	if e.took > float64(longest/time.Millisecond) {
		r.fault(e.at("/time"), fmt.Errorf("%g, want milliseconds of at most %v; taken for unknown", e.took, longest))
		e.took = 0
	}
	if e.began = (time.Time{}); !told {
		r.begin()
	}
	r.items(e)
}

// longest is the longest time that a request may take.
const longest = 24 * time.Hour

// timings adds the phases of a request, of which those that do not apply are -1; ssl is a part of connect.
func (r *harReader) timings(sum *float64) {
	for inside := r.object("timings, which are an object"); inside && r.More(); {
		switch string(r.Name()) {
		case "blocked", "dns", "connect", "send", "wait", "receive":
			phase := 0.0
			r.number(&phase)
			*sum += max(0, phase)
		default:
			r.Skip()
		}
	}
}

// begin reads startedDateTime. Times without a zone are read as UTC if the file has no others, because only their order
// and their differences matter then. The year 1970 is refused because a clock that has not been set says it.
func (r *harReader) begin() {
	e := &r.entry
	began, zoned, err := parseTime(string(r.started))
	mark := -1
	if zoned {
		mark = 1
	}
	switch year := began.Year(); {
	case err != nil || year < 1971 || year > 2200:
		err = fmt.Errorf("%q, want a time from 1971 to 2200 as RFC 3339 has it; taken for unknown", r.started)
	case r.zoned == -mark:
		err = fmt.Errorf("%q, want a zone in all times of the file or in none; taken for unknown", r.started)
	default:
		r.zoned = mark
		e.began = began
		return
	}
	r.fault(e.at("/startedDateTime"), err)
}

// parseTime reads a time as RFC 3339 has it, and with the liberties that recorders take: t and z, a space for T, a zone
// as +0100 or +01, and no zone.
func parseTime(text string) (at time.Time, zoned bool, err error) {
	if at, err = time.Parse(time.RFC3339, text); err == nil {
		return at, true, nil
	}
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

func (r *harReader) request(e *entry) {
	for inside := r.object("a request, which is an object"); inside && r.More(); {
		switch string(r.Name()) {
		case "method":
			r.text(&e.method)
		case "url":
			r.text(&e.url)
		case "headers":
			r.headers(&e.posted)
		case "postData":
			r.form(&e.posted)
		case "bodySize":
			r.number(&e.posted.size)
		default:
			r.Skip()
		}
	}
}

func (r *harReader) response(e *entry) {
	for inside := r.object("a response, which is an object"); inside && r.More(); {
		switch string(r.Name()) {
		case "status":
			r.number(&e.status)
		case "headers":
			r.headers(&e.answer)
		case "redirectURL":
			r.text(&e.redirect)
		case "content":
			for inside := r.object("a body, which is an object"); inside && r.More(); {
				r.body(&e.answer)
			}
		default:
			r.Skip()
		}
	}
}

// body reads a member of postData or content.
func (r *harReader) body(b *body) {
	switch string(r.Name()) {
	case "text":
		b.there = r.Kind() == '"'
		r.text(&b.text)
	case "encoding":
		r.text(&b.encoding)
	case "mimeType":
		r.text(&b.mime)
	case "size":
		r.number(&b.size)
	default:
		r.Skip()
	}
}

// form reads a postData. A recorder may keep the fields of a form instead of its text.
func (r *harReader) form(b *body) {
	fields := url.Values{}
	for inside := r.object("a body, which is an object"); inside && r.More(); {
		if string(r.Name()) != "params" {
			r.body(b)
			continue
		}
		r.pairs("a list of fields", "a field, which is an object", func(name, value []byte) {
			fields.Add(string(name), string(value))
		})
	}
	if len(b.text) == 0 && len(fields) > 0 {
		b.text, b.there = append(b.text, fields.Encode()...), true
		b.mime = append(b.mime[:0], "application/x-www-form-urlencoded"...)
	}
}

// headers reads the headers that matter.
func (r *harReader) headers(b *body) {
	r.pairs("a list of headers", "a header, which is an object", func(name, value []byte) {
		switch {
		case bytes.EqualFold(name, []byte("Content-Encoding")):
			b.coding = append(b.coding[:0], value...)
		case bytes.EqualFold(name, []byte("Content-Type")) && len(b.mime) == 0:
			b.mime = append(b.mime[:0], value...)
		case bytes.EqualFold(name, []byte("Location")):
			r.entry.location = append(r.entry.location[:0], value...)
		}
	})
}

// pairs reads a list of objects that have a name and a value.
func (r *harReader) pairs(list, element string, take func(name, value []byte)) {
	for inside := r.array(list); inside && r.More(); {
		r.name, r.value = r.name[:0], r.value[:0]
		for inside := r.object(element); inside && r.More(); {
			switch string(r.Name()) {
			case "name":
				r.text(&r.name)
			case "value":
				r.text(&r.value)
			default:
				r.Skip()
			}
		}
		if len(r.name) > 0 {
			take(r.name, r.value)
		}
	}
}

// object goes into the object that is next, and passes over any other value.
func (r *harReader) object(want string) bool {
	is := r.is('{', want)
	if is {
		r.Open()
	}
	return is
}

// array goes into the array that is next, and passes over any other value.
func (r *harReader) array(want string) bool {
	is := r.is('[', want)
	if is {
		r.Open()
	}
	return is
}

func (r *harReader) text(to *[]byte) {
	if r.is('"', "a string") {
		*to = r.Text((*to)[:0])
	}
}

func (r *harReader) number(to *float64) {
	if r.is('0', "a number") {
		*to = r.Number()
	}
}

// is reports whether the next value is of the kind, and passes over any other value. Null counts as absent, and a value of
// another kind costs no more than itself.
func (r *harReader) is(kind byte, want string) bool {
	is := r.Kind()
	if is == kind {
		return true
	}
	if is != 0 && is != 'n' {
		r.fault(r.place(), fmt.Errorf("a JSON %s, want %s", named(is), want))
	}
	r.Skip()
	return false
}

// named returns a kind of value in words.
func named(kind byte) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't':
		return "true"
	case 'f':
		return "false"
	}
	return "number"
}

// place returns the place of the next value.
func (r *harReader) place() eventchannel.Place {
	place := r.Place()
	place.Document = r.entry.place.Document
	return place
}

// fault yields a fault.
func (r *harReader) fault(place eventchannel.Place, err error) {
	r.give(Item{}, &eventchannel.Error{Place: place, Err: err})
}

// give yields an item or a fault, unless no more is wanted.
func (r *harReader) give(item Item, err error) {
	if !r.stopped && !r.yield(item, err) {
		r.stopped = true
		r.Stop()
	}
}
