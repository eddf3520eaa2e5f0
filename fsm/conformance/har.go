package conformance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// har judges the events and operations of a HAR in the order of their times: an event is known when the answer that
// brings it has ended, an operation is judged when it is asked for. Entries stand in the order in which the requests
// began, or nearly so, and a poll ends much later. So items wait until an entry began that much later.
type har struct {
	checker *Checker
	dec     *jsontext.Decoder
	skipped int64 // bytes before the decoder's first

	place  eventchannel.Place // of the entry
	entry  harEntry
	answer []byte // of the entry, decoded
	posted []byte // likewise

	waiting []harItem
	enough  int       // when so many wait, it is time to judge the first of them
	began   time.Time // the latest entry
	judged  time.Time // the latest item
	links   map[string]harLink
	unread  unread
}

// harEntry is what matters here of an entry of a HAR 1.2 file: one request with its answer. The texts are overwritten by
// the next one.
type harEntry struct {
	started, method, url []byte
	took                 float64 // in milliseconds
	status               float64 // zero or less if there was no answer
	posted, answer       harBody
}

type harBody struct {
	text, encoding []byte
	size           float64
}

// disorder is how long items wait. A poll takes half an hour at most.
const disorder = time.Hour

// longest is how long a request may take that can be true.
const longest = 24 * time.Hour

// harItem is something that happened at a time: an event that came, or a request that may be an operation. An event without
// a type is the answer to a GET of the invitation: it is not judged, but its links are learnt.
type harItem struct {
	at      time.Time
	event   *eventchannel.Event
	request *Operation // its Href is that of the request
}

// harLink is what a link of an invitation is for.
type harLink struct {
	invitation string
	operation  transitions.Operation
}

func (c *Checker) readHAR(in io.Reader, skipped int64) error {
	// HAR files are not always strict: a browser writes what a page has sent.
	lenient := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	h := har{checker: c, dec: lenient, skipped: skipped, links: map[string]harLink{}}
	h.read()
	h.judge(time.Time{})
	return h.unread.join()
}

// judge hands on, in their order, the items that wait since before a time; all if it is zero.
func (h *har) judge(before time.Time) {
	slices.SortStableFunc(h.waiting, func(a, b harItem) int { return a.at.Compare(b.at) })
	n := 0
	for _, item := range h.waiting {
		if !before.IsZero() && !item.at.Before(before) {
			break
		}
		n++
		if item.at.Before(h.judged) {
			h.unread.add(&eventchannel.Error{
				Place: item.place(), Err: fmt.Errorf("more than %v out of order, judged after what came later", disorder),
			})
		} else {
			h.judged = item.at
		}
		if item.event == nil {
			h.do(item.request, item.at)
			continue
		}
		h.learn(item.event)
		if item.event.Type != 0 {
			h.checker.Add(item.event, item.at)
		}
	}
	h.waiting = slices.Delete(h.waiting, 0, n)
	h.enough = max(1<<12, 2*len(h.waiting))
}

// learn remembers where the links of an invitation lead. Those that tell it themselves, as nearly all do, need no memory.
func (h *har) learn(e *eventchannel.Event) {
	if e.Invitation == nil || e.Href == "" {
		return
	}
	for o, link := range e.Invitation.Offers() {
		href := eventchannel.Identity(link.Href)
		if is := (harLink{eventchannel.Identity(e.Href), o}); is != told(href) {
			h.links[href] = is
		}
	}
}

// told is the link that an href tells itself, as published ones do: below that of the invitation, the operation.
func told(href string) harLink {
	n := strings.LastIndexByte(href, '/')
	if n < 0 {
		return harLink{}
	}
	var o transitions.Operation
	if o.UnmarshalText([]byte(strings.TrimSuffix(href[n+1:], "AudioVideo"))) != nil || o == transitions.OperationNone {
		return harLink{}
	}
	return harLink{href[:n], o}
}

// do hands on a request if it is an operation: of the invitation that showed the link last or, for a recording may begin
// later than that, of one that the href tells.
func (h *har) do(o *Operation, at time.Time) {
	href := eventchannel.Identity(o.Href)
	link, known := h.links[href]
	if !known {
		link = told(href)
		_, known = h.checker.hrefs[link.invitation]
		known = known || path.Base(path.Dir(link.invitation)) == "audioVideoInvitations"
	}
	if known {
		o.Href, o.Operation = link.invitation, link.operation
		h.checker.Do(o, at)
	}
}

func (i harItem) place() eventchannel.Place {
	if i.event != nil {
		return i.event.Place
	}
	return i.request.Place
}

// read reads the entries one after the other and passes over everything else.
func (h *har) read() {
	entries := false
	err := h.object(func(name string) error {
		if name != "log" {
			return h.dec.SkipValue()
		}
		return h.object(func(name string) error {
			if name != "entries" {
				return h.dec.SkipValue()
			}
			entries = true
			return h.array(h.readEntry)
		})
	})
	if err == nil {
		_, err = h.dec.ReadToken() // want the end
	} else if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	switch syntax := (*jsontext.SyntacticError)(nil); {
	case errors.As(err, &syntax):
		place := h.at(string(syntax.JSONPointer))
		place.Offset = h.skipped + syntax.ByteOffset
		h.unread.add(&eventchannel.Error{Place: place, Err: syntax.Err})
	case err == nil:
		h.here(errors.New("something behind the end of the HAR"))
	case err != io.EOF:
		h.here(err)
	case !entries:
		h.here(errors.New("a HAR without log.entries, want a list of them"))
	}
}

// readEntry reads an entry and takes it.
func (h *har) readEntry() error {
	h.place = eventchannel.Place{Document: h.place.Document + 1, Offset: h.next()}
	e := &h.entry
	e.took, e.status, e.answer.size = 0, 0, 0
	for _, text := range []*[]byte{&e.started, &e.method, &e.url, &e.posted.text, &e.posted.encoding, &e.answer.text, &e.answer.encoding} {
		*text = (*text)[:0]
	}
	err := h.object(func(name string) error {
		switch name {
		case "startedDateTime":
			return h.text(&e.started)
		case "time":
			return h.number(&e.took)
		case "request":
			return h.object(func(name string) error {
				switch name {
				case "method":
					return h.text(&e.method)
				case "url":
					return h.text(&e.url)
				case "postData":
					return h.body(&e.posted)
				}
				return h.dec.SkipValue()
			})
		case "response":
			return h.object(func(name string) error {
				switch name {
				case "status":
					return h.number(&e.status)
				case "content":
					return h.body(&e.answer)
				}
				return h.dec.SkipValue()
			})
		}
		return h.dec.SkipValue()
	})
	if err != nil {
		return err
	}
	h.take(e)
	if len(h.waiting) >= h.enough {
		h.judge(h.began.Add(-disorder))
	}
	return nil
}

func (h *har) body(b *harBody) error {
	return h.object(func(name string) error {
		switch name {
		case "text":
			return h.text(&b.text)
		case "encoding":
			return h.text(&b.encoding)
		case "size":
			return h.number(&b.size)
		}
		return h.dec.SkipValue()
	})
}

func (h *har) object(member func(name string) error) error {
	return h.value('{', "an object", func() error {
		if _, err := h.dec.ReadToken(); err != nil {
			return err
		}
		for h.dec.PeekKind() != '}' {
			name, err := h.dec.ReadToken()
			if err != nil {
				return err
			}
			if err := member(name.String()); err != nil {
				return err
			}
		}
		_, err := h.dec.ReadToken()
		return err
	})
}

func (h *har) array(element func() error) error {
	return h.value('[', "an array", func() error {
		if _, err := h.dec.ReadToken(); err != nil {
			return err
		}
		for h.dec.PeekKind() != ']' {
			if err := element(); err != nil {
				return err
			}
		}
		_, err := h.dec.ReadToken()
		return err
	})
}

func (h *har) text(to *[]byte) error {
	return h.value('"', "a string", func() error {
		quoted, err := h.dec.ReadValue()
		if err != nil {
			return err
		}
		*to, _ = jsontext.AppendUnquote((*to)[:0], quoted) // what is no UTF-8 is replaced
		return nil
	})
}

func (h *har) number(to *float64) error {
	return h.value('0', "a number", func() error {
		token, err := h.dec.ReadToken()
		if err == nil {
			*to = token.Float()
		}
		return err
	})
}

// value reads a value of the kind. Null is as good as nothing, and what is of another kind costs no more than itself.
func (h *har) value(want jsontext.Kind, name string, read func() error) error {
	switch kind := h.dec.PeekKind(); kind {
	case want, 0:
		return read()
	case 'n':
	default:
		h.here(fmt.Errorf("a JSON %v, want %s", kind, name))
	}
	return h.dec.SkipValue()
}

// next is the offset of the value that comes next, once the decoder has peeked at it.
func (h *har) next() int64 {
	coming := h.dec.UnreadBuffer()
	between := len(coming) - len(bytes.TrimLeft(coming, ":,"+space))
	return h.skipped + h.dec.InputOffset() + int64(between)
}

// here reports what is wrong with what comes next.
func (h *har) here(err error) {
	place := h.at(string(h.dec.StackPointer()))
	place.Offset = h.next()
	h.unread.add(&eventchannel.Error{Place: place, Err: err})
}

func (h *har) fault(pointer string, err error) {
	h.unread.add(&eventchannel.Error{Place: h.at(pointer), Err: err})
}

// at is a place within the entry.
func (h *har) at(pointer string) eventchannel.Place {
	place := h.place
	place.Pointer = pointer
	return place
}

// take takes one entry. Which of the two bodies is an event document depends on who recorded: a client was answered
// with it, a webhook was sent it.
func (h *har) take(e *harEntry) {
	pointer := string(h.dec.StackPointer())
	began, err := time.Parse(time.RFC3339, string(e.started))
	if err != nil || began.Year() < 1970 || began.Year() > 2200 {
		h.fault(pointer+"/startedDateTime",
			fmt.Errorf("%q, want a time of our days as RFC 3339 has it; taken for that of the entry before", e.started))
		began = h.began
	}
	if began.After(h.began) {
		h.began = began
	}
	if e.took > float64(longest/time.Millisecond) {
		h.fault(pointer+"/time", fmt.Errorf("%g, want milliseconds of at most %v; taken for none", e.took, longest))
		e.took = 0
	}
	ended := began
	if !began.IsZero() { // else no time is known yet
		ended = began.Add(time.Duration(max(0, e.took) * float64(time.Millisecond)))
	}
	h.checker.until(ended)

	response, request := h.at(pointer+"/response/content/text"), h.at(pointer+"/request/postData/text")
	url := string(e.url)
	answer := h.decode(&h.answer, e.answer, response)
	if len(answer) == 0 && e.answer.size > 0 && strings.HasSuffix(eventchannel.Identity(url), "/events") {
		h.fault(pointer+"/response/content",
			fmt.Errorf("%.0f bytes of the event channel that the recording does not hold, want them as text", e.answer.size))
	}
	if !h.documents(answer, url, ended, response) && string(e.method) == "GET" {
		h.resource(answer, url, ended)
	}
	if string(e.method) != "POST" || h.documents(h.decode(&h.posted, e.posted, request), url, began, request) {
		return
	}
	o := &Operation{Place: h.at(pointer + "/request"), Href: url, Status: max(0, int(e.status)), Answered: ended}
	if refusal := new(codes.Error); o.Status >= 400 && json.Unmarshal(answer, refusal) == nil {
		o.Answer = refusal
	}
	h.waiting = append(h.waiting, harItem{at: began, request: o})
}

// decode is the body as it travelled.
func (h *har) decode(to *[]byte, b harBody, place eventchannel.Place) []byte {
	if string(b.encoding) != "base64" {
		return b.text
	}
	decoded, err := base64.StdEncoding.AppendDecode((*to)[:0], b.text)
	if err != nil {
		h.unread.add(&eventchannel.Error{Place: place, Err: err})
	}
	*to = decoded
	return decoded
}

// documents takes the events of a body, if it is one of event documents. Their hrefs are relative to the request.
func (h *har) documents(body []byte, base string, at time.Time, place eventchannel.Place) bool {
	if !bytes.Contains(body, []byte(`"sender"`)) {
		return false
	}
	kind, err := recognise(body)
	if err != nil || kind == kindHAR {
		return false
	}
	for e, err := range documents(kind, bytes.NewReader(body)) {
		if err != nil {
			h.unread.add(&eventchannel.Error{Place: place, Err: err})
			continue
		}
		inner := e.Place.Pointer
		e.Place = place
		e.Place.Pointer += "#" + inner
		h.wait(e, base, at)
	}
	return true
}

// resource takes the links of a body, if it is an invitation.
func (h *har) resource(body []byte, url string, at time.Time) {
	if !bytes.Contains(body, []byte("audioVideoInvitation")) {
		return
	}
	r := new(eventchannel.Resource)
	if json.Unmarshal(body, r) == nil && eventchannel.Relation(r.Rel) == "audioVideoInvitation" {
		h.wait(&eventchannel.Event{Href: url, Invitation: r}, url, at)
	}
}

// wait has an event wait for what may have happened before. Of the resource it keeps what will be needed.
func (h *har) wait(e *eventchannel.Event, base string, at time.Time) {
	if r := e.Invitation; r != nil {
		e.Invitation = &eventchannel.Resource{Direction: r.Direction, OperationID: r.OperationID, State: r.State}
		for _, link := range r.Offers() {
			link.Href = eventchannel.Resolve(base, e.Resolve(link.Href))
			e.Invitation.Links = append(e.Invitation.Links, eventchannel.Link{Rel: link.Rel, Href: link.Href})
		}
	}
	if e.Href != "" {
		e.Href = eventchannel.Resolve(base, e.Href)
	}
	h.waiting = append(h.waiting, harItem{at: at, event: e})
}
