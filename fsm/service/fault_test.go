package service_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
)

const answered = `{"faults": [%s], "outgoing": [{"steps": [{"event": "started(Connecting)"}, {"event": "updated(Alerting)"},
	{"event": "completed(Failed, RemoteFailure/Busy)"}]}]}`

// TestRequestFaults lets a fault strike a start once, and looks at the answer and at whether the start was carried out.
func TestRequestFaults(t *testing.T) {
	for _, test := range []struct {
		fault  string
		answer string // status, refusal, Retry-After
		calls  int
	}{
		{`{"fault": "close", "on": "start", "times": 1}`, "none", 0},
		{`{"fault": "lose", "on": "start", "times": 1}`, "none", 1},
		{`{"fault": "cut", "on": "start", "times": 1}`, "none", 1}, // a 201 has no body to cut
		{`{"fault": "delay", "on": "start", "times": 1}`, "201   after 1s", 1},
		{`{"fault": "delay", "on": "start", "times": 1, "delay": "1m"}`, "201   after 1m0s", 1},
		{`{"fault": "proxy", "on": "start", "times": 1}`, "502", 0},
		{`{"fault": "refuse", "on": "start", "times": 1, "code": "NotFound", "subcode": "DestinationNotFound"}`, "404 NotFound/DestinationNotFound", 0},
		{`{"fault": "refuse", "on": "start", "times": 1, "code": "TooManyRequests", "retryAfter": "1500ms"}`, "429 TooManyRequests 2", 0},
		{`{"fault": "refuse", "on": "start", "times": 1, "status": 503}`, "503", 0},
		{`{"fault": "refuse", "on": "get"}`, "201", 1},
		{`{"fault": "lose", "on": "start", "skip": 1, "times": 1}`, "201", 1},
	} {
		bubble(t, played(t, fmt.Sprintf(answered, test.fault)), func(w *wire) {
			began := time.Now()
			a := w.do("POST", w.start, `{"to":"sip:a@b"}`)
			got := "none"
			if a.err == nil {
				got = strings.TrimSpace(fmt.Sprint(a.status, " ", a.refusal(), " ", a.header.Get("Retry-After")))
				if took := time.Since(began); took > 0 {
					got += fmt.Sprint("   after ", took)
				}
			}
			if got != test.answer || len(w.Calls()) != test.calls {
				w.Errorf("%s answers %q and makes %d calls, want %q and %d", test.fault, got, len(w.Calls()), test.answer, test.calls)
			}
			if page := strings.HasPrefix(a.header.Get("Content-Type"), "text/html"); page != strings.Contains(test.fault, "proxy") {
				w.Errorf("%s answers with a page: %t", test.fault, page)
			}
		})
	}
}

// TestRefusalsByChance refuses whatever a client asks for. Every refusal tells it to try again later.
func TestRefusalsByChance(t *testing.T) {
	bubble(t, played(t, `{"faults": [{"fault": "refuse", "on": "start"}]}`), func(w *wire) {
		seen := map[string]bool{}
		for range 100 {
			a := w.do("POST", w.start, `{"to":"sip:a@b"}`)
			seen[fmt.Sprint(a.status, " ", a.refusal(), " ", a.header.Get("Retry-After"))] = true
		}
		for _, want := range []string{"429 TooManyRequests 1", "500 ServiceFailure ", "503 ServiceUnavailable 2", "504 Timeout "} {
			if !seen[want] || len(seen) != 4 {
				w.Errorf("a hundred refusals are %v, want %q among four", seen, want)
			}
		}
	})
}

// told polls until a call has completed twice at most, and returns the events in a line each.
func told(w *wire, documents int) (lines []string) {
	for range documents {
		d, events := w.poll()
		var line []string
		for _, e := range events {
			text := e.Type.String() + "(" + e.Invitation.State
			if e.Reason != nil {
				text += ", " + string(e.Reason.Code) + "/" + string(e.Reason.Subcode)
			}
			line = append(line, text+")"+e.Status)
		}
		switch {
		case d.Resync != "":
			line = append(line, "resync")
		case d.Resume != "":
			line = append(line, "resume")
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

// TestChannelFaults looks at the documents about one call that a fault strikes.
func TestChannelFaults(t *testing.T) {
	const all = "started(Connecting) updated(Alerting) completed(Failed, RemoteFailure/Busy)Failure"
	for _, test := range []struct {
		fault string
		want  []string
		end   string
	}{
		{``, []string{all}, "RemoteFailure/Busy"},
		{`{"fault": "resync", "times": 1}`, []string{"resync", all}, "RemoteFailure/Busy"},
		{`{"fault": "duplicate", "times": 1}`, []string{all, all, ""}, "RemoteFailure/Busy"},
		{`{"fault": "merge", "times": 1}`, []string{"completed(Failed, RemoteFailure/Busy)Failure"}, "RemoteFailure/Busy"},
		{`{"fault": "reorder", "times": 1}`, []string{
			"completed(Failed, RemoteFailure/Busy)Failure updated(Alerting) started(Connecting)"}, "RemoteFailure/Busy"},
		{`{"fault": "token"}`, []string{"started(Ringing)", "updated(Ringing)", "completed(Failed, RemoteFailure/Busy)Partial"}, "RemoteFailure/Busy"},
		{`{"fault": "direction"}`, []string{"started(Connecting) updated(Alerting)",
			"completed(Failed, Informational/ConnectedElsewhere)Failure"}, "Informational/ConnectedElsewhere"},
	} {
		bubble(t, played(t, fmt.Sprintf(answered, test.fault)), func(w *wire) {
			w.call("sip:a@b")
			if got := told(w, len(test.want)); !slices.Equal(got, test.want) {
				w.Errorf("%s makes the documents %q, want %q", test.fault, got, test.want)
			}
			if c := w.Calls()[0]; c.Invitation.Reason().String() != test.end {
				w.Errorf("%s ends the call as %v, want for %s", test.fault, c.Invitation, test.end)
			}
		})
	}
	bubble(t, played(t, fmt.Sprintf(answered, `{"fault": "resume", "times": 1}`)), func(w *wire) {
		w.call("sip:a@b")
		if got := told(w, 1); got[0] != "resume" || len(w.Calls()) != 0 {
			w.Errorf("resume makes the document %q and leaves %v, want resume and no calls", got, w.Calls())
		}
	})
}

// TestResumeLost cuts the document with the link resume in two. The client polls the same URL again and gets a link resync to
// another URL, because otherwise it would not learn that its calls may be gone.
func TestResumeLost(t *testing.T) {
	for acknowledged := range 3 {
		script := fmt.Sprintf(`{"faults": [{"fault": "resume", "skip": %[1]d, "times": 1},
			{"fault": "cut", "on": "poll", "skip": %[1]d, "times": 1}]}`, acknowledged)
		bubble(t, played(t, script), func(w *wire) {
			for range acknowledged {
				w.call("sip:a@b")
				w.poll()
			}
			w.call("sip:a@b")
			before := w.next
			if a := w.do("GET", before, ""); !a.cut() || len(w.Calls()) != 0 {
				w.Errorf("the poll gets %s with error %v and leaves %v, want half of a document and no calls", a.body, a.err, w.Calls())
			}
			w.call("sip:a@b")
			if d, _ := w.poll(); d.Resync == "" || d.Resync == before || d.Next != "" {
				w.Errorf("the poll of %s after the loss gets %+v, want resync to another URL alone", before, d)
			}
			if d, events := w.poll(); d.Next == "" || len(events) == 0 {
				w.Errorf("the poll of %s gets %+v, want events", w.next, d)
			}
		})
	}
}

// TestCut cuts a document in two. The document is sent again when the client polls again.
func TestCut(t *testing.T) {
	bubble(t, played(t, fmt.Sprintf(answered, `{"fault": "cut", "on": "poll", "times": 1}`)), func(w *wire) {
		w.call("sip:a@b")
		if a := w.do("GET", w.next, ""); !a.cut() || a.status != 200 || len(a.body) == 0 {
			w.Errorf("the poll is answered %d with %d bytes and error %v, want half of a document", a.status, len(a.body), a.err)
		}
		if _, events := w.poll(); len(events) != 3 {
			w.Errorf("%d events, want those of the document that was cut", len(events))
		}
	})
}

// TestFaultsShow lets every fault strike every call of an application that follows all links, and judges the recording:
// only faults that spoil events are found, under the rule that they break.
func TestFaultsShow(t *testing.T) {
	found := map[service.Kind]string{
		service.FaultReorder:   "after-completion",
		service.FaultToken:     "unknown-token",
		service.FaultDirection: "reason-direction",
	}
	rarely := map[service.Kind]string{service.FaultReorder: "undefined-transition"} // an update back to Connecting
	seeds := uint64(5)
	if long() {
		seeds = 100
	}
	for _, kind := range service.Kinds() {
		for seed := range seeds {
			skip := 0
			if slices.Index(service.Kinds(), kind) < slices.Index(service.Kinds(), service.FaultResync) {
				skip = 3 // the discovery
			}
			script := service.Script{
				Seed: seed, Aggregate: 3 * second, Faults: []service.Fault{{Kind: kind, Chance: 0.5, Skip: skip}},
			}
			bubble(t, service.Config{Script: script}, func(w *wire) {
				follow(w, 10)
				for _, v := range w.verdicts() {
					for _, f := range v.Findings {
						if !strings.Contains(found[kind]+" "+rarely[kind], string(f.Rule)) {
							w.Errorf("seed %d with %s: %+v", seed, kind, f)
						}
					}
				}
			})
		}
	}
	for kind, want := range found {
		bubble(t, played(t, fmt.Sprintf(answered, fmt.Sprintf(`{"fault": %q}`, kind))), func(w *wire) {
			w.call("sip:a@b")
			for range 3 {
				w.poll()
			}
			rules := map[string]bool{}
			for _, f := range w.verdicts()[0].Findings {
				rules[string(f.Rule)] = true
			}
			if got := strings.Join(slices.Sorted(maps.Keys(rules)), " "); got != want {
				w.Errorf("%s breaks %q, want %q", kind, got, want)
			}
		})
	}
}

// follow starts calls and is called, does an operation on every second incoming call, and polls until an hour has passed.
func follow(w *wire, calls int) {
	for n := range calls {
		w.do("POST", w.start, fmt.Sprintf(`{"to":"sip:%d@contoso.example"}`, n))
		if _, err := w.Ring(service.Incoming{}); err != nil {
			w.Error(err)
		}
	}
	done, number := map[string]bool{}, 0
	for end := time.Now().Add(time.Hour); time.Now().Before(end); {
		a := w.do("GET", w.next, "")
		if a.status != 200 || a.err != nil {
			time.Sleep(second)
			continue
		}
		d := w.document(a.body)
		for _, href := range []string{d.Next, d.Resync, d.Resume} {
			if href != "" {
				w.next = href
			}
		}
		last := map[string]*eventchannel.Event{}
		for e, err := range d.Events() {
			if err != nil {
				w.Error(err)
				continue
			}
			last[e.Href] = e
			done[e.Href] = done[e.Href] || completed(e)
		}
		for _, href := range slices.Sorted(maps.Keys(last)) {
			for o, link := range last[href].Invitation.Offers() {
				if number++; number%4 != 3 && !done[href] {
					done[href] = true
					w.operate(o.String(), link)
				}
			}
		}
	}
}

func (w *wire) operate(name string, link eventchannel.Link) {
	body := ""
	if name == "forward" {
		body = `{"to":"sip:other@contoso.example"}`
	}
	w.do("POST", link.Href, body)
}

// TestConforms lives by chance without faults: every recording conforms, and its outcomes are those of the service.
func TestConforms(t *testing.T) {
	seeds := uint64(30)
	if long() {
		seeds = 1000
	}
	for seed := range seeds {
		bubble(t, service.Config{Script: service.Script{Seed: seed}}, func(w *wire) {
			follow(w, 10)
			ends := map[string]service.Call{}
			for _, c := range w.Calls() {
				ends[host+strings.ToLower(c.Href)] = c
			}
			verdicts := w.verdicts()
			if len(verdicts) != len(ends) {
				w.Errorf("seed %d: %d verdicts on %d calls", seed, len(verdicts), len(ends))
			}
			for _, v := range verdicts {
				c := ends[eventchannel.Identity(v.Href)]
				if v.Result.String() != "conforms" || v.Outcome != c.Invitation.State() || v.Reason != c.Invitation.Reason() {
					w.Errorf("seed %d: %s %v, came to %v for %v, want %v: %v", seed, v.Href, v.Result, v.Outcome, v.Reason, c.Invitation, v.Findings)
				}
			}
		})
	}
}
