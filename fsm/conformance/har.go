package conformance

import (
	"bytes"
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
	entries entryReader

	waiting []harItem
	enough  int       // when so many wait, it is time to judge the first of them
	began   time.Time // the latest entry
	judged  time.Time // the latest item
	links   map[string]harLink
}

func (c *Checker) readHAR(in io.Reader, skipped int64) error {
	h := har{checker: c, links: map[string]harLink{}}
	// HAR files are not always strict: a browser writes what a page has sent.
	dec := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	h.entries = entryReader{dec: dec, skipped: skipped, take: h.take}
	h.entries.read()
	h.judge(time.Time{})
	return h.entries.unread.join()
}

// disorder is how long items wait. A poll takes half an hour at most.
const disorder = time.Hour

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

// take takes one entry. Which of the two bodies is an event document depends on who recorded: a client was answered
// with it, a webhook was sent it.
func (h *har) take(e *entry) {
	if e.began.After(h.began) {
		h.began = e.began
	}
	ended := e.ended()
	h.checker.until(ended)
	url := string(e.url)
	events := strings.HasSuffix(eventchannel.Identity(url), "/events")
	switch {
	case h.documents(e.answer.text, url, ended, e.at("/response/content/text")):
	case events && len(e.answer.text) == 0 && e.answer.size > 0:
		h.entries.fault(e.at("/response/content"),
			fmt.Errorf("%.0f bytes of the event channel that the recording does not hold, want them as text", e.answer.size))
	case string(e.method) == "GET":
		h.resource(e.answer.text, url, ended)
	}
	if string(e.method) == "POST" && !h.documents(e.posted.text, url, e.began, e.at("/request/postData/text")) {
		o := &Operation{Place: e.at("/request"), Href: url, Status: int(min(max(0, e.status), 999)), Answered: ended}
		if refusal := new(codes.Error); o.Status >= 400 && json.Unmarshal(e.answer.text, refusal) == nil {
			o.Answer = refusal
		}
		h.waiting = append(h.waiting, harItem{at: e.began, request: o})
	}
	if len(h.waiting) >= h.enough {
		h.judge(h.began.Add(-disorder))
	}
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
		place := place
		if err != nil {
			if inner := new(eventchannel.Error); errors.As(err, &inner) {
				place.Pointer += "#" + inner.Place.Pointer
				err = fmt.Errorf("byte %d of it: %w", inner.Place.Offset, inner.Err)
			}
			h.entries.fault(place, err)
			continue
		}
		place.Pointer += "#" + e.Place.Pointer
		e.Place = place
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
			h.entries.fault(item.place(), fmt.Errorf("more than %v out of order, judged after what came later", disorder))
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
