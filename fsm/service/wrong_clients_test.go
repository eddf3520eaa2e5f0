package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// belief is what a client has come to about a call.
type belief struct {
	at       transitions.Invitation
	gone     bool // it knows that the service has forgotten the call
	accepted bool // it has accepted the call
}

// subject is a client under test: it follows the event channel until the context ends, starts one call, and accepts every
// call. It returns its beliefs by the identities of the hrefs.
type subject func(ctx context.Context, web *http.Client, discovery string) map[string]belief

// trial is a script in which every rule matters for a client: it is called before and after long silence, the answer to its
// first accept is lost, a proxy answers the second, and the channel resyncs, breaks off and resumes once.
func trial() service.Script {
	ring := func(after time.Duration) service.Incoming {
		return service.Incoming{After: after, Life: service.Life{Steps: []service.Step{
			{Event: transitions.Started(transitions.StateConnecting)},
		}}}
	}
	return service.Script{
		Incoming: []service.Incoming{ring(0), ring(10 * second), ring(20 * second), ring(1000 * second), ring(2000 * second)},
		Outgoing: []service.Outgoing{{Life: service.Life{Steps: []service.Step{
			{After: second, Event: transitions.Started(transitions.StateConnecting)},
			{After: second, Event: transitions.Completed(transitions.StateConnected, 0)},
		}}}},
		Faults: []service.Fault{
			{Kind: service.FaultLose, On: "accept", Times: 1}, {Kind: service.FaultProxy, On: "accept", Skip: 1, Times: 1},
			{Kind: service.FaultResync, Skip: 3, Times: 1}, {Kind: service.FaultCut, On: "poll", Skip: 4, Times: 1},
			{Kind: service.FaultResume, Skip: 12, Times: 1},
		},
	}
}

// examine runs a client against the script of the trial for an hour, and returns the rules that it breaks.
func examine(t *testing.T, s subject) (broken []string) {
	t.Helper()
	add := func(rule string) {
		if !slices.Contains(broken, rule) {
			broken = append(broken, rule)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		recording := new(bytes.Buffer)
		simulated, err := service.New(service.Config{Script: trial(), Recording: recording})
		if err != nil {
			t.Fatal(err)
		}
		web, stop := service.InMemory(simulated)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		beliefs := s(ctx, web, host+"/platformservice/discover")
		<-ctx.Done()
		end := time.Now()
		truth := simulated.Calls()
		if err := simulated.Close(); err != nil {
			t.Error(err)
		}
		stop()
		exchanges := recorded(t, recording)
		polls(exchanges, end, add)
		operations(exchanges, add)
		for _, call := range truth {
			href := eventchannel.Identity(host + call.Href)
			if beliefs[href].at.State() != call.Invitation.State() {
				add("does not learn how a call ends")
			}
			if call.Accepted > 1 {
				add("accepts twice")
			}
		}
		for _, b := range beliefs {
			if !b.at.Terminal() && !b.gone {
				add("waits for ever")
			}
		}
	})
	return broken
}

// exchanged is a request with its answer, as the service has recorded it.
type exchanged struct {
	method, url string
	at          time.Time
	answered    bool // by the service itself
	document    *eventchannel.Document
}

// recorded reads a HAR.
func recorded(t *testing.T, in io.Reader) (list []exchanged) {
	t.Helper()
	var har struct {
		Log struct {
			Entries []struct {
				Started time.Time `json:"startedDateTime"`
				Request struct{ Method, URL string }
				Answer  struct {
					Status  int
					Content struct{ MimeType, Text string }
				} `json:"response"`
			}
		}
	}
	if err := json.NewDecoder(in).Decode(&har); err != nil {
		t.Fatal(err)
	}
	for _, e := range har.Log.Entries {
		x := exchanged{method: e.Request.Method, url: e.Request.URL, at: e.Started}
		x.answered = e.Answer.Status != 0 && !eventchannel.Foreign(e.Answer.Status, e.Answer.Content.MimeType, []byte(e.Answer.Content.Text))
		if e.Answer.Status == 200 && strings.Contains(x.url, "/events?") {
			for d, err := range eventchannel.NewReader(strings.NewReader(e.Answer.Content.Text)).Documents() {
				if err == nil {
					x.document = d
				}
			}
		}
		list = append(list, x)
	}
	return list
}

// polls checks the polls: each follows the link of the answer before it, or repeats a poll that failed.
func polls(exchanges []exchanged, end time.Time, add func(string)) {
	exchanges = slices.DeleteFunc(slices.Clone(exchanges), func(x exchanged) bool { return !strings.Contains(x.url, "/events?") })
	for n, x := range exchanges[1:] {
		before := exchanges[n]
		d := before.document
		if d == nil {
			d = &eventchannel.Document{Next: before.url}
		}
		led := func(link string) bool { return link != "" && eventchannel.Resolve(before.url, link) == x.url }
		switch {
		case led(d.Next) || led(d.Resync) || led(d.Resume):
		case d.Resync != "":
			add("does not follow resync")
		case d.Resume != "":
			add("does not follow resume")
		case x.url == exchanges[0].url:
			add("starts again from the first document")
		default:
			add("edits the acknowledgement")
		}
	}
	// The last poll may not have been answered, and so not be recorded; the one before took three minutes at most.
	if last := exchanges[len(exchanges)-1]; end.Sub(last.at) > 400*second {
		add("stops polling")
	}
}

// operations checks that the client asks what has become of an operation whose answer was lost, or came from a proxy, and
// does not send it again before.
func operations(exchanges []exchanged, add func(string)) {
	lost := map[string]bool{} // by the identity of the invitation
	for _, x := range exchanges {
		id := eventchannel.Identity(x.url)
		of, operation := strings.CutSuffix(id, "/accept")
		switch {
		case operation && lost[of]:
			add("sends an operation again without asking")
		case operation:
			lost[of] = !x.answered
		case x.method == "GET":
			lost[id] = false
		}
	}
	for _, never := range lost {
		if never {
			add("takes a lost answer, or a proxy's page, for the service's answer")
		}
	}
}

// right is package client.
func right(ctx context.Context, web *http.Client, discovery string) map[string]belief {
	s := client.Calls{Client: &client.Client{HTTP: web}}
	links, err := s.Client.Discover(ctx, discovery)
	if err != nil {
		return nil
	}
	known := map[*client.Call]bool{}
	if call, err := s.Start(ctx, links.StartAudio, client.Input{To: "sip:a@b"}); err == nil {
		known[call] = true
	}
	for call, err := range s.Follow(ctx, links.Events) {
		if err != nil {
			continue
		}
		known[call] = true
		for again := call.Offers(transitions.OperationAccept); again; again = errors.Is(err, client.ErrLost) {
			_, err = call.Do(ctx, transitions.OperationAccept, client.Input{})
		}
	}
	beliefs := map[string]belief{}
	for call := range known {
		i, _ := call.Invitation()
		beliefs[eventchannel.Identity(call.Href())] = belief{at: i, gone: call.Gone()}
	}
	return beliefs
}

// naive is a client by hand. It is right, unless it has a fault.
type naive struct {
	editsAck, dropsResync, restarts, acceptsTwice, ignoresResume, stopsAtIdle, trustsProxies, keysByText bool

	web     *http.Client
	beliefs map[string]belief
}

func (n *naive) key(base, href string) string {
	if n.keysByText {
		return href
	}
	return eventchannel.Identity(eventchannel.Resolve(base, href))
}

// send sends a request. ok reports that the service itself has answered.
func (n *naive) send(ctx context.Context, method, url, body string) (status int, text []byte, header http.Header, ok bool) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil, false
	}
	answer, err := n.web.Do(r)
	if err != nil {
		return 0, nil, nil, false
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	foreign := eventchannel.Foreign(answer.StatusCode, answer.Header.Get("Content-Type"), text)
	return answer.StatusCode, text, answer.Header, err == nil && (!foreign || n.trustsProxies)
}

func (n *naive) run(ctx context.Context, web *http.Client, discovery string) map[string]belief {
	n.web, n.beliefs = web, map[string]belief{}
	links, err := (&client.Client{HTTP: web}).Discover(ctx, discovery)
	if err != nil {
		return nil
	}
	if _, _, header, ok := n.send(ctx, "POST", links.StartAudio, `{"to":"sip:a@b"}`); ok {
		n.beliefs[n.key(links.StartAudio, header.Get("Location"))] = belief{at: transitions.New(transitions.Outgoing)}
	}
	first, url := links.Events, links.Events
	for ; ctx.Err() == nil; time.Sleep(second) {
		status, text, _, ok := n.send(ctx, "GET", url, "")
		if !ok || status != 200 {
			if n.restarts {
				url = first
			}
			continue
		}
		for d, err := range eventchannel.NewReader(bytes.NewReader(text)).Documents() {
			if err == nil {
				n.document(ctx, url, d)
				url = n.follow(url, d)
			}
		}
		if url == "" {
			break
		}
	}
	return n.beliefs
}

// follow returns the URL of the next poll, "" for none.
func (n *naive) follow(url string, d *eventchannel.Document) string {
	idle := true
	for range d.Events() {
		idle = false
	}
	switch {
	case d.Next != "" && idle && n.stopsAtIdle:
		return ""
	case d.Next != "" && n.editsAck:
		return eventchannel.Resolve(url, strings.Replace(d.Next, "ack=", "ack=0", 1))
	case d.Next != "":
		return eventchannel.Resolve(url, d.Next)
	case d.Resync != "" && n.dropsResync, d.Resume != "" && n.ignoresResume:
		return url
	case d.Resync != "":
		return eventchannel.Resolve(url, d.Resync)
	}
	for key, b := range n.beliefs {
		b.gone = !b.at.Terminal()
		n.beliefs[key] = b
	}
	return eventchannel.Resolve(url, d.Resume)
}

func (n *naive) document(ctx context.Context, url string, d *eventchannel.Document) {
	for e, err := range d.Events() {
		if err != nil {
			continue
		}
		key := n.key(url, e.Href)
		b, known := n.beliefs[key]
		if !known {
			b.at = transitions.New(transitions.Incoming)
			if e.Invitation.Direction == "Outgoing" {
				b.at = transitions.New(transitions.Outgoing)
			}
		}
		b.at, _ = e.Observe(b.at)
		for o, link := range e.Invitation.Offers() {
			if o == transitions.OperationAccept && !b.accepted {
				b.accepted = n.accept(ctx, eventchannel.Resolve(url, e.Href), eventchannel.Resolve(url, link.Href))
			}
		}
		n.beliefs[key] = b
	}
}

func (n *naive) accept(ctx context.Context, invitation, link string) bool {
	for ; ctx.Err() == nil; time.Sleep(second) {
		status, _, _, ok := n.send(ctx, "POST", link, "")
		if ok {
			return status < 300 || n.trustsProxies
		}
		if n.acceptsTwice {
			continue
		}
		_, text, _, _ := n.send(ctx, "GET", invitation, "")
		var r eventchannel.Resource
		if json.Unmarshal(text, &r) == nil && !r.Operations().Has(transitions.OperationAccept) {
			return true
		}
	}
	return false
}

// TestWrongClients examines package client and a client by hand, which break no rule, and clients with one fault each. The
// examination names the fault.
func TestWrongClients(t *testing.T) {
	for _, test := range []struct {
		name    string
		subject subject
		want    string // among the rules that it breaks; "" if it must break none
	}{
		{"package client", right, ""},
		{"by hand", new(naive).run, ""},
		{"edits the acknowledgement", (&naive{editsAck: true}).run, "edits the acknowledgement"},
		{"drops resync", (&naive{dropsResync: true}).run, "does not follow resync"},
		{"starts again from 1", (&naive{restarts: true}).run, "starts again from the first document"},
		{"accepts twice when the answer is lost", (&naive{acceptsTwice: true}).run, "sends an operation again without asking"},
		{"ignores resume", (&naive{ignoresResume: true}).run, "does not follow resume"},
		{"stops at an idle answer", (&naive{stopsAtIdle: true}).run, "stops polling"},
		{"trusts a proxy's page", (&naive{trustsProxies: true}).run, "takes a lost answer, or a proxy's page, for the service's answer"},
		{"keys by the text of an href", (&naive{keysByText: true}).run, "does not learn how a call ends"},
	} {
		t.Run(test.name, func(t *testing.T) {
			broken := examine(t, test.subject)
			if test.want == "" && len(broken) > 0 || test.want != "" && !slices.Contains(broken, test.want) {
				t.Errorf("it %s; want that it %s", strings.Join(broken, ", "), test.want)
			}
			t.Log(strings.Join(broken, ", "))
		})
	}
}
