package conformance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// harEntry is what matters here of an entry of a HAR 1.2 file: one request with its answer.
type harEntry struct {
	Started string  `json:"startedDateTime"`
	Took    float64 `json:"time"` // in milliseconds
	Request struct {
		Method   string  `json:"method"`
		URL      string  `json:"url"`
		PostData harBody `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int     `json:"status"` // zero if there was no answer
		Content harBody `json:"content"`
	} `json:"response"`
}

type harBody struct {
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
	Size     int64  `json:"size"`
}

func (b harBody) bytes() ([]byte, error) {
	if b.Encoding == "base64" {
		return base64.StdEncoding.DecodeString(b.Text)
	}
	return []byte(b.Text), nil
}

// HAR files are not always strict: a browser writes what a page has sent.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// har judges the events and operations of a HAR in the order of their times: an event is known when the answer that
// brings it has ended, an operation is judged when it is asked for. Entries stand in the order in which the requests
// began, or nearly so, and a poll ends much later. So items wait until an entry began that much later.
type har struct {
	checker *Checker
	waiting []harItem
	enough  int       // when so many wait, it is time to judge the first of them
	began   time.Time // the latest entry
	judged  time.Time // the latest item
	links   map[string]harLink
	unread  []error
}

// disorder is how long items wait. A poll takes half an hour at most.
const disorder = time.Hour

// harItem is something that happened at a time: an event that came, or a request that may be an operation.
type harItem struct {
	at      time.Time
	event   *eventchannel.Event
	request *Operation // its Href is that of the request
}

type harLink struct {
	invitation string
	operation  transitions.Operation
}

func (c *Checker) readHAR(in io.Reader) error {
	h := har{checker: c, links: map[string]harLink{}}
	err := h.read(in)
	h.judge(time.Time{})
	return errors.Join(append(h.unread, err)...)
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
			h.unread = append(h.unread, fmt.Errorf("conformance: HAR, %v: more than %v out of order, judged after what came later", item.place(), disorder))
		} else {
			h.judged = item.at
		}
		if item.event != nil {
			h.checker.Add(item.event, item.at)
		} else if link, ok := h.links[path(item.request.Href)]; ok {
			item.request.Href, item.request.Operation = link.invitation, link.operation
			h.checker.Do(item.request, item.at)
		}
	}
	h.waiting = slices.Delete(h.waiting, 0, n)
	h.enough = max(1<<12, 2*len(h.waiting))
}

func (i harItem) place() eventchannel.Place {
	if i.event != nil {
		return i.event.Place
	}
	return i.request.Place
}

// read reads the entries one after the other and passes over everything else.
func (h *har) read(in io.Reader) error {
	d := jsontext.NewDecoder(in, lenient)
	wrong := func(err error) error {
		offset, pointer := d.InputOffset(), d.StackPointer()
		if syntax := new(jsontext.SyntacticError); errors.As(err, &syntax) {
			offset, pointer, err = syntax.ByteOffset, syntax.JSONPointer, syntax.Err
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("conformance: HAR, byte %d, %s: %w", offset, pointer, err)
	}
	entries := false
	for {
		t, err := d.ReadToken()
		if err != nil {
			return wrong(err)
		}
		// The decoder is now behind the name of a member, or the end of the whole.
		switch pointer := d.StackPointer(); {
		case d.StackDepth() == 0:
			if !entries {
				return errors.New("conformance: HAR without log.entries, want a list of entries")
			}
			return nil
		case t.Kind() != '"' || pointer == "/log":
		case pointer == "/log/entries":
			if d.PeekKind() != '[' {
				return wrong(errors.New("want a list of entries"))
			}
			entries = true
			if _, err := d.ReadToken(); err != nil {
				return wrong(err)
			}
			for n := 0; d.PeekKind() != ']'; n++ {
				raw, err := d.ReadValue()
				if err != nil {
					return wrong(err)
				}
				h.entry(raw, eventchannel.Place{
					Document: n + 1, Offset: d.InputOffset() - int64(len(raw)), Pointer: fmt.Sprintf("/log/entries/%d", n),
				})
				if len(h.waiting) >= h.enough {
					h.judge(h.began.Add(-disorder))
				}
			}
		default:
			if err := d.SkipValue(); err != nil {
				return wrong(err)
			}
		}
	}
}

// entry takes one entry. Which of the two bodies is an event document depends on who recorded: a client was answered
// with it, a webhook was sent it.
func (h *har) entry(raw []byte, place eventchannel.Place) {
	within := func(pointer string) eventchannel.Place {
		p := place
		p.Pointer += pointer
		return p
	}
	fault := func(pointer string, err error) {
		h.unread = append(h.unread, &eventchannel.Error{Place: within(pointer), Err: err})
	}
	var e harEntry
	if err := json.Unmarshal(raw, &e, lenient); err != nil {
		fault("", err)
		return
	}
	began, err := time.Parse(time.RFC3339, e.Started)
	if err != nil {
		fault("/startedDateTime", fmt.Errorf("%q, want a time as RFC 3339 has it; taken for that of the entry before", e.Started))
		began = h.began
	}
	if began.After(h.began) {
		h.began = began
	}
	ended := began.Add(time.Duration(max(0, e.Took) * float64(time.Millisecond)))
	h.checker.until(ended)

	const response, request = "/response/content/text", "/request/postData/text"
	answer, err := e.Response.Content.bytes()
	if err != nil {
		fault(response, err)
	}
	if len(answer) == 0 && e.Response.Content.Size > 0 && strings.HasSuffix(path(e.Request.URL), "/events") {
		fault("/response/content", fmt.Errorf("%d bytes of the event channel that the recording does not hold, want them as text", e.Response.Content.Size))
	}
	h.documents(answer, e.Request.URL, ended, within(response))
	if e.Request.Method != "POST" {
		return
	}
	posted, err := e.Request.PostData.bytes()
	if err != nil {
		fault(request, err)
	}
	if h.documents(posted, e.Request.URL, began, within(request)) {
		return
	}
	o := &Operation{Place: within("/request"), Href: e.Request.URL, Status: e.Response.Status}
	if refusal := new(codes.Error); o.Status >= 400 && json.Unmarshal(answer, refusal) == nil {
		o.Answer = refusal
	}
	h.waiting = append(h.waiting, harItem{at: began, request: o})
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
			h.unread = append(h.unread, &eventchannel.Error{Place: place, Err: err})
			continue
		}
		inner := e.Place.Pointer
		e.Place = place
		e.Place.Pointer += "#" + inner
		if e.Href != "" {
			e.Href = resolve(base, e.Href)
		}
		h.waiting = append(h.waiting, harItem{at: at, event: e})
	}
	h.offers(body, base)
	return true
}

// offers remembers the links of the invitations in a body.
func (h *har) offers(body []byte, base string) {
	type link struct {
		Href string `json:"href"`
	}
	var document struct {
		BaseURI string `json:"baseuri"`
		Sender  []struct {
			Events []struct {
				Link     link `json:"link"`
				Embedded map[string]struct {
					Links map[string]link `json:"_links"`
				} `json:"_embedded"`
			} `json:"events"`
		} `json:"sender"`
	}
	for d := jsontext.NewDecoder(bytes.NewReader(body)); json.UnmarshalDecode(d, &document) == nil; {
		from := resolve(base, document.BaseURI)
		for _, sender := range document.Sender {
			for _, event := range sender.Events {
				for rel, resource := range event.Embedded {
					if bare(rel) != "audioVideoInvitation" {
						continue
					}
					for rel, link := range resource.Links {
						var o transitions.Operation
						if o.UnmarshalText([]byte(strings.TrimSuffix(bare(rel), "AudioVideo"))) == nil {
							h.links[path(resolve(from, link.Href))] = harLink{path(resolve(from, event.Link.Href)), o}
						}
					}
				}
			}
		}
	}
}

// bare is a relation without the prefix of today or that of the previews.
func bare(rel string) string {
	return strings.TrimPrefix(strings.TrimPrefix(rel, "ms:rtc:saas:"), "service:")
}

func resolve(base, href string) string {
	b, err := url.Parse(base)
	if err != nil {
		return href
	}
	u, err := b.Parse(href)
	if err != nil {
		return href
	}
	return u.String()
}

// path is an href without its query, which differs between requests to one resource.
func path(href string) string {
	path, _, _ := strings.Cut(href, "?")
	return path
}
