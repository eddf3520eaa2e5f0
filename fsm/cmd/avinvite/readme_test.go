package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/export"
)

// session is a block of the README that shows a command and what it prints.
var session = regexp.MustCompile("(?s)```console\n\\$ go run \\./fsm/cmd/avinvite ([^\n]*)\n(.*?)```\n")

// section is a part of the README that is computed.
var section = regexp.MustCompile(`(?s)<!-- begin ([a-z-]+) -->\n(.*?)<!-- end -->\n`)

// sections are the computed parts by name.
var sections = map[string]func(*testing.T) string{
	"authority":        authority,
	"diagram-incoming": diagram(transitions.Incoming),
	"diagram-outgoing": diagram(transitions.Outgoing),
}

// TestReadme runs the sessions that the README shows and computes its computed parts. With -update it writes them.
func TestReadme(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", ".."))
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	sessions, found := 0, map[string]bool{}
	want := session.ReplaceAllStringFunc(string(readme), func(block string) string {
		sessions++
		args := session.FindStringSubmatch(block)[1]
		var stdout, stderr bytes.Buffer
		run(t.Context(), strings.Fields(args), nil, &stdout, &stderr)
		if stderr.Len() > 0 {
			t.Errorf("avinvite %s: %s", args, stderr.String())
		}
		return "```console\n$ go run ./fsm/cmd/avinvite " + args + "\n" + stdout.String() + "```\n"
	})
	want = section.ReplaceAllStringFunc(want, func(block string) string {
		name := section.FindStringSubmatch(block)[1]
		if sections[name] == nil || found[name] {
			t.Errorf("the README has a part %q that is unknown or comes twice", name)
			return block
		}
		found[name] = true
		return "<!-- begin " + name + " -->\n" + sections[name](t) + "<!-- end -->\n"
	})
	// What the patterns miss would go unchecked.
	if shown := strings.Count(want, "$ go run ./fsm/cmd/avinvite"); sessions == 0 || shown != sessions {
		t.Errorf("the README shows %d commands, of which %d are sessions that can be run", shown, sessions)
	}
	if begun := strings.Count(want, "<!-- begin "); begun != len(sections) || len(found) != len(sections) {
		t.Errorf("the README begins %d computed parts and has %d of them whole, want %d", begun, len(found), len(sections))
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(readme), want); diff != "" {
		t.Errorf("the README is not what go test ./fsm/cmd/avinvite -update makes of it (-is +should be):\n%s", diff)
	}
}

// diagram is the checked-in diagram of a direction.
func diagram(d transitions.Direction) func(*testing.T) string {
	return func(t *testing.T) string {
		drawing, err := export.Render(export.Mermaid, d)
		if err != nil {
			t.Fatal(err)
		}
		return "```mermaid\n" + string(drawing) + "```\n"
	}
}

// authority counts on what authority the parts of the model stand.
func authority(*testing.T) string {
	var b strings.Builder
	b.WriteString("| what | how many | Stated | Sampled | Inferred |\n|---|--:|--:|--:|--:|\n")
	row := func(what string, bases [codes.Inferred + 1]int) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", what, bases[codes.Stated]+bases[codes.Sampled]+bases[codes.Inferred],
			bases[codes.Stated], bases[codes.Sampled], bases[codes.Inferred])
	}
	for _, d := range []transitions.Direction{transitions.Incoming, transitions.Outgoing} {
		var edges [codes.Inferred + 1]int
		for e := range transitions.Edges() {
			if e.Direction == d {
				edges[e.Basis]++
			}
		}
		row("edges of an "+strings.ToLower(d.String())+" invitation", edges)
	}
	var reasons [codes.Inferred + 1]int
	for r := range codes.Reasons() {
		reasons[r.Basis()]++
	}
	row("reasons: which direction each fits, and who causes it", reasons)
	return b.String()
}
