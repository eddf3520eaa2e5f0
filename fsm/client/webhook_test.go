package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

func webhook(
	t *testing.T, verify func(*http.Request) error, take func(*http.Request, *eventchannel.Document) error,
) *client.Webhook {
	t.Helper()
	h, err := client.NewWebhook(verify, take)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestWebhookAnswers sends each kind of request, and looks at the answer, and whether the application was asked to take a
// document.
func TestWebhookAnswers(t *testing.T) {
	good := based(t, documented(t, 1, told{"1", started, ringing, nil}))
	errTake := errors.New("the disk is full")
	for _, test := range []struct {
		name, method, body string
		verify, take       error
		status             int
		taken              bool
		reports            string // a part of the reported reason; "" for none
	}{
		{"document", "POST", good, nil, nil, 200, true, ""},
		{"heartbeat", "POST", `{"_links":{"self":{"href":"/eventsservice"}},"sender":[],"baseuri":"https://pool.example"}`, nil, nil, 200, false, ""},
		{"other resources", "POST", strings.ReplaceAll(good, "audioVideoInvitation", "messaging"), nil, nil, 200, false, ""},
		{"GET", "GET", "", nil, nil, 405, false, `a "GET", want a POST`},
		{"forged", "POST", good, errors.New("no signature"), nil, 401, false, "not the service: no signature"},
		{"unverifiable", "POST", good, fmt.Errorf("keys: %w", client.ErrUnverifiable), nil, 503, false, "keys: the request cannot be verified now"},
		{"forged, and no document", "POST", "x", errors.New("no signature"), nil, 401, false, "no signature"},
		{"empty", "POST", "", nil, nil, 400, false, "empty input"},
		{"no JSON", "POST", "<html>", nil, nil, 400, false, "the body"},
		{"another object", "POST", `{"code":"NotFound"}`, nil, nil, 400, false, "without sender"},
		{"cut off", "POST", good[:len(good)-20], nil, nil, 400, false, "the body"},
		{"two documents", "POST", good + good, nil, nil, 400, false, "a second document, want one"},
		{"too long", "POST", good + strings.Repeat(" ", 1<<16), nil, nil, 413, false, "http: request body too large"},
		{"too long a document", "POST", strings.Replace(good, "{", `{"x":"`+strings.Repeat("x", 1<<16)+`",`, 1), nil, nil, 413, false, "too large"},
		{"too deep", "POST", `{"x":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `,"sender":[]}`, nil, nil, 413, false, "nested"},
		{"not taken", "POST", good, nil, errTake, 503, true, "did not take the document: the disk is full"},
	} {
		t.Run(test.name, func(t *testing.T) {
			taken, reported := 0, ""
			h := webhook(t, func(r *http.Request) error { return test.verify },
				func(r *http.Request, d *eventchannel.Document) error {
					taken++
					for e, err := range d.Events() {
						if err != nil || e.Href != "https://pool.example/v1/invitations/1" {
							t.Errorf("the event is %+v, %v", e, err)
						}
					}
					return test.take
				})
			h.Limits = eventchannel.Limits{Document: 1 << 16, Depth: 50}
			h.Report = func(status int, reason error) { reported = fmt.Sprint(status, " ", reason) }
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(test.method, "/callback", strings.NewReader(test.body)))
			if w.Code != test.status || taken != map[bool]int{true: 1}[test.taken] {
				t.Errorf("the answer is %d after %d documents, want %d, %v", w.Code, taken, test.status, test.taken)
			}
			if (reported == "") != (test.reports == "") || !strings.Contains(reported, test.reports) ||
				test.reports != "" && !strings.HasPrefix(reported, fmt.Sprint(test.status)) {
				t.Errorf("the report is %q, want %q", reported, test.reports)
			}
			if strings.Contains(w.Body.String(), "signature") {
				t.Errorf("the answer %q tells a forger the reason", w.Body)
			}
		})
	}
}

// TestWebhookNeedsAVerifier wants an error instead of a handler that takes forged calls or loses documents.
func TestWebhookNeedsAVerifier(t *testing.T) {
	take := func(*http.Request, *eventchannel.Document) error { return nil }
	if h, err := client.NewWebhook(nil, take); h != nil || err == nil || !strings.Contains(err.Error(), "verifier") {
		t.Errorf("without a verifier: %v, %v", h, err)
	}
	if h, err := client.NewWebhook(client.Unverified, nil); h != nil || err == nil {
		t.Errorf("without a function that takes: %v, %v", h, err)
	}
	if err := client.Unverified(httptest.NewRequest("POST", "/", nil)); err != nil {
		t.Errorf("Unverified refuses: %v", err)
	}
}

// TestWebhookReportsNoToken lets a verifier quote the token.
func TestWebhookReportsNoToken(t *testing.T) {
	const token = "eyJhbGciOi.secret"
	h := webhook(t, func(r *http.Request) error { return errors.New("bad " + r.Header.Get("Authorization")) },
		func(*http.Request, *eventchannel.Document) error { return nil })
	var reported error
	h.Report = func(_ int, reason error) { reported = reason }
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("{}"))
	r.Header.Set("Authorization", "Bearer "+token)
	h.ServeHTTP(w, r)
	if text := fmt.Sprintf("%+v %s %v", reported, w.Body, w.Header()); strings.Contains(text, token) || !strings.Contains(text, "bad Bearer [token]") {
		t.Errorf("reported and answered: %s", text)
	}
	if w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("the challenge is %q", w.Header().Get("WWW-Authenticate"))
	}
}

// TestWebhookCallbackContext looks at the answer that asks the service for a parameter of later callbacks.
func TestWebhookCallbackContext(t *testing.T) {
	for context, want := range map[string]string{"": "", `tenant "7"`: `{"CallbackContext":"tenant \"7\""}`} {
		h := webhook(t, client.Unverified, func(r *http.Request, _ *eventchannel.Document) error {
			if got := r.URL.Query().Get("callbackContext"); got != "before" {
				t.Errorf("the application sees the context %q", got)
			}
			return nil
		})
		h.CallbackContext = func(*http.Request, *eventchannel.Document) string { return context }
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/?callbackContext=before",
			strings.NewReader(based(t, documented(t, 1, told{"1", started, ringing, nil})))))
		if w.Code != 200 || w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%q is answered %d %q, want %q", context, w.Code, w.Body, want)
		}
	}
}

// TestWebhookTime lets a body and an application take longer than the time of a request.
func TestWebhookTime(t *testing.T) {
	take := make(chan error, 1)
	h := webhook(t, client.Unverified, func(r *http.Request, _ *eventchannel.Document) error {
		<-r.Context().Done()
		take <- context.Cause(r.Context())
		return r.Context().Err()
	})
	h.Timeout = 30 * time.Millisecond
	server := httptest.NewServer(h)
	defer server.Close()

	slow, hold := io.Pipe()
	defer hold.Close()
	response, err := server.Client().Post(server.URL, "application/json", slow)
	if err != nil || response.StatusCode != http.StatusRequestTimeout {
		t.Fatalf("a body without an end is answered %v, %v, want 408", response, err)
	}
	response.Body.Close()

	response, err = server.Client().Post(server.URL, "application/json",
		strings.NewReader(based(t, documented(t, 1, told{"1", started, ringing, nil}))))
	if err != nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("an application that takes too long: %v, %v, want 503", response, err)
	}
	response.Body.Close()
	if cause := <-take; !errors.Is(cause, context.DeadlineExceeded) {
		t.Errorf("the application's context ended by %v", cause)
	}
}

// TestWebhookConcurrently posts from many goroutines, for the race detector.
func TestWebhookConcurrently(t *testing.T) {
	var mu sync.Mutex
	taken := map[string]int{}
	h := webhook(t, client.Unverified, func(_ *http.Request, d *eventchannel.Document) error {
		mu.Lock()
		defer mu.Unlock()
		taken[d.Self]++
		return nil
	})
	var posts sync.WaitGroup
	for n := range 64 {
		posts.Go(func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("POST", "/",
				strings.NewReader(based(t, documented(t, n+1, told{fmt.Sprint(n), started, ringing, nil})))))
			if w.Code != 200 {
				t.Errorf("document %d is answered %d", n, w.Code)
			}
		})
	}
	posts.Wait()
	if len(taken) != 64 {
		t.Errorf("%d documents were taken, want 64", len(taken))
	}
}
