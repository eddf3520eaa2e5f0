package eventchannel_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// TestEventInLogs: an event is one line of words, whatever a service sends, and shows no name, number or media.
func TestEventInLogs(t *testing.T) {
	message := "The line is busy."
	for name, test := range map[string]struct {
		event         *eventchannel.Event
		line, handled string
	}{
		"none":  {nil, "no event", `event=<nil>`},
		"empty": {&eventchannel.Event{}, "EventType(0)()", `event.type=EventType(0) event.place="byte 0"`},
		"whole": {
			&eventchannel.Event{
				Type: transitions.EventCompleted, Status: "Failure", Href: "/invitations/1",
				Invitation: &eventchannel.Resource{State: "Failed", To: "sip:ann@contoso.example", Subject: "secret"},
				Reason:     &codes.Error{Code: codes.RemoteFailure, Subcode: codes.SubcodeBusy, Message: &message},
				Place:      eventchannel.Place{Document: 2, Offset: 7},
			},
			"completed(Failed, RemoteFailure/Busy) /invitations/1",
			`event.type=completed event.state=Failed event.status=Failure event.href=/invitations/1 event.reason.code=RemoteFailure ` +
				`event.reason.subcode=Busy event.reason.message="The line is busy." event.reason.reason=RemoteFailure/Busy ` +
				`event.place="document 2, byte 7"`,
		},
		"hostile": {
			&eventchannel.Event{
				Type: transitions.EventUpdated, Href: "/1\nlevel=ERROR", Invitation: &eventchannel.Resource{State: "Odd\x1b[2J"},
			},
			`updated("Odd\x1b[2J") "/1\nlevel=ERROR"`,
			`event.type=updated event.state="Odd\x1b[2J" event.href="/1\nlevel=ERROR" event.place="byte 0"`,
		},
	} {
		if got := test.event.String(); got != test.line {
			t.Errorf("%s: the text is %s, want %s", name, got, test.line)
		}
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("", "event", test.event)
		if !strings.HasSuffix(b.String(), " "+test.handled+"\n") {
			t.Errorf("%s: the log is\n%s, want at its end\n%s", name, &b, test.handled)
		}
	}
}
