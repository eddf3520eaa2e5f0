package fsm_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the costs into the package comment")

// TestDocumentedCosts compares the two tables of costs in the package comment with RESULTS.md. With -update it writes
// their lines: the test decides which rows they have.
func TestDocumentedCosts(t *testing.T) {
	read := func(file string) string {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	results, is := read("internal/bench/RESULTS.md"), read("doc.go")
	cells := func(row string, n int) []string {
		_, line, _ := strings.Cut(results, "\n| "+row+" | ")
		line, _, _ = strings.Cut(line, " |\n")
		list := strings.Split(line, " | ")
		if len(list) != n {
			t.Fatalf("RESULTS.md has no row %s of %d figures", row, n)
		}
		return list
	}
	var machines, ratios strings.Builder
	fmt.Fprintf(&machines, "//\t%-24s %7s %8s %7s %7s\n", "", "event", "refusal", "life", "bytes")
	for _, way := range [][2]string{
		{"transitions.Invitation", "`Invitation.Step`"},
		{"transitions.Atomic", "`Atomic.Step`"},
		{"Machine", "`fsm.Machine`"},
		{"Machine, OnTransition", "`fsm.Machine`, `OnTransition`"},
		{"Machine, a callback", "`fsm.Machine`, a callback"},
		{"bare looplab, a callback", "looplab/fsm, the same edges and callback"},
	} {
		c := cells(way[1], 8)
		fmt.Fprintf(&machines, "//\t%-24s %7s %8s %7s %7s\n", way[0], c[0], c[1], c[3], c[7])
	}
	fmt.Fprintf(&ratios, "//\t%-33s %8s %14s %4s\n", "", "measured", "target", "met")
	for _, what := range []string{
		"an event that calls one callback", "an event that calls four", "an event that calls eight", "a life with one callback",
	} {
		c := cells("`fsm.Machine`, "+what, 4)
		fmt.Fprintf(&ratios, "//\t%-33s %8s %14s %4s\n", what, c[2], c[1], c[3])
	}
	should := is
	for head, table := range map[string]string{"event  refusal": machines.String(), "measured": ratios.String()} {
		lines := regexp.MustCompile(`(?m)^//\t +` + head + `.*\n(//\t.*\n)*`)
		if found := lines.FindAllString(is, -1); len(found) != 1 {
			t.Fatalf("the package comment has %d tables that begin with %q, want one", len(found), head)
		}
		should = lines.ReplaceAllLiteralString(should, table)
	}
	if *update {
		if err := os.WriteFile("doc.go", []byte(should), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(is, should); diff != "" {
		t.Errorf("the package comment differs from what go test ./fsm -update writes (-is +should be):\n%s", diff)
	}
}
