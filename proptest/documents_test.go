package proptest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/proptest"
	"github.com/avinvite/avinvite/transitions"
)

// TestErrorBodies: an error body is written and read without loss, and what it means is what its two tokens resolve to
// (law 12, and law 10 where it speaks of raw codes).
func TestErrorBodies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := proptest.ErrorBody().Draw(t, "body")
		written, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		var read codes.Error
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("%s cannot be read: %v", written, err)
		}
		if diff := cmp.Diff(body, &read); diff != "" {
			t.Errorf("%s is read as something else (-written +read):\n%s", written, diff)
		}
		want, _ := codes.Resolve(body.Code, body.Subcode)
		if got := read.Reason(); got != want {
			t.Errorf("%s means %v, want %v", written, got, want)
		}
	})
}

// compact takes white space away from the raw JSON in error bodies, which has that of the document around it.
var compact = cmp.Transformer("compact", func(raw []byte) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
})

// TestResourceLimits: a resource is valid exactly within its limits, by the PAGE, as a request and on the wire; beyond
// them the property that is named breaks its own, and no other does.
func TestResourceLimits(t *testing.T) {
	request := func(r proptest.Properties) transitions.Request {
		return transitions.Request{OperationID: r.OperationID, SessionContext: r.SessionContext, Subject: r.Subject}
	}
	rapid.Check(t, func(t *rapid.T) {
		valid := proptest.ValidProperties().Draw(t, "valid")
		oversize := proptest.OversizeProperties().Draw(t, "oversize")
		for _, l := range limits {
			if n := units(l.of(valid)); n > l.limit {
				t.Errorf("a valid resource has %d units of %s, want %d at most", n, l.property, l.limit)
			}
			n := units(l.of(oversize.Properties))
			named := l.property == oversize.Property
			if n > l.limit != named || named && (n != oversize.Length || l.limit != oversize.Limit) {
				t.Errorf("%d units of %s; %s is said to have %d of %d",
					n, l.property, oversize.Property, oversize.Length, oversize.Limit)
			}
		}

		if err := request(valid).Check(transitions.OperationAccept); err != nil {
			t.Errorf("a request within its limits: %v", err)
		}
		want := &transitions.RequestError{
			Operation: transitions.OperationAccept, Member: oversize.Property, Length: oversize.Length, Limit: oversize.Limit,
		}
		if diff := cmp.Diff(error(want), request(oversize.Properties).Check(transitions.OperationAccept)); diff != "" {
			t.Errorf("the refusal of a request is another (-want +got):\n%s", diff)
		}

		if err := onTheWire(t, valid).Validate(); err != nil {
			t.Errorf("on the wire, within its limits: %v", err)
		}
		offence := eventchannel.Offence{Pointer: "/" + oversize.Property, Limit: oversize.Limit, Actual: oversize.Length}
		diff := cmp.Diff(error(&eventchannel.ValidationError{Offences: []eventchannel.Offence{offence}}),
			onTheWire(t, oversize.Properties).Validate(), cmpopts.IgnoreFields(eventchannel.Offence{}, "Got", "Want"))
		if diff != "" {
			t.Errorf("on the wire, beyond a limit (-want +got):\n%s", diff)
		}
	})
}

// limits are the limits of the PAGE.
var limits = []struct {
	property string
	limit    int
	of       func(proptest.Properties) string
}{
	{"operationId", 50, func(r proptest.Properties) string { return r.OperationID }},
	{"sessionContext", 50, func(r proptest.Properties) string { return r.SessionContext }},
	{"subject", 250, func(r proptest.Properties) string { return r.Subject }},
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// onTheWire returns the resource as it is read. Written and read again it is the same (law 12).
func onTheWire(t *rapid.T, r proptest.Properties) *eventchannel.Resource {
	var read, again eventchannel.Resource
	written, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &read); err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	want := eventchannel.Resource{
		Direction: r.Direction.String(), Importance: r.Importance, OperationID: r.OperationID,
		SessionContext: r.SessionContext, State: r.State.String(), Subject: r.Subject, ThreadID: r.ThreadID, To: r.To,
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("%s is read as something else (-written +read):\n%s", written, diff)
	}
	if written, err = json.Marshal(read); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &again); err != nil || !cmp.Equal(read, again) {
		t.Errorf("%+v is written as %s, and read as %+v, %v", read, written, again, err)
	}
	return &read
}

// TestWritten: a life that a server writes is what a client reads, event by event, with the operations that it offers
// (law 12).
func TestWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := proptest.Direction().Draw(t, "direction")
		var w eventchannel.Writer
		var told []transitions.Event
		var lived []transitions.Invitation
		i := transitions.New(d)
		for _, a := range proptest.Sequence(d).Draw(t, "sequence") {
			next, err := i.Do(a.Operation)
			if a.Operation == transitions.OperationNone {
				next, err = i.Step(a.Event)
			}
			if err != nil {
				continue // a server does neither
			}
			if i = next; a.Operation != transitions.OperationNone {
				continue // the next event shows it
			}
			self := eventchannel.Link{Rel: "self", Href: "communication/audioVideoInvitations/1"}
			if err := w.Add(a.Event.Type, i, eventchannel.Resource{Links: []eventchannel.Link{self}}, nil); err != nil {
				t.Fatal(err)
			}
			told, lived = append(told, a.Event), append(lived, i)
		}
		document, err := w.Document()
		if err != nil {
			t.Fatal(err)
		}
		var read []transitions.Event
		for e, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
			if err != nil {
				t.Fatal(err)
			}
			event, odd, err := e.Reduce(transitions.StateNone)
			if err != nil || odd != nil {
				t.Fatalf("%s: %v", e.Place, err)
			}
			if n := len(read); n < len(lived) && e.Invitation.Operations() != lived[n].Operations() {
				t.Errorf("%v is read with other offers: %v", lived[n], slices.Collect(e.Invitation.Operations().All()))
			}
			read = append(read, event)
		}
		if diff := cmp.Diff(told, read); diff != "" {
			t.Errorf("the life is read as another (-told +read):\n%s", diff)
		}
	})
}

// TestDocuments: what a document says is what its reader understands, in every spelling, and a life is legal
// throughout.
func TestDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := proptest.EventDocument().Draw(t, "document")
		var told []proptest.PayloadEvent
		lives := map[string]transitions.Invitation{}
		for e, err := range eventchannel.NewReader(bytes.NewReader(document.JSON)).Events() {
			if err != nil {
				t.Fatal(err)
			}
			i, begun := lives[e.Key()]
			if !begun && e.Invitation != nil {
				var d transitions.Direction
				if err := d.UnmarshalText([]byte(e.Invitation.Direction)); err != nil {
					t.Fatal(err)
				}
				i = transitions.New(d)
			}
			event, odd, err := e.Reduce(i.State())
			if err != nil || odd != nil {
				t.Fatalf("%s: %v", e.Place, err)
			}
			told = append(told, proptest.PayloadEvent{Href: e.Href, Event: event, Reason: e.Reason})
			if i == (transitions.Invitation{}) {
				continue // the direction has not been told yet
			}
			if i, err = i.Step(event); err != nil {
				t.Fatal(err)
			}
			lives[e.Key()] = i
		}
		if diff := cmp.Diff(document.Events, told, compact); diff != "" {
			t.Errorf("it is understood as something else (-told +read):\n%s", diff)
		}
	})
}

// survive reads what somebody sends instead of a document: each event is one, each fault says where it is, and a
// tolerant client lives through all of it.
func survive(t interface {
	Errorf(format string, args ...any)
}, document []byte,
) {
	i := transitions.New(transitions.Outgoing)
	for e, err := range eventchannel.NewReader(bytes.NewReader(document)).Events() {
		if err != nil {
			var fault *eventchannel.Error
			if !errors.As(err, &fault) || fault.Place.Document < 1 ||
				fault.Place.Offset < 0 || fault.Place.Offset > int64(len(document)) ||
				strings.TrimSpace(fault.Err.Error()) == "" {
				t.Errorf("the fault does not say where and what: %#v", err)
			}
			continue
		}
		event, _, err := e.Reduce(i.State())
		if err != nil {
			continue
		}
		i, _, err = i.Observe(event)
		if event.Type == transitions.EventCompleted && !i.Terminal() {
			t.Errorf("%v leaves %v, %v", event, i, err)
		}
	}
}

func TestHostileDocuments(t *testing.T) {
	documents := proptest.HostileDocument()
	rapid.Check(t, func(t *rapid.T) { survive(t, documents.Draw(t, "document")) })

	// They are hostile in earnest.
	harmless := share(draw(documents, 1000), func(d []byte) bool {
		for _, err := range eventchannel.NewReader(bytes.NewReader(d)).Events() {
			if err != nil {
				return false
			}
		}
		return true
	})
	measure(t, "HostileDocument: harmless", harmless, 1./6)
}

func FuzzHostileDocument(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { survive(t, proptest.HostileDocument().Draw(t, "document")) }))
}
