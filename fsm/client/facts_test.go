package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/client"
	"github.com/avinvite/avinvite/transitions"
)

// TestLives follows each life that the documentation tells of: with a document for each event, with all events in one
// document, and with the completion alone, because events may be merged (UCWA/EventsInUCWA.md).
func TestLives(t *testing.T) {
	failed := func(r codes.Reason) transitions.Event { return transitions.Completed(transitions.StateFailed, r) }
	begun, progress := transitions.Started(transitions.StateConnecting), transitions.Updated(transitions.StateConnecting)
	accepted := transitions.Completed(transitions.StateConnected, codes.NoReason)
	in, out := transitions.Incoming, transitions.Outgoing
	for _, life := range []struct {
		name   string // and the page that tells of it
		d      transitions.Direction
		events []transitions.Event
	}{
		{"outgoing, accepted: UCWA/SendAnIM.md", out, []transitions.Event{begun, accepted}},
		{"incoming, accepted: UCWA/ReceiveAnIM.md", in, []transitions.Event{begun, progress, accepted}},
		{"outgoing, declined: kenakamu/UCWA2.0-CS#36", out, []transitions.Event{begun, failed(codes.RemoteFailureDeclined)}},
		{"outgoing, destination unknown", out, []transitions.Event{begun, failed(codes.NotFoundDestinationNotFound)}},
		{"incoming, declined by us: UCWA/decline_ref.md", in, []transitions.Event{begun, progress, failed(codes.LocalFailureDeclined)}},
		{"outgoing, canceled by us: UCWA/cancel_ref.md", out, []transitions.Event{begun, failed(codes.LocalFailureCanceled)}},
		{"incoming, the caller gave up", in, []transitions.Event{begun, failed(codes.RemoteFailureCanceled)}},
		{"incoming, missed", in, []transitions.Event{begun, failed(codes.InformationalMissed)}},
		{"incoming, answered at another endpoint", in, []transitions.Event{begun, failed(codes.InformationalConnectedElsewhere)}},
		{"incoming, forwarded: UCWA/acceptedByContact_ref.md", in, []transitions.Event{begun, progress, failed(codes.InformationalRedirected)}},
		{"incoming, forwarding failed", in, []transitions.Event{begun, failed(codes.ServiceFailureForwarded)}},
		{"outgoing, no answer", out, []transitions.Event{begun, failed(codes.RemoteFailureTimeout)}},
		{"outgoing, no answer here", out, []transitions.Event{begun, failed(codes.LocalFailureTimeout)}},
		{"outgoing, no answer in the service", out, []transitions.Event{begun, failed(codes.ServiceFailureTimeout)}},
		{"outgoing, no answer somewhere", out, []transitions.Event{begun, failed(codes.TimeoutNone)}},
		{"outgoing, answered by another: UCWA/derivedConversation_ref.md", out, []transitions.Event{begun, failed(codes.InformationalDerivedConversation)}},
		{"outgoing, ringing the team: UCWA/phoneAudioInvitation_ref.md", out, []transitions.Event{
			begun, transitions.Updated(transitions.StateAlerting), transitions.Updated(transitions.StateTeamRing), accepted,
		}},
		{"outgoing, forwarded and accepted: UCWA/phoneAudioInvitation_ref.md", out, []transitions.Event{begun, transitions.Updated(transitions.StateForwarded), accepted}},
	} {
		steps, i := []told{}, transitions.New(life.d)
		for _, e := range life.events {
			next, err := i.Step(e)
			if err != nil {
				t.Fatalf("%s: %v", life.name, err)
			}
			i = next
			steps = append(steps, told{"1", e.Type, i, nil})
		}
		var each []reply
		for n, step := range steps {
			each = append(each, answer(200, documented(t, n+1, step)))
		}
		for form, replies := range map[string][]reply{
			"an event a document": each,
			"one document":        {answer(200, documented(t, 1, steps...))},
			"the completion":      {answer(200, documented(t, 1, steps[len(steps)-1]))},
		} {
			synctest.Test(t, func(t *testing.T) {
				h := new(host)
				s := calls(h)
				h.set("GET /v1/events", (&script{replies: append(slices.Clone(replies), replaced)}).RoundTrip)
				var last *client.Call
				for call, err := range s.Follow(t.Context(), channel) {
					if err == nil {
						last = call
					}
				}
				if got, known := last.Invitation(); got != i || !known {
					t.Errorf("%s, %s: the call is %v, want %v", life.name, form, got, i)
				}
				if end, err := last.Wait(t.Context()); end != i || err != nil {
					t.Errorf("%s, %s: waiting ends with %v, %v", life.name, form, end, err)
				}
			})
		}
	}
}

// TestCompletions reads every form in which a completion was seen, or is documented.
func TestCompletions(t *testing.T) {
	document := func(status, state, reason string) string {
		member := func(name, value string) string {
			if value == "" {
				return ""
			}
			return `"` + name + `":` + value + `,`
		}
		return `{"_links":{"self":{"href":"/v1/events?ack=1"},"next":{"href":"/v1/events?ack=2"}},"sender":[{"rel":"communication","events":[{` +
			`"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"/v1/invitations/1"},` + member("status", status) +
			`"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"Outgoing",` + member("state", state) + `"operationId":"op-1"}},` +
			member("reason", reason) + `"type":"completed"}]}]}`
	}
	null := &codes.Error{Code: "Informational", Subcode: "PromptsStopped", NullMessage: true}
	for _, test := range []struct {
		name, status, state, reason string
		want                        transitions.State
		body                        *codes.Error // of the reason; nil for none
	}{
		{"success: UCWA/SendAnIM.md", `"Success"`, `"Connected"`, "", transitions.StateConnected, nil},
		{"in lower case, as in the documentation", `"success"`, `"Connected"`, "", transitions.StateConnected, nil},
		{"without a status: SDK Event_MessagingInvitationCompleted.json", "", `"Connected"`, "", transitions.StateConnected, nil},
		{"declined: kenakamu/UCWA2.0-CS#36", `"Failure"`, `"Failed"`, `{"code":"RemoteFailure","subcode":"Declined","message":"Your invitation was declined."}`,
			transitions.StateFailed, &codes.Error{Code: "RemoteFailure", Subcode: "Declined", Message: new("Your invitation was declined.")}},
		{"destination unknown", `"Failure"`, `"Failed"`, `{"code":"NotFound","subcode":"DestinationNotFound","message":"The person or meeting doesn't exist."}`,
			transitions.StateFailed, &codes.Error{Code: "NotFound", Subcode: "DestinationNotFound", Message: new("The person or meeting doesn't exist.")}},
		{"informational with a failure: SDK Event_PromptStopped.json", `"Failure"`, "", `{"code":"Informational","subcode":"PromptsStopped","message":null}`,
			transitions.StateFailed, null},
		{"a code alone", `"Failure"`, `"Failed"`, `{"code":"RemoteFailure"}`, transitions.StateFailed, &codes.Error{Code: "RemoteFailure"}},
		{"a code that no page lists", `"Failure"`, `"Failed"`, `{"code":"NewInThisYear","subcode":"Whatever"}`, transitions.StateFailed,
			&codes.Error{Code: "NewInThisYear", Subcode: "Whatever"}},
		{"a failure without a reason", `"Failure"`, `"Failed"`, "", transitions.StateFailed, nil},
		{"declined as a state", "", `"Declined"`, `{"code":"RemoteFailure","subcode":"Declined"}`, transitions.StateDeclined,
			&codes.Error{Code: "RemoteFailure", Subcode: "Declined"}},
	} {
		s := calls(new(host))
		changed, err := s.Add(t.Context(), parsed(t, document(test.status, test.state, test.reason)))
		if err != nil || len(changed) != 1 {
			t.Errorf("%s: %v, %v", test.name, changed, err)
			continue
		}
		i, _ := changed[0].Invitation()
		if i.State() != test.want || !reflect.DeepEqual(changed[0].Reason(), test.body) {
			t.Errorf("%s: %v with %#v, want %v with %#v", test.name, i, changed[0].Reason(), test.want, test.body)
		}
	}
}

// TestErrorBodies refuses a request with each form of an error body (UCWA/ErrorsAndInformationalMessages.md).
//
//go:fix inline
func TestErrorBodies(t *testing.T) {
	for body, test := range map[string]struct {
		want *codes.Error
		row  codes.Synchronous // 0 for none
	}{
		`{"code":"Conflict"}`:                                     {&codes.Error{Code: "Conflict"}, codes.SyncConflict},
		`{"code":"Conflict","subcode":"None"}`:                    {&codes.Error{Code: "Conflict", Subcode: "None"}, codes.SyncConflict},
		`{"code":"Conflict","subcode":"AlreadyExists"}`:           {&codes.Error{Code: "Conflict", Subcode: "AlreadyExists"}, codes.SyncAlreadyExists},
		`{"code":"Conflict","message":null}`:                      {&codes.Error{Code: "Conflict", NullMessage: true}, codes.SyncConflict},
		`{"code":"Conflict","message":"Konflikt","link":"/help"}`: {&codes.Error{Code: "Conflict", Message: new("Konflikt"), Link: "/help"}, codes.SyncConflict},
		`{"code":"Conflict","parameters":[{"name":"sdp","reason":"Invalid"}],"debugInfo":{"errorReportId":"7"}}`: {&codes.Error{
			Code: "Conflict", Parameters: []codes.Parameter{{Name: "sdp", Reason: "Invalid"}}, DebugInfo: []byte(`{"errorReportId":"7"}`),
		}, codes.SyncConflict},
		`{"code":"Conflict","parameters":{"sdp":"Invalid"}}`: {&codes.Error{
			Code: "Conflict", Parameters: []codes.Parameter{{Name: "sdp", Reason: "Invalid"}}, ParameterBag: true,
		}, codes.SyncConflict},
		`{"code":"Conflict","subcode":"NewInThisYear"}`: {&codes.Error{Code: "Conflict", Subcode: "NewInThisYear"}, 0},
		`{"code":"NewInThisYear"}`:                      {&codes.Error{Code: "NewInThisYear"}, 0},
		`{"message":"no code"}`:                         {nil, codes.SyncAlreadyExists}, // the first row with the status
		``:                                              {nil, codes.SyncAlreadyExists},
		`[]`:                                            {nil, codes.SyncAlreadyExists},
	} {
		s := &script{replies: []reply{answer(409, body)}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		_, err := c.Do(t.Context(), transitions.OperationAccept, invitation, client.Input{})
		var e *client.Error
		var row codes.Synchronous
		if errors.As(err, &row); !errors.As(err, &e) || !e.Refused() || !reflect.DeepEqual(e.Body, test.want) || row != test.row {
			t.Errorf("%s is the error %v with %#v and the row %v, want %#v and %v", body, err, e.Body, row, test.want, test.row)
		}
		if body != "" && test.want == nil && strings.Contains(err.Error(), body) {
			t.Errorf("%v quotes a body that cannot be read", err)
		}
	}
}

// TestChannelFacts follows the pages about the event channel (UCWA/EventChannelDetails.md, UCWA/EventsInUCWA.md) row by
// row, where no other test does: the acknowledgement is followed and never edited, parameters of the query stay, and a
// document is processed before the next.
func TestChannelFacts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const asked = "https://pool.example/v1/events?priority=2&low=5&medium=5&timeout=180&ack=1"
		next := func(n string) string {
			return strings.Replace(documented(t, 1, told{n, started, ringing, nil}), "events?ack=2&key=7", "events?medium=5&ack="+n+"&timeout=180", 1)
		}
		s := &script{replies: []reply{answer(200, next("0017")), after(179*time.Second, answer(200, link("next", 18))), answer(200, next("x%2Fy")), replaced}}
		c := &client.Client{HTTP: &http.Client{Transport: s}}
		busy := 0
		for _, err := range c.Documents(t.Context(), asked) {
			if err != nil {
				continue
			}
			if busy++; len(s.sent) != map[int]int{1: 1, 2: 3}[busy] {
				t.Errorf("document %d was acknowledged before it was processed", busy)
			}
			time.Sleep(time.Minute) // it takes long
		}
		var queries []string
		for _, r := range s.sent {
			queries = append(queries, r.url[strings.Index(r.url, "?"):])
		}
		wantSame(t, "the queries", queries, []string{
			"?priority=2&low=5&medium=5&timeout=180&ack=1", "?medium=5&ack=0017&timeout=180", "?key=7&ack=18", "?medium=5&ack=x%2Fy&timeout=180",
		})
	})
	// Every member of a document that a client does not know is passed over.
	s, events, _ := poll(t, new(client.Client), answer(200, strings.Replace(documented(t, 1, told{"1", started, ringing, nil}), "{",
		fmt.Sprintf(`{"new":%s,`, `{"in":["this","year"]}`), 1)), replaced)
	if len(events) != 1 || len(s.sent) != 2 {
		t.Errorf("events %v after %d polls", events, len(s.sent))
	}
}
