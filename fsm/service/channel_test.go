package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// acked returns a URL of the event channel with another acknowledgement.
func acked(url, ack string) string {
	before, after, _ := strings.Cut(url, "ack=")
	_, after, _ = strings.Cut(after, "&")
	return before + "ack=" + ack + "&" + after
}

const ringing = `{"outgoing": [{"steps": [{"event": "started(Alerting)"}]}]}`

// TestAcknowledgement polls with every acknowledgement there is: a document is sent until its successor is asked for, and
// any other number gets a link resync alone, to the first document that is not acknowledged.
func TestAcknowledgement(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		w.call("sip:1")
		first := w.next
		document := w.do("GET", first, "").body
		for range 2 {
			if again := w.do("GET", first, "").body; string(again) != string(document) {
				w.Errorf("the document is sent again as %s, want %s", again, document)
			}
		}
		for _, ack := range []string{"0", "3", "-1", "", "x", "1.0", "99999999999999999999"} {
			d := w.document(w.do("GET", acked(first, ack), "").body)
			if d.Resync != first || d.Next != "" || d.Resume != "" || d.Self != "" {
				w.Errorf("ack=%s gets %+v, want resync to %s alone", ack, d, first)
			}
		}
		w.call("sip:2")
		d, events := w.poll() // the first one, as it is
		if len(events) != 1 || d.Next != acked(first, "2") {
			w.Errorf("%d events and next %s, want the first document again", len(events), d.Next)
		}
		d, events = w.poll()
		if len(events) != 1 || d.Self != acked(first, "2") || d.Next != acked(first, "3") {
			w.Errorf("%d events in %s, want the second document with one", len(events), d.Self)
		}
		if d := w.document(w.do("GET", first, "").body); d.Resync != acked(first, "2") {
			w.Errorf("a poll that goes back gets resync %q, want %s", d.Resync, acked(first, "2"))
		}
		if events := w.get(w.application).Links["events"].Href; events != acked(first, "2") {
			w.Errorf("the application links %s, want its first document that is not acknowledged", events)
		}
	})
}

// TestIdle polls without events, for the time that the query asks for.
func TestIdle(t *testing.T) {
	for query, want := range map[string]time.Duration{
		"": 180 * second, "&timeout=180": 180 * second, "&timeout=1800": 1800 * second,
		"&timeout=179": 0, "&timeout=1801": 0, "&timeout=x": 0, "&timeout=-180": 0,
	} {
		bubble(t, service.Config{}, func(w *wire) {
			began := time.Now()
			a := w.do("GET", w.next+query, "")
			if took := time.Since(began); took != want {
				w.Errorf("timeout %q is answered after %v, want %v", query, took, want)
			}
			if want == 0 {
				if a.status != 400 || a.refusal() != "BadRequest/ParameterValidationFailure" {
					w.Errorf("timeout %q is answered %d %s, want 400", query, a.status, a.body)
				}
				return
			}
			if d := w.document(a.body); d.Next != w.next || d.Self+d.Resync+d.Resume != "" {
				w.Errorf("an idle answer %s, want next alone", a.body)
			}
		})
	}
	bubble(t, played(t, `{"idle": "7s"}`), func(w *wire) {
		began := time.Now()
		if w.poll(); time.Since(began) != 7*second {
			w.Errorf("a poll is idle after %v, want after the 7 s of the script", time.Since(began))
		}
	})
}

// TestReplaced polls while a poll waits, which is released. The event goes to the second one.
func TestReplaced(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		var waiting sync.WaitGroup
		var older, newer answer
		waiting.Go(func() { older = w.do("GET", w.next, "") })
		synctest.Wait()
		waiting.Go(func() { newer = w.do("GET", w.next, "") })
		synctest.Wait()
		w.call("sip:1")
		waiting.Wait()
		if older.status != 409 || older.refusal() != "Conflict/PGetReplaced" {
			w.Errorf("the older poll is answered %d %s, want 409 PGetReplaced", older.status, older.body)
		}
		if newer.status != 200 || !strings.Contains(string(newer.body), "started") {
			w.Errorf("the newer poll is answered %d %s, want the event", newer.status, newer.body)
		}
	})
}

// TestGone has a client that goes away while its poll waits: the events stay for the next poll.
func TestGone(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		r := w.request("GET", w.next, "")
		ctx, cancel := context.WithTimeout(w.Context(), second)
		defer cancel()
		if a := w.send(r.WithContext(ctx)); a.err == nil {
			w.Errorf("the poll is answered %d %s, want none", a.status, a.body)
		}
		synctest.Wait()
		w.call("sip:1")
		if _, events := w.poll(); len(events) != 1 {
			w.Errorf("%d events, want the one that came while nobody polled", len(events))
		}
	})
}

// TestAggregation collects events: while nobody polls, and while a script makes the first one wait.
func TestAggregation(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		for n := range 250 {
			w.call(fmt.Sprintf("sip:%d", n))
		}
		for _, want := range []int{100, 100, 50} {
			if _, events := w.poll(); len(events) != want {
				w.Errorf("a document of %d events, want %d", len(events), want)
			}
		}
	})
	const slow = `{"aggregate": "1s", "outgoing": [{"steps": [{"event": "started(Alerting)"}]}]}`
	bubble(t, played(t, slow), func(w *wire) {
		var waiting sync.WaitGroup
		began := time.Now()
		for n := range 2 {
			waiting.Go(func() {
				if _, events := w.poll(); len(events) != 2 || time.Since(began) != time.Duration(n+1)*second {
					w.Errorf("a document of %d events after %v, want 2 after 1 s each", len(events), time.Since(began))
				}
			})
			synctest.Wait()
			w.call("sip:1")
			time.Sleep(second / 2)
			w.call("sip:2")
			waiting.Wait()
		}
	})
}

// TestWithdrawn cancels a call whose started event nobody has polled: its links would mislead, and it is left out.
func TestWithdrawn(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		path := w.call("sip:1")
		if a := w.do("POST", w.get(path).Links["ms:rtc:saas:cancel"].Href, ""); a.status != 204 {
			w.Fatalf("cancel answered %d %s, want 204", a.status, a.body)
		}
		_, events := w.poll()
		if len(events) != 1 || events[0].Type != transitions.EventCompleted || events[0].Reason.Subcode != "Canceled" {
			w.Errorf("%d events, the first %v, want the completion alone", len(events), events[0].Type)
		}
		if v := w.verdicts(); len(v) != 1 || len(v[0].Findings) > 0 {
			w.Errorf("verdicts %+v, want one without findings", v)
		}
	})
}

// TestAway has an application that does not poll for long: its conversations are gone, and its documents are numbered from
// the start.
func TestAway(t *testing.T) {
	const script = `{"away": "10m", "outgoing": [{"steps": [{"event": "started(Alerting)"}]}]}`
	bubble(t, played(t, script), func(w *wire) {
		path := w.call("sip:1")
		first := w.next
		w.poll()
		time.Sleep(10 * time.Minute)
		if d, _ := w.poll(); d.Next == "" {
			w.Errorf("a poll after 10 min gets %+v, want next", d)
		}
		time.Sleep(10*time.Minute + 1)
		d, events := w.poll()
		if d.Resume != first || d.Next != "" || len(events) != 0 {
			w.Errorf("a poll after more than 10 min gets %+v, want resume to %s alone", d, first)
		}
		if a := w.do("GET", path, ""); a.status != 404 {
			w.Errorf("a call that is gone is answered %d, want 404", a.status)
		}
		if calls := w.Calls(); len(calls) != 0 {
			w.Errorf("calls %v, want none", calls)
		}
		w.call("sip:2")
		if d, events := w.poll(); d.Self != first || len(events) != 1 {
			w.Errorf("document %s with %d events, want the first one with one", d.Self, len(events))
		}
	})
}

// TestApplications keeps the channels of two endpoints apart.
func TestApplications(t *testing.T) {
	bubble(t, played(t, ringing), func(w *wire) {
		other := *w
		other.discover("sip:other@contoso.example")
		if other.next == w.next || other.application == w.application {
			w.Fatalf("two endpoints have the application %s, want two", w.application)
		}
		path := w.call("sip:1")
		otherPath := other.call("sip:2")
		for _, of := range []struct {
			*wire
			path string
		}{{w, path}, {&other, otherPath}} {
			if _, events := of.poll(); len(events) != 1 || events[0].Href != of.path {
				w.Errorf("%d events, want that of %s alone", len(events), of.path)
			}
		}
		id := path[strings.LastIndex(path, "/")+1:]
		id, _, _ = strings.Cut(id, "?")
		elsewhere, _, _ := strings.Cut(other.start, "?")
		if a := w.do("GET", elsewhere+"/"+id, ""); a.status != 404 {
			w.Errorf("a call of another application is answered %d, want 404", a.status)
		}
	})
}

// TestScriptedIncoming lets two calls come as the script says.
func TestScriptedIncoming(t *testing.T) {
	const script = `{"incoming": [
		{"after": "5s", "from": "tel:+1", "to": "sip:hotline@contoso.example", "subject": "Help", "steps": [
			{"event": "started(Connecting)"},
			{"after": "10s", "event": "completed(Failed, RemoteFailure/Canceled)"}]},
		{"endpoint": "sip:other@contoso.example"}
	]}`
	bubble(t, played(t, script), func(w *wire) {
		began := time.Now()
		_, events := w.poll()
		if after := time.Since(began); len(events) != 1 || after != 5*second {
			w.Fatalf("%d events after %v, want one after 5 s", len(events), after)
		}
		r := events[0].Invitation
		from, err := r.From()
		if err != nil || from.URI != "tel:+1" || r.To != "sip:hotline@contoso.example" || r.Subject != "Help" || r.OperationID == "" {
			w.Errorf("a call from %v to %s about %s with operationId %q: %v", from, r.To, r.Subject, r.OperationID, err)
		}
		end := w.until(completed)
		if after := time.Since(began); after != 15*second || end.Reason.Subcode != "Canceled" {
			w.Errorf("the end %v after %v, want that of the script after 15 s", end.Reason, after)
		}
	})
}

// TestDeterminism lives twice with one seed, and once with another.
func TestDeterminism(t *testing.T) {
	live := func(seed uint64) (told string) {
		bubble(t, service.Config{Script: service.Script{Seed: seed}}, func(w *wire) {
			for n := range 20 {
				w.call(fmt.Sprintf("sip:%d", n))
				if _, err := w.Ring(service.Incoming{}); err != nil {
					w.Fatal(err)
				}
			}
			time.Sleep(time.Hour)
			for range 2 {
				_, events := w.poll()
				for _, e := range events {
					told += fmt.Sprintln(e.Href, e.Type, e.Invitation.State, e.Reason)
				}
			}
		})
		return told
	}
	if first := live(1); first != live(1) || first == live(2) || strings.Count(first, "completed") != 40 {
		t.Errorf("equal seeds give other lives, or other seeds equal ones, or not all complete:\n%s", first)
	}
}

// TestChance lives by chance until every reason has ended a call, except the two that only an operation brings about.
func TestChance(t *testing.T) {
	missing := map[string]bool{}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			if i.Terminal() {
				missing[i.String()] = true
			}
		}
	}
	all := len(missing)
	for seed := range uint64(20) {
		bubble(t, service.Config{Script: service.Script{Seed: seed}}, func(w *wire) {
			for n := range 100 {
				w.call(fmt.Sprintf("sip:%d", n))
				if _, err := w.Ring(service.Incoming{}); err != nil {
					w.Fatal(err)
				}
			}
			time.Sleep(time.Hour)
			for _, c := range w.Calls() {
				delete(missing, c.Invitation.String())
			}
		})
	}
	var left []string
	for end := range missing {
		if end != "Incoming Connected" && !strings.Contains(end, "LocalFailure/Declined") && !strings.Contains(end, "LocalFailure/Canceled") {
			left = append(left, end)
		}
	}
	slices.Sort(left)
	if len(left) > 0 {
		t.Errorf("4,000 calls came to all but %d of %d ends: %v", len(left), all, left)
	}
}
