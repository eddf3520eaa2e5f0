package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

// endless is a body without an end, which counts.
type endless struct {
	read   int64
	closed bool
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read += int64(len(p)); e.read > 1<<20 {
		return 0, io.ErrUnexpectedEOF
	}
	return copy(p, strings.Repeat(" ", len(p))), nil
}

func (e *endless) Close() error { e.closed = true; return nil }

// TestEndlessBody gets a body without an end. It must be read to the limit only, and closed.
func TestEndlessBody(t *testing.T) {
	for _, status := range []int{200, 307, 401, 403, 502} {
		body := new(endless)
		c := &client.Client{Limits: eventchannel.Limits{Document: 4096}}
		s, _, faults := poll(t, c, func(r *http.Request) (*http.Response, error) {
			response, err := answer(status, "", "Location", "/elsewhere")(r)
			response.Body = body
			return response, err
		})
		var limit *eventchannel.LimitError
		if len(s.sent) != 1 || len(faults) != 1 || !errors.As(faults[0], &limit) || limit.Limit != 4096 {
			t.Errorf("status %d: %d requests and %v, want one and its limit", status, len(s.sent), faults)
		}
		if body.read > 1<<16 || !body.closed {
			t.Errorf("status %d: %d bytes are read, and the body is closed: %v; want about 4096, and that it is", status, body.read, body.closed)
		}
	}
}

// TestDocumentsWithoutSelf gets a document without a link self twice: nothing tells that it is the same.
func TestDocumentsWithoutSelf(t *testing.T) {
	text := strings.Replace(documented(t, 1, told{"1", started, ringing, nil}), `"self"`, `"me"`, 1)
	_, events, _ := poll(t, new(client.Client), answer(200, text), answer(200, text), replaced)
	wantSame(t, "the events", events, []string{"op-1 started", "op-1 started"})
}

// TestTokenAgainBehindRedirect is challenged by a host, and then by the one to which that host leads.
func TestTokenAgainBehindRedirect(t *testing.T) {
	asked := 0
	c := &client.Client{Origins: []string{"https://pool.example", "https://pool2.example"}, Token: func(context.Context) (string, error) {
		asked++
		return fmt.Sprint(asked), nil
	}}
	challenge := answer(401, "", "Content-Type", "")
	s, _, faults := poll(t, c, challenge, answer(307, "", "Location", "https://pool2.example/events"), challenge, replaced)
	var got []string
	for _, r := range s.sent {
		got = append(got, r.token)
	}
	wantSame(t, "the tokens", got, []string{"Bearer 1", "Bearer 2", "Bearer 3", "Bearer 4"})
	wantSame(t, "the errors", kinds(faults), []string{"409"})
}

// TestOldToken is led to a host that gets no token, with the one that was replaced in the URL.
func TestOldToken(t *testing.T) {
	tokens := []string{"replaced-token", "new-token"}
	asked := 0
	c := &client.Client{Origins: []string{"https://pool.example"}, GiveUp: 1, Token: func(context.Context) (string, error) {
		asked++
		return tokens[min(asked, 2)-1], nil
	}}
	_, _, faults := poll(t, c, answer(401, "", "Content-Type", ""),
		answer(307, "", "Location", "https://other.example/?old=replaced-token&new=new-token"), answer(400, errorBody(codes.BadRequest, "")))
	if text := fmt.Sprint(faults); len(faults) == 0 || strings.Contains(text, "-token") {
		t.Errorf("the errors are %s, want one and no token in it", text)
	}
}

// TestPauseWithoutEnd is asked, after a first failure, to wait until a date that is further away than any duration.
func TestPauseWithoutEnd(t *testing.T) {
	s, _, faults := poll(t, new(client.Client), answer(503, ""), answer(503, "", "Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), replaced)
	wantSame(t, "the errors", kinds(faults), []string{"503", "503", "given up"})
	if len(s.sent) != 2 {
		t.Errorf("%d polls, want two", len(s.sent))
	}
}
