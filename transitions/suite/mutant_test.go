package suite

import (
	"math/rand/v2"
	"testing"

	"github.com/avinvite/avinvite/transitions"
)

// kills runs a whole mutant from the start on every test: the plain twin of trial.
func kills(m *mutant, tests [][]int32) bool {
	for _, word := range tests {
		var p, q int32
		if m.look[p] != m.shows(q) {
			return true
		}
		for _, x := range word {
			next, right := m.table.at(p, x)
			other, wrong := m.at(q, x)
			if right != wrong || m.look[next] != m.shows(other) {
				return true
			}
			p, q = next, other
		}
	}
	return false
}

// TestKillTwin compares the verdict on each mutant of random machines with a plain run from the start.
func TestKillTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var killed, total [Faults]int
	for range 800 {
		spec := randomTable(r, 4, 3)
		c := randomCore(r, spec)
		tests := randomTests(r, c)
		if r.IntN(2) == 0 && len(tests) > 4 {
			tests = tests[:4]
		}
		alternatives := make([][]answer, spec.inputs)
		for x := range alternatives {
			alternatives[x] = []answer{1, 2, 3}
		}
		all := make([]int32, spec.inputs)
		for x := range all {
			all[x] = int32(x)
		}
		run := newTrial(spec, asTree(tests))
		for m := range spec.mutants(all, alternatives) {
			one := func(yield func(mutant) bool) { yield(m) }
			got := run.kill(one)[m.fault].Killed == 1
			if want := kills(&m, tests); got != want {
				t.Fatalf("%+v, tests %v, mutant %+v: killed %t, want %t", spec, tests, m, got, want)
			}
			total[m.fault]++
			if got {
				killed[m.fault]++
			}
		}
	}
	for f := range Fault(Faults) {
		if killed[f] < 20 || total[f]-killed[f] < 20 {
			t.Errorf("%v: %d of %d killed, want enough of both", f, killed[f], total[f])
		}
	}
}

// TestKill runs every mutant of the machines: the suites for k = 0 kill all faults of first order, and those for k = 1
// also all that lie behind an extra state.
func TestKill(t *testing.T) {
	views := []Spec{
		{Sees: SeesState | SeesOffers | SeesVerdict},
		{Mode: Observe, Sees: SeesState | SeesOffers},
	}
	if long() {
		views = append(views, Spec{Sees: SeesVerdict<<1 - 1}, Spec{Sees: SeesVerdict, Inputs: Representatives})
	}
	for _, spec := range views {
		for _, spec.Direction = range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
			m, err := New(spec)
			if err != nil {
				t.Fatal(err)
			}
			for k := range uint(2) {
				for f, tally := range m.Kill(m.Suite(States, k).Tests()) {
					if all := tally.Killed == tally.Total; tally.Total == 0 && Fault(f) != WrongLook ||
						all != (k > 0 || Fault(f) <= WrongState) {
						t.Errorf("%v, k = %d, %v: %d of %d killed", m, k, Fault(f), tally.Killed, tally.Total)
					}
				}
			}
		}
	}
}
