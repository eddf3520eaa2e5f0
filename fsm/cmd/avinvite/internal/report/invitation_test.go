package report

import (
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/transitions"
)

// TestTimes wants the time of each message since the last known one.
func TestTimes(t *testing.T) {
	v := conformance.Verdict{Began: noon}
	for _, after := range []time.Duration{0, 100, -1, 300} {
		s := conformance.Step{Type: transitions.EventUpdated}
		if after >= 0 {
			s.Time = noon.Add(after * time.Millisecond)
		}
		v.Steps = append(v.Steps, s)
	}
	i := NewInvitation(Recording{Checker: new(conformance.Checker)}, v)
	want := []*int64{new(int64(0)), new(int64(100)), nil, new(int64(200))}
	if len(i.At) != len(want) {
		t.Fatalf("%d times, want %d", len(i.At), len(want))
	}
	for n, at := range i.At {
		if (at == nil) != (want[n] == nil) || at != nil && *at != *want[n] {
			t.Errorf("message %d: time %v, want %v", n, at, want[n])
		}
	}
}
