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
	reader  *eventchannel.Reader

	waiting []harItem
	enough  int       // when so many wait, it is time to judge the first of them
	began   time.Time // the latest entry
	judged  time.Time // the latest item
	links   map[string]target
}

func (c *Checker) readHAR(in io.Reader, skipped int64) error {
	h := har{checker: c, reader: newReader(nil), links: map[string]target{}}
	// HAR files are not always strict: a browser writes what a page has sent.
	dec := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	h.entries = entryReader{dec: dec, skipped: skipped, take: h.take}
	h.entries.read()
	h.judge(time.Time{})
	return h.entries.unread.join()
}

// disorder is how long items wait: longer than the requests take that a recorder may write down when they end. Polls
// take longer, but what they bring is as late as they end.
const disorder = 10 * time.Minute

// harItem is something that happened at a time: an event that came, links that were shown, or a request that may be an
// operation.
type harItem struct {
	at      time.Time
	place   eventchannel.Place
	event   *eventchannel.Event
	offered transitions.OperationSet // by the event
	links   []harLink                // those that do not tell it themselves
	request *Operation               // its Href is that of the request
}

// harLink is where a link of an invitation leads, and what for.
type harLink struct {
	href string
	target
}

type target struct {
	invitation string // its href
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
	case events && bytes.HasPrefix(e.answer.text, []byte(gzipMagic)):
		h.entries.fault(e.at("/response/content/text"), errors.New("a body as it was compressed by gzip, want it unpacked"))
	case h.documents(e.answer.text, url, ended, e.at("/response/content/text")):
	case events && len(e.answer.text) == 0 && e.answer.size > 0:
		h.entries.fault(e.at("/response/content"),
			fmt.Errorf("%.0f bytes of the event channel that the recording does not hold, want them as text", e.answer.size))
	case string(e.method) == "GET":
		h.resource(e.answer.text, url, ended, e.at("/response/content/text"))
	}
	if string(e.method) == "POST" && !h.documents(e.posted.text, url, e.began, e.at("/request/postData/text")) {
		o := &Operation{Place: e.at("/request"), Href: url, Status: int(min(max(0, e.status), 999)), Answered: ended}
		if refusal := new(codes.Error); o.Status >= 400 && json.Unmarshal(e.answer.text, refusal) == nil {
			o.Answer = refusal
		}
		h.waiting = append(h.waiting, harItem{at: e.began, place: o.Place, request: o})
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
	h.reader.Reset(documents(kind, bytes.NewReader(body)))
	for e, err := range h.reader.Events() {
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
		item := harItem{at: at, place: place, links: links(e, base)}
		// What will not be needed shall not wait.
		item.event = &eventchannel.Event{
			Place: place, Type: e.Type, Href: resolve(base, e.Href), Status: e.Status, Reason: e.Reason,
		}
		if r := e.Invitation; r != nil {
			item.offered = r.Operations()
			item.event.Invitation = &eventchannel.Resource{Direction: r.Direction, OperationID: r.OperationID, State: r.State}
		}
		h.waiting = append(h.waiting, item)
	}
	return true
}

// resource takes the links of a body, if it is an invitation.
func (h *har) resource(body []byte, url string, at time.Time, place eventchannel.Place) {
	if !bytes.Contains(body, []byte("audioVideoInvitation")) {
		return
	}
	r := new(eventchannel.Resource)
	if json.Unmarshal(body, r) == nil && transitions.TrimRelPrefix(r.Rel) == "audioVideoInvitation" {
		shown := links(&eventchannel.Event{Href: url, Invitation: r}, url)
		h.waiting = append(h.waiting, harItem{at: at, place: place, links: shown})
	}
}

// links is where the links of an invitation lead. Those that tell it themselves, as nearly all do, are left out.
func links(e *eventchannel.Event, base string) (links []harLink) {
	if e.Invitation == nil || e.Href == "" {
		return nil
	}
	for o, link := range e.Invitation.Offers() {
		href := eventchannel.Identity(e.Resolve(link.Href))
		if is := (target{eventchannel.Identity(e.Href), o}); is != told(href) {
			links = append(links, harLink{resolve(base, href), target{resolve(base, is.invitation), o}})
		}
	}
	return links
}

// resolve makes an href absolute, if there is one.
func resolve(base, href string) string {
	if href == "" {
		return ""
	}
	return eventchannel.Resolve(base, href)
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
			h.entries.fault(item.place, fmt.Errorf("more than %v out of order, judged after what came later", disorder))
		} else {
			h.judged = item.at
		}
		switch {
		case item.event != nil:
			h.checker.add(item.event, item.offered, item.at)
		case item.request != nil:
			h.do(item.request, item.at)
		}
		for _, link := range item.links {
			h.learn(link)
		}
	}
	h.waiting = slices.Delete(h.waiting, 0, n)
	h.enough = max(1<<12, len(h.waiting)*5/4)
}

// learn remembers a link, with texts that are kept anyway where there are such.
func (h *har) learn(link harLink) {
	if n, known := h.checker.hrefs[link.invitation]; known {
		link.invitation = h.checker.invitations.at(n).href
	}
	if h.links[link.href] != link.target {
		h.links[h.checker.texts.keep(link.href)] = link.target
	}
}

// told is what an href tells itself, as published ones do: below that of the invitation, the operation.
func told(href string) target {
	n := strings.LastIndexByte(href, '/')
	if n < 0 {
		return target{}
	}
	o := transitions.OperationOf(href[n+1:])
	if o == transitions.OperationNone {
		return target{}
	}
	return target{href[:n], o}
}

// do hands on a request if it is an operation: of the invitation that showed the link last or, for a recording may
// begin later than that, of one that the href tells.
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
