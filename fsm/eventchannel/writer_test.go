package eventchannel_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

var self = eventchannel.Link{Rel: "self", Href: "i/1?endpointId=7"}

// written is the events of a document, read again.
func written(t interface{ Fatal(...any) }, w *eventchannel.Writer) (events []*eventchannel.Event) {
	document, err := w.Document()
	if err != nil {
		t.Fatal(err)
	}
	if !jsontext.Value(document).IsValid() { // in UTF-8, and no name is there twice
		t.Fatal(string(document))
	}
	for e, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
		if err != nil {
			t.Fatal(string(document), err)
		}
		events = append(events, e)
	}
	return events
}

// An event is written exactly when some invitation comes to the configuration by it. A strict reader takes every event
// that is written, to the same configuration, and finds the operations of the configuration offered.
func TestWriterWritesWhatTheRelationAllows(t *testing.T) {
	type telling struct {
		t transitions.EventType
		i transitions.Invitation
	}
	allowed, all := map[telling]bool{}, []transitions.Invitation{{}}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Reachable(d) {
			all = append(all, i)
			for e := range i.Legal() {
				next, err := i.Step(e)
				if err != nil {
					t.Fatal(err)
				}
				allowed[telling{e.Type, next}] = true
			}
		}
	}
	for _, i := range all {
		for typ := range transitions.EventCompleted + 2 {
			var w eventchannel.Writer
			err := w.Add(typ, i, eventchannel.Resource{Links: []eventchannel.Link{self}}, nil)
			if allowed := allowed[telling{typ, i}]; (err == nil) != allowed {
				t.Errorf("%v of %v: %v, want allowed %t", typ, i, err, allowed)
			}
			if err != nil {
				var refusal *transitions.TransitionError
				if !errors.As(err, &refusal) {
					t.Errorf("%v of %v: %v, want a *TransitionError", typ, i, err)
				}
				if events := written(t, &w); len(events) > 0 {
					t.Errorf("%v of %v is written in spite of %v", typ, i, err)
				}
				continue
			}
			for _, e := range written(t, &w) {
				event, odd, err := e.Reduce(transitions.StateNone)
				if err != nil || odd != nil {
					t.Fatal(err)
				}
				from := transitions.New(i.Direction())
				if i.Pending() != transitions.OperationNone {
					from, _ = from.Step(event)
					from, _ = from.Do(i.Pending())
				}
				if got, err := from.Step(event); got != i || err != nil {
					t.Errorf("%v of %v is read as %v: %v, %v", typ, i, event, got, err)
				}
				if got := e.Invitation.Operations(); got != i.Operations() {
					t.Errorf("%v of %v offers %v, want %v", typ, i, got, i.Operations())
				}
			}
		}
	}
}

// What the documents look like, and that their acks ascend.
func TestWriterDocument(t *testing.T) {
	w := eventchannel.Writer{Href: "/v1/events?key=5", Sender: "/v1/communication", Ack: 36}
	call := transitions.New(transitions.Outgoing)
	r := eventchannel.Resource{
		OperationID: "dial-1", Links: []eventchannel.Link{self, {Rel: "ms:rtc:saas:cancel", Href: "c/1/terminate"}},
	}
	add := func(e transitions.Event) {
		t.Helper()
		var err error
		if call, err = call.Step(e); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(e.Type, call, r, nil); err != nil {
			t.Fatal(err)
		}
	}
	document := func(ack int, senders string) {
		t.Helper()
		got, err := w.Document()
		want := fmt.Sprintf(`{"_links":{"self":{"href":"/v1/events?ack=%d&key=5"},`+
			`"next":{"href":"/v1/events?ack=%d&key=5"}},"sender":%s}`, ack, ack+1, senders)
		if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	const begins = `[{"rel":"ms:rtc:saas:communication","href":"/v1/communication","events":[` +
		`{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"i/1?endpointId=7"},`
	document(37, `[]`)
	add(transitions.Started(transitions.StateConnecting))
	document(38, begins+`"_embedded":{"ms:rtc:saas:audioVideoInvitation":`+
		`{"direction":"Outgoing","operationId":"dial-1","state":"Connecting","_links":`+
		`{"self":{"href":"i/1?endpointId=7"},"ms:rtc:saas:cancel":{"href":"c/1/terminate"}},`+
		`"rel":"ms:rtc:saas:audioVideoInvitation"}},"type":"started"}]}]`)
	add(transitions.Completed(transitions.StateFailed, codes.RemoteFailureDeclined))
	document(39, begins+`"status":"Failure","_embedded":{"ms:rtc:saas:audioVideoInvitation":`+
		`{"direction":"Outgoing","operationId":"dial-1","state":"Failed","_links":`+
		`{"self":{"href":"i/1?endpointId=7"}},"rel":"ms:rtc:saas:audioVideoInvitation"}},`+
		`"reason":{"code":"RemoteFailure","subcode":"Declined","message":"Outgoing invitation declined."},`+
		`"type":"completed"}]}]`)
	document(40, `[]`)

	w = eventchannel.Writer{BaseURI: "https://pool.example/v1/"}
	const webhook = `{"_links":{"self":{"href":"events?ack=1"},"next":{"href":"events?ack=2"}},` +
		`"baseuri":"https://pool.example/v1/","sender":[]}`
	if got, err := w.Document(); string(got) != webhook || err != nil {
		t.Errorf("%s, %v, want %s", got, err, webhook)
	}
}

// The links that a resource lacks are made of its own.
func TestWriterOffers(t *testing.T) {
	var w eventchannel.Writer
	ringing, err := transitions.New(transitions.Incoming).Step(transitions.Started(transitions.StateConnecting))
	if err != nil {
		t.Fatal(err)
	}
	links := []eventchannel.Link{
		{
			Rel: "ms:rtc:saas:cancel", Href: "not ours"}, self, {Rel: "service:acceptAndBridge",
			Href: "bridge"}, {Rel: "ms:rtc:saas:decline"},
		{Rel: "ms:rtc:saas:conversation", Href: "c/1"},
	}
	if err := w.Add(transitions.EventStarted, ringing, eventchannel.Resource{Links: links}, nil); err != nil {
		t.Fatal(err)
	}
	want := []eventchannel.Link{
		self,
		{Rel: "service:acceptAndBridge", Href: "bridge"},
		{Rel: "ms:rtc:saas:conversation", Href: "c/1"},
		{Rel: "ms:rtc:saas:accept", Href: "i/1/accept?endpointId=7"},
		{Rel: "ms:rtc:saas:decline", Href: "i/1/decline?endpointId=7"},
		{Rel: "ms:rtc:saas:forward", Href: "i/1/forward?endpointId=7"},
		{Rel: "ms:rtc:saas:startAdhocMeeting", Href: "i/1/startAdhocMeeting?endpointId=7"},
	}
	if diff := cmp.Diff(want, written(t, &w)[0].Invitation.Links); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// Without any, as the service spells them.
	r := eventchannel.Resource{Links: []eventchannel.Link{self}}
	if err := w.Add(transitions.EventStarted, ringing, r, nil); err != nil {
		t.Fatal(err)
	}
	bridge := eventchannel.Link{
		Rel: "ms:rtc:saas:acceptAndBridgeAudioVideo", Href: "i/1/acceptAndBridgeAudioVideo?endpointId=7",
	}
	links = written(t, &w)[0].Invitation.Links
	if !slices.ContainsFunc(links, func(l eventchannel.Link) bool { return cmp.Equal(l, bridge) }) {
		t.Errorf("%v, want %v among them", links, bridge)
	}
}

// The reason of a failure has the text of the specification, or is what the service says.
func TestWriterReason(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		for i := range transitions.Outcomes(transitions.New(d)) {
			if i.Succeeded() {
				continue
			}
			message := "In other words"
			said := &codes.Error{Code: i.Reason().Code(), Subcode: i.Reason().Subcode(), Message: &message}
			for _, body := range []*codes.Error{nil, said} {
				var w eventchannel.Writer
				r := eventchannel.Resource{Links: []eventchannel.Link{self}}
				if err := w.Add(transitions.EventCompleted, i, r, body); err != nil {
					t.Fatal(err)
				}
				got, want := written(t, &w)[0].Reason, i.Reason().Texts()[0]
				if body != nil {
					want = message
				}
				text := ""
				if got.Message != nil {
					text = *got.Message
				}
				if got.Reason() != i.Reason() || text != want || want == "" && got.Message != nil {
					t.Errorf("%v has the reason %v, want the text %q", i, got, want)
				}
			}
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	step := func(d transitions.Direction, e transitions.Event) transitions.Invitation {
		i, _, err := transitions.New(d).Observe(e)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	var (
		ringing = step(transitions.Outgoing, transitions.Started(transitions.StateAlerting))
		success = step(transitions.Outgoing, transitions.Completed(transitions.StateConnected, codes.NoReason))
		busy    = step(transitions.Outgoing, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
		strange = step(transitions.Outgoing, transitions.Completed(transitions.StateFailed, codes.Undocumented))
		theirs  = step(transitions.Incoming, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
		body    = &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy}
	)
	for _, tt := range []struct {
		name string
		t    transitions.EventType
		i    transitions.Invitation
		r    eventchannel.Resource
		body *codes.Error
		want string
	}{
		{
			"an update after the end", transitions.EventUpdated, busy, eventchannel.Resource{}, nil,
			"the invitation has completed",
		},
		{
			"an end before the end", transitions.EventCompleted, ringing, eventchannel.Resource{}, nil,
			"not a value of the protocol",
		},
		{"no reason", transitions.EventCompleted, strange, eventchannel.Resource{}, nil, "no documented reason"},
		{
			"a reason of the other direction", transitions.EventCompleted, theirs, eventchannel.Resource{}, body,
			"for the other direction only",
		},
		{"a reason for success", transitions.EventCompleted, success, eventchannel.Resource{}, body, "contradicts"},
		{"a reason for an update", transitions.EventUpdated, ringing, eventchannel.Resource{}, body, "contradicts"},
		{
			"another reason", transitions.EventCompleted, busy, eventchannel.Resource{},
			&codes.Error{Code: codes.RemoteFailure}, "contradicts",
		},
		{
			"another direction", transitions.EventUpdated, ringing, eventchannel.Resource{Direction: "Incoming"}, nil,
			"the resource's direction Incoming contradicts Outgoing",
		},
		{
			"another resource", transitions.EventUpdated, ringing,
			eventchannel.Resource{Rel: "ms:rtc:saas:messagingInvitation"}, nil, "want ms:rtc:saas:audioVideoInvitation",
		},
		{
			"too long", transitions.EventUpdated, ringing, eventchannel.Resource{Subject: strings.Repeat("a", 251)},
			nil, "/subject: 251 UTF-16 code units, want at most 250",
		},
		{
			"no JSON", transitions.EventUpdated, ringing,
			eventchannel.Resource{Other: map[string][]byte{"a": []byte("{")}}, nil, "unexpected EOF",
		},
		{"no UTF-8", transitions.EventUpdated, ringing, eventchannel.Resource{Subject: "\xff"}, nil, "invalid UTF-8"},
	} {
		var w eventchannel.Writer
		tt.r.Links = []eventchannel.Link{self}
		if err := w.Add(tt.t, tt.i, tt.r, tt.body); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if events := written(t, &w); len(events) > 0 {
			t.Errorf("%s is written", tt.name)
		}
	}
	var w eventchannel.Writer
	err := w.Add(transitions.EventUpdated, ringing, eventchannel.Resource{}, nil)
	if err == nil || !strings.Contains(err.Error(), "no link self") {
		t.Errorf("without a link self: %v", err)
	}
	w.Href = "\xff"
	if document, err := w.Document(); err == nil || w.Ack != 0 {
		t.Errorf("%s is written, ack %d, want an error", document, w.Ack)
	}
}

// drawResource draws a resource within its limits, with links, embedded ones, and members that the documentation does not
// list.
func drawResource(t *rapid.T) eventchannel.Resource {
	texts := proptest.ValidProperties().Draw(t, "texts")
	r := eventchannel.Resource{
		Importance: texts.Importance, OperationID: texts.OperationID, SessionContext: texts.SessionContext,
		Subject: texts.Subject, ThreadID: texts.ThreadID, To: texts.To, Links: []eventchannel.Link{self},
	}
	some := func(label string, of ...string) []string {
		return rapid.SliceOfDistinct(rapid.SampledFrom(of), rapid.ID[string]).Draw(t, label)
	}
	raw := rapid.SampledFrom([]string{"null", `""`, `"\u00e9"`, "1e400", `{"a":[1,2.50,true]}`, "[]"})
	members := func(names []string) (m map[string][]byte) {
		for _, name := range names {
			if m == nil {
				m = map[string][]byte{}
			}
			m[name] = []byte(raw.Draw(t, name))
		}
		return m
	}
	r.Other = members(some("other", "joinAudioMuted", "zip", "Subject", "_link", "\u2028"))
	for _, rel := range some(
		"links", "service:accept", "acceptAndBridge", "ms:rtc:saas:cancel", "ms:rtc:saas:conversation", "mediaOffer",
	) {
		r.Links = append(r.Links, eventchannel.Link{
			Rel: rel, Href: "a/" + rel + "?b=c&d", Title: rapid.SampledFrom([]string{"", "Amanda Å"}).Draw(t, "title"),
			Other: members(some("link", "revision", "HREF")),
		})
	}
	for _, rel := range some("embedded", "ms:rtc:saas:from", "acceptedByParticipant") {
		if r.Embedded == nil {
			r.Embedded = map[string][]byte{}
		}
		r.Embedded[rel] = []byte(rapid.SampledFrom([]string{"{}", "[]", `[{"name":"Bob"}]`, "null"}).Draw(t, rel))
	}
	return r
}

// What is written is read as the same: the resource with its unknown members, the configuration, and the reason, also
// one that is documented nowhere, which only the tolerant mode accepts.
func TestWriterRoundTrip(t *testing.T) {
	bodies, directions := proptest.ErrorBody(), proptest.Direction()
	rapid.Check(t, func(t *rapid.T) {
		w := eventchannel.Writer{BaseURI: rapid.SampledFrom([]string{"", "https://pool.example/v1/"}).Draw(t, "base")}
		type told struct {
			event *eventchannel.Event
			i     transitions.Invitation
		}
		var want []told
		for range rapid.IntRange(0, 4).Draw(t, "events") {
			d := directions.Draw(t, "direction")
			i := transitions.New(d)
			var body *codes.Error
			e := rapid.SampledFrom(slices.Collect(i.Legal())).Draw(t, "event")
			if e.Reason != codes.NoReason {
				body = bodies.Draw(t, "reason")
				e.Reason = body.Reason()
			}
			i, odd, err := i.Observe(e)
			if err != nil {
				t.Fatal(err)
			}
			r := drawResource(t)
			err = w.Add(e.Type, i, r, body)
			if possible := odd.Rule == 0 || odd.Rule == transitions.ErrUndocumented; (err == nil) != possible {
				t.Fatalf("%v with %v: %v, want it written: %t", i, body, err, possible)
			}
			if err != nil {
				continue
			}
			r.Direction, r.State, r.Rel = d.String(), i.State().String(), "ms:rtc:saas:audioVideoInvitation"
			event := &eventchannel.Event{Type: e.Type, Rel: r.Rel, Invitation: &r, Reason: body}
			event.Href = eventchannel.Resolve(w.BaseURI, self.Href)
			if i.Succeeded() {
				event.Status = "Success"
			} else if i.Terminal() {
				event.Status = "Failure"
			}
			want = append(want, told{event, i})
		}
		got := written(t, &w)
		if len(got) != len(want) {
			t.Fatalf("%d events are read, want %d", len(got), len(want))
		}
		for n, e := range got {
			event, odd, err := e.Reduce(transitions.StateNone)
			if err != nil || odd != nil {
				t.Fatal(err)
			}
			i, _, err := transitions.New(want[n].i.Direction()).Observe(event)
			if i != want[n].i || err != nil {
				t.Errorf("%v is read as %v, %v", want[n].i, i, err)
			}
			// The Writer chooses among the operations; of the others nothing may change.
			if got, want := e.Invitation.Operations(), i.Operations(); got != want {
				t.Errorf("%v offers %v, want %v", i, got, want)
			}
			told := want[n].event
			e.Invitation.Links, told.Invitation.Links = noOperations(e.Invitation), noOperations(told.Invitation)
			if diff := cmp.Diff(told, e, cmpopts.IgnoreFields(eventchannel.Event{}, "Place", "Document", "Sender")); diff != "" {
				t.Errorf("(-told +read):\n%s", diff)
			}
		}
	})
}

func noOperations(r *eventchannel.Resource) []eventchannel.Link {
	operations := map[string]bool{}
	for _, l := range r.Offers() {
		operations[l.Rel] = true
	}
	return slices.DeleteFunc(slices.Clone(r.Links), func(l eventchannel.Link) bool { return operations[l.Rel] })
}
