package fleet

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/history"
	"github.com/avinvite/avinvite/transitions"
)

// first is a record in the form of version 1, which every later version reads.
const first = `{"version":1,"href":"https://pool.example/v1/invitations/1","operationId":"op-1",` +
	`"history":"AQABAAAAAAAAAAcAAAAAAAAACQAAAAUDAQIBAAAgAA=="}`

func entry(document uint64, time int64) history.Entry {
	return history.Entry{
		Origin: history.Origin{Document: document, Key: 5, Number: 3, Index: 1}, Time: time, Direction: transitions.Incoming,
		Event: transitions.Event{Type: transitions.EventUpdated, State: transitions.StateConnecting},
	}
}

// TestStoredForm pins the stored form, and looks at the errors of others.
func TestStoredForm(t *testing.T) {
	r := &record{Href: "https://pool.example/v1/invitations/1", OperationID: "op-1"}
	r.history.Add(entry(7, 9))
	got, err := r.MarshalBinary()
	if err != nil || string(got) != first {
		t.Errorf("the stored form is\n%s, %v, want\n%s", got, err, first)
	}
	var read record
	if err := read.UnmarshalBinary([]byte(first)); err != nil || !reflect.DeepEqual(&read, r) {
		t.Errorf("it is read as %+v, %v", read, err)
	}
	for text, want := range map[string]string{
		strings.Replace(first, `"version":1`, `"version":2`, 1): "version 2, and this replica reads versions up to 1; upgrade the replica",
		strings.Replace(first, "AQAB", "BQAB", 1):               "history: ",
		`{}`: "version 0",
		`x`:  "not JSON",
	} {
		if err := new(record).UnmarshalBinary([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is read with %v, want %s", text, err, want)
		}
	}
}

// TestMerge merges records in each order.
func TestMerge(t *testing.T) {
	part := func(href, operationID string, documents ...uint64) *record {
		r := &record{Href: href, OperationID: operationID}
		for _, d := range documents {
			r.history.Add(entry(d, int64(d)))
		}
		return r
	}
	if r := part("b", ""); !r.merge(part("b", "x")) || !r.merge(part("a", "")) || !r.merge(part("", "", 1)) || r.merge(part("c", "y", 1)) {
		t.Errorf("merge reports a wrong change; the record is %+v", r)
	}
	parts := []*record{part("b", "", 1, 2), part("a", "y", 2, 3), part("", "x", 1), part("c", "", 3)}
	var want []byte
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}} {
		sum := new(record)
		for _, n := range order {
			sum.merge(parts[n])
			if sum.merge(parts[n]) {
				t.Errorf("merging part %d again changes the record", n)
			}
		}
		got, err := sum.MarshalBinary()
		if err != nil || want != nil && !bytes.Equal(got, want) {
			t.Errorf("in the order %v: %s, %v, want %s", order, got, err, want)
		}
		if want = got; sum.Href != "a" || sum.OperationID != "x" || sum.history.Len() != 3 {
			t.Errorf("in the order %v: %+v", order, sum)
		}
	}
}

// TestErrors looks at the errors of Open and Add, and at the webhook's answers.
func TestErrors(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, test := range []struct {
		url, want string
		config    Config
	}{
		{"embed:x", "a lease of 1.5s, want whole seconds", Config{Lease: 1500 * time.Millisecond}},
		{"embed:x", "a lease of 100ms", Config{Lease: 100 * time.Millisecond}},
		{"embed:", "want embed:DIR, embed3:DIR or a nats:// URL", Config{}},
		{"embed5:x", "want embed:DIR, embed3:DIR or a nats:// URL", Config{}},
		{"embed:/dev/null/x", "embedded servers: mkdir /dev/null", Config{}},
		{"embed3:/dev/null/x", "embedded servers: mkdir /dev/null", Config{}},
		{"://", "connecting", Config{}},
	} {
		if f, err := Open(ctx, test.url, test.config); err == nil || f != nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Open %s %+v: %v, want %s", test.url, test.config, err, test.want)
		}
	}
	nobody, stop := context.WithTimeout(ctx, 100*time.Millisecond)
	defer stop()
	if _, err := Open(nobody, "nats://127.0.0.1:9", Config{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open without a server: %v, want the deadline", err)
	}

	f, err := Open(ctx, "embed:"+t.TempDir(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.js.CreateStream(ctx, jetstream.StreamConfig{Name: "other", Subjects: []string{"other.>"}, MaxMsgsPerSubject: 2}); err != nil {
		t.Fatal(err)
	}
	other := &Fleet{name: "other", conn: f.conn, js: f.js}
	if err := other.open(ctx, 1, time.Hour); err == nil || !strings.Contains(err.Error(), "the stream other has max_msgs_per_subject 2, want 1; change it") {
		t.Errorf("a stream with other settings: %v", err)
	}

	h, err := f.Webhook(client.Unverified)
	if err != nil {
		t.Fatal(err)
	}
	var reported error
	h.Report = func(_ int, reason error) { reported = reason }
	document := func(href, extra string) string {
		return `{"baseuri":"https://pool.example","sender":[{"events":[{"type":"started","link":{"rel":"ms:rtc:saas:audioVideoInvitation"` +
			href + `}` + extra + `}]}]}`
	}
	newer := f.call("https://pool.example/newer")
	if _, err := f.js.PublishMsg(ctx, &nats.Msg{Subject: newer, Data: []byte(`{"version":2}`)}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, document string
		status         int
		reports        string
	}{
		{"whole", document(`,"href":"/1"`, ""), 200, ""},
		{"without an href", document("", `,"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"operationId":"op"}}`), 200, ""},
		{"with neither", document("", ""), 503, "neither link.href nor an embedded operationId"},
		{"malformed event", document(`,"href":7`, ""), 503, "href"},
		{"newer stored form", document(`,"href":"/newer"`, ""), 503, "upgrade the replica"},
		{"large reason", document(`,"href":"/2"`, `,"reason":{"code":"`+strings.Repeat("x", 1<<20)+`"}`), 503, "maximum payload"},
	} {
		w := httptest.NewRecorder()
		reported = nil
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.document)))
		if w.Code != test.status || (reported == nil) != (test.reports == "") || reported != nil && !strings.Contains(reported.Error(), test.reports) {
			t.Errorf("%s: the answer is %d, %v, want %d, %s", test.name, w.Code, reported, test.status, test.reports)
		}
	}
	for _, key := range []string{eventchannel.Identity("https://pool.example/1"), "op"} {
		if h, err := f.Load(ctx, key); err != nil || h.Len() != 1 {
			t.Errorf("the history of %s: %v, %v, want one event", key, h, err)
		}
	}
	if h, err := f.Load(ctx, "https://pool.example/none"); err != nil || h.Len() != 0 {
		t.Errorf("the history of no invitation: %v, %v", h, err)
	}
	for _, err := range f.Verdicts(ctx) {
		if err == nil || !strings.Contains(err.Error(), "upgrade the replica") {
			t.Errorf("verdicts on a newer stored form: %v", err)
		}
	}
}
