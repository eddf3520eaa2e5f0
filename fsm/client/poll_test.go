package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
)

const channel = "https://pool.example/v1/events?key=7&ack=1"

// replaced ends a poll.
var replaced = answer(409, errorBody(codes.Conflict, "PGetReplaced"))

// poll follows a channel whose polls are answered so, until it ends. It returns the operations of the events in their
// order, as "op-1 started", and the errors. It runs in a time of its own.
func poll(t *testing.T, c *client.Client, replies ...reply) (s *script, events []string, faults []error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s = &script{replies: replies}
		c.HTTP = &http.Client{Transport: s}
		for d, err := range c.Documents(t.Context(), channel) {
			if err != nil {
				faults = append(faults, err)
				continue
			}
			for e, err := range d.Events() {
				if err != nil {
					t.Errorf("an event cannot be read: %v", err)
				} else if !strings.HasPrefix(e.Href, "https://pool.example/v1/invitations/") {
					t.Errorf("the href %s is not absolute", e.Href)
				} else {
					events = append(events, e.OperationID()+" "+e.Type.String())
				}
			}
		}
	})
	return s, events, faults
}

// kinds returns which errors were met, in a word each.
func kinds(faults []error) (kinds []string) {
	for _, err := range faults {
		var e *client.Error
		kind := err.Error()
		switch {
		case errors.Is(err, client.ErrResync):
			kind = "resync"
		case errors.Is(err, client.ErrResume):
			kind = "resume"
		case errors.Is(err, client.ErrForeign):
			kind = "foreign"
		case strings.Contains(kind, "given up"):
			kind = "given up"
		case errors.As(err, &e) && e.Refused():
			kind = fmt.Sprint(e.Status)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// TestDocuments follows a channel with documents, an answer without events, and events about other resources.
func TestDocuments(t *testing.T) {
	first := documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, dialling, nil})
	others := strings.ReplaceAll(documented(t, 2, told{"3", started, ringing, nil}), "audioVideoInvitation", "messagingInvitation")
	s, events, faults := poll(t, new(client.Client),
		answer(200, first), answer(200, others), answer(200, link("next", 4)),
		answer(200, documented(t, 4, told{"1", completed, connected, nil})), replaced)
	wantSame(t, "the events", events, []string{"op-1 started", "op-2 started", "op-1 completed"})
	wantSame(t, "the errors", kinds(faults), []string{"409"})
	wantSame(t, "the polls", s.urls(), []string{
		"/v1/events?key=7&ack=1", "/v1/events?ack=2&key=7", "/v1/events?ack=3&key=7", "/v1/events?key=7&ack=4", "/v1/events?ack=5&key=7",
	})
	var body *codes.Error
	if !errors.As(faults[0], &body) || body.Subcode != "PGetReplaced" {
		t.Errorf("the last error is %v, want the service's body in it", faults[0])
	}
	if n := s.sent[3].at.Sub(s.sent[0].at); n > time.Second {
		t.Errorf("four answers took %v, want no pause except a short one", n)
	}
}

// TestDocumentsOnce lets the service send documents again, after a resync and for no reason, and number them again from
// the start after a resume.
func TestDocumentsOnce(t *testing.T) {
	first := documented(t, 1, told{"1", started, ringing, nil})
	second := documented(t, 2, told{"1", completed, connected, nil})
	other := documented(t, 2, told{"1", completed, missed, nil}) // the same link self, and another content
	s, events, faults := poll(t, new(client.Client),
		answer(200, first), answer(200, first), answer(200, second),
		answer(200, link("resync", 1)), answer(200, first), answer(200, second), answer(200, other),
		answer(200, link("resume", 1)), answer(200, first), replaced)
	wantSame(t, "the events", events, []string{"op-1 started", "op-1 completed", "op-1 completed", "op-1 started"})
	wantSame(t, "the errors", kinds(faults), []string{"resync", "resume", "409"})
	if got := s.urls()[4]; got != "/v1/events?key=7&ack=1" {
		t.Errorf("after the resync %s was polled", got)
	}
}

// TestDocumentsForgotten has more documents than are known when they come again. The first to come is forgotten, and no
// other.
func TestDocumentsForgotten(t *testing.T) {
	const known = 1024
	var replies []reply
	var want []string
	send := func(number int, fresh bool) {
		name := fmt.Sprint(number)
		replies = append(replies, answer(200, documented(t, number, told{name, started, ringing, nil})))
		if fresh {
			want = append(want, "op-"+name+" started")
		}
	}
	for n := range known {
		send(n+1, true)
	}
	send(1, false)
	send(known+1, true)
	send(2, false)
	send(1, true)
	_, events, _ := poll(t, new(client.Client), append(replies, replaced)...)
	wantSame(t, "the events", events, want)
}

// TestDocumentsHrefs follows hrefs as services write them.
func TestDocumentsHrefs(t *testing.T) {
	for name, test := range map[string]struct{ baseuri, next, want string }{
		"relative to the path":       {"", "events?ack=2", "https://pool.example/v1/events?ack=2"},
		"absolute":                   {"", "https://other.example/events?ack=2", "https://other.example/events?ack=2"},
		"with a base":                {"https://base.example/x/y", "z?ack=2", "https://base.example/x/z?ack=2"},
		"with a relative base":       {"/x/y", "z?ack=2", "https://pool.example/x/z?ack=2"},
		"an ampersand escaped twice": {"", `/v1/events?ack=2\\u0026key=7`, "https://pool.example/v1/events?ack=2&key=7"},
		"parameters kept":            {"", "events?ack=2&key=a%7Eb&priority=0&timeout=600", "https://pool.example/v1/events?ack=2&key=a%7Eb&priority=0&timeout=600"},
	} {
		t.Run(name, func(t *testing.T) {
			base := ""
			if test.baseuri != "" {
				base = `"baseuri":"` + test.baseuri + `",`
			}
			s, _, _ := poll(t, new(client.Client), answer(200, `{`+base+`"_links":{"next":{"href":"`+test.next+`"}},"sender":[]}`), replaced)
			if s.sent[1].url != test.want {
				t.Errorf("next led to %s, want %s", s.sent[1].url, test.want)
			}
		})
	}
}

// TestDocumentsSurvive meets each passing failure once, and then a document. The same URL must be polled again after a
// pause.
func TestDocumentsSurvive(t *testing.T) {
	good := documented(t, 1, told{"1", started, ringing, nil})
	for name, failure := range map[string]reply{
		"500":                       answer(500, errorBody(codes.ServiceFailure, "")),
		"503":                       answer(503, errorBody(codes.ServiceUnavailable, "")),
		"504 without a body":        answer(504, "", "Content-Type", ""),
		"408":                       answer(408, errorBody(codes.ClientTimeout, "")),
		"429":                       answer(429, errorBody(codes.TooManyRequests, "")),
		"404 without a body":        answer(404, "", "Content-Type", ""),
		"a proxy's page of 502":     proxy(502),
		"a proxy's page of 404":     proxy(404),
		"a proxy's page of 200":     proxy(200),
		"a page without a type":     answer(200, " <!DOCTYPE html><p>Sign in", "Content-Type", ""),
		"no answer":                 reset,
		"a body that breaks off":    broken(200, good[:len(good)/2]),
		"half a document":           answer(200, good[:len(good)/2]),
		"no body":                   answer(200, ""),
		"no JSON":                   answer(200, "ok"),
		"an object of another kind": answer(200, `{"code":"Gone"}`),
		"two documents":             answer(200, good+good),
		"no link to follow":         answer(200, `{"sender":[]}`),
		"XML":                       answer(200, "<events/>", "Content-Type", "application/xml"),
		"303":                       answer(303, "", "Location", "/elsewhere"),
	} {
		t.Run(name, func(t *testing.T) {
			s, events, faults := poll(t, new(client.Client), failure, answer(200, good), replaced)
			wantSame(t, "the events", events, []string{"op-1 started"})
			if len(faults) != 2 || s.urls()[1] != s.urls()[0] {
				t.Fatalf("errors %v, polls %v; want an error, the same URL again, and the end", faults, s.urls())
			}
			if pause := s.sent[1].at.Sub(s.sent[0].at); pause < 200*time.Millisecond || pause > time.Second {
				t.Errorf("the pause is %v, want about half a second", pause)
			}
			if foreign := strings.Contains(name, "page"); errors.Is(faults[0], client.ErrForeign) != foreign {
				t.Errorf("%v, want that it is a proxy's: %v", faults[0], foreign)
			}
			if strings.Count(faults[0].Error(), "https://") != 1 {
				t.Errorf("%v, want the URL once", faults[0])
			}
			if errors.Is(faults[0], client.ErrLost) {
				t.Errorf("%v: a GET changes nothing, so it is not lost", faults[0])
			}
		})
	}
}

// TestDocumentsEnd meets each answer that ends the documents.
func TestDocumentsEnd(t *testing.T) {
	good := documented(t, 1, told{"1", started, ringing, nil})
	for name, test := range map[string]struct {
		answer reply
		row    codes.Synchronous // that errors.As finds; 0 for none
	}{
		"PGetReplaced":                {replaced, 0},
		"404 ApplicationNotFound":     {answer(404, errorBody(codes.NotFound, codes.SubcodeApplicationNotFound)), 0},
		"403 ApplicationNotFound":     {answer(403, errorBody(codes.Forbidden, codes.SubcodeApplicationNotFound)), 0},
		"410 InactiveApplication":     {answer(410, errorBody(codes.Gone, "InactiveApplicationExpired")), 0},
		"410":                         {answer(410, errorBody(codes.Gone, "")), codes.SyncContentTypeNotSupported},
		"404":                         {answer(404, errorBody(codes.NotFound, "")), codes.SyncCallNotFound},
		"400 ParameterValidation":     {answer(400, errorBody(codes.BadRequest, codes.SubcodeParameterValidationFailure)), codes.SyncParameterValidationFailure},
		"401":                         {answer(401, "", "Content-Type", ""), 0},
		"a document over the limit":   {answer(200, good+strings.Repeat(" ", 1<<16)), 0},
		"a document that is too deep": {answer(200, `{"x":`+strings.Repeat("[", 60)+strings.Repeat("]", 60)+`,"sender":[]}`), 0},
		"a string that is too long":   {answer(200, strings.Replace(good, "{", `{"x":"`+strings.Repeat("x", 9000)+`",`, 1)), 0},
		"a document of too many events": {answer(200, documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, ringing, nil},
			told{"3", started, ringing, nil})), 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := &client.Client{Limits: eventchannel.Limits{Document: 1 << 16, Depth: 50, String: 8000, Events: 2}}
			s, events, faults := poll(t, c, test.answer, answer(200, good))
			if len(faults) != 1 || len(s.sent) != 1 || len(events) != 0 {
				t.Fatalf("errors %v, events %v, %d polls; want one error, which ends it", faults, events, len(s.sent))
			}
			var row codes.Synchronous
			if errors.As(faults[0], &row); row != test.row {
				t.Errorf("%v is the row %v, want %v", faults[0], row, test.row)
			}
			var e *client.Error
			if !errors.As(faults[0], &e) || e.Method != "GET" || e.URL != channel {
				t.Errorf("%#v does not say which request failed", faults[0])
			}
		})
	}
}

// TestDocumentsPause looks at the pauses between failures: they grow, and are as long as the service asks.
func TestDocumentsPause(t *testing.T) {
	failure := answer(503, errorBody(codes.ServiceUnavailable, ""))
	s, _, faults := poll(t, new(client.Client), failure)
	if got := kinds(faults); got[len(got)-1] != "given up" {
		t.Errorf("the last error is %s, want that it gave up", got[len(got)-1])
	}
	for n := range s.sent[1:] {
		want := min(500*time.Millisecond<<min(n, 10), 30*time.Second)
		if pause := s.sent[n+1].at.Sub(s.sent[n].at); pause < want/2 || pause > want {
			t.Errorf("pause %d is %v, want %v to %v", n, pause, want/2, want)
		}
	}
	if tried := s.sent[len(s.sent)-1].at.Sub(s.sent[0].at); tried < 9*time.Minute || tried > 10*time.Minute {
		t.Errorf("it was tried for %v, want nearly ten minutes", tried)
	}

	date := func(wait time.Duration) reply {
		return func(r *http.Request) (*http.Response, error) {
			return answer(503, "", "Retry-After", time.Now().Add(wait).UTC().Format(http.TimeFormat))(r)
		}
	}
	for name, test := range map[string]struct {
		failure reply
		want    time.Duration // 0 if it gives up at once
	}{
		"seconds":          {answer(429, "", "Retry-After", "120"), 120 * time.Second},
		"date":             {date(90 * time.Second), 90 * time.Second},
		"date gone by":     {date(-time.Hour), 500 * time.Millisecond},
		"no time":          {answer(503, "", "Retry-After", "soon"), 500 * time.Millisecond},
		"negative":         {answer(503, "", "Retry-After", "-5"), 500 * time.Millisecond},
		"later than ever":  {answer(503, "", "Retry-After", "86400"), 0},
		"overflow":         {answer(503, "", "Retry-After", "99999999999999999999"), 0},
		"date without end": {answer(503, "", "Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), 0},
		"date of a slow clock": {func(r *http.Request) (*http.Response, error) {
			there := time.Now().Add(-time.Hour).UTC() // the time of the service
			return answer(503, "", "Date", there.Format(http.TimeFormat), "Retry-After", there.Add(90*time.Second).Format(http.TimeFormat))(r)
		}, 90 * time.Second},
	} {
		s, _, faults := poll(t, new(client.Client), test.failure, replaced)
		if test.want == 0 {
			if len(s.sent) != 1 || len(faults) != 2 {
				t.Errorf("%s: %d polls, %v, want that it gives up", name, len(s.sent), faults)
			}
			continue
		}
		if pause := s.sent[1].at.Sub(s.sent[0].at); pause > test.want || pause < min(test.want, 250*time.Millisecond) || test.want > time.Second && pause < test.want-time.Second {
			t.Errorf("%s: the pause is %v, want %v", name, pause, test.want)
		}
	}
}

// TestDocumentsAnew looks at the pauses after a success: they begin anew, and so does the time to give up.
func TestDocumentsAnew(t *testing.T) {
	failure := answer(503, errorBody(codes.ServiceUnavailable, ""))
	replies := []reply{}
	for n := range 4 {
		for range 20 { // about eight minutes
			replies = append(replies, failure)
		}
		replies = append(replies, answer(200, documented(t, n+1, told{"1", started, ringing, nil})))
	}
	s, events, faults := poll(t, new(client.Client), append(replies, replaced)...)
	if len(events) != 4 || len(faults) != 81 {
		t.Errorf("%d events and %d errors, want 4 and 81", len(events), len(faults))
	}
	if pause := s.sent[22].at.Sub(s.sent[21].at); pause > time.Second {
		t.Errorf("the first pause after a success is %v", pause)
	}
}

// TestDocumentsInCircles wants no full speed for a service that never says anything new.
func TestDocumentsInCircles(t *testing.T) {
	first := documented(t, 1, told{"1", started, ringing, nil})
	same := strings.ReplaceAll(strings.ReplaceAll(first, "audioVideoInvitation", "messaging"), "ack=2", "ack=1")
	for name, test := range map[string]struct {
		again reply
		most  int // requests an hour
	}{
		"answers at once without events": {answer(200, link("next", 2)), 15_000},
		"the same document":              {answer(200, first), 500},
		"a link next to itself":          {answer(200, same), 500},
		"resync and resync":              {answer(200, link("resync", 1)), 500},
		"resume and resume":              {answer(200, link("resume", 1)), 500},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: []reply{answer(200, first), test.again}}
				c := &client.Client{HTTP: &http.Client{Transport: s}}
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				for range c.Documents(ctx, channel) {
				}
				if len(s.sent) > test.most {
					t.Errorf("%d requests in an hour, want at most %d", len(s.sent), test.most)
				}
			})
		})
	}
}

// TestDocumentsTime lets polls hang. Each ends after its own timeout and 30 seconds.
func TestDocumentsTime(t *testing.T) {
	for query, want := range map[string]time.Duration{
		"": 210 * time.Second, "&timeout=600": 630 * time.Second, "&timeout=99999": 1830 * time.Second, "&timeout=x": 210 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{replies: []reply{hold, replaced}}
			c := &client.Client{HTTP: &http.Client{Transport: s}, GiveUp: time.Hour}
			var faults []error
			for _, err := range c.Documents(t.Context(), channel+query) {
				faults = append(faults, err)
			}
			if took := s.sent[1].at.Sub(s.sent[0].at); took < want || took > want+time.Second || !errors.Is(faults[0], context.DeadlineExceeded) {
				t.Errorf("a poll with %q ended after %v with %v, want %v", query, took, faults[0], want)
			}
		})
	}
	s, events, _ := poll(t, new(client.Client), after(179*time.Second, answer(200, link("next", 2))),
		after(200*time.Second, answer(200, documented(t, 2, told{"1", started, ringing, nil}))), replaced)
	if len(s.sent) != 3 || len(events) != 1 {
		t.Errorf("answers within the time: %d polls, events %v", len(s.sent), events)
	}
}

// TestDocumentsCancel ends the context before a poll, during one, and during a pause.
func TestDocumentsCancel(t *testing.T) {
	for name, test := range map[string]struct {
		first reply
		at    time.Duration
	}{
		"before": {hold, 0}, "during a poll": {hold, time.Minute}, "during a pause": {answer(503, "", "Retry-After", "300"), time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.at)
				defer cancel()
				began := time.Now()
				c := &client.Client{HTTP: &http.Client{Transport: &script{replies: []reply{test.first}}}}
				var last error
				for _, err := range c.Documents(ctx, channel) {
					last = err
				}
				if took := time.Since(began); took != test.at || !errors.Is(last, context.DeadlineExceeded) {
					t.Errorf("it ended after %v with %v, want after %v with the error of the context", took, last, test.at)
				}
			})
		})
	}
}

// TestDocumentsLeft leaves the loop in a document. It is not acknowledged, and comes again in the next loop.
func TestDocumentsLeft(t *testing.T) {
	s := &script{replies: []reply{answer(200, documented(t, 1, told{"1", started, ringing, nil}))}}
	c := &client.Client{HTTP: &http.Client{Transport: s}}
	for range 2 {
		for d, err := range c.Documents(t.Context(), channel) {
			if err != nil || d.Next != "https://pool.example/v1/events?ack=2&key=7" {
				t.Errorf("the document leads to %s, %v", d.Next, err)
			}
			break
		}
	}
	wantSame(t, "the polls", s.urls(), []string{"/v1/events?key=7&ack=1", "/v1/events?key=7&ack=1"})
	for _, err := range c.Documents(t.Context(), "ftp://pool.example/") {
		if err == nil || !strings.Contains(err.Error(), "http or https") {
			t.Errorf("a channel by ftp: %v", err)
		}
		break
	}
}
