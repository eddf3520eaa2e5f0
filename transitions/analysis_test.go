package transitions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
)

// TestShortestWitnesses prints a shortest witness for every documented reason in each direction, and walks it.
func TestShortestWitnesses(t *testing.T) {
	for _, d := range directions {
		for r := range codes.Reasons() {
			events, ok := transitions.WitnessReason(d, r)
			if ok != r.Fits(d) {
				t.Errorf("WitnessReason(%v, %v) = %v, %t, want %t", d, r, events, ok, r.Fits(d))
			}
			if !ok {
				continue
			}
			if i := walk(t, d, events...); len(events) != 1 || !i.Terminal() || i.Reason() != r {
				t.Errorf("WitnessReason(%v, %v) = %v, which leads to %v", d, r, events, i)
			}
			t.Logf("%-8v %-36v %v", d, r, strings.Trim(fmt.Sprint(events), "[]"))
		}
	}
}

// TestCells compares the report of every cell with what Step answers there, refusal by refusal.
func TestCells(t *testing.T) {
	for _, d := range directions {
		handled := map[transitions.Cell]bool{}
		for e := range transitions.Edges() {
			for r := range e.Reasons.All() {
				if e.Direction == d {
					event := transitions.Event{Type: e.Type, State: e.To, Reason: r}
					handled[transitions.Cell{From: e.From, Event: event, Basis: e.Basis}] = true
				}
			}
		}
		cells := 0
		for c := range transitions.Cells(d) {
			cells++
			_, err := transitions.Raw(d, c.From, transitions.OperationNone, codes.NoReason).Step(c.Event)
			var refusal *transitions.TransitionError
			if !errors.As(err, &refusal) {
				// An edge has the source of its first reason, and a cell that of its own.
				source := c.Source
				if c.Source = (codes.Source{}); !handled[c] || !published(source) {
					t.Errorf("%v: %v by %v, want it legal, with the basis of its edge and a source", d, c, source)
				}
				continue
			}
			if c.Rule != refusal.Rule() || c.Basis != refusal.Basis() || c.Source != refusal.Source() {
				t.Errorf("%v: %v, want %v (%v), %v", d, c, refusal.Rule(), refusal.Basis(), refusal.Source())
			}
		}
		// Nine states; started and updated with eight states each, completed with four, and there any reason or none.
		if want := 9 * (2*8 + 4*58); cells != want {
			t.Errorf("%v has %d cells, want %d", d, cells, want)
		}
	}
}

// TestLongWitness asks for a witness where the table allows none that is short.
func TestLongWitness(t *testing.T) {
	slow := transitions.Compile(func(yield func(transitions.Edge) bool) {
		for e := range transitions.Edges() {
			first := e.From == transitions.StateNone && e.To != transitions.StateConnecting
			last := e.To.Terminal() && e.From != transitions.StateForwarded
			if !first && !last && !yield(e) {
				return
			}
		}
	})
	end := transitions.Raw(transitions.Outgoing, transitions.StateFailed, 0, codes.RemoteFailureBusy)
	want := []transitions.Event{
		transitions.Started(transitions.StateConnecting),
		transitions.Updated(transitions.StateForwarded),
		transitions.Completed(transitions.StateFailed, codes.RemoteFailureBusy),
	}
	if got, ok := slow.Witness(end); !ok || !slices.Equal(got, want) {
		t.Errorf("Witness(%v) = %v, %t, want %v", end, got, ok, want)
	}
}

// TestAnalyses checks the analyses against the dumb enumeration of the laws.
func TestAnalyses(t *testing.T) {
	reachable := stepped()
	counted := map[transitions.Invitation]bool{}
	for _, d := range directions {
		for i := range transitions.Reachable(d) {
			counted[i] = true
			events, ok := transitions.Witness(i)
			if !ok {
				t.Errorf("Witness(%v) finds nothing", i)
			}
			at := walk(t, d, events...)
			if i.Pending() != transitions.OperationNone {
				at, _ = at.Do(i.Pending())
			}
			if at != i {
				t.Errorf("Witness(%v) = %v, which leads to %v", i, events, at)
			}
		}
	}
	for _, i := range reachable {
		if !counted[i] {
			t.Errorf("Reachable lacks %v", i)
		}
		legal := slices.Collect(i.Legal())
		accepted := slices.DeleteFunc(slices.Collect(events()), func(e transitions.Event) bool {
			_, err := i.Step(e)
			return err != nil
		})
		if diff := cmp.Diff(accepted, legal, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%v.Legal() differs from what Step accepts (-Step +Legal):\n%s", i, diff)
		}
		n := 0
		for end := range transitions.Outcomes(i) {
			n++
			if !end.Terminal() || i.Terminal() && end != i {
				t.Errorf("Outcomes(%v) has %v", i, end)
			}
		}
		if n == 0 {
			t.Errorf("Outcomes(%v) is empty", i)
		}
	}
	if len(counted) != len(reachable) {
		t.Errorf("Reachable yields %d configurations, want %d", len(counted), len(reachable))
	}
	for _, i := range unreachable() {
		if events, ok := transitions.Witness(i); ok {
			t.Errorf("Witness(%v) = %v, want none", i, events)
		}
	}
}
