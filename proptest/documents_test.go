package proptest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

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
		if diff := cmp.Diff(body, &read, cmpopts.IgnoreUnexported(codes.Error{})); diff != "" {
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

// TestRequests: a request with a resource's properties passes exactly when they are within their limits.
func TestRequests(t *testing.T) {
	check := func(r proptest.Resource) error {
		request := transitions.Request{OperationID: r.OperationID, SessionContext: r.SessionContext, Subject: r.Subject}
		return request.Check(transitions.OperationAccept)
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := check(proptest.ValidResource().Draw(t, "valid")); err != nil {
			t.Errorf("within its limits: %v", err)
		}
		oversize := proptest.OversizeResource().Draw(t, "oversize")
		var refusal *transitions.RequestError
		if err := check(oversize.Resource); !errors.As(err, &refusal) ||
			refusal.Member != oversize.Property || refusal.Length != oversize.Length || refusal.Limit != oversize.Limit {
			t.Errorf("%s has %d units: %v", oversize.Property, oversize.Length, err)
		}
	})
}

// TestDocuments: what a document says is what its reader understands, in every spelling, and a life is legal
// throughout.
func TestDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := proptest.EventDocument().Draw(t, "document")
		var told []proptest.Told
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
			event, err := e.Transition(i.State())
			if err != nil {
				t.Fatalf("%s: %v", e.Place, err)
			}
			told = append(told, proptest.Told{Href: e.Key(), Event: event, Reason: e.Reason})
			if i == (transitions.Invitation{}) {
				continue // the direction has not been told yet
			}
			if i, err = i.Step(event); err != nil {
				t.Fatal(err)
			}
			lives[e.Key()] = i
		}
		if diff := cmp.Diff(document.Told, told, cmpopts.IgnoreUnexported(codes.Error{}), compact); diff != "" {
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
		event, err := e.Transition(i.State())
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
