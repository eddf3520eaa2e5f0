package fsm_test

import (
	"testing"

	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/transitions"
	looplab "github.com/looplab/fsm"
)

// TestEvents: over every cell, a plain looplab machine can do exactly the events that the relation has for some reason.
func TestEvents(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		type key struct {
			from transitions.State
			name string
		}
		legal := map[key]bool{}
		for c := range transitions.Cells(d) {
			k := key{c.From, fsm.EventName(c.Event)}
			legal[k] = legal[k] || c.Rule == 0
		}
		if len(legal) == 0 {
			t.Fatalf("Cells(%v) is empty", d)
		}
		for k, want := range legal {
			m := looplab.NewFSM(k.from.String(), fsm.Events(d), nil)
			if got := m.Can(k.name); got != want {
				t.Errorf("%v %v: Can(%q) = %v, want %v", d, k.from, k.name, got, want)
			}
		}
	}
	if got := fsm.Events(0); len(got) != 0 {
		t.Errorf("Events(0) = %v, want none", got)
	}
}
