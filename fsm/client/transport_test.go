package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// reply answers a request of the test.
type reply func(*http.Request) (*http.Response, error)

// sent is a request that a script has seen.
type sent struct {
	at                time.Time
	method, url, body string
	token             string // of the header Authorization
}

// script answers requests one after the other, and keeps them. Further requests are answered with the last reply.
type script struct {
	mu      sync.Mutex
	replies []reply
	sent    []sent
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	seen := sent{at: time.Now(), method: r.Method, url: r.URL.String(), token: r.Header.Get("Authorization")}
	if r.Body != nil {
		text, _ := io.ReadAll(r.Body)
		seen.body = string(text)
	}
	s.sent = append(s.sent, seen)
	next := s.replies[min(len(s.sent), len(s.replies))-1]
	s.mu.Unlock()
	return next(r)
}

// urls returns the URLs that were requested, without the host of the test.
func (s *script) urls() (urls []string) {
	for _, r := range s.sent {
		urls = append(urls, strings.TrimPrefix(r.url, "https://pool.example"))
	}
	return urls
}

// answer replies with a status, a body, and headers in pairs; JSON unless they say another Content-Type.
func answer(status int, body string, headers ...string) reply {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for n := 0; n < len(headers); n += 2 {
			h.Set(headers[n], headers[n+1])
		}
		return &http.Response{
			StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r, ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	}
}

// broken replies with a body that breaks off.
func broken(status int, body string) reply {
	return func(r *http.Request) (*http.Response, error) {
		response, err := answer(status, "")(r)
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), failingReader{}))
		return response, err
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var errReset = errors.New("connection reset by peer")

// reset replies with no answer.
func reset(*http.Request) (*http.Response, error) { return nil, errReset }

// hold replies when the request is canceled.
func hold(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// after waits before it replies.
func after(wait time.Duration, next reply) reply {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(wait):
			return next(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// proxy replies with the page of a proxy on the way.
func proxy(status int) reply {
	return answer(status, "<html><body>Bad gateway</body></html>", "Content-Type", "text/html; charset=utf-8")
}

func wantSame[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	for n := range max(len(got), len(want)) {
		if n >= len(got) || n >= len(want) || got[n] != want[n] {
			t.Errorf("%s are\n%v, want\n%v", what, got, want)
			return
		}
	}
}
