package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/transitions"
)

const token = "eyJhbGciOiJSUzI1NiJ9.payload.signature"

func fixed(context.Context) (string, error) { return token, nil }

// TestTokenOrigins sends a request to each origin, and looks where the token goes.
func TestTokenOrigins(t *testing.T) {
	origins := []string{"https://Pool.example", "https://meetings.example:4443", "https://*.infra.example", "http://localhost:8080"}
	for url, want := range map[string]bool{
		"https://pool.example/events":               true,
		"https://POOL.example:443/events":           true,
		"https://meetings.example:4443/discover":    true,
		"https://webpool1.infra.example/events":     true,
		"http://localhost:8080/events":              true,
		"http://pool.example/events":                false, // in the open
		"https://pool.example:8443/events":          false,
		"https://meetings.example/discover":         false,
		"https://infra.example/events":              false,
		"https://a.b.infra.example/events":          false,
		"https://webpool1.infra.example:1/":         false,
		"http://webpool1.infra.example/":            false,
		"https://pool.example.evil.example/":        false,
		"https://evil.example/pool.example":         false,
		"https://pool.example@evil.example/":        false,
		"https://evil.example/?x=//pool.example":    false,
		"https://evil.example/.infra.example":       false,
		"https://evil.example#@pool.example/events": false,
	} {
		asked := 0
		s := &script{replies: []reply{replaced}}
		c := &client.Client{HTTP: &http.Client{Transport: s}, Origins: origins, Token: func(context.Context) (string, error) {
			asked++
			return token, nil
		}}
		for range c.Documents(t.Context(), url) {
		}
		if len(s.sent) != 1 {
			t.Fatalf("%s: %d requests", url, len(s.sent))
		}
		if got := s.sent[0].token == "Bearer "+token; got != want || (asked == 1) != want {
			t.Errorf("%s: the header is %q, and the token was asked for %d times, want %v", url, s.sent[0].token, asked, want)
		}
	}
}

// TestTokenAlongLinks follows redirects and links between hosts. The method stays, and the token goes to one host only.
func TestTokenAlongLinks(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		c := &client.Client{Token: fixed, Origins: []string{"https://pool.example"}}
		s, _, _ := poll(t, c,
			answer(status, "", "Location", "https://other.example/events"),
			answer(status, "", "Location", "//pool.example/back"),
			answer(200, `{"_links":{"next":{"href":"https://elsewhere.example/events"}},"sender":[]}`),
			answer(200, `{"_links":{"next":{"href":"https://pool.example/events"}},"sender":[]}`), replaced)
		want := []string{channel, "https://other.example/events", "https://pool.example/back", "https://elsewhere.example/events", "https://pool.example/events"}
		for n, r := range s.sent {
			allowed := strings.HasPrefix(want[n], "https://pool.example")
			if r.url != want[n] || r.method != "GET" || (r.token != "") != allowed {
				t.Errorf("%d: request %d is %s %s with the token %q, want %s", status, n, r.method, r.url, r.token, want[n])
			}
		}
	}
}

// TestRedirects follows ten redirects at most, and none to another scheme.
func TestRedirects(t *testing.T) {
	s, _, faults := poll(t, &client.Client{GiveUp: 1}, answer(307, "", "Location", "/v1/events?again"))
	if len(s.sent) != 11 || !strings.Contains(faults[0].Error(), "redirected more than 10 times") {
		t.Errorf("%d requests, %v", len(s.sent), faults)
	}
	s, _, faults = poll(t, &client.Client{GiveUp: 1}, answer(307, "", "Location", "file:///etc/passwd"))
	if len(s.sent) != 1 || !strings.Contains(faults[0].Error(), "want http or https") {
		t.Errorf("%d requests, %v", len(s.sent), faults)
	}
	s, _, faults = poll(t, &client.Client{GiveUp: 1}, answer(307, ""))
	if len(s.sent) != 1 || !strings.Contains(faults[0].Error(), "status 307") {
		t.Errorf("%d requests, %v", len(s.sent), faults)
	}
}

// TestTokenAgain answers 401. The request is sent again if there is another token, and otherwise not.
func TestTokenAgain(t *testing.T) {
	challenge := answer(401, "", "Content-Type", "", "WWW-Authenticate", "Bearer")
	for name, test := range map[string]struct {
		tokens []string
		want   []string
	}{
		"a new token":       {[]string{"old", "new"}, []string{"Bearer old", "Bearer new"}},
		"the same token":    {[]string{"old", "old"}, []string{"Bearer old"}},
		"no token any more": {[]string{"old", ""}, []string{"Bearer old", ""}},
	} {
		asked := 0
		c := &client.Client{Origins: []string{"https://pool.example"}, Token: func(context.Context) (string, error) {
			asked++
			return test.tokens[asked-1], nil
		}}
		s, _, faults := poll(t, c, challenge)
		var got []string
		for _, r := range s.sent {
			got = append(got, r.token)
		}
		wantSame(t, name+": the tokens", got, test.want)
		wantSame(t, name+": the errors", kinds(faults), []string{"401"})
	}
	errKeys := errors.New("no answer from the token server")
	c := &client.Client{Origins: []string{"https://pool.example"}, GiveUp: 1, Token: func(context.Context) (string, error) { return "", errKeys }}
	s, _, faults := poll(t, c, replaced)
	if len(s.sent) != 0 || !errors.Is(faults[0], errKeys) {
		t.Errorf("without a token %d requests were sent: %v", len(s.sent), faults)
	}
}

// TestTokenInNoText lets everything on the way quote the token, and looks for it in every text.
func TestTokenInNoText(t *testing.T) {
	message := "the token " + token + " has expired"
	body, _ := codes.Error{Code: codes.Forbidden, Message: &message, DebugInfo: []byte(`{"token":"` + token + `"}`)}.MarshalJSON()
	for name, failure := range map[string]reply{
		"an error body": answer(403, string(body)),
		"a page":        answer(502, "<html>"+token, "Content-Type", "text/html"),
		"a transport": func(r *http.Request) (*http.Response, error) {
			return nil, errors.New("dump: " + r.Header.Get("Authorization"))
		},
		"a body with escapes":    answer(403, `{"code":"Forbidden","message":"`+strings.ReplaceAll(token, ".", `\u002e`)+`"}`),
		"debugInfo with escapes": answer(403, `{"code":"Forbidden","debugInfo":{"token":"`+strings.ReplaceAll(token, ".", `\u002e`)+`"}}`),
		"a Location elsewhere":   answer(307, "", "Location", "https://other.example/?back="+token),
		"a link elsewhere":       answer(200, `{"_links":{"next":{"href":"https://other.example/`+token+`"}},"sender":[]}`),
		"a Location":             answer(307, "", "Location", "/"+token),
		"a document":             answer(200, `{"_links":{"next":{"href":"/`+token+`"}},"sender":[]}`),
		"no JSON":                answer(200, token),
	} {
		c := &client.Client{Token: fixed, Origins: []string{"https://pool.example"}, GiveUp: 1}
		s, _, faults := poll(t, c, failure, answer(400, errorBody(codes.BadRequest, "")))
		var texts strings.Builder
		for _, err := range faults {
			fmt.Fprintf(&texts, "%v %+v %#v %q\n", err, err, err, err)
			var e *client.Error
			if errors.As(err, &e) {
				fmt.Fprintf(&texts, "%#v %#v %v\n", e, e.Body, e.Unwrap())
			}
		}
		fmt.Fprintf(&texts, "%v %+v %#v", c, c, c)
		if len(s.sent) == 0 || s.sent[0].token != "Bearer "+token || len(faults) == 0 || strings.Contains(texts.String(), token) {
			t.Errorf("%s: %d requests, and the texts\n%s", name, len(s.sent), texts.String())
		}
	}
	c := &client.Client{GiveUp: 1, HTTP: &http.Client{Transport: &script{replies: []reply{reset}}}}
	for _, err := range c.Documents(t.Context(), "https://user:secret@pool.example/events") {
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("a password is in the error %v", err)
		}
	}
}

// TestTokenInLink sends an operation along a link to a host that does not get the token, which the service has written
// into the link.
func TestTokenInLink(t *testing.T) {
	c := &client.Client{Token: fixed, Origins: []string{"https://pool.example"}, HTTP: &http.Client{Transport: &script{replies: []reply{
		answer(200, `{"rel":"audioVideoInvitation"}`), reset,
	}}}}
	if _, err := c.Get(t.Context(), invitation); err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]client.Input{"sent": {}, "not sent": {OperationID: strings.Repeat("x", 51)}} {
		_, err := c.Do(t.Context(), transitions.OperationAccept, "https://other.example/"+token, in)
		var e *client.Error
		if !errors.As(err, &e) || strings.Contains(err.Error(), token) || !strings.HasSuffix(e.URL, "/[token]") {
			t.Errorf("%s: the error %v, want one with the URL and without the token", name, err)
		}
	}
}

// TestErrorText compares texts that people read.
func TestErrorText(t *testing.T) {
	message := "Call Not Found"
	for want, e := range map[string]*client.Error{
		"client: POST https://pool.example/accept: refused with status 404, NotFound/None: \"Call Not Found\"": {
			Method: "POST", URL: "https://pool.example/accept", Status: 404,
			Body: &codes.Error{Code: codes.NotFound, Subcode: codes.SubcodeNone, Message: &message},
		},
		"client: GET https://pool.example/: refused with status 409, Conflict/PGetReplaced": {
			Method: "GET", URL: "https://pool.example/", Status: 409, Body: &codes.Error{Code: codes.Conflict, Subcode: "PGetReplaced"},
		},
		"client: GET https://pool.example/: refused with status 418 I'm a teapot, which no page documents": {
			Method: "GET", URL: "https://pool.example/", Status: 418,
		},
		"client: GET https://pool.example/: the answer is not the service's, but that of a proxy on the way (status 502)": {
			Method: "GET", URL: "https://pool.example/", Status: 502, Err: client.ErrForeign,
		},
	} {
		if got := e.Error(); got != want {
			t.Errorf("the text is\n%s, want\n%s", got, want)
		}
	}
}

// TestErrorRows finds the documented row of every refusal that the specification lists.
func TestErrorRows(t *testing.T) {
	for row := range codes.SynchronousErrors() {
		e := &client.Error{Status: row.HTTP(), Body: row.Body()}
		var found codes.Synchronous
		if !errors.As(e, &found) || found.HTTP() != row.HTTP() || found.Subcode() != row.Subcode() {
			t.Errorf("%v is found as %v", row, found)
		}
		if row.Description() != "" && found != row {
			t.Errorf("%v is found as %v, although the message tells them apart", row, found)
		}
		if !errors.Is(e, row) || !errors.Is(e, row.Body()) || !e.Refused() {
			t.Errorf("%v does not match its row", e)
		}
		if e.Body.Message = nil; !errors.Is(e, row) {
			t.Errorf("%v does not match its row without a message", e)
		}
	}
}
