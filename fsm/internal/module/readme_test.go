package module_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
)

// session matches a block of the README that shows a command and its output.
var session = regexp.MustCompile("(?s)```console\n\\$ go run \\./fsm/cmd/avinvite ([^\n]*)\n(.*?)```\n")

// part matches a computed part of the README.
var part = regexp.MustCompile(`(?s)<!-- begin ([a-z-]+) -->\n(.*?)<!-- end -->\n`)

// parts are the computed parts by name. They run in the root of the module.
var parts = map[string]func(*testing.T) string{
	"authority":    authority,
	"states":       states,
	"client":       source("fsm/internal/module/example_test.go", "accept"),
	"server":       source("fsm/internal/module/example_test.go", "answer"),
	"serve":        serve,
	"kit":          source("proptest/proptest_test.go", "TestMachine"),
	"packages":     packages,
	"dependencies": dependencies,
	"choice":       choice,
}

// TestReadme runs the sessions that the README shows and computes its computed parts. With -update it writes them.
func TestReadme(t *testing.T) {
	inRoot(t)
	command := filepath.Join(t.TempDir(), "avinvite")
	if out, err := exec.Command("go", "build", "-o", command, "./fsm/cmd/avinvite").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	readme := read(t, "README.md")
	sessions, found := 0, map[string]bool{}
	want := session.ReplaceAllStringFunc(readme, func(block string) string {
		sessions++
		args := session.FindStringSubmatch(block)[1]
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(command, strings.Fields(args)...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil || stderr.Len() > 0 { // a verdict has an exit status of its own
			t.Errorf("avinvite %s: %v\n%s", args, err, stderr.String())
		}
		return "```console\n$ go run ./fsm/cmd/avinvite " + args + "\n" + stdout.String() + "```\n"
	})
	want = part.ReplaceAllStringFunc(want, func(block string) string {
		name := part.FindStringSubmatch(block)[1]
		if parts[name] == nil || found[name] {
			t.Errorf("the README has a part %q that is unknown or comes twice", name)
			return block
		}
		found[name] = true
		return "<!-- begin " + name + " -->\n" + parts[name](t) + "<!-- end -->\n"
	})
	// What the patterns miss would go unchecked.
	if shown := strings.Count(want, "$ go run ./fsm/cmd/avinvite"); sessions == 0 || shown != sessions {
		t.Errorf("the README shows %d commands, of which %d are sessions that can be run", shown, sessions)
	}
	if begun := strings.Count(want, "<!-- begin "); begun != len(parts) || len(found) != len(parts) {
		t.Errorf("the README begins %d computed parts and has %d of them whole, want %d", begun, len(found), len(parts))
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := gocmp.Diff(readme, want); diff != "" {
		t.Errorf("the README is not what go test ./fsm/internal/module -update makes of it (-is +should be):\n%s", diff)
	}
}

// serve returns the session with the simulated service that a script of the command runs.
func serve(t *testing.T) string {
	_, session, found := strings.Cut(read(t, "fsm/cmd/avinvite/testdata/script/serve.txtar"), "\n-- session.txt --\n")
	session, _, ends := strings.Cut(session, "-- ")
	if !found || !ends {
		t.Error("serve.txtar has no section session.txt with another one behind it")
	}
	return "```console\n" + session + "```\n"
}

// run matches the run of a testee on the page of the testees.
var run = regexp.MustCompile("(?s)   ```\n   \\$ avinvite test -- (python3 server\\.py catalogue\\.json)\n(.*?)   ```\n")

// TestRun compares the run of the testee in Python, on the page of the testees, with the model that it names. The long
// form runs the testee, and compares all but the time that it takes.
func TestRun(t *testing.T) {
	inRoot(t)
	shown := run.FindStringSubmatch(read(t, "fsm/cmd/avinvite/testees/README.md"))
	if shown == nil {
		t.Fatal("the page of the testees shows no run of server.py")
	}
	shown[2] = regexp.MustCompile(`(?m)^   `).ReplaceAllString(shown[2], "")
	sum := sha256.Sum256([]byte(read(t, "transitions/generated/table.md")))
	if model := fmt.Sprintf(" model %x requires ", sum[:6]); !strings.Contains(shown[2], model) {
		t.Errorf("the page of the testees does not show a run by%s: run it again", model)
	}
	if os.Getenv("AVINVITE_LONG") == "" {
		return
	}
	folder := t.TempDir()
	command := filepath.Join(folder, "avinvite")
	if out, err := exec.Command("go", "build", "-o", command, "./fsm/cmd/avinvite").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for name, from := range map[string]string{
		"server.py": "fsm/cmd/avinvite/testees/server.py", "catalogue.json": "codes/catalogue.json",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(read(t, from)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(command, append([]string{"test", "--"}, strings.Fields(shown[1])...)...)
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	report, _, _ := strings.Cut(string(out), "    assumed ")
	took := regexp.MustCompile(` in [0-9.]+ s\n`)
	if diff := gocmp.Diff(took.ReplaceAllString(shown[2], "\n"), took.ReplaceAllString(report, "\n")); diff != "" {
		t.Errorf("the run on the page of the testees is not what it prints (-page +printed):\n%s", diff)
	}
}

// TestReadmeNames looks up the Go names of the README, as fsm.Restore or Atomic.Load.
func TestReadmeNames(t *testing.T) {
	inRoot(t)
	declared := map[string]bool{}
	for name := range declarations(t) {
		declared[name] = true
		if _, member, is := strings.Cut(name, "."); is && strings.Contains(member, ".") {
			declared[member] = true // Atomic.Load for transitions.Atomic.Load
		}
	}
	named := regexp.MustCompile("`([A-Za-z]+\\.[A-Z][A-Za-z]+)`").FindAllStringSubmatch(read(t, "README.md"), -1)
	for _, m := range named {
		if !declared[m[1]] {
			t.Errorf("the README names %s, which nothing declares", m[1])
		}
	}
	if len(named) == 0 {
		t.Error("the README names nothing")
	}
}

// TestReadmeRefers follows the README's links to headings and files, and compares its version of Go with go.mod.
func TestReadmeRefers(t *testing.T) {
	inRoot(t)
	readme := read(t, "README.md")
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(readme, -1) {
		kept := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(m[1]), "")
		anchors[strings.ReplaceAll(kept, " ", "-")] = true
	}
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme, -1)
	for _, m := range links {
		if anchor, within := strings.CutPrefix(m[1], "#"); within {
			if !anchors[anchor] {
				t.Errorf("the README links to #%s, and has no such heading", anchor)
			}
		} else if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("the README links to %s: %v", m[1], err)
		}
	}
	if len(anchors) == 0 {
		t.Error("the README has no heading")
	}
	for anchor := range anchors {
		if !strings.Contains(readme, "](#"+anchor+")") {
			t.Errorf("the README's list of sections lacks #%s", anchor)
		}
	}
	if lines := strings.Count(readme, "\n"); lines > 350 {
		t.Errorf("the README has %d lines, want 350 at most", lines)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if !strings.Contains(readme, "Go "+version[1]+" or later") {
		t.Errorf("go.mod wants Go %s, and the README does not say so", version[1])
	}
}

// TestReadmeNumbers computes the numbers in the sentences of the README.
func TestReadmeNumbers(t *testing.T) {
	inRoot(t)
	configurations := count(transitions.Reachable(transitions.Incoming)) + count(transitions.Reachable(transitions.Outgoing))
	vectors := strings.Count(read(t, "transitions/suite/vectors/server-incoming.jsonl"), "\n") +
		strings.Count(read(t, "transitions/suite/vectors/server-outgoing.jsonl"), "\n") - 2 // each has a line that says what it is
	text := strings.Join(strings.Fields(read(t, "README.md")), " ")
	for _, want := range []string{
		fmt.Sprintf("are %d numbered statements", len(laws.All())),
		fmt.Sprintf("each of the %d configurations", configurations),
		fmt.Sprintf("is checked in: %d tests", vectors),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the README does not say %q", want)
		}
	}
}
