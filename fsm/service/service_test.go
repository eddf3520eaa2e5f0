package service_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/fsm/recording"
	"github.com/avinvite/avinvite/fsm/service"
	"github.com/avinvite/avinvite/transitions"
)

// completed reports whether an event is a completion.
func completed(e *eventchannel.Event) bool { return e.Type == transitions.EventCompleted }

// TestOutgoing starts a call, and follows the event channel to its end.
func TestOutgoing(t *testing.T) {
	bubble(t, service.Config{}, func(w *wire) {
		path := w.call("sip:amanda@contoso.example")
		end := w.until(completed)
		call := w.Calls()[0]
		if end.Href != path || !call.Invitation.Terminal() || end.Invitation.State != call.Invitation.State().String() {
			w.Errorf("the event is of %s in state %s, want %s in the state of %v", end.Href, end.Invitation.State, path, call)
		}
		for _, v := range w.verdicts() {
			if v.Result != conformance.Conforms || v.Outcome != call.Invitation.State() {
				w.Errorf("the recording %v with outcome %v and findings %v, want one that conforms", v.Result, v.Outcome, v.Findings)
			}
		}
	})
}

// TestIncoming is called, accepts, and follows the event channel to the end.
func TestIncoming(t *testing.T) {
	bubble(t, service.Config{}, func(w *wire) {
		if _, err := w.Ring(service.Incoming{From: "tel:+14255550100"}); err != nil {
			w.Fatal(err)
		}
		started := w.until(func(e *eventchannel.Event) bool { return e.Type == transitions.EventStarted })
		accept, _ := started.Invitation.Link(transitions.OperationAccept.Rel())
		if a := w.do("POST", accept.Href, ""); a.status != 204 {
			w.Errorf("accept answered %d %s, want 204", a.status, a.body)
		}
		w.until(completed)
		if err := w.Close(); err != nil {
			w.Error(err)
		}
		har := bytes.Clone(w.recording.Bytes())
		for _, v := range w.verdicts() {
			if v.Result != conformance.Conforms || v.From != "tel:+14255550100" {
				w.Errorf("the recording %v with findings %v from %s, want one that conforms", v.Result, v.Findings, v.From)
			}
		}
		last := time.Time{}
		for item, err := range recording.Items(bytes.NewReader(har)) {
			if item.Event == nil && item.Request == nil {
				continue
			}
			if err != nil || !item.Time.After(last) {
				w.Errorf("the recording has %v behind %v with error %v, want a later time, although the clock stands still", item.Time, last, err)
			}
			last = item.Time
		}
		if n := w.Calls()[0].Accepted; n != 1 {
			w.Errorf("accepted %d times, want once", n)
		}
	})
}
