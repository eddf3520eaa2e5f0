package service_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/service"
)

// webhook is an application that gets documents by callbacks.
type webhook struct {
	mu      sync.Mutex
	posts   []post
	answers []int // statuses of the first posts; 200 afterwards, 0 for none
	context string
}

type post struct {
	url, body string
	at        time.Time
}

func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	h.posts = append(h.posts, post{r.URL.String(), string(body), time.Now()})
	status := 200
	if len(h.answers) > 0 {
		status, h.answers = h.answers[0], h.answers[1:]
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	if h.context != "" && status == 200 {
		fmt.Fprintf(w, `{"CallbackContext": %q}`, h.context)
	}
}

// got returns the posts so far.
func (h *webhook) got() []post {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.posts)
}

// hooked is a bubble with a service that posts to a webhook.
func hooked(t *testing.T, c service.Config, h *webhook, test func(w *wire)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client, stop := service.InMemory(h)
		defer stop()
		c.Webhook = client
		inside(t, c, test)
	})
}

const calling = `{"to": "sip:a@b", "callbackUrl": "http://localhost/callback?app=1", "callbackContext": "first"}`

// TestWebhook starts a call with a callback, and gets its documents in their order, with a base, and with the context of
// the start and then that of the answers.
func TestWebhook(t *testing.T) {
	h := &webhook{context: "later"}
	hooked(t, played(t, fmt.Sprintf(answered, "")), h, func(w *wire) {
		if a := w.do("POST", w.start, calling); a.status != 201 {
			w.Fatalf("the start is answered %d %s, want 201", a.status, a.body)
		}
		time.Sleep(second)
		if d, events := w.poll(); d.Next == "" || len(events) != 0 {
			w.Errorf("the event channel has %d events, want none", len(events))
		}
		var events int
		for n, p := range h.got() {
			d := w.document([]byte(p.body))
			for e, err := range d.Events() {
				if events++; err != nil || !strings.HasPrefix(e.Href, "http://") {
					w.Errorf("event %+v with error %v, want an absolute href", e, err)
				}
			}
			if number, ok := d.Ack(); !ok || number != int64(n+1) || !strings.HasSuffix(d.Key(), key(w)) {
				w.Errorf("document %d of key %s, want %d of the conversation", number, d.Key(), n+1)
			}
			want := "/callback?app=1&callbackContext=first"
			if n > 0 {
				want = "/callback?app=1&callbackContext=later"
			}
			if p.url != want {
				w.Errorf("post %d to %s, want %s", n, p.url, want)
			}
		}
		if events != 3 {
			w.Errorf("%d events, want 3", events)
		}
		for _, v := range w.verdicts() {
			if v.Result != conformance.Conforms {
				w.Errorf("the recording %v: %v", v.Result, v.Findings)
			}
		}
	})
}

// key returns the end of the key of the only call: its conversation.
func key(w *wire) string {
	r := w.get(w.Calls()[0].Href)
	path, _, _ := strings.Cut(r.Links["ms:rtc:saas:conversation"].Href, "?")
	return path[strings.LastIndex(path, "/")+1:]
}

// TestWebhookRetries has a webhook that takes a document late or never: it is posted again with growing pauses, and the
// next document waits for it.
func TestWebhookRetries(t *testing.T) {
	const slow = `{"outgoing": [{"steps": [{"event": "started(Connecting)"}, {"after": "100ms", "event": "completed(Connected)"}]}]}`
	for _, test := range []struct {
		answers []int
		at      []time.Duration // of the posts
		dropped int
	}{
		{nil, []time.Duration{0, second / 10}, 0},
		{[]int{503, 0, 404}, []time.Duration{0, 1 * second, 3 * second, 7 * second, 7 * second}, 0},
		{[]int{500, 500, 500, 500, 500, 500}, []time.Duration{0, 1 * second, 3 * second, 7 * second, 15 * second, 31 * second, 31 * second}, 1},
	} {
		h := &webhook{answers: test.answers}
		hooked(t, played(t, slow), h, func(w *wire) {
			began := time.Now()
			w.do("POST", w.start, calling)
			time.Sleep(time.Minute)
			var at []time.Duration
			for _, p := range h.got() {
				at = append(at, p.at.Sub(began))
			}
			if !slices.Equal(at, test.at) || w.Dropped() != test.dropped {
				w.Errorf("a webhook that answers %v is posted to at %v and misses %d events, want at %v and %d", test.answers, at, w.Dropped(), test.at, test.dropped)
			}
			if last := h.got()[len(test.at)-1].body; !strings.Contains(last, "completed") {
				w.Errorf("the last post is %s, want the completion", last)
			}
		})
	}
}

// TestWebhookFaults has a webhook that gets documents twice, and one document behind the next.
func TestWebhookFaults(t *testing.T) {
	const slow = `{"faults": [%s], "outgoing": [{"steps": [{"event": "started(Connecting)"}, {"after": "1s", "event": "updated(Alerting)"},
		{"after": "1s", "event": "completed(Connected)"}]}]}`
	for _, test := range []struct{ fault, want string }{
		{``, "started updated completed"},
		{`{"fault": "duplicate"}`, "started started updated updated completed completed"},
		{`{"fault": "reorder", "times": 1}`, "updated started completed"},
		{`{"fault": "reorder", "skip": 2}`, "started updated completed"}, // nothing follows the last one
	} {
		h := &webhook{}
		hooked(t, played(t, fmt.Sprintf(slow, test.fault)), h, func(w *wire) {
			w.do("POST", w.start, calling)
			time.Sleep(time.Hour)
			var got []string
			for _, p := range h.got() {
				for e, err := range w.document([]byte(p.body)).Events() {
					if err != nil {
						w.Fatal(err)
					}
					got = append(got, e.Type.String())
				}
			}
			if text := strings.Join(got, " "); text != test.want {
				w.Errorf("%s posts %s, want %s", test.fault, text, test.want)
			}
		})
	}
}

// TestCallbacks starts calls with callbacks to various hosts. One that the configuration does not allow is refused.
func TestCallbacks(t *testing.T) {
	for url, want := range map[string]int{
		"http://localhost/": 201, "https://LOCALHOST:1/x": 201, "http://127.0.0.1:8080/": 201, "http://[::1]/": 201,
		"https://app.contoso.example/x": 201, "https://App.Contoso.Example:8443/x": 201,
		"http://contoso.example/": 400, "http://10.0.0.1/": 400, "http://169.254.169.254/": 400, "http://localhost.evil.example/": 400,
		"ftp://localhost/": 400, "localhost": 400, "/callback": 400, "http://%zz/": 400,
		"http://localhost/" + strings.Repeat("x", 1024): 400,
	} {
		h := &webhook{}
		hooked(t, service.Config{Callbacks: []string{"app.contoso.example"}}, h, func(w *wire) {
			a := w.do("POST", w.start, fmt.Sprintf(`{"to": "sip:a@b", "callbackUrl": %q}`, url))
			if a.status != want || len(w.Calls()) != map[int]int{201: 1}[want] {
				w.Errorf("a callback to %s is answered %d %s and makes %d calls, want %d", url, a.status, a.body, len(w.Calls()), want)
			}
		})
	}
}

// TestScriptedCallback has incoming calls whose documents go to the webhook of the script.
func TestScriptedCallback(t *testing.T) {
	h := &webhook{}
	hooked(t, played(t, `{"callback": "http://localhost/hook", "incoming": [{}]}`), h, func(w *wire) {
		time.Sleep(time.Hour)
		if posts := h.got(); len(posts) < 2 || posts[0].url != "/hook" || !strings.Contains(posts[0].body, "Incoming") {
			w.Errorf("posts %v, want those of an incoming call", posts)
		}
	})
}

// TestWebhookRedirect has a webhook that leads to another address: the service does not follow, because whoever starts a
// call could send it anywhere.
func TestWebhookRedirect(t *testing.T) {
	followed, asked := make(chan bool, 1), make(chan bool, 1)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed <- true }))
	defer other.Close()
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		asked <- true
	}))
	defer hook.Close()
	s, err := service.New(service.Config{Script: service.Script{Callback: hook.URL}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ring(service.Incoming{}); err != nil {
		t.Fatal(err)
	}
	<-asked
	<-asked // a second time, so the first post has ended
	if len(followed) > 0 {
		t.Error("the service follows the redirect of a webhook, want it to stay")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestWebhookEvents starts calls whose webhook does not answer. The events that wait for it are limited, those of an
// application and those of all.
func TestWebhookEvents(t *testing.T) {
	for _, limits := range []service.Limits{{Posts: 3, Retries: 1}, {Waiting: 3, Retries: 1}} {
		c := played(t, ringing)
		c.Limits = limits
		hooked(t, c, &webhook{answers: make([]int, 1000)}, func(w *wire) {
			for range 5 {
				w.do("POST", w.start, calling)
			}
			if n := w.Dropped(); n != 2 {
				w.Errorf("%+v: %d of five events are dropped while the webhook does not answer, want 2", limits, n)
			}
			time.Sleep(time.Hour)
			if n := w.Dropped(); n != 5 {
				w.Errorf("%+v: %d events are dropped after the retries, want 5", limits, n)
			}
			w.do("POST", w.start, calling)
			if n := w.Dropped(); n != 5 {
				w.Errorf("%+v: %d events are dropped although no other waits, want 5", limits, n)
			}
		})
	}
}
