package service_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

// wire is an application that sees every answer of a service as it is on the wire.
type wire struct {
	*testing.T
	*service.Service
	client    *http.Client
	recording *bytes.Buffer

	application string // its URL
	start, next string // URLs: where calls are started, and the next poll
}

const host = "http://pool.contoso.example"

// bubble runs a test with a service and an application in a bubble whose clock takes no real time. Behind the test, the
// recording of the service must be readable.
func bubble(t *testing.T, c service.Config, test func(w *wire)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { inside(t, c, test) })
}

// inside runs a test in a bubble that there is.
func inside(t *testing.T, c service.Config, test func(w *wire)) {
	w := &wire{T: t, recording: new(bytes.Buffer)}
	c.Recording = w.recording
	var err error
	if w.Service, err = service.New(c); err != nil {
		t.Fatal(err)
	}
	var stop func()
	w.client, stop = service.InMemory(w.Service)
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		stop()
		synctest.Wait()
	}()
	w.discover("")
	test(w)
}

// played returns a configuration with a script.
func played(t *testing.T, script string) service.Config {
	t.Helper()
	s, err := service.ParseScript([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	return service.Config{Script: s}
}

// answer is an answer of a service.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // nothing came, or not all of it
}

// refusal returns the error body as text, "" if there is none.
func (a answer) refusal() string {
	var e codes.Error
	if json.Unmarshal(a.body, &e) != nil || e.Code == "" {
		return ""
	}
	return codes.Pair(e.Code, e.Subcode)
}

func (w *wire) do(method, url, body string) answer { return w.send(w.request(method, url, body)) }

func (w *wire) request(method, url, body string) *http.Request {
	if strings.HasPrefix(url, "/") {
		url = host + url
	}
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (w *wire) send(r *http.Request) answer {
	got, err := w.client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, got.Header, text, err}
}

type resource struct {
	Links    map[string]struct{ Href string } `json:"_links"`
	Embedded struct {
		Communication struct {
			Links map[string]struct{ Href string } `json:"_links"`
		} `json:"ms:rtc:saas:communication"`
	} `json:"_embedded"`
}

func (w *wire) get(url string) (r resource) {
	a := w.do("GET", url, "")
	if a.status != 200 || json.Unmarshal(a.body, &r) != nil {
		w.Fatalf("GET %s answered %d %s %v, want a resource", url, a.status, a.body, a.err)
	}
	return r
}

// discover finds the application of an endpoint.
func (w *wire) discover(endpoint string) {
	if endpoint != "" {
		endpoint = "?endpointId=" + endpoint
	}
	applications := w.get("/platformService/discover" + endpoint).Links["ms:rtc:saas:applications"].Href
	w.application = w.get(applications).Links["ms:rtc:saas:application"].Href
	a := w.get(w.application)
	w.next = a.Links["events"].Href
	w.start = a.Embedded.Communication.Links["ms:rtc:saas:startAudioVideo"].Href
}

// call starts a call and returns its path.
func (w *wire) call(to string) (path string) {
	a := w.do("POST", w.start, `{"to":"`+to+`"}`)
	if a.status != 201 {
		w.Fatalf("the start answered %d %s %v, want 201", a.status, a.body, a.err)
	}
	return a.header.Get("Location")
}

// poll polls once, follows the link of the answer, and returns the document and its events.
func (w *wire) poll() (d *eventchannel.Document, events []*eventchannel.Event) {
	a := w.do("GET", w.next, "")
	if a.status != 200 || a.err != nil {
		w.Fatalf("the poll of %s answered %d %s %v, want a document", w.next, a.status, a.body, a.err)
	}
	d = w.document(a.body)
	for e, err := range d.Events() {
		if err != nil {
			w.Fatal(err)
		}
		events = append(events, e)
	}
	for _, href := range []string{d.Next, d.Resync, d.Resume} {
		if href != "" {
			w.next = href
		}
	}
	return d, events
}

func (w *wire) document(text []byte) *eventchannel.Document {
	for d, err := range eventchannel.NewReader(bytes.NewReader(text)).Documents() {
		if err != nil {
			w.Fatalf("%v in %s", err, text)
		}
		return d
	}
	w.Fatalf("no document in %s", text)
	return nil
}

// until polls until an event satisfies a condition, and returns the event.
func (w *wire) until(is func(e *eventchannel.Event) bool) *eventchannel.Event {
	for range 100 {
		_, events := w.poll()
		for _, e := range events {
			if is(e) {
				return e
			}
		}
	}
	w.Fatal("no such event in a hundred documents")
	return nil
}

// verdicts closes the service and judges its recording.
func (w *wire) verdicts() []conformance.Verdict {
	if err := w.Close(); err != nil {
		w.Error(err)
	}
	verdicts, err := conformance.Check(w.recording)
	if err != nil {
		w.Error(err)
	}
	return verdicts
}

// cut reports whether an answer did not come whole.
func (a answer) cut() bool { return errors.Is(a.err, io.ErrUnexpectedEOF) || errors.Is(a.err, io.EOF) }

const second = time.Second

// long reports whether tests take their long form. Reading it in a test lets go test cache both forms.
func long() bool { return os.Getenv("AVINVITE_LONG") != "" }
