package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/transitions"
)

const invitation = "https://pool.example/v1/invitations/1"

// TestOperations does every operation with every member of its input, and looks at the request.
func TestOperations(t *testing.T) {
	for _, test := range []struct {
		operation transitions.Operation
		in        client.Input
		answer    reply
		body      string
		made      string
	}{
		{transitions.OperationAccept, client.Input{}, answer(204, "", "Content-Type", ""), "", ""},
		{transitions.OperationAccept, client.Input{MediaHost: "Remote"}, answer(204, ""), `{"mediaHost":"Remote"}`, ""},
		{transitions.OperationAcceptAndBridge, client.Input{MeetingURI: "sip:meeting"}, answer(200, ""), `{"meetingUri":"sip:meeting"}`, ""},
		{transitions.OperationAcceptAndBridge, client.Input{ToURI: "sip:b"}, answer(204, ""), `{"toUri":"sip:b"}`, ""},
		{transitions.OperationDecline, client.Input{Reason: "Local"}, answer(204, ""), `{"reason":"Local"}`, ""},
		{transitions.OperationForward, client.Input{To: "sip:b"}, answer(204, ""), `{"to":"sip:b"}`, ""},
		{
			transitions.OperationStartAdhocMeeting, client.Input{OperationID: "o", Subject: "s", CallbackURL: "https://app.example/"},
			answer(201, "", "Location", "/v1/onlineMeetingInvitations/2"),
			`{"operationId":"o","subject":"s","callbackUrl":"https://app.example/"}`, "https://pool.example/v1/onlineMeetingInvitations/2",
		},
		{transitions.OperationCancel, client.Input{}, answer(204, ""), "", ""},
	} {
		t.Run(test.operation.String(), func(t *testing.T) {
			s := &script{replies: []reply{test.answer}}
			c := &client.Client{HTTP: &http.Client{Transport: s}}
			made, err := c.Do(t.Context(), test.operation, invitation+"/do?endpointId=7", test.in)
			if err != nil || made != test.made {
				t.Errorf("it made %q, %v, want %q", made, err, test.made)
			}
			if r := s.sent[0]; len(s.sent) != 1 || r.method != "POST" || r.url != invitation+"/do?endpointId=7" || r.body != test.body {
				t.Errorf("the request is %+v, want the body %s", r, test.body)
			}
		})
	}
}

// TestStart starts a call with every member, and is told of the invitation in each way.
func TestStart(t *testing.T) {
	in := client.Input{
		OperationID: "dial-1", SessionContext: "c", To: "sip:a", Subject: "s", Importance: "Urgent", ThreadID: "t", CallbackContext: "x",
		MediaHost: "Remote", JoinAudioMuted: true, JoinVideoMuted: true,
	}
	for location, want := range map[string]string{
		"/v1/invitations/1":            invitation,
		"https://other.example/v1/i/1": "https://other.example/v1/i/1",
		"audioVideoInvitations/1?x=y":  "https://pool.example/v1/communication/audioVideoInvitations/1?x=y",
		`/v1/i/1?a=b\u0026c=d`:         "https://pool.example/v1/i/1?a=b&c=d",
		"":                             "", // the started event tells
	} {
		s := &script{replies: []reply{answer(201, "", "Location", location)}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		href, err := c.Start(t.Context(), "https://pool.example/v1/communication/start?modalities=Audio", in)
		if err != nil || href != want {
			t.Errorf("%q: the invitation is %q, %v, want %q", location, href, err, want)
		}
		const body = `{"operationId":"dial-1","sessionContext":"c","subject":"s","importance":"Urgent","threadId":"t","callbackContext":"x",` +
			`"joinAudioMuted":true,"joinVideoMuted":true,"to":"sip:a","mediaHost":"Remote"}`
		if got := s.sent[0]; got.body != body || got.url != "https://pool.example/v1/communication/start?modalities=Audio" {
			t.Errorf("the request is %+v, want the body %s", got, body)
		}
	}
}

// TestInput refuses wrong input before a request is sent.
func TestInput(t *testing.T) {
	long := strings.Repeat("€", 1025)
	for _, test := range []struct {
		operation transitions.Operation
		in        client.Input
		want      string
	}{
		{transitions.OperationNone, client.Input{OperationID: long[:153]}, "operationId is 51"},
		{transitions.OperationNone, client.Input{SessionContext: long[:153]}, "sessionContext is 51"},
		{transitions.OperationNone, client.Input{Subject: long[:753]}, "start refused: subject is 251"},
		{transitions.OperationNone, client.Input{CallbackURL: long}, "callbackUrl is 1025"},
		{transitions.OperationNone, client.Input{CallbackURL: "https://app.example", CallbackContext: "x"}, "want one of them"},
		{transitions.OperationForward, client.Input{}, "to is missing"},
		{transitions.OperationAcceptAndBridge, client.Input{}, "either meetingUri or toUri"},
		{transitions.OperationAcceptAndBridge, client.Input{MeetingURI: "a", ToURI: "b"}, "either meetingUri or toUri"},
		{transitions.Operation(99), client.Input{}, "is no operation"},
	} {
		s := &script{replies: []reply{answer(204, "")}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		var err error
		if test.operation == transitions.OperationNone {
			_, err = c.Start(t.Context(), invitation, test.in)
		} else {
			_, err = c.Do(t.Context(), test.operation, invitation, test.in)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || len(s.sent) != 0 || errors.Is(err, client.ErrLost) {
			t.Errorf("%v, want %q and no request, there were %d", err, test.want, len(s.sent))
		}
	}
	if _, err := new(client.Client).Do(t.Context(), transitions.OperationNone, invitation, client.Input{}); err == nil {
		t.Error("no operation is done")
	}
}

// TestRefused finds in each refusal its documented row, and that nothing was lost.
func TestRefused(t *testing.T) {
	for row := range codes.SynchronousErrors() {
		body, _ := row.Body().MarshalJSON()
		s := &script{replies: []reply{answer(row.HTTP(), string(body))}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		_, err := c.Do(t.Context(), transitions.OperationAccept, invitation, client.Input{})
		var found codes.Synchronous
		var e *client.Error
		if !errors.As(err, &found) || !errors.Is(err, row) || !errors.As(err, &e) || !e.Refused() || errors.Is(err, client.ErrLost) || len(s.sent) != 1 {
			t.Errorf("%v: %v after %d requests", row, err, len(s.sent))
		}
	}
	for generic := range codes.GenericErrors() {
		if generic.HTTP == 0 || generic.HTTP == 429 || generic.HTTP == 504 { // 504 is lost
			continue
		}
		s := &script{replies: []reply{answer(generic.HTTP, errorBody(generic.Code, generic.Subcode))}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		_, err := c.Do(t.Context(), transitions.OperationAccept, invitation, client.Input{})
		var e *client.Error
		if !errors.As(err, &e) || !e.Refused() || strings.Contains(err.Error(), "no page documents") {
			t.Errorf("%s: %v", generic.Name, err)
			continue
		}
		if found, ok := codes.LookupGeneric(e.Status, e.Body); !ok || found.Code != generic.Code || found.Subcode != generic.Subcode {
			t.Errorf("%s is found as %v", generic.Name, found)
		}
	}
}

// TestLost loses the answer in each way. Nothing is sent again, because the operation may have been done.
func TestLost(t *testing.T) {
	for name, lost := range map[string]reply{
		"no answer":              reset,
		"a body that breaks off": broken(201, "{"),
		"a proxy's 502":          proxy(502),
		"a proxy's 403":          proxy(403),
		"a proxy's 200":          proxy(200),
		"a proxy's 429":          answer(429, "slow down", "Content-Type", "text/plain", "Retry-After", "1"),
		"a proxy's JSON":         answer(504, `{"message": "Endpoint request timed out"}`),
		"a remote time-out":      answer(504, errorBody(codes.Timeout, "")),
		"504 without a body":     answer(504, "", "Content-Type", ""),
		"a redirect to GET":      answer(303, "", "Location", "/elsewhere"),
		"the time is over":       hold,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: []reply{lost, answer(204, "")}}
				c := &client.Client{HTTP: &http.Client{Transport: s}}
				began := time.Now()
				_, err := c.Do(t.Context(), transitions.OperationAccept, invitation, client.Input{})
				var e *client.Error
				if !errors.Is(err, client.ErrLost) || !errors.As(err, &e) || e.Refused() || len(s.sent) != 1 {
					t.Errorf("%v after %d requests, want that the answer is lost", err, len(s.sent))
				}
				if foreign := strings.Contains(name, "proxy"); errors.Is(err, client.ErrForeign) != foreign {
					t.Errorf("%v, want that it is a proxy's: %v", err, foreign)
				}
				var row codes.Synchronous
				if errors.As(err, &row) {
					t.Errorf("%v has the row %v, although the service did not answer", err, row)
				}
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestNotSent fails before the request can have reached the service: it is not lost, and may be sent again.
func TestNotSent(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	closed := server.URL
	server.Close()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx context.Context
		url string
	}{
		"nobody listens":   {t.Context(), closed},
		"no such host":     {t.Context(), "http://nowhere.invalid/"},
		"no URL":           {t.Context(), "http://[::1"},
		"already canceled": {canceled, closed},
	} {
		c := new(client.Client)
		_, err := c.Do(test.ctx, transitions.OperationAccept, test.url, client.Input{})
		var e *client.Error
		if !errors.As(err, &e) || errors.Is(err, client.ErrLost) || e.Refused() {
			t.Errorf("%s: %v, want an error that nothing was sent", name, err)
		}
	}
}

// TestLostOnTheWire loses the answer of a real server, which closes the connection after it has read the request.
func TestLostOnTheWire(t *testing.T) {
	var took atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		took.Add(1)
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			connection.Close()
		}
	}))
	defer server.Close()
	c := &client.Client{HTTP: server.Client()}
	_, err := c.Do(t.Context(), transitions.OperationDecline, server.URL, client.Input{Reason: "Local"})
	if !errors.Is(err, client.ErrLost) || took.Load() != 1 {
		t.Errorf("%v after %d requests", err, took.Load())
	}
}

// TestTooManyRequests waits as long as the service asks, because it has not carried out the request.
func TestTooManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := answer(429, errorBody(codes.TooManyRequests, ""), "Retry-After", "7")
		s := &script{replies: []reply{busy, busy, answer(201, "", "Location", "/v1/invitations/1")}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		href, err := c.Start(t.Context(), invitation, client.Input{To: "sip:a"})
		if err != nil || href != invitation || len(s.sent) != 3 || s.sent[2].at.Sub(s.sent[0].at) != 14*time.Second || s.sent[2].body != `{"to":"sip:a"}` {
			t.Errorf("%q, %v after %+v", href, err, s.sent)
		}
		s.replies = []reply{busy}
		began := time.Now()
		_, err = c.Start(t.Context(), invitation, client.Input{})
		var e *client.Error
		if !errors.As(err, &e) || e.Status != 429 || time.Since(began) > 10*time.Minute || errors.Is(err, client.ErrLost) {
			t.Errorf("it gave up after %v with %v", time.Since(began), err)
		}
	})
}

// TestRedirectedOperation follows redirects with the method and the body, and the token to allowed hosts only.
func TestRedirectedOperation(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		s := &script{replies: []reply{
			answer(status, "", "Location", "https://other.example/accept"),
			answer(status, "", "Location", "https://pool2.example/accept"), answer(204, ""),
		}}
		c := &client.Client{
			HTTP: &http.Client{Transport: s}, Token: fixed, Origins: []string{"https://pool.example", "https://pool2.example"},
		}
		if _, err := c.Do(t.Context(), transitions.OperationAccept, invitation, client.Input{MediaHost: "Remote"}); err != nil {
			t.Error(err)
		}
		for n, r := range s.sent {
			if r.method != "POST" || r.body != `{"mediaHost":"Remote"}` || (r.token != "") != (n != 1) {
				t.Errorf("%d: request %d is %+v", status, n, r)
			}
		}
	}
}

// TestGet reads an invitation, also after failures, and makes its links absolute.
func TestGet(t *testing.T) {
	body := `{"direction":"Incoming","state":"Connecting","_links":{"self":{"href":"1"},"ms:rtc:saas:accept":{"href":"1/accept?x=y"},` +
		`"ms:rtc:saas:mediaOffer":{"href":"data:application/sdp;base64,dj0w"}},"rel":"ms:rtc:saas:audioVideoInvitation"}`
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []reply{reset, proxy(502), answer(503, ""), broken(200, body[:20]), answer(200, body)}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		r, err := c.Get(t.Context(), invitation)
		if err != nil || r.State != "Connecting" || len(s.sent) != 5 {
			t.Fatalf("%+v, %v after %d requests", r, err, len(s.sent))
		}
		for n, want := range []string{invitation, invitation + "/accept?x=y", "data:application/sdp;base64,dj0w"} {
			if got := r.Links[n].Href; got != want {
				t.Errorf("link %d leads to %s, want %s", n, got, want)
			}
		}
	})
	for _, test := range []struct {
		answer reply
		want   string
	}{
		{answer(404, errorBody(codes.NotFound, "")), "NotFound"},
		{answer(200, `{"_links":7}`), "cannot be read"},
		{answer(200, "<x/>", "Content-Type", "application/xml"), "cannot be read"},
	} {
		s := &script{replies: []reply{test.answer}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		if _, err := c.Get(t.Context(), invitation); err == nil || !strings.Contains(err.Error(), test.want) || len(s.sent) != 1 {
			t.Errorf("%v after %d requests, want %s", err, len(s.sent), test.want)
		}
	}
}

// TestDiscover finds the application from each place, by links between hosts.
func TestDiscover(t *testing.T) {
	const discovery = `{"_links":{"self":{"href":"/discover"},"ms:rtc:saas:applications":{"href":"https://ring2.example/v1/applications"}},"rel":"ms:rtc:saas:discover"}`
	const applications = `{"_links":{"ms:rtc:saas:application":{"href":"/v1/applications/1?endpointId=sip:a"}},"rel":"ms:rtc:saas:applications"}`
	const application = "\ufeff" + `{"_links":{"self":{"href":"/v1/applications/1"},"other":[],"events":{"href":"/v1/applications/1/events?ack=1"}},
		"_embedded":{"a":[],"ms:rtc:saas:communication":{"_links":{"ms:rtc:saas:startAudio":{"href":"/v1/start?modalities=Audio"}}}},"rel":"ms:rtc:saas:application"}`
	want := client.Application{
		Self: "https://ring2.example/v1/applications/1?endpointId=sip:a", Events: "https://ring2.example/v1/applications/1/events?ack=1",
		StartAudio: "https://ring2.example/v1/start?modalities=Audio",
	}
	s := &script{replies: []reply{answer(200, discovery), answer(200, applications), answer(200, application)}}
	c := &client.Client{HTTP: &http.Client{Transport: s}, Token: fixed, Origins: []string{"https://ring2.example"}}
	got, err := c.Discover(t.Context(), "https://pool.example/discover?x=y")
	if err != nil || *got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if s.sent[0].token != "" || s.sent[1].token == "" || s.sent[2].token == "" {
		t.Errorf("the tokens are in %+v", s.sent)
	}
	s.sent, s.replies = nil, []reply{answer(200, application)}
	if got, err := c.Discover(t.Context(), want.Self); err != nil || *got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for name, answers := range map[string][]reply{
		"no link to an application": {answer(200, `{"rel":"ms:rtc:saas:applications","_links":{}}`)},
		"links in a circle":         {answer(200, discovery)},
		"another form":              {answer(200, `{"rel":7}`)},
		"refused":                   {answer(403, errorBody(codes.Forbidden, ""))},
	} {
		s := &script{replies: answers}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		if got, err := c.Discover(t.Context(), "https://pool.example/discover"); err == nil || got != nil || len(s.sent) > 3 {
			t.Errorf("%s: %+v, %v", name, got, err)
		} else if e := new(client.Error); !errors.As(err, &e) || e.URL == "" {
			t.Errorf("%s: %v does not say where", name, err)
		}
	}
}
