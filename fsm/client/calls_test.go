package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// host answers requests by method and path, and keeps them.
type host struct {
	mu      sync.Mutex
	answers map[string]reply
	sent    []string
}

func (h *host) RoundTrip(r *http.Request) (*http.Response, error) {
	request := r.Method + " " + r.URL.Path
	h.mu.Lock()
	h.sent = append(h.sent, request)
	next := h.answers[request]
	h.mu.Unlock()
	if next == nil {
		next = answer(404, errorBody(codes.NotFound, ""))
	}
	return next(r)
}

func (h *host) set(request string, next reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers[request] = next
}

// calls returns calls whose requests h answers.
func calls(h *host) *client.Calls {
	if h.answers == nil {
		h.answers = map[string]reply{}
	}
	return &client.Calls{Client: &client.Client{HTTP: &http.Client{Transport: h}}}
}

// document reads a document with a base, as a webhook or a poll hands it on.
func document(t testing.TB, text string) *eventchannel.Document {
	t.Helper()
	return parsed(t, based(t, text))
}

// parsed reads a document.
func parsed(t testing.TB, text string) *eventchannel.Document {
	t.Helper()
	for d, err := range eventchannel.NewReader(strings.NewReader(text)).Documents() {
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return nil
}

// add adds a document of the events, and returns the call of the last.
func add(t *testing.T, s *client.Calls, n int, events ...told) *client.Call {
	t.Helper()
	changed, err := s.Add(t.Context(), document(t, documented(t, n, events...)))
	if err != nil || len(changed) != len(events) {
		t.Fatalf("%d events changed %d calls, %v", len(events), len(changed), err)
	}
	return changed[len(changed)-1]
}

// bare takes the embedded resources out of a document.
func bare(text string) string {
	for {
		start := strings.Index(text, `,"_embedded":`)
		if start < 0 {
			return text
		}
		end, depth := start+len(`,"_embedded":`), 0
		for ; end == start+len(`,"_embedded":`) || depth > 0; end++ {
			switch text[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		text = text[:start] + text[end:]
	}
}

// got returns the JSON of an invitation as a GET returns it.
func got(t testing.TB, id string, i transitions.Invitation) string {
	t.Helper()
	shown, err := resource(id).Show(i)
	if err != nil {
		t.Fatal(err)
	}
	text, err := shown.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// permutations yields every order of n elements.
func permutations(n int) (all [][]int) {
	if n == 0 {
		return [][]int{{}}
	}
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			all = append(all, append(append(append([]int{}, shorter[:at]...), n-1), shorter[at:]...))
		}
	}
	return all
}

// TestCallsInAnyOrder adds the documents of two lives in every order, and then again in every order. The calls must be
// those of the order of the channel.
func TestCallsInAnyOrder(t *testing.T) {
	texts := []string{
		documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, dialling, nil}),
		documented(t, 2, told{"1", updated, accepting, nil}),
		documented(t, 3, told{"2", completed, busy, nil}),
		documented(t, 4, told{"1", completed, connected, nil}),
	}
	for _, first := range permutations(4) {
		for _, second := range permutations(4) {
			inOrder(t, texts, append(slices.Clone(first), second...))
		}
	}
}

// inOrder adds the documents of TestCallsInAnyOrder in an order.
func inOrder(t *testing.T, texts []string, order []int) {
	t.Helper()
	s := calls(new(host))
	byID := map[string]*client.Call{}
	for _, n := range order {
		changed, err := s.Add(t.Context(), document(t, texts[n]))
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range changed {
			if known := byID[call.OperationID()]; known != nil && known != call {
				t.Fatalf("%v: %s is two calls", order, call.OperationID())
			}
			byID[call.OperationID()] = call
		}
	}
	for id, want := range map[string]transitions.Invitation{"op-1": connected, "op-2": busy} {
		if i, known := byID[id].Invitation(); i != want || !known {
			t.Fatalf("%v: %s is %v, want %v", order, id, i, want)
		}
	}
	if byID["op-1"].Offers(transitions.OperationAccept) || byID["op-1"].Resource().State != "Connected" {
		t.Fatalf("%v: the ended call offers accept, or its resource is %+v", order, byID["op-1"].Resource())
	}
}

// TestCallOffers looks at the operations of a call along its life, also when a document comes late.
func TestCallOffers(t *testing.T) {
	s := calls(new(host))
	call := add(t, s, 1, told{"1", started, ringing, nil})
	if !call.Offers(transitions.OperationAccept) || call.Offers(transitions.OperationCancel) || call.Offers(transitions.OperationNone) {
		t.Error("a ringing call must offer accept, and not cancel")
	}
	add(t, s, 2, told{"1", updated, at(transitions.Incoming, transitions.Started(transitions.StateConnecting)), nil})
	if !call.Offers(transitions.OperationAccept) {
		t.Error("after an update with its links the call offers accept")
	}
	pending, err := ringing.Do(transitions.OperationAccept)
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, 4, told{"1", updated, pending, nil}) // somebody has accepted
	if call.Offers(transitions.OperationAccept) {
		t.Error("the call offers accept although the links are gone")
	}
	add(t, s, 3, told{"1", updated, ringing, nil})
	if call.Offers(transitions.OperationAccept) {
		t.Error("a document that came late has brought the link back")
	}
	if _, err := call.Do(t.Context(), transitions.OperationAccept, client.Input{}); err == nil || !strings.Contains(err.Error(), "no link ms:rtc:saas:accept") {
		t.Errorf("%v, want that there is no link", err)
	}
	out := add(t, s, 5, told{"2", started, dialling, nil})
	if !out.Offers(transitions.OperationCancel) {
		t.Error("an outgoing call must offer cancel")
	}
	add(t, s, 6, told{"2", completed, busy, nil})
	if reason := out.Reason(); out.Offers(transitions.OperationCancel) || reason == nil || reason.Reason() != codes.RemoteFailureBusy {
		t.Errorf("the failed call offers cancel, or its reason is %v", reason)
	}
}

// TestDoOnce does operations one after the other. The service has refused, lost and taken them.
func TestDoOnce(t *testing.T) {
	const accept, get = "POST /v1/invitations/1/accept", "GET /v1/invitations/1"
	taken, conflict := answer(204, "", "Content-Type", ""), answer(409, errorBody(codes.Conflict, ""))
	pending, _ := ringing.Do(transitions.OperationAccept)
	offered, withdrawn := answer(200, got(t, "1", ringing)), answer(200, got(t, "1", pending))
	type try struct {
		answer, get reply
		lost, fails bool
		sends       string // the requests
	}
	refused := try{answer: taken, fails: true, sends: ""}
	for name, tries := range map[string][]try{
		"taken":                                  {{answer: taken, sends: accept}, refused, refused},
		"refused, and then taken":                {{answer: conflict, fails: true, sends: accept}, {answer: taken, sends: accept}, refused},
		"lost, and it was done":                  {{answer: reset, lost: true, sends: accept}, {answer: taken, get: withdrawn, sends: get}, refused},
		"lost, and it was not done":              {{answer: reset, lost: true, sends: accept}, {answer: taken, get: offered, sends: get + " " + accept}, refused},
		"lost, and lost again":                   {{answer: proxy(502), lost: true, sends: accept}, {answer: reset, get: offered, lost: true, sends: get + " " + accept}, {answer: taken, get: withdrawn, sends: get}, refused},
		"lost, and the invitation is gone":       {{answer: reset, lost: true, sends: accept}, {answer: taken, sends: get}},
		"lost, and the GET is refused":           {{answer: reset, lost: true, sends: accept}, {answer: taken, get: answer(403, errorBody(codes.Forbidden, "")), lost: true, sends: get}, {answer: taken, get: offered, sends: get + " " + accept}},
		"lost, not done, and refused, and taken": {{answer: reset, lost: true, sends: accept}, {answer: conflict, get: offered, fails: true, sends: get + " " + accept}, {answer: taken, sends: accept}},
	} {
		t.Run(name, func(t *testing.T) {
			h := new(host)
			s := calls(h)
			call := add(t, s, 1, told{"1", started, ringing, nil})
			for n, try := range tries {
				h.sent = nil
				h.set(accept, try.answer)
				h.set(get, try.get)
				_, err := call.Do(t.Context(), transitions.OperationAccept, client.Input{})
				if errors.Is(err, client.ErrLost) != try.lost || (err != nil) != (try.lost || try.fails) || strings.Join(h.sent, " ") != try.sends {
					t.Fatalf("attempt %d: %v, requests %q, want %q, lost %v, fails %v", n, err, h.sent, try.sends, try.lost, try.fails)
				}
				var row codes.Synchronous
				if try.fails && (!errors.As(err, &row) || row.HTTP() != 409) {
					t.Errorf("attempt %d: %v has the row %v, want a Conflict", n, err, row)
				}
				if i, _ := call.Invitation(); (i.Pending() == transitions.OperationAccept) != (err == nil || try.lost || try.sends == "") {
					t.Errorf("attempt %d: %v, and the call is %v", n, err, i)
				}
			}
			if _, err := call.Do(t.Context(), transitions.OperationDecline, client.Input{}); err == nil {
				t.Error("a call that has been accepted can be declined")
			}
			add(t, s, 2, told{"1", completed, connected, nil})
			if i, _ := call.Invitation(); i != connected {
				t.Errorf("the completed call is %v", i)
			}
		})
	}
}

// TestDoOther does operations that leave the invitation unchanged: a meeting beside it, and hanging up after it.
func TestDoOther(t *testing.T) {
	h := new(host)
	s := calls(h)
	call := add(t, s, 1, told{"1", started, ringing, nil})
	h.set("POST /v1/invitations/1/startAdhocMeeting", answer(201, "", "Location", "/v1/meetings/2"))
	h.set("POST /v1/invitations/1/accept", answer(204, ""))
	for range 2 {
		if made, err := call.Do(t.Context(), transitions.OperationStartAdhocMeeting, client.Input{}); err != nil || made != "https://pool.example/v1/meetings/2" {
			t.Errorf("the meeting is %q, %v", made, err)
		}
	}
	if _, err := call.Do(t.Context(), transitions.OperationAccept, client.Input{}); err != nil {
		t.Error(err)
	}
	hanging := strings.Replace(documented(t, 2, told{"2", completed, answered, nil}), `"_links":{"self":{"href":"/v1/invitations/2"}`,
		`"_links":{"self":{"href":"/v1/invitations/2"},"ms:rtc:saas:cancel":{"href":"/v1/terminate"}`, 1)
	changed, err := s.Add(t.Context(), document(t, hanging))
	if err != nil || !changed[0].Offers(transitions.OperationCancel) {
		t.Fatalf("the connected call has no cancel, which hangs up: %v in %s", err, hanging)
	}
	h.set("POST /v1/terminate", answer(204, ""))
	if _, err := changed[0].Do(t.Context(), transitions.OperationCancel, client.Input{}); err != nil {
		t.Error(err)
	}
}

// TestDoConcurrently accepts from many goroutines. One request is sent.
func TestDoConcurrently(t *testing.T) {
	h := new(host)
	s := calls(h)
	call := add(t, s, 1, told{"1", started, ringing, nil})
	for _, first := range []reply{answer(204, ""), nil} {
		h.set("POST /v1/invitations/1/accept", first)
		var done sync.WaitGroup
		var mu sync.Mutex
		succeeded := 0
		for range 32 {
			done.Go(func() {
				if _, err := call.Do(t.Context(), transitions.OperationAccept, client.Input{}); err == nil {
					mu.Lock()
					defer mu.Unlock()
					succeeded++
				}
			})
		}
		done.Wait()
		if want := map[bool]int{true: 1}[first != nil]; succeeded != want || len(h.sent) != 1 {
			t.Errorf("%d succeeded, and the requests are %q, want %d and one request", succeeded, h.sent, want)
		}
	}
}

// TestStartCalls starts calls. Their events come before the answer, without an operationId, or although the answer was lost.
func TestStartCalls(t *testing.T) {
	const start = "https://pool.example/v1/start"
	created := answer(201, "", "Location", "/v1/invitations/1")
	events := func(s *client.Calls, text string) reply { // comes before the answer
		return func(r *http.Request) (*http.Response, error) {
			if _, err := s.Add(t.Context(), document(t, text)); err != nil {
				t.Error(err)
			}
			return created(r)
		}
	}
	outgoing := documented(t, 1, told{"1", started, dialling, nil})
	ended := documented(t, 2, told{"1", completed, busy, nil})
	t.Run("the answer comes first", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", created)
		call, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1", To: "sip:a"})
		if err != nil || call.Href() != invitation || call.OperationID() != "op-1" || call.Resource() != nil {
			t.Fatalf("%+v, %v", call, err)
		}
		if _, known := call.Invitation(); known || call.Offers(transitions.OperationCancel) {
			t.Error("before its first event the call offers cancel")
		}
		if changed, err := s.Add(t.Context(), document(t, bare(outgoing))); err == nil || changed[0] != call {
			t.Errorf("the event leads to another call, %v", err) // its invitation cannot be fetched
		}
	})
	t.Run("the event comes first", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", events(s, outgoing))
		call, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"})
		if err != nil || call.Href() != invitation || !call.Offers(transitions.OperationCancel) {
			t.Errorf("%v, %v", call.Href(), err)
		}
	})
	t.Run("the completion comes first and without a resource", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("GET /v1/invitations/1", answer(200, got(t, "1", busy)))
		h.set("POST /v1/start", events(s, bare(ended)))
		call, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"})
		if err != nil {
			t.Fatal(err)
		}
		if i, err := call.Wait(t.Context()); err != nil || i != busy {
			t.Errorf("the call has ended as %v, %v, want %v", i, err, busy)
		}
	})
	t.Run("the event comes first and without an operationId", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("GET /v1/invitations/1", answer(200, got(t, "1", dialling)))
		h.set("POST /v1/start", events(s, bare(outgoing)))
		call, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"})
		if err != nil || !call.Offers(transitions.OperationCancel) {
			t.Errorf("%v, %v, want a call that offers cancel", call.Href(), err)
		}
	})
	t.Run("two calls prove to be one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := new(host)
			s := calls(h)
			h.set("GET /v1/invitations/1", answer(200, got(t, "1", dialling)))
			h.set("POST /v1/start", reset)
			mine, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"})
			if !errors.Is(err, client.ErrLost) || mine == nil {
				t.Fatalf("%v, %v", mine, err)
			}
			changed, err := s.Add(t.Context(), document(t, bare(outgoing)))
			if err != nil || changed[0] == mine {
				t.Fatalf("nothing says yet that the event is about the call: %v", err)
			}
			var waits sync.WaitGroup
			for _, call := range []*client.Call{mine, changed[0]} {
				waits.Go(func() {
					if i, err := call.Wait(t.Context()); err != nil || i != busy {
						t.Errorf("%s has ended as %v, %v", call.Href(), i, err)
					}
				})
			}
			synctest.Wait()
			if call := add(t, s, 2, told{"1", completed, busy, nil}); call != mine {
				t.Error("the completion leads to another call than the start")
			}
			waits.Wait()
		})
	})
	t.Run("refused", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", answer(404, errorBody(codes.NotFound, codes.SubcodeDestinationNotFound)))
		call, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"})
		var body *codes.Error
		if call != nil || !errors.As(err, &body) || body.Reason() != codes.NotFoundDestinationNotFound {
			t.Errorf("%v, %v", call, err)
		}
		h.set("POST /v1/start", created)
		if call, err = s.Start(t.Context(), start, client.Input{OperationID: "op-1"}); err != nil || call == nil {
			t.Errorf("after a refusal the operationId can be used again: %v", err)
		}
		h.sent = nil
		if again, err := s.Start(t.Context(), start, client.Input{OperationID: "op-1"}); err == nil || again != nil || len(h.sent) != 0 {
			t.Errorf("a second call has the operationId of the first: %v", err)
		}
	})
	t.Run("without an operationId", func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", created)
		one, err := s.Start(t.Context(), start, client.Input{})
		h.set("POST /v1/start", answer(201, "", "Location", "/v1/invitations/2"))
		other, err2 := s.Start(t.Context(), start, client.Input{})
		if err != nil || err2 != nil || len(one.OperationID()) < 20 || one.OperationID() == other.OperationID() {
			t.Errorf("the operationIds are %q and %q: %v, %v", one.OperationID(), other.OperationID(), err, err2)
		}
	})
}

// TestFetch adds events that embed no invitation, or from which no outcome can be read.
func TestFetch(t *testing.T) {
	for name, test := range map[string]struct {
		documents []string
		get       transitions.Invitation // zero for 404
		want      transitions.Invitation
		fails     string // a part of the error; "" for none
		gets      int
	}{
		"an incoming call starts":              {[]string{bare(documented(t, 1, told{"1", started, ringing, nil}))}, ringing, ringing, "", 1},
		"the state is older than the GET":      {[]string{bare(documented(t, 1, told{"1", started, ringing, nil}))}, connected, ringing, "", 1},
		"it is known by now":                   {[]string{documented(t, 1, told{"1", started, ringing, nil}), bare(documented(t, 2, told{"1", completed, connected, nil}))}, connected, connected, "", 0},
		"a completion that says nothing":       {[]string{documented(t, 1, told{"1", started, ringing, nil}), strings.Replace(bare(documented(t, 2, told{"1", completed, connected, nil})), `"status":"Success",`, "", 1)}, connected, connected, "", 1},
		"a completion that contradicts itself": {[]string{strings.Replace(documented(t, 2, told{"1", completed, connected, nil}), `"Success"`, `"Failure"`, 1)}, connected, connected, "", 1},
		"and nobody knows":                     {[]string{strings.Replace(documented(t, 2, told{"1", completed, connected, nil}), `"Success"`, `"Failure"`, 1)}, transitions.Invitation{}, at(transitions.Incoming), "contradicts", 1},
		"and it has not ended":                 {[]string{strings.Replace(documented(t, 2, told{"1", completed, connected, nil}), `"Success"`, `"Failure"`, 1)}, ringing, ringing, "contradicts", 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := new(host)
			s := calls(h)
			if test.get != (transitions.Invitation{}) {
				h.set("GET /v1/invitations/1", answer(200, got(t, "1", test.get)))
			}
			var call *client.Call
			var faults error
			for _, text := range test.documents {
				changed, err := s.Add(t.Context(), document(t, text))
				call, faults = changed[0], errors.Join(faults, err)
			}
			if i, known := call.Invitation(); i != test.want || !known || len(h.sent) != test.gets {
				t.Errorf("the call is %v, %v after %q, want %v after %d GETs", i, known, h.sent, test.want, test.gets)
			}
			if (faults != nil) != (test.fails != "") || faults != nil && !strings.Contains(faults.Error(), test.fails) {
				t.Errorf("the error is %v, want %q", faults, test.fails)
			}
			if name == "an incoming call starts" && !call.Offers(transitions.OperationAccept) {
				t.Error("the fetched invitation offers accept")
			}
		})
	}
	d := document(t, strings.Replace(documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, ringing, nil}), `"state":"Connecting"`, `"state":7`, 1))
	changed, err := calls(new(host)).Add(t.Context(), d)
	var fault *eventchannel.Error
	if len(changed) != 1 || changed[0].OperationID() != "op-2" || !errors.As(err, &fault) {
		t.Errorf("a broken event beside a good one: %v, %v", changed, err)
	}
}

// TestResume resets the conversations. Calls that the service does not know are gone, and the others are what it says.
func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := new(host)
		s := calls(h)
		replies := &script{replies: []reply{
			answer(200, documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, dialling, nil}, told{"3", started, ringing, nil})),
			answer(200, documented(t, 2, told{"4", completed, busy, nil})),
			answer(200, link("resume", 1)),
			answer(200, documented(t, 1, told{"3", completed, missed, nil})),
			replaced,
		}}
		h.set("GET /v1/events", replies.RoundTrip)
		h.set("GET /v1/invitations/2", answer(200, got(t, "2", answered)))
		h.set("GET /v1/invitations/3", answer(200, got(t, "3", ringing)))
		h.set("POST /v1/start", reset)
		lost, err := s.Start(t.Context(), "https://pool.example/v1/start", client.Input{})
		if !errors.Is(err, client.ErrLost) {
			t.Fatal(err)
		}
		states, faults := []string{}, []error{}
		byID := map[string]*client.Call{}
		for call, err := range s.Follow(t.Context(), channel) {
			if err != nil {
				faults = append(faults, err)
				continue
			}
			byID[call.OperationID()] = call
			i, _ := call.Invitation()
			states = append(states, fmt.Sprint(strings.TrimPrefix(call.Href(), "https://pool.example/v1/invitations/"), " ", i, " ", call.Gone()))
		}
		wantSame(t, "the calls", states, []string{
			"1 Incoming Connecting false", "2 Outgoing Connecting false", "3 Incoming Connecting false",
			"4 Outgoing Failed (RemoteFailure/Busy) false",
			" Outgoing None true", "1 Incoming Connecting true", "2 Outgoing Connected false",
			"3 Incoming Failed (Informational/Missed) false",
		})
		wantSame(t, "the errors", kinds(faults), []string{"resume", "409"})
		for _, gone := range []*client.Call{lost, byID["op-1"]} {
			if _, err := gone.Wait(t.Context()); !errors.Is(err, client.ErrGone) {
				t.Errorf("waiting for a call that is gone ends with %v", err)
			}
			if _, err := gone.Do(t.Context(), transitions.OperationAccept, client.Input{}); err == nil || gone.Offers(transitions.OperationAccept) {
				t.Error("a call that is gone can be accepted")
			}
		}
		if i, err := byID["op-2"].Wait(t.Context()); err != nil || i != answered {
			t.Errorf("the call that ended meanwhile is %v, %v", i, err)
		}
	})
}

// TestResumeBeforeCompletion starts a call while the link resume is on its way. The call has failed by the time it is
// fetched, and its completion, which has the reason, comes after that.
func TestResumeBeforeCompletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", answer(201, "", "Location", "/v1/invitations/1"))
		h.set("GET /v1/events", (&script{replies: []reply{
			after(time.Minute, answer(200, link("resume", 1))),
			answer(200, documented(t, 1, told{"1", started, dialling, nil}, told{"1", completed, busy, nil})),
			replaced,
		}}).RoundTrip)
		h.set("GET /v1/invitations/1", answer(200, got(t, "1", busy)))
		result := make(chan error, 1)
		time.AfterFunc(time.Second, func() {
			_, err := s.Start(t.Context(), "https://pool.example/v1/start", client.Input{OperationID: "op-1"})
			result <- err
		})
		var states []string
		for call, err := range s.Follow(t.Context(), channel) {
			if err == nil {
				i, _ := call.Invitation()
				states = append(states, i.String())
			}
		}
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		wantSame(t, "the states", states, []string{
			"Outgoing Failed (undocumented)", "Outgoing Failed (RemoteFailure/Busy)", "Outgoing Failed (RemoteFailure/Busy)",
		})
	})
}

// TestFollowLeft leaves the loop at a call and at an error.
func TestFollowLeft(t *testing.T) {
	for _, first := range []reply{answer(200, documented(t, 1, told{"1", started, ringing, nil}, told{"2", started, ringing, nil})), answer(503, ""), answer(200, link("resume", 1))} {
		h := new(host)
		s := calls(h)
		h.set("GET /v1/events", first)
		for range s.Follow(t.Context(), channel) {
			break
		}
		if len(h.sent) != 1 {
			t.Errorf("after the loop was left, the requests are %q", h.sent)
		}
	}
}

// TestWait waits for the end of a call, and no longer than its context.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := calls(new(host))
		call := add(t, s, 1, told{"1", started, ringing, nil})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if i, err := call.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || i != ringing {
			t.Errorf("%v, %v", i, err)
		}
		time.AfterFunc(time.Minute, func() { add(t, s, 2, told{"1", completed, missed, nil}) })
		if i, err := call.Wait(t.Context()); err != nil || i != missed {
			t.Errorf("%v, %v", i, err)
		}
	})
}

// TestMax keeps three calls.
func TestMax(t *testing.T) {
	s := calls(new(host))
	s.Max = 3
	add(t, s, 1, told{"1", started, ringing, nil}, told{"2", completed, busy, nil}, told{"3", completed, missed, nil})
	first := add(t, s, 2, told{"1", updated, ringing, nil})
	second := add(t, s, 3, told{"4", started, ringing, nil}) // drops the second, which ended first
	add(t, s, 4, told{"5", started, ringing, nil})           // and this one the third
	if add(t, s, 5, told{"1", updated, ringing, nil}) != first {
		t.Error("a call under way was dropped although others had ended")
	}
	changed, err := s.Add(t.Context(), document(t, documented(t, 6, told{"6", started, ringing, nil})))
	if err == nil || !strings.Contains(err.Error(), "more than 3 calls") || len(changed) != 1 {
		t.Errorf("a fourth call under way: %v, %v", changed, err)
	}
	if _, err := first.Wait(t.Context()); !errors.Is(err, client.ErrGone) {
		t.Errorf("waiting for the dropped call ends with %v", err)
	}
	if add(t, s, 7, told{"4", updated, ringing, nil}) != second {
		t.Error("another call than the oldest was dropped")
	}
}

// TestMaxOne keeps one call.
func TestMaxOne(t *testing.T) {
	s := calls(new(host))
	s.Max = 1
	add(t, s, 1, told{"1", started, ringing, nil})
	_, err := s.Add(t.Context(), document(t, documented(t, 2, told{"2", started, ringing, nil})))
	if err == nil || !strings.Contains(err.Error(), "more than 1 call that has not ended;") {
		t.Errorf("a second call under way: %v", err)
	}
}

// TestResumeDuringStart resets the conversations while the answer to a start is on its way. The call is gone.
func TestResumeDuringStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := new(host)
		s := calls(h)
		h.set("POST /v1/start", after(time.Minute, answer(201, "", "Location", "/v1/invitations/1")))
		h.set("GET /v1/events", (&script{replies: []reply{answer(200, link("resume", 1)), replaced}}).RoundTrip)
		s.Client.Timeout = 2 * time.Minute
		time.AfterFunc(time.Second, func() {
			for range s.Follow(t.Context(), channel) {
			}
		})
		call, err := s.Start(t.Context(), "https://pool.example/v1/start", client.Input{})
		if err != nil || !call.Gone() {
			t.Errorf("%v, %v, want a call that is gone", call, err)
		}
	})
}
