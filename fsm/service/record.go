package service

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/avinvite/avinvite/fsm/recording"
)

// recorder writes a HAR of the requests of clients and of the posts to webhooks. A nil recorder writes none.
type recorder struct {
	mu     sync.Mutex
	writer *recording.Writer
	last   time.Time
	closed bool
	err    error
}

// now returns the time, and never the same time twice: a reader of the recording finds the order of what happened within
// one tick of the clock, and a bubble of testing/synctest stays at one time for long.
func (r *recorder) now() time.Time {
	now := time.Now().Round(0)
	if r == nil {
		return now
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next(now)
}

func (r *recorder) next(now time.Time) time.Time {
	if next := r.last.Add(time.Microsecond); now.Before(next) {
		now = next
	}
	r.last = now
	return now
}

func newRecorder(out io.Writer) *recorder {
	if out == nil {
		return nil
	}
	return &recorder{writer: recording.NewWriter(out, recording.HAR)}
}

// request records a request before its answer is sent, because the client may act on the answer at once. An answer that
// does not arrive whole has no status.
func (r *recorder) request(q *request, began time.Time, a answer) {
	if r == nil {
		return
	}
	if a.cut {
		a = answer{}
	}
	url := q.base() + q.RequestURI
	x := recording.Exchange{
		Method: q.Method, URL: url, Began: began, Body: q.body, Type: q.Header.Get("Content-Type"), Status: a.status,
		Answer: a.body, AnswerType: a.mime, Location: a.location,
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	if x.Took = r.next(time.Now()).Sub(began); a.document {
		_ = r.writer.Document(a.body, url, began, x.Took) // the writer keeps its error for close
		return
	}
	_ = r.writer.Exchange(x)
}

// post records a document that a webhook was sent.
func (r *recorder) post(url string, began time.Time, document []byte, status int) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		_ = r.writer.Exchange(recording.Exchange{
			Method: http.MethodPost, URL: url, Began: began, Took: r.next(time.Now()).Sub(began), Body: document, Status: status,
		})
	}
}

func (r *recorder) close() error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return r.err
	}
	r.closed = true
	r.err = r.writer.Close()
	return r.err
}
