package client_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// TestMain fails if a goroutine is left behind by any test.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// told is an event of the test service.
type told struct {
	id     string // of the invitation
	event  transitions.EventType
	at     transitions.Invitation
	reason *codes.Error
}

// at is an invitation after events.
func at(d transitions.Direction, events ...transitions.Event) transitions.Invitation {
	i := transitions.New(d)
	for _, e := range events {
		next, err := i.Step(e)
		if err != nil {
			panic(err) // a test with an illegal life
		}
		i = next
	}
	return i
}

var (
	ringing   = at(transitions.Incoming, transitions.Started(transitions.StateConnecting))
	accepting = at(transitions.Incoming, transitions.Started(transitions.StateConnecting), transitions.Updated(transitions.StateConnecting))
	connected = at(transitions.Incoming, transitions.Completed(transitions.StateConnected, codes.NoReason))
	missed    = at(transitions.Incoming, transitions.Completed(transitions.StateFailed, codes.InformationalMissed))
	dialling  = at(transitions.Outgoing, transitions.Started(transitions.StateConnecting))
	busy      = at(transitions.Outgoing, transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy))
	answered  = at(transitions.Outgoing, transitions.Completed(transitions.StateConnected, codes.NoReason))
)

// resource returns an invitation whose operationId is "op-" and its id.
func resource(id string) eventchannel.Resource {
	return eventchannel.Resource{
		OperationID: "op-" + id, Links: []eventchannel.Link{{Rel: "self", Href: "/v1/invitations/" + id}},
	}
}

// documented returns document number n of a channel whose URLs end in /v1/events.
func documented(t testing.TB, n int, events ...told) string {
	t.Helper()
	w := eventchannel.Writer{Href: "/v1/events?key=7", Sender: "/v1/communication", Ack: n - 1}
	for _, e := range events {
		if err := w.Add(e.event, e.at, resource(e.id), e.reason); err != nil {
			t.Fatal(err)
		}
	}
	d, err := w.Document()
	if err != nil {
		t.Fatal(err)
	}
	return string(d)
}

// link returns a document that has a link and no events.
func link(relation string, n int) string {
	return `{"_links":{"` + relation + `":{"href":"/v1/events?key=7&ack=` + strconv.Itoa(n) + `"}},"sender":[]}`
}

// based returns a document with a baseuri, as a webhook gets it.
func based(t testing.TB, document string) string {
	t.Helper()
	return string(bytes.Replace([]byte(document), []byte("{"), []byte(`{"baseuri":"https://pool.example/v1/applications",`), 1))
}

// errorBody returns the JSON of an error body.
func errorBody(code codes.Code, subcode codes.Subcode) string {
	text, err := json.Marshal(codes.Error{Code: code, Subcode: subcode})
	if err != nil {
		panic(err)
	}
	return string(text)
}

var started, updated, completed = transitions.EventStarted, transitions.EventUpdated, transitions.EventCompleted
