package service_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/service"
)

// limited is a bubble with a service of few limits, whose calls ring without end.
func limited(t *testing.T, l service.Limits, test func(w *wire)) {
	t.Helper()
	c := played(t, ringing)
	c.Limits = l
	bubble(t, c, test)
}

// TestLimits passes each limit by one.
func TestLimits(t *testing.T) {
	limited(t, service.Limits{Applications: 2}, func(w *wire) {
		for n, want := range []int{200, 410, 410} {
			a := w.do("GET", fmt.Sprintf("/platformservice/v1/applications?endpointId=sip:%d", n), "")
			if a.status != want || want == 410 && a.refusal() != "Gone/TooManyApplications" {
				w.Errorf("application %d is answered %d %s, want %d", n+2, a.status, a.body, want)
			}
		}
		if _, err := w.Ring(service.Incoming{Endpoint: "sip:5"}); err == nil || !strings.Contains(err.Error(), "2 applications") {
			w.Errorf("a call to a third application: error %v, want one that names the limit", err)
		}
	})
	limited(t, service.Limits{Live: 2}, func(w *wire) {
		w.call("sip:1")
		path := w.call("sip:2")
		if a := w.do("POST", w.start, `{"to":"sip:3"}`); a.status != 429 || a.header.Get("Retry-After") != "1" {
			w.Errorf("a third call is answered %d %s, want 429 with Retry-After", a.status, a.body)
		}
		if a := w.do("POST", w.get(path).Links["ms:rtc:saas:cancel"].Href, ""); a.status != 204 {
			w.Errorf("cancel is answered %d, want 204", a.status)
		}
		w.call("sip:3")
	})
	limited(t, service.Limits{Calls: 2}, func(w *wire) {
		first, second := w.call("sip:1"), w.call("sip:2")
		for _, path := range []string{first, second} {
			w.do("POST", w.get(path).Links["ms:rtc:saas:cancel"].Href, "")
		}
		third := w.call("sip:3")
		if a, b := w.do("GET", first, ""), w.do("GET", second, ""); a.status != 404 || b.status != 200 {
			w.Errorf("two ended calls are answered %d and %d, want the first forgotten", a.status, b.status)
		}
		w.discover("sip:other")
		w.call("sip:4")
		if a := w.do("POST", w.start, `{"to":"sip:5"}`); a.status != 429 || a.header.Get("Retry-After") != "1" {
			w.Errorf("a third live call of all applications is answered %d %s, want 429 with Retry-After", a.status, a.body)
		}
		if a, b := w.do("GET", second, ""), w.do("GET", third, ""); a.status != 404 || b.status != 200 {
			w.Errorf("an ended call and a live one are answered %d and %d, want the ended one forgotten", a.status, b.status)
		}
	})
	limited(t, service.Limits{Events: 3}, func(w *wire) {
		for n := range 5 {
			w.call(fmt.Sprintf("sip:%d", n))
		}
		if d, events := w.poll(); d.Resume == "" || len(events) != 0 || w.Dropped() != 5 {
			w.Errorf("after five events a poll gets %+v, and %d events are dropped, want resume and 5", d, w.Dropped())
		}
		w.call("sip:1")
		if _, events := w.poll(); len(events) != 1 {
			w.Errorf("%d events after the resume, want 1", len(events))
		}
	})
	limited(t, service.Limits{Waiting: 3}, func(w *wire) {
		w.call("sip:1")
		w.poll()
		w.call("sip:2") // of the three events that wait now, none is acknowledged
		greedy, start := w.next, w.start
		w.discover("sip:other")
		w.call("sip:3")
		w.call("sip:4")
		if _, events := w.poll(); len(events) != 2 || w.Dropped() != 2 {
			w.Errorf("%d events, and %d are dropped, want 2 and the 2 of the application that had the most", len(events), w.Dropped())
		}
		w.next, w.start = greedy, start
		if d, events := w.poll(); d.Resume == "" || len(events) != 0 {
			w.Errorf("the application that had the most gets %+v, want resume", d)
		}
		w.call("sip:5") // in the place that a dropped event has left
		if _, events := w.poll(); len(events) != 1 || w.Dropped() != 2 {
			w.Errorf("%d events after the resume, and %d are dropped, want 1 and 2", len(events), w.Dropped())
		}
	})
	limited(t, service.Limits{Requests: 1}, func(w *wire) {
		var waiting sync.WaitGroup
		waiting.Go(func() { w.do("GET", w.next, "") })
		synctest.Wait()
		if a := w.do("GET", w.application, ""); a.status != 429 || a.refusal() != "TooManyRequests" {
			w.Errorf("a second request is answered %d %s, want 429", a.status, a.body)
		}
		waiting.Wait()
		w.get(w.application)
	})
	limited(t, service.Limits{Body: 100}, func(w *wire) {
		for size, want := range map[int]int{100: 201, 101: 413, 1 << 16: 413} {
			body := `{"to":"sip:1","x":"` + strings.Repeat("x", size-21) + `"}`
			if a := w.do("POST", w.start, body); len(body) != size || a.status != want {
				w.Errorf("a body of %d bytes is answered %d %s %v, want %d", len(body), a.status, a.body, a.err, want)
			}
		}
	})
	limited(t, service.Limits{Bodies: 100}, func(w *wire) {
		slow, more := io.Pipe()
		var waiting sync.WaitGroup
		waiting.Go(func() {
			r := w.request("POST", w.start, "")
			r.Body, r.ContentLength = slow, -1
			w.send(r)
		})
		fmt.Fprint(more, strings.Repeat(" ", 90))
		synctest.Wait()
		if a := w.do("POST", w.start, `{"to":"sip:1"}`); a.status != 429 || a.header.Get("Retry-After") != "1" {
			w.Errorf("a body beside that of another request is answered %d %s, want 429 with Retry-After", a.status, a.body)
		}
		more.Close()
		waiting.Wait()
		w.call("sip:1")
	})
	limited(t, service.Limits{Batch: 2}, func(w *wire) {
		for n := range 3 {
			w.call(fmt.Sprintf("sip:%d", n))
		}
		for _, want := range []int{2, 1} {
			if _, events := w.poll(); len(events) != want {
				w.Errorf("a document of %d events, want %d", len(events), want)
			}
		}
	})
}

// TestHosts sends requests under the names of other hosts, as a page of a foreign site whose name leads here would.
func TestHosts(t *testing.T) {
	for _, test := range []struct {
		hosts []string
		host  string
		want  int
	}{
		{nil, "evil.example", 200},
		{nil, strings.Repeat("x", 260), 200},
		{nil, strings.Repeat("x", 261), 421},
		{[]string{"pool.example"}, "evil.example", 421},
		{[]string{"pool.example"}, "evil.example:8080", 421},
		{[]string{"pool.example"}, "127.0.0.1.evil.example", 421},
		{[]string{"pool.example"}, "Pool.example:8080", 200},
		{[]string{}, "pool.example", 421},
		{[]string{}, "localhost:8080", 200},
		{[]string{}, "127.0.0.1:8080", 200},
		{[]string{}, "192.0.2.1", 200},
		{[]string{}, "[::1]:8080", 200},
		{[]string{}, "[::1]", 200},
	} {
		s, err := service.New(service.Config{Hosts: test.hosts})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/simulation", nil)
		r.Host = test.host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("a request to %.30s of a service with the hosts %q is answered %d, want %d", test.host, test.hosts, w.Code, test.want)
		}
		s.Close()
	}
}

// TestRemoteCallbacks starts calls whose callbacks lead to this machine, on a service that other machines reach.
func TestRemoteCallbacks(t *testing.T) {
	bubble(t, service.Config{Remote: true, Callbacks: []string{"127.0.0.1", "app.example"}}, func(w *wire) {
		for to, want := range map[string]int{
			"http://localhost/": 400, "http://127.0.0.2/": 400, "http://[::1]/": 400, "http://127.0.0.1/": 201, "http://app.example/": 201,
		} {
			if a := w.do("POST", w.start, fmt.Sprintf(`{"to":"sip:1","callbackUrl":%q}`, to)); a.status != want {
				w.Errorf("a callback to %s is answered %d %s, want %d", to, a.status, a.body, want)
			}
		}
	})
}

// TestLongMembers sends members that no page limits. A call is held for long, so each of them is limited.
func TestLongMembers(t *testing.T) {
	limited(t, service.Limits{}, func(w *wire) {
		for _, member := range []string{"to", "threadId", "callbackContext"} {
			for length, want := range map[int]int{1024: 201, 1025: 400} {
				long := strings.Repeat("x", length)
				body := fmt.Sprintf(`{"to":"sip:1",%q:%q}`, member, long)
				if member == "to" {
					body = fmt.Sprintf(`{"to":%q}`, long)
				}
				if a := w.do("POST", w.start, body); a.status != want {
					w.Errorf("%s of %d characters is answered %d %s, want %d", member, length, a.status, a.body, want)
				}
			}
		}
	})
}

// TestHeavyCalls makes calls that would hold much.
func TestHeavyCalls(t *testing.T) {
	step := `{"event":"updated(Connecting)"}`
	steps := func(n int) string {
		return `{"steps":[{"event":"started(Connecting)"}` + strings.Repeat(","+step, n-2) +
			`],"on":{"accept":[` + step + `]}}`
	}
	bubble(t, service.Config{}, func(w *wire) {
		for body, want := range map[string]int{
			`{"from":"` + strings.Repeat("x", 1024) + `"}`: 201,
			`{"from":"` + strings.Repeat("x", 1025) + `"}`: 400,
			`{"to":"` + strings.Repeat("x", 1025) + `"}`:   400,
			steps(100): 201,
			steps(101): 400,
		} {
			if a := w.do("POST", "/simulation/incoming", body); a.status != want {
				w.Errorf("the call %.30s of %d bytes is answered %d %s, want %d", body, len(body), a.status, a.body, want)
			}
		}
	})
}

// TestEndpoints asks for the applications of endpoints that no document could carry.
func TestEndpoints(t *testing.T) {
	bubble(t, service.Config{}, func(w *wire) {
		for _, endpoint := range []string{"%ff", strings.Repeat("x", 1025)} {
			if a := w.do("GET", "/platformservice/v1/applications?endpointId="+endpoint, ""); a.status != 400 {
				w.Errorf("the endpoint %.20s is answered %d %s, want 400", endpoint, a.status, a.body)
			}
		}
	})
}

// TestScriptErrors reads scripts that cannot be played. The error names the place.
func TestScriptErrors(t *testing.T) {
	for script, want := range map[string]string{
		`{"sed": 1}`:             `/sed: no such member`,
		`{"seed": -1}`:           "/seed",
		`{"seed": 1, "seed": 2}`: "duplicate object member name",
		`{"seed": 1`:             "unexpected EOF",
		`[]`:                     "the whole",
		` null`:                  "null, want an object",
		`{"idle": 7}`:            `/idle: 7, want a string as "1m30s"`,
		`{"idle": "7"}`:          "/idle: time: missing unit",
		`{"idle": "-7s"}`:        "/idle: -7s, want 0 or more",
		`{"incoming": [{"subject": "` + strings.Repeat("x", 251) + `"}]}`:                                                    "/incoming/0/subject: 251 UTF-16 code units",
		`{"incoming": [{"after": "-1s"}]}`:                                                                                   "/incoming/0/after",
		`{"incoming": [{"to": "a", "x":1}]}`:                                                                                 "/incoming/0/x",
		`{"outgoing": [{"to": "["}]}`:                                                                                        "/outgoing/0/to",
		`{"outgoing": [{}, {"steps": [{"event": "started(Alerting)"}, {"event": "started(Alerting)"}]}]}`:                    "/outgoing/1/steps/1",
		`{"incoming": [{"steps": [{"event": "started(Alerting)"}]}]}`:                                                        "/incoming/0/steps/0",
		`{"incoming": [{"steps": [{"event": {"type":"started"}}]}]}`:                                                         "/incoming/0/steps/0/event",
		`{"incoming": [{"steps": [{"event": "rang(Alerting)"}]}]}`:                                                           "/incoming/0/steps/0/event",
		`{"incoming": [{"steps": [{}]}]}`:                                                                                    "/incoming/0/steps/0",
		`{"incoming": [{"steps": [{"after": "-1s", "event": "started(Connecting)"}]}]}`:                                      "/incoming/0/steps/0: after -1s",
		`{"incoming": [{"on": {"accept": []}}]}`:                                                                             "/incoming/0/on",
		`{"incoming": [{"steps": [{"event": "started(Connecting)"}], "on": {"cancel": []}}]}`:                                "/incoming/0/on/cancel",
		`{"incoming": [{"steps": [{"event": "started(Connecting)"}], "on": {"hold": []}}]}`:                                  `/incoming/0/on/hold: "hold", want one of accept, acceptAndBridge`,
		`{"incoming": [{"steps": [{"event": "started(Connecting)"}], "on": {"none": []}}]}`:                                  `"none", want one of accept, acceptAndBridge`,
		`{"incoming": [{"steps": [{"event": "started(Connecting)"}], "on": {"accept": [{"event":"started(Connecting)"}]}}]}`: "/incoming/0/on/accept/0",
		`{"faults": [{"fault": "loose"}]}`:                                                                                   `/faults/0/fault: "loose", want one of refuse, close`,
		`{"faults": [{"fault": "merge", "on": "poll"}]}`:                                                                     "/faults/0/on: merge",
		`{"faults": [{"fault": "lose", "on": "pol"}]}`:                                                                       `/faults/0/on: "pol", want one of discover`,
		`{"faults": [{"fault": "lose", "chance": 1.5}]}`:                                                                     "/faults/0/chance",
		`{"faults": [{"fault": "lose", "times": -1}]}`:                                                                       "/faults/0/times",
		`{"faults": [{"fault": "lose", "skip": -1}]}`:                                                                        "/faults/0/skip",
		`{"faults": [{"fault": "delay", "delay": "-1s"}]}`:                                                                   "/faults/0/delay",
		`{"faults": [{"fault": "lose", "code": "Gone"}]}`:                                                                    "/faults/0/code",
		`{"faults": [{"fault": "lose", "delay": "1s"}]}`:                                                                     "/faults/0/delay",
		`{"faults": [{"fault": "refuse", "status": 204}]}`:                                                                   "/faults/0/status",
		`{"faults": [{"fault": "refuse", "code": "RemoteFailure"}]}`:                                                         "/faults/0/status",
		`{"faults": [{"fault": "refuse", "subcode": "PGetReplaced"}]}`:                                                       "/faults/0/code",
		`{"faults": [{"fault": "refuse", "status": 600, "code": "Gone"}]}`:                                                   "/faults/0/status",
	} {
		if _, err := service.ParseScript([]byte(script)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", script, err, want)
		}
	}
	if _, err := service.New(service.Config{Script: service.Script{Idle: -1}}); err == nil {
		t.Error("New takes a script that cannot be played")
	}
	for callback, want := range map[string]bool{"http://localhost/": true, "http://contoso.example/": false, "localhost": false} {
		s, err := service.New(service.Config{Script: service.Script{Callback: callback}})
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "/callback") {
			t.Errorf("a script with the callback %s: error %v, want none %t", callback, err, want)
		}
		if err == nil {
			s.Close()
		}
	}
}

// TestHeavyClients has a client that sends 64 MiB, one that does not send the body that it has announced, and one that
// does not take its answer. Beside them another client's call goes on at once, and each of them is ended.
func TestHeavyClients(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		var heavy sync.WaitGroup
		began := time.Now()
		heavy.Go(func() {
			r := w.request("POST", w.start, "")
			r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeros{}, 64<<20)), 64<<20
			if a := w.send(r); a.err == nil && a.status != 413 {
				w.Errorf("64 MiB are answered %d %s, want 413", a.status, a.body)
			}
		})
		raw := func(request string) net.Conn {
			c, err := w.client.Transport.(*http.Transport).DialContext(w.Context(), "", "")
			if err != nil {
				w.Fatal(err)
			}
			fmt.Fprint(c, request+"\r\n\r\n")
			return c
		}
		heavy.Go(func() {
			c := raw("POST " + w.start + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100")
			defer c.Close()
			if text, err := io.ReadAll(c); err != nil || len(text) > 0 || time.Since(began) != 30*second {
				w.Errorf("a body that does not come is answered %q after %v with error %v, want the end after 30 s", text, time.Since(began), err)
			}
		})
		heavy.Go(func() {
			c := raw("GET " + w.application + " HTTP/1.1\r\nHost: x")
			defer c.Close()
			time.Sleep(30*second + 1)
			if text, err := io.ReadAll(c); err != nil || len(text) > 0 {
				w.Errorf("an answer that is not taken is still %q with error %v after 30 s, want the end", text, err)
			}
		})
		w.call("sip:1")
		if _, events := w.poll(); len(events) != 1 || time.Since(began) != 0 {
			w.Errorf("%d events after %v, want one at once", len(events), time.Since(began))
		}
		heavy.Wait()
		if n := len(w.Calls()); n != 1 {
			w.Errorf("%d calls, want the one that was started", n)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
