package testee

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/avinvite/avinvite/fsm/eventchannel"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// TestDocuments has package eventchannel read every event of the alphabet, and every other encoding. A client must come
// to the same invitation by the document as by the event, in each state.
func TestDocuments(t *testing.T) {
	operations := false
	h := Hello{Role: "client", Takes: "documents", Sees: []string{"state"}, Operations: &operations}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		p, err := newPlan(h, d, Options{})
		if err != nil {
			t.Fatal(err)
		}
		tried := map[transitions.State]bool{}
		for word := range p.machine.Suite(suite.Configurations, 0).Core() {
			i := p.after(word)
			if tried[i.State()] {
				continue
			}
			tried[i.State()] = true
			for n := range encodings {
				p.decode(t, &encodings[n], i, encodings[n].means(i.State()))
			}
			if i.State() <= transitions.StateConnecting {
				for _, a := range p.machine.Alphabet() {
					p.decode(t, &usual, i, a.Event)
				}
			}
		}
	}
}

// decode gives an invitation the document of an event.
func (p *plan) decode(t *testing.T, e *encoding, i transitions.Invitation, event transitions.Event) {
	t.Helper()
	text, err := e.step(p.direction, event)
	if err != nil {
		t.Fatal(err)
	}
	var step struct{ Document json.RawMessage }
	if err := json.Unmarshal(text, &step); err != nil {
		t.Fatal(err)
	}
	events := 0
	for read, err := range eventchannel.NewReader(bytes.NewReader(step.Document)).Events() {
		if err != nil {
			t.Fatalf("%s: %v in %s", e.text, err, step.Document)
		}
		events++
		got, _ := read.Observe(i)
		if want := p.give(i, laws.Action{Event: event}); got != want {
			t.Errorf("%s: %s leads from %v to %v, want %v", e.text, step.Document, i, got, want)
		}
	}
	if events != 1 {
		t.Errorf("%s: %d events in %s, want 1", e.text, events, step.Document)
	}
}
