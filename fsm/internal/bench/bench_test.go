package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	looplab "github.com/looplab/fsm"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/fsm"
	"github.com/avinvite/avinvite/fsm/conformance"
	"github.com/avinvite/avinvite/fsm/internal/bench/extract"
	"github.com/avinvite/avinvite/transitions"
)

// TestLimits holds the two machines that set the limits to the relation: in every one of the six states, they answer
// every event of the six as Step does.
func TestLimits(t *testing.T) {
	cells := 0
	for s := transitions.StateNone; s <= transitions.StateConnected; s++ {
		i := transitions.New(transitions.Outgoing)
		if s != transitions.StateNone {
			i, _ = i.Step(transitions.Started(s))
		}
		if s == transitions.StateConnected {
			i, _ = i.Step(transitions.Completed(s, codes.NoReason))
		}
		if i.State() != s {
			t.Fatalf("no invitation is in %v", s)
		}
		for _, e := range events() {
			cells++
			next, err := i.Step(e)
			if got, ok := dense.step(s, tokenOf(e)); got != next.State() || ok != (err == nil) {
				t.Errorf("the table answers %v to %v in %v, %t, want %v, %v", got, e, s, ok, next, err)
			}
			if got, ok := byHand(s, tokenOf(e)); got != next.State() || ok != (err == nil) {
				t.Errorf("the switch answers %v to %v in %v, %t, want %v, %v", got, e, s, ok, next, err)
			}
		}
	}
	if cells != 6*9 {
		t.Errorf("%d cells, want 6 states with 9 events", cells)
	}
}

// TestCrowd holds the passes over a crowd to the same results. The lives have every edge between the six states.
func TestCrowd(t *testing.T) {
	c := newCrowd(5000)
	if !c.nextByStep() || !c.nextByTable() {
		t.Fatal("an event is refused")
	}
	type edge struct {
		from  transitions.State
		event transitions.Event
	}
	seen := map[edge]bool{}
	byTable := slices.Clone(c.became)
	if !c.nextBySwitch() {
		t.Fatal("the switch refuses an event")
	}
	for k, i := range c.invitations {
		seen[edge{i.State(), c.events[k]}] = true
		if s := c.after[k].State(); s == i.State() && c.events[k].State != s || byTable[k] != s || c.became[k] != s {
			t.Errorf("%v by %v: %v by Step, %v by the table, %v by the switch", i, c.events[k], s, byTable[k], c.became[k])
		}
	}
	if len(seen) != len(edges) {
		t.Errorf("%d edges, want %d", len(seen), len(edges))
	}
	for range 3 {
		if !c.sameByStep() || !c.sameByTable() {
			t.Fatal("an update of a ringing invitation is refused")
		}
	}
	for k, i := range c.ringing {
		if i.State() != transitions.StateTeamRing || c.rings[k] != i.State() {
			t.Errorf("%d rings in %v by Step, in %v by the table, want %v", k, i.State(), c.rings[k], transitions.StateTeamRing)
		}
	}
}

// events are the events between the six states.
func events() (list []transitions.Event) {
	for s := transitions.StateConnecting; s <= transitions.StateForwarded; s++ {
		list = append(list, transitions.Started(s), transitions.Updated(s))
	}
	return append(list, transitions.Completed(transitions.StateConnected, codes.NoReason))
}

// TestCallbacks counts the callbacks that an event of the ring calls, on the bare machine and on ours.
func TestCallbacks(t *testing.T) {
	for want, callbacks := range map[int]looplab.Callbacks{1: oneCallback, 4: fourCallbacks, 8: eightCallbacks} {
		calls, counting := 0, looplab.Callbacks{}
		for name := range callbacks {
			counting[name] = func(context.Context, *looplab.Event) { calls++ }
		}
		for machine, c := range map[string]contestant{
			"looplab": sameEdges("", "", counting), "ours": liveMachine("", "", fsm.Config{Callbacks: counting}),
		} {
			calls = 0
			c.event(0)
			before := calls // by the events that lead to the ring
			calls = 0
			done, _ := c.event(len(ring))
			if during := calls - before; done != len(ring) || during != want*len(ring) {
				t.Errorf("%s: %d events call %d callbacks, want %d each", machine, done, during, want)
			}
		}
	}
}

// TestLookups holds all ways to find a reason to the same answers.
func TestLookups(t *testing.T) {
	want := codes.BadRequestNormalizationFailed
	for n, p := range documented {
		for _, l := range reasonLookups {
			if got := l.find(p); got != want {
				t.Errorf("%s finds %v for %v, want %v", l.name, got, p, want)
			}
			if got := l.find(unknown[n]); got != codes.NoReason {
				t.Errorf("%s finds %v for %v, want nothing", l.name, got, unknown[n])
			}
		}
		want++
	}
}

// TestDocumentReaders holds all readers to the same outcomes.
func TestDocumentReaders(t *testing.T) {
	want, err := documentReaders[0].read(document)
	if err != nil || len(want) != invited {
		t.Fatalf("%s finds %d invitations (%v), want %d", documentReaders[0].name, len(want), err, invited)
	}
	full := outcome{kind: "completed", status: "Failure", state: "Failed", code: "RemoteFailure", subcode: "Declined"}
	full.href = want[0].href
	if want[0] != full || full.href == "" {
		t.Errorf("%s finds %v, want %v", documentReaders[0].name, want[0], full)
	}
	for _, r := range documentReaders[1:] {
		got, err := r.read(document)
		if err != nil {
			t.Errorf("%s: %v", r.name, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.name, diff)
		}
	}
}

// TestProcesses holds all programs to the same last states and reasons, in all forms that they read.
func TestProcesses(t *testing.T) {
	w, err := newWorkshop(t.TempDir(), 400_000)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := w.accepts(programs[0]); names != nil || err != nil {
		t.Errorf("%s accepts %v, error %v", programs[0].name, names, err)
	}
	for kind, k := range recordingKinds {
		recording, err := os.ReadFile(w.files[kind])
		if err != nil {
			t.Fatal(err)
		}
		verdicts, err := conformance.Check(bytes.NewReader(recording))
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
		found := map[string]extract.Last{}
		for _, v := range verdicts {
			last := extract.Last{State: v.Path[len(v.Path)-1].String()}
			if v.Error != nil {
				last.Code, last.Subcode = string(v.Error.Code), string(v.Error.Subcode)
			}
			found[v.Href] = last
		}
		want := extract.List(found)
		if len(found) < 4 {
			t.Errorf("%s: %d invitations, want some", k.name, len(found))
		}
		for _, p := range programs {
			if p.build == "./extract/floor" || !w.reads(p, k.form) {
				continue
			}
			got, _, err := w.run(p, kind, 2, true)
			switch {
			case p.name == "minio/simdjson-go" && err != nil: // no AVX2
				continue
			case p.name == programs[0].name:
				got = strings.Repeat("x\n", strings.Count(got, `"kind":"invitation"`))
				if strings.Count(got, "\n") != len(found) || err != nil {
					t.Errorf("%s of %s: %d invitations, error %v, want %d", p.name, k.name, strings.Count(got, "\n"), err, len(found))
				}
				continue
			case p.command == "jq":
				said := map[string]extract.Last{}
				for line := range strings.Lines(got) {
					words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
					said[words[0]] = extract.Last{State: words[1], Code: words[2], Subcode: words[3]}
				}
				got = extract.List(said)
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s of %s: error %v (-want +got):\n%s", p.name, k.name, err, diff)
			}
		}
	}
}

// TestMeasureFails shows that a row which does not do what it is measured for is found out.
func TestMeasureFails(t *testing.T) {
	lazy := func(n int) (int, time.Duration) { return n / 2, time.Second }
	honest := func(n int) (int, time.Duration) { return n, time.Second }
	tired := func(n int) (int, time.Duration) { return min(n, 1), time.Second }
	for name, s := range map[string]sample{"lazy": lazy, "tired": tired} {
		_, _, err := settings{rounds: 1}.measure([]row{{"honest", []sample{honest}}, {name, []sample{s}}})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("measure answers %v, want an error about the %s row", err, name)
		}
	}
}

func TestFigure(t *testing.T) {
	for x, want := range map[float64]string{
		0.04: "0.0", 0.96: "1.0", 9.94: "9.9", 9.96: "10", 99.4: "99", 99.6: "100", 104: "100", 995: "1000", 12345: "12000",
	} {
		if got := figure(x); got != want {
			t.Errorf("figure(%v) = %q, want %q", x, got, want)
		}
	}
}

// TestReport takes the shortest possible round of everything, and holds RESULTS.md to the same rows and columns: it
// is stale when a row has come, gone or been renamed.
func TestReport(t *testing.T) {
	var got bytes.Buffer
	if err := report(settings{rounds: 1, sample: time.Microsecond, runs: 1, large: 20_000}, &got); err != nil {
		t.Fatal(err)
	}
	results, err := os.ReadFile("RESULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := func(text string) (names []string) {
		for line := range strings.Lines(text) {
			switch name, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |"); {
			case strings.HasPrefix(line, "| XState"): // there is not always a node
			case strings.HasPrefix(line, "| |"), strings.HasPrefix(line, "#"):
				names = append(names, strings.TrimSpace(line))
			case strings.HasPrefix(line, "| "):
				names = append(names, name)
			}
		}
		return names
	}
	if diff := cmp.Diff(rows(got.String()), rows(string(results))); diff != "" {
		t.Errorf("RESULTS.md has not the rows that are measured (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(string(results)) {
		if strings.Contains(line, "NaN") || strings.Contains(line, "Inf") {
			t.Errorf("RESULTS.md has %q", line)
		}
	}
}
