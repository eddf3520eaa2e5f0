package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/suite"
)

const file = "../../../transitions/suite/KILLS.md"

// TestDrift compares the checked-in tables with the mutants of now, in the short form the first table.
// go generate ./fsm/internal/kills brings them up to date.
func TestDrift(t *testing.T) {
	now := views[:1]
	if os.Getenv("AVINVITE_LONG") != "" {
		now = views
	}
	var b bytes.Buffer
	if err := write(&b, recordings, now...); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := string(written)
	if len(now) < len(views) {
		got = got[:min(len(got), b.Len())]
	}
	if diff := cmp.Diff(strings.Split(b.String(), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s has drifted (-now +file):\n%s", file, diff)
	}
	suiteRows := 0
	for line := range strings.Lines(b.String()) {
		if !strings.Contains(line, "k = 1") {
			continue
		}
		if suiteRows++; strings.Count(line, " 100 % ") != 4 {
			t.Errorf("the suite for k = 1 does not kill all: %s", line)
		}
	}
	if suiteRows != len(now) {
		t.Errorf("%d rows of the suite for k = 1, want %d", suiteRows, len(now))
	}
}

// TestPaths counts the simple paths in a second way: by the orders in which an outgoing invitation can come to progress
// states, each of which ends in any terminal state for any of its reasons.
func TestPaths(t *testing.T) {
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		// From Connecting the three other states follow in any order and number, 16 ways; from one of them the two
		// others, 5 ways. The first event is started or updated.
		ways := 1 + 2
		if d == transitions.Outgoing {
			ways = 1 + 2*(16+3*5)
		}
		ends := 0
		for e := range transitions.New(d).Legal() {
			if e.State.Terminal() {
				ends++
			}
		}
		seen := map[string]bool{}
		for word := range paths(d) {
			i := transitions.New(d)
			var text strings.Builder
			for _, a := range word {
				next, err := i.Step(a.Event)
				if err != nil {
					t.Fatalf("%v, %v: %v", d, word, err)
				}
				i = next
				text.WriteString(a.String())
			}
			if !i.Terminal() || seen[text.String()] {
				t.Errorf("%v: the path %v does not end, or is there twice", d, word)
			}
			seen[text.String()] = true
		}
		if got, want := len(seen), ways*ends; got != want {
			t.Errorf("%v: %d paths, want %d ways to %d ends, %d", d, got, ways, ends, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for want, tally := range map[string]suite.Tally{
		"100 %":   {Killed: 3, Total: 3},
		"99.9 %":  {Killed: 99_999, Total: 100_000},
		"33.3 %":  {Killed: 1, Total: 3},
		"< 0.1 %": {Killed: 1, Total: 1_001},
		"0":       {Killed: 0, Total: 3},
	} {
		if got := percent(tally); got != want {
			t.Errorf("percent(%+v) = %s, want %s", tally, got, want)
		}
	}
	if got := count(1_234_567); got != "1,234,567" {
		t.Errorf("count(1234567) = %s", got)
	}
}

// TestRecordedRefuses reads folders without recordings.
func TestRecordedRefuses(t *testing.T) {
	empty := t.TempDir()
	if _, err := recorded(transitions.Incoming, empty); err == nil || !strings.Contains(err.Error(), "has no Incoming invitation") {
		t.Errorf("an empty folder: %v, want an error that says so", err)
	}
	if err := os.WriteFile(filepath.Join(empty, "notes.txt"), []byte("no recording"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := recorded(transitions.Incoming, empty); err == nil || !strings.Contains(err.Error(), "notes.txt") {
		t.Errorf("a folder with other files: %v, want an error that names the file", err)
	}
}
