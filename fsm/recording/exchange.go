package recording

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// exchanges is the knowledge about the exchanges of a HAR so far.
type exchanges struct {
	whole    *eventchannel.Reader              // of bodies that are one document without a fault
	reader   *eventchannel.Reader              // of other bodies
	now      Item                              // the place, the time and the URL of the documents that are read
	take     func(*eventchannel.RawEvent) bool // yields an event of these documents
	address  address                           // of the last entry
	carried  map[string]bool                   // by the identity of its URL, whether a request has brought event documents
	brought  bool                              // some exchange has brought event documents
	suspects []suspect                         // POSTs whose body cannot be read, and which may have been documents
}

// address is the URL of a request.
type address struct {
	url, identity string
	polled        bool
}

// suspect is a POST whose body cannot be read. A browser posts much that is not JSON, so it is a fault only if its URL
// has carried documents, or if the whole recording has none.
type suspect struct {
	url   string
	place eventchannel.Place
	err   error
}

// maxCarried is the number of URLs that are known to carry documents, beside those that look like an event channel.
const maxCarried = 1000

// maxSuspects is the number of suspects that are kept.
const maxSuspects = 100

func newExchanges() exchanges {
	return exchanges{whole: newReader(nil), reader: newReader(nil), carried: map[string]bool{}}
}

// of returns the address with a URL. Most entries of a webhook have the URL of the entry before.
func (x *exchanges) of(url []byte) *address {
	if a := &x.address; string(url) != a.url {
		a.url = string(url)
		a.identity, a.polled = eventchannel.Identity(a.url), polled(a.url)
	}
	return &x.address
}

// items yields the items of an entry. Which of the two bodies is an event document depends on who recorded: a client
// was answered with it, a webhook was sent it.
func (r *harReader) items(e *entry) {
	to, ended := r.of(e.url), e.ended()
	method, status := verb(e.method), int(min(max(0, e.status), 999))
	channel := method == "GET" && status == 200 && (to.polled || r.carried[to.identity])
	answer, fault := decode(&e.answer, channel)
	found := false
	switch {
	case begun(answer) && (channel || bytes.Contains(answer, []byte(`"sender"`))):
		found = r.documents(answer, to, ended, e.at("/response/content/text"))
	case channel:
		place := e.at("/response/content/text")
		if !e.answer.there {
			place = e.at("/response/content")
		}
		r.fault(place, cmp.Or(fault, unreadable(&e.answer, answer)))
	case fault != nil && eventchannel.Own(string(e.answer.mime)):
		r.fault(e.at("/response/content/text"), fault)
	}
	if !found && method == "POST" {
		found = r.posted(e, to)
	}
	item := Item{Place: e.place, Time: ended, URL: to.url}
	if found {
		r.give(item, nil)
		return
	}
	location := e.redirect
	if len(location) == 0 {
		location = e.location
	}
	request := &Request{
		Method: method, Status: status, Answered: ended, Location: eventchannel.Resolve(to.url, string(location)),
		Foreign: eventchannel.Foreign(status, string(e.answer.mime), answer),
	}
	switch {
	case method == "POST" && strings.HasPrefix(strings.ToLower(string(e.posted.mime)), "multipart/batching"):
		// UCWA/BatchingRequests.md
		item.Place, item.Time, item.PassedOver = e.at("/request"), e.began, "batch"
	case method == "POST":
		request.Body, _ = decode(&e.posted, false)
		request.Body, request.Type = bytes.Clone(request.Body), string(e.posted.mime)
		if refusal := new(codes.Error); status >= 400 && !request.Foreign && readable(answer, refusal) {
			request.Answer = refusal
		}
		item.Place, item.Time, item.Request = e.at("/request"), e.began, request
	case method == "GET" && !channel && bytes.Contains(answer, []byte("audioVideoInvitation")):
		resource := new(eventchannel.Resource)
		if readable(answer, resource) && transitions.TrimRelPrefix(resource.Rel) == "audioVideoInvitation" {
			request.Resource = resource
			item.Place, item.Time, item.Request = e.at("/response/content/text"), e.began, request
		}
	}
	r.give(item, nil)
}

// verb returns the method of a request in upper case.
func verb(method []byte) string {
	switch string(method) {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	}
	return strings.ToUpper(string(method))
}

// readable reads a body that is one JSON value, and reports whether it could. It calls the method itself: json.Unmarshal
// would add 9 % to the WebAssembly of a page that judges recordings.
func readable(body []byte, to interface{ UnmarshalJSON([]byte) error }) bool {
	return jsontext.Value(body).IsValid() && to.UnmarshalJSON(body) == nil
}

// posted yields the events of a body that was posted to a webhook.
func (r *harReader) posted(e *entry, to *address) (found bool) {
	text, fault := decode(&e.posted, true)
	carried := r.carried[to.identity]
	if begun(text) && (carried || bytes.Contains(text, []byte(`"sender"`))) {
		return r.documents(text, to, e.began, e.at("/request/postData/text"))
	}
	path, _, _ := strings.Cut(to.url, "?")
	operation := transitions.OperationOf(path[strings.LastIndexByte(path, '/')+1:])
	unknown := e.posted.size < 0 && carried // a recorder writes -1 for a size that it does not know
	none := len(text) == 0 && (e.posted.there || e.posted.size <= 0 && len(e.posted.mime) == 0 && !unknown)
	if operation != transitions.OperationNone || Starts(to.url) || none || begun(text) {
		return false
	}
	place := e.at("/request/postData/text")
	fault = cmp.Or(fault, unreadable(&e.posted, text))
	switch {
	case carried:
		r.fault(place, fault)
	case (len(text) == 0 || eventchannel.Own(string(e.posted.mime))) && len(r.suspects) < maxSuspects:
		r.suspects = append(r.suspects, suspect{to.identity, place, fault})
	}
	return false
}

// close yields the suspects that are faults.
func (r *harReader) close() {
	for _, s := range r.suspects {
		if !r.brought || r.carried[s.url] {
			r.fault(s.place, s.err)
		}
	}
}

// documents yields the events of a body of event documents. Their hrefs are relative to the request.
func (r *harReader) documents(body []byte, to *address, at time.Time, place eventchannel.Place) (found bool) {
	r.now = Item{Place: place, Time: at, URL: to.url}
	r.whole.URL, r.whole.Within = to.url, place
	if r.whole.RawDocument(body, r.take) {
		r.bring(to)
		return true
	}
	form, err := recognise(body)
	if err == nil && form == HAR {
		err = &FormError{Is: "a HAR within a HAR"}
	}
	if other := new(FormError); errors.As(err, &other) {
		r.fault(place, fmt.Errorf("%s, want an event document", other.Is))
		return false
	}
	r.bring(to)
	r.reader.Reset(documents(form, bytes.NewReader(body)))
	r.reader.URL, r.reader.Within = to.url, place
	for e, fault := range r.reader.RawEvents() {
		switch {
		case r.stopped:
			return true
		case fault == nil:
			r.take(e)
			continue
		}
		place, err := place, fault
		if inner := new(eventchannel.Error); errors.As(fault, &inner) {
			place.Pointer += "#" + inner.Place.Pointer
			err = fmt.Errorf("byte %d of it: %w", inner.Place.Offset, inner.Err)
		}
		r.fault(place, err)
	}
	return true
}

// bring notes that a request has brought event documents.
func (r *harReader) bring(to *address) {
	r.brought = true
	if len(r.carried) < maxCarried && !r.carried[to.identity] {
		r.carried[to.identity] = true
	}
}

// starts are the relations whose links start an invitation (TAP-startAudio, TAP-addAudio and their siblings), and the
// collection that they lead to, in lower case.
var starts = []string{"startaudio", "startaudiovideo", "addaudio", "addaudiovideo", "audiovideoinvitations"}

// Starts reports whether a POST to a URL starts an audio/video invitation: the last segment of its path, in any case,
// is startAudio, startAudioVideo, addAudio, addAudioVideo or audioVideoInvitations.
func Starts(url string) bool {
	path := eventchannel.Identity(url)
	return slices.Contains(starts, strings.ToLower(path[strings.LastIndexByte(path, '/')+1:]))
}

// polled reports whether a URL is that of an event channel, of which every answer is an event document.
func polled(url string) bool {
	path, query, _ := strings.Cut(url, "?")
	path = strings.ToLower(path)
	return strings.HasSuffix(path, "/events") &&
		(strings.Contains(path, "/applications/") || strings.HasPrefix(query, "ack=") || strings.Contains(query, "&ack="))
}

// decode returns the text of a body as it was sent. Recorders label plain text as base64, or leave out the label of
// base64; the label decides only if the text does not. The result is good until the next entry is read.
func decode(b *body, document bool) ([]byte, error) {
	labelled := strings.EqualFold(strings.TrimSpace(string(b.encoding)), "base64")
	if begun(b.text) || len(b.text) == 0 || !labelled && !document {
		return b.text, nil
	}
	packed := bytes.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c) || c == '=':
			return -1
		case c == '-':
			return '+'
		case c == '_':
			return '/'
		}
		return c
	}, b.text)
	text, err := base64.RawStdEncoding.AppendDecode(nil, packed)
	switch {
	case labelled && err != nil:
		return nil, fmt.Errorf("%w, which the label says it is", err)
	case labelled, err == nil && (begun(text) || bytes.HasPrefix(text, []byte(gzipMagic))):
		return unpacked(text), nil
	}
	return b.text, nil
}

// maxBody bounds a body that is unpacked, as the limit of an event document does.
const maxBody = 64 << 20

// unpacked returns the text of a body that the recorder kept as gzip, and any other body as it is.
func unpacked(body []byte) []byte {
	if !bytes.HasPrefix(body, []byte(gzipMagic)) {
		return body
	}
	in, err := Unpack(bytes.NewReader(body))
	if err != nil {
		return body
	}
	text, err := io.ReadAll(io.LimitReader(in, maxBody+1))
	if err != nil || len(text) > maxBody {
		return body
	}
	return text
}

// unreadable is the fault of a body that is no JSON.
func unreadable(b *body, text []byte) error {
	if len(text) == 0 {
		if b.size > 0 {
			return fmt.Errorf("the body of %.0f bytes is missing from the recording; record again with the bodies", b.size)
		}
		return errors.New("the body is empty or missing from the recording; record again with the bodies")
	}
	if string(text[:min(2, len(text))]) == gzipMagic {
		return fmt.Errorf("the body is compressed by gzip, and damaged or over %d MiB; record again with unpacked bodies", maxBody>>20)
	}
	if f, known := other(text); known && f.is != "" && (len(b.coding) == 0 || text[0] == '<') {
		return fmt.Errorf("%s, want an event document in JSON", f.is)
	}
	if len(b.coding) > 0 {
		return fmt.Errorf("the body is still compressed by %q; record again with unpacked bodies", b.coding)
	}
	return fmt.Errorf("a body that begins with %.20q, want an event document", text)
}
