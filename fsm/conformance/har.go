package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// harEntry is what matters here of an entry of a HAR 1.2 file: one request with its answer.
type harEntry struct {
	Started time.Time `json:"startedDateTime"`
	Took    float64   `json:"time"` // in milliseconds
	Request struct {
		Method   string  `json:"method"`
		URL      string  `json:"url"`
		PostData harBody `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int     `json:"status"`
		Content harBody `json:"content"`
	} `json:"response"`
}

type harBody struct {
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
}

func (b harBody) bytes() ([]byte, error) {
	if b.Encoding == "base64" {
		return base64.StdEncoding.DecodeString(b.Text)
	}
	return []byte(b.Text), nil
}

// harItem is something that happened at a time: an event that came, or an operation that was asked for.
type harItem struct {
	at        time.Time
	event     *eventchannel.Event
	operation *Operation
}

// har collects the items of a HAR. An operation is a POST to a link that an invitation has offered, so links are
// remembered; which links there are is known once all entries have been read.
type har struct {
	items  []harItem
	posts  []harItem // their Href is that of the request
	links  map[string]harLink
	unread []error
	last   time.Time // at which an answer ended
}

type harLink struct {
	invitation string
	operation  transitions.Operation
}

// readHAR takes the events and operations of a HAR file in the order of their times: an event is known when the
// answer that brings it has ended, an operation is judged when it is asked for.
func (c *Checker) readHAR(in io.Reader) error {
	h := har{links: map[string]harLink{}}
	err := h.read(in)
	for _, post := range h.posts {
		if link, ok := h.links[path(post.operation.Href)]; ok {
			post.operation.Href, post.operation.Operation = link.invitation, link.operation
			h.items = append(h.items, post)
		}
	}
	c.until(h.last)
	slices.SortStableFunc(h.items, func(a, b harItem) int { return a.at.Compare(b.at) })
	for _, item := range h.items {
		if item.event != nil {
			c.Add(item.event, item.at)
		} else {
			c.Do(item.operation, item.at)
		}
	}
	return errors.Join(append(h.unread, err)...)
}

// read reads the entries one after the other and passes over everything else.
func (h *har) read(in io.Reader) error {
	d := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	wrong := func(err error) error {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("conformance: HAR, byte %d, %s: %w", d.InputOffset(), d.StackPointer(), err)
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
	var e harEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		h.unread = append(h.unread, &eventchannel.Error{Place: place, Err: err})
		return
	}
	ended := e.Started.Add(time.Duration(e.Took * float64(time.Millisecond)))
	if ended.After(h.last) {
		h.last = ended
	}
	within := func(pointer string) eventchannel.Place {
		p := place
		p.Pointer += pointer
		return p
	}
	answer, err := e.Response.Content.bytes()
	if err != nil {
		h.unread = append(h.unread, &eventchannel.Error{Place: within("/response/content/text"), Err: err})
	}
	h.documents(answer, e.Request.URL, ended, within("/response/content/text"))
	if e.Request.Method != "POST" {
		return
	}
	posted, err := e.Request.PostData.bytes()
	if err != nil {
		h.unread = append(h.unread, &eventchannel.Error{Place: within("/request/postData/text"), Err: err})
	}
	if h.documents(posted, e.Request.URL, e.Started, within("/request/postData/text")) {
		return
	}
	o := &Operation{Place: within("/request"), Href: e.Request.URL, Status: e.Response.Status}
	if refusal := new(codes.Error); o.Status >= 400 && json.Unmarshal(answer, refusal) == nil {
		o.Answer = refusal
	}
	h.posts = append(h.posts, harItem{at: e.Started, operation: o})
}

// documents takes the events of a body, if it is one of event documents. Their hrefs are relative to the request.
func (h *har) documents(body []byte, base string, at time.Time, place eventchannel.Place) bool {
	if kind, err := recognise(body); err != nil || kind != kindDocuments || !bytes.Contains(body, []byte(`"sender"`)) {
		return false
	}
	for e, err := range eventchannel.NewReader(bytes.NewReader(body)).Events() {
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
		h.items = append(h.items, harItem{at: at, event: e})
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
	for d := json.NewDecoder(bytes.NewReader(body)); d.Decode(&document) == nil; {
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
