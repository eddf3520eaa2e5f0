package eventchannel_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
)

// TestObserve holds Observe to what Reduce and Observe answer apart, and its errors to the place of the event. What
// the two do is tested where they are.
func TestObserve(t *testing.T) {
	progress, err := transitions.New(transitions.Outgoing).Step(transitions.Started(transitions.StateAlerting))
	if err != nil {
		t.Fatal(err)
	}
	contradiction := new(*eventchannel.ContradictionError)
	token, incomplete := new(*eventchannel.TokenError), new(*eventchannel.IncompleteError)
	refusal := new(*transitions.TransitionError)
	direction := func(d string) string {
		return `"_embedded":{"ms:rtc:saas:audioVideoInvitation":{"direction":"` + d + `"}}`
	}
	for _, test := range []struct {
		event, want string // want is the invitation afterwards
		is          error
		as          any
		text        string
	}{
		{`"type":"updated"`, "Outgoing Alerting", nil, nil, ""},
		{`"status":"Success","type":"completed"`, "Outgoing Connected", nil, nil, ""},
		{embedded("Connecting") + `,"type":"updated"`, "Outgoing Connecting", transitions.ErrUndefined, nil,
			"updated(Connecting) in Outgoing Alerting: transitions: "},
		{`"status":"Failure","type":"completed"`, "Outgoing Failed (undocumented)", transitions.ErrUndocumented, nil,
			"(Stated)"},
		{`"status":"Success",` + embedded("Failed") + `,"type":"completed"`, "Outgoing Alerting", nil, contradiction,
			"status Success contradicts state Failed"},
		{direction("Incoming") + `,"status":"Success","type":"completed"`, "Outgoing Connected", nil, contradiction,
			"direction Incoming contradicts direction Outgoing of the invitation"},
		{direction("Outgoing") + `,"status":"Success","type":"completed"`, "Outgoing Connected", nil, nil, ""},
		{direction("Sideways") + `,"status":"Success","type":"completed"`, "Outgoing Connected", nil, token,
			`the direction is "Sideways"`},
		{`"status":"Success","reason":{"code":"X"},"type":"completed"`, "Outgoing Connected", nil, contradiction,
			"status Success contradicts reason X"},
		{direction("Incoming") + `,"status":"Bad","type":"completed"`, "Outgoing Alerting", nil, incomplete,
			`of the invitation; the status is "Bad", want Success or Failure; the event lacks all`},
	} {
		for e, err := range eventchannel.NewReader(strings.NewReader(document(event(test.event)))).Events() {
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Observe(progress)
			wrong := test.is != nil || test.as != nil
			if got.String() != test.want || wrong != (err != nil) ||
				test.is != nil && !errors.Is(err, test.is) || test.as != nil && !errors.As(err, test.as) {
				t.Errorf("Observe(%s) = %v, %v, want %s, %v", test.event, got, err, test.want, test.is)
			}
			if !wrong {
				continue
			}
			at := new(eventchannel.Error)
			if !errors.As(err, &at) || at.Place != e.Place || !strings.Contains(err.Error(), test.text) {
				t.Errorf("Observe(%s): %v, want it at %v, and in it %q", test.event, err, e.Place, test.text)
			}
			// Twice is once, and after the completion nothing else can be.
			if again, err := e.Observe(got); got.Terminal() && (again != got || errors.As(err, refusal)) {
				t.Errorf("Observe(%s) again = %v, %v, want %v", test.event, again, err, got)
			}
			late := eventchannel.Event{Place: e.Place, Type: transitions.EventStarted}
			if after, err := late.Observe(got); got.Terminal() && (after != got || !errors.As(err, refusal)) {
				t.Errorf("Observe(started) after %v = %v, %v, want a refusal", got, after, err)
			}
		}
	}
}
