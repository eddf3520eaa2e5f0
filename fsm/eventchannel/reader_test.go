package eventchannel_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// read tells each event as it reduces, or its error.
func read(input string) (lines []string) {
	for e, err := range eventchannel.NewReader(strings.NewReader(input)).Events() {
		if err != nil {
			lines = append(lines, err.Error())
			continue
		}
		t, err := e.Transition(transitions.StateAlerting)
		lines = append(lines, fmt.Sprintf("%s %v %v", e.Key(), t, err))
	}
	return lines
}

func document(events ...string) string {
	return `{"sender":[{"rel":"people","events":[{"link":{"rel":"presence","href":7},"type":9}]},` +
		`{"rel":"communication","events":[` + strings.Join(events, ",") + `]}]}`
}

func event(rest string) string {
	return `{"link":{"rel":"ms:rtc:saas:audioVideoInvitation","href":"i/1?x=2"},` + rest + `}`
}

func embedded(state string) string {
	return `"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"state":"` + state + `"}}`
}

func TestReader(t *testing.T) {
	declined := `"reason":{"subcode":"Declined","code":"RemoteFailure","message":null}`
	for _, tt := range []struct {
		name, input string
		want        []string
	}{
		{"heartbeat", "\uFEFF" + `{"sender":[],"_links":{}}`, nil},
		{"bare", document(event(`"type":"started"`), event(`"type":"updated"`)),
			[]string{"i/1 started(Connecting) <nil>", "i/1 updated(Alerting) <nil>"}},
		{"success", document(event(`"type":"completed","status":"success"`)), []string{"i/1 completed(Connected) <nil>"}},
		{"no status", document(event(`"type":"completed",` + embedded("Connected"))), []string{"i/1 completed(Connected) <nil>"}},
		{"failure", document(event(`"type":"completed","status":"Failure",` + embedded("Failed") + "," + declined)),
			[]string{"i/1 completed(Failed, RemoteFailure/Declined) <nil>"}},
		{"failure by reason alone", document(event(`"type":"completed",` + declined)),
			[]string{"i/1 completed(Failed, RemoteFailure/Declined) <nil>"}},
		{"failure without reason", document(event(`"type":"completed","status":"Failure"`)),
			[]string{"i/1 completed(Failed, undocumented) <nil>"}},
		{"baseuri last", `{"sender":[{"events":[` + event(`"type":"started"`) + `]}],"baseuri":"https://pool.example/ucwa/"}`,
			[]string{"https://pool.example/ucwa/i/1 started(Connecting) <nil>"}},
		{"concatenated", document(event(`"type":"started"`)) + "\n" + document(event(`"type":"started"`)),
			[]string{"i/1 started(Connecting) <nil>", "i/1 started(Connecting) <nil>"}},
		{"nothing said", document(event(`"type":"completed"`)),
			[]string{"i/1 ?(None) the event lacks all of status, state and reason"}},
		{"status against state", document(event(`"type":"completed","status":"Success",` + embedded("Failed"))),
			[]string{"i/1 ?(None) status Success contradicts state Failed"}},
		{"status against reason", document(event(`"type":"completed","status":"Success",` + declined)),
			[]string{"i/1 ?(None) status Success contradicts reason RemoteFailure/Declined"}},
		{"unfinished completion", document(event(`"type":"completed",` + embedded("Connecting"))),
			[]string{"i/1 ?(None) type completed contradicts state Connecting"}},
		{"unknown state", document(event(`"type":"started",` + embedded("Pending"))),
			[]string{`i/1 ?(None) the state is "Pending", want a member of InvitationState`}},
		{"empty", "", []string{"eventchannel: document 1, byte 0, : empty input, want an event document"}},
		{"not a document", "[]", []string{"eventchannel: document 1, byte 0, : the document is a JSON [, want an object"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// What an event that does not reduce prints is not this test's business.
			got := read(tt.input)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], "EventType(0)(None)", "?(None)")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Cut short anywhere, a document gives an error and never a panic or a silent end.
func TestReaderTruncated(t *testing.T) {
	whole := document(event(`"type":"completed","status":"Failure",` + embedded("Failed")))
	for n := 1; n < len(whole); n++ {
		var last error
		for _, err := range eventchannel.NewReader(strings.NewReader(whole[:n])).Events() {
			last = err
		}
		var e *eventchannel.Error
		if !errors.As(last, &e) {
			t.Fatalf("cut at byte %d: last error %v, want an *Error", n, last)
		}
	}
}
