package testee

import (
	"cmp"
	"encoding/json"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// encoding is a way to write an event in an event document.
type encoding struct {
	id    string
	text  string
	means func(current transitions.State) transitions.Event // in the current state of the invitation
	edit  func(*wireEvent)
}

// usual writes an event as published payloads do.
var usual = encoding{text: "as published"}

// encodings lists the other ways to write an event, with an event for each. What each means is that of
// eventchannel.Event.Reduce.
var encodings = []encoding{
	{"no-state-started", "started without a state", started(transitions.StateConnecting), noState},
	{"no-resource-started", "started without the invitation", started(transitions.StateConnecting), noResource},
	{"no-state-updated", "updated without a state", unchanged, noState},
	{"no-resource-updated", "updated without the invitation", unchanged, noResource},
	{"unlisted-state", "updated with a state that no page lists", unchanged, func(e *wireEvent) {
		e.resource().State = "Unlisted"
	}},
	{"no-status", "connected without a status", connected, func(e *wireEvent) { e.Status = "" }},
	{"lower-case-status", "connected with the status in lower case", connected, func(e *wireEvent) { e.Status = "success" }},
	{"status-only", "connected with the status alone", connected, noResource},
	{"failed-status-only", "failed with status and reason alone", failed(codes.RemoteFailureDeclined), noResource},
	{"failed-no-status", "failed without a status", failed(codes.RemoteFailureDeclined), func(e *wireEvent) { e.Status = "" }},
	{"failed-no-reason", "failed with the status alone", failed(codes.NoReason), noResource},
	{"no-subcode", "failed without the subcode None", failed(codes.TimeoutNone), func(e *wireEvent) {
		e.Reason.Subcode = ""
	}},
	{"null-message", "failed with a message that is null", failed(codes.RemoteFailureBusy), func(e *wireEvent) {
		e.Reason.Message = json.RawMessage("null")
	}},
	{"unlisted-subcode", "failed with a new subcode", failed(codes.Alone(codes.RemoteFailure)), func(e *wireEvent) {
		e.Reason.Subcode = "SomethingNew"
	}},
	{"unlisted-code", "failed with a new code", failed(codes.Undocumented), func(e *wireEvent) {
		e.Reason.Code, e.Reason.Subcode = "SomethingNew", ""
	}},
	{"unknown-members", "connected with members that no page lists", connected, func(e *wireEvent) {
		e.Extra, e.resource().Extra = map[string]int{"a": 1}, map[string]int{"a": 1}
	}},
}

func noState(e *wireEvent)    { e.resource().State = "" }
func noResource(e *wireEvent) { e.Embedded = nil }

func started(s transitions.State) func(transitions.State) transitions.Event {
	return func(transitions.State) transitions.Event { return transitions.Started(s) }
}

func unchanged(current transitions.State) transitions.Event {
	return transitions.Updated(cmp.Or(current, transitions.StateConnecting))
}

func connected(transitions.State) transitions.Event {
	return transitions.Completed(transitions.StateConnected, codes.NoReason)
}

func failed(r codes.Reason) func(transitions.State) transitions.Event {
	return func(transitions.State) transitions.Event { return transitions.Completed(transitions.StateFailed, r) }
}

// The parts of an event document that has one event. eventchannel.Writer writes no event that a service may not send.
type (
	wireStep struct {
		Document wireDocument `json:"document"`
	}
	wireDocument struct {
		Links  map[string]wireLink `json:"_links"`
		Sender []wireSender        `json:"sender"`
	}
	wireLink struct {
		Rel  string `json:"rel,omitempty"`
		Href string `json:"href"`
	}
	wireSender struct {
		wireLink
		Events []wireEvent `json:"events"`
	}
	wireEvent struct {
		Link     wireLink                 `json:"link"`
		Status   string                   `json:"status,omitempty"`
		Embedded map[string]*wireResource `json:"_embedded,omitempty"`
		Reason   *wireReason              `json:"reason,omitempty"`
		Type     string                   `json:"type"`
		Extra    map[string]int           `json:"unlisted,omitempty"`
	}
	wireResource struct {
		Direction string              `json:"direction"`
		State     string              `json:"state,omitempty"`
		Links     map[string]wireLink `json:"_links"`
		Rel       string              `json:"rel"`
		Extra     map[string]int      `json:"unlisted,omitempty"`
	}
	wireReason struct {
		Code    codes.Code      `json:"code"`
		Subcode codes.Subcode   `json:"subcode,omitempty"`
		Message json.RawMessage `json:"message,omitempty"`
	}
)

func (e *wireEvent) resource() *wireResource { return e.Embedded[transitions.RelInvitation] }

// step returns an event as a step with an event document.
func (e *encoding) step(d transitions.Direction, event transitions.Event) ([]byte, error) {
	const self = "/platformservice/v1/applications/1/communication/audioVideoInvitations/1"
	link := wireLink{transitions.RelInvitation, self}
	w := wireEvent{
		Link: link, Type: event.Type.String(), Embedded: map[string]*wireResource{transitions.RelInvitation: {
			Direction: d.String(), State: event.State.String(), Rel: transitions.RelInvitation,
			Links: map[string]wireLink{"self": {Href: self}},
		}},
	}
	if event.Type == transitions.EventCompleted {
		w.Status = "Failure"
		if event.State == transitions.StateConnected {
			w.Status = "Success"
		}
	}
	switch r := event.Reason; {
	case r.Documented():
		w.Reason = &wireReason{Code: r.Code(), Subcode: r.Subcode()}
	case r == codes.Undocumented:
		w.Reason = &wireReason{Code: "Unlisted", Subcode: "Unlisted"}
	case r != codes.NoReason:
		w.Reason = &wireReason{Code: r.Code(), Subcode: "Unlisted"}
	}
	if e.edit != nil {
		e.edit(&w)
	}
	return json.Marshal(wireStep{wireDocument{
		Links:  map[string]wireLink{"self": {Href: "events?ack=1"}, "next": {Href: "events?ack=2"}},
		Sender: []wireSender{{wireLink{transitions.RelCommunication, "communication"}, []wireEvent{w}}},
	}})
}
