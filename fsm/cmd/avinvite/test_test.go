package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/avinvite/avinvite/codes"
	"github.com/avinvite/avinvite/transitions"
	"github.com/avinvite/avinvite/transitions/laws"
	"github.com/avinvite/avinvite/transitions/suite"
)

// testeeMain is a server for scripts, package transitions itself but for a fault that its argument names.
func testeeMain() {
	fault := append(os.Args, "")[1]
	say := func(line any) {
		text, err := json.Marshal(line)
		if err != nil {
			text = []byte(err.Error())
		}
		fmt.Printf("%s\n", text)
	}
	if fault == "listens" {
		fmt.Println("Listening on port 8080")
	}
	fmt.Println(`{"avinvite":1,"name":"contoso","version":"4.2","role":"server","sees":["state","offers"],"operations":true}`)
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	for n := 1; in.Scan(); n++ {
		var test struct {
			ID        string
			Direction transitions.Direction
			Steps     []laws.Action
		}
		if err := json.Unmarshal(in.Bytes(), &test); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		switch {
		case fault == "dies" && n == 7:
			fmt.Fprintln(os.Stderr, "out of order")
			os.Exit(3)
		case fault == "skips" && len(test.Steps) == 1:
			say(map[string]string{"id": test.ID, "skip": "no hook for this"})
			continue
		}
		call := transitions.New(test.Direction)
		answers := []suite.Answer{look(call, nil)}
		answers[0].Sees &^= suite.SeesVerdict
		for _, step := range test.Steps {
			next, err := step.Step(call)
			if fault == "lax" && errors.Is(err, transitions.ErrPending) {
				err = nil
			}
			call = next
			answers = append(answers, look(call, err))
		}
		say(map[string]any{"id": test.ID, "answers": answers})
	}
}

func look(i transitions.Invitation, err error) suite.Answer {
	a := suite.Answer{
		Sees: suite.SeesState | suite.SeesOffers | suite.SeesVerdict, OK: err == nil, State: i.State(), Offers: i.Operations(),
	}
	if row := codes.Synchronous(0); errors.As(err, &row) {
		a.Status, a.Code = row.HTTP(), row.Code()
	}
	return a
}

// TestTestees tests the testees that people start from. The interpreters of some may be absent.
func TestTestees(t *testing.T) {
	folder := t.TempDir()
	catalogue := filepath.Join(folder, "catalogue.json")
	if err := os.WriteFile(catalogue, []byte(codes.JSON()), 0o644); err != nil {
		t.Fatal(err)
	}
	server := filepath.Join(folder, "server.exe")
	if out, err := exec.Command("go", "build", "-o", server, "./testees/server").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, command := range [][]string{
		{server}, {"python3", "testees/server.py", catalogue}, {"node", "testees/server.mjs", catalogue},
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			t.Logf("not tested: %v", err)
			continue
		}
		args := []string{"test", "-k", "0", "--representatives", "--"}
		if long() {
			args = []string{"test", "-k", "1", "--"}
		}
		var out strings.Builder
		if status := run(slices.Concat(args, command), nil, &out, &out); status != statusOK ||
			!strings.Contains(out.String(), "guarantee    For every sequence of the ") {
			t.Errorf("%q: status %d, want 0 and a guarantee:\n%s", command, status, out.String())
		}
	}
}

// TestTesteeLines holds each testee to 25 lines, not counting the package clause and the imports of Go.
func TestTesteeLines(t *testing.T) {
	for _, name := range []string{"server.py", "server.mjs", "server/main.go"} {
		text, err := os.ReadFile(filepath.Join("testees", name))
		if err != nil {
			t.Fatal(err)
		}
		code := string(text)
		if _, body, ok := strings.Cut(code, "\n)\n\n"); ok && strings.HasSuffix(name, ".go") {
			code = body
		}
		if lines := strings.Count(code, "\n"); lines > 25 {
			t.Errorf("%s has %d lines, want at most 25", name, lines)
		}
	}
}

// TestTestUsage gives avinvite test wrong arguments.
func TestTestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"test":                   "avinvite test: no COMMAND: name the program to test behind --; avinvite test -h tells more\n",
		"test --timeout 0s -- a": "avinvite test: --timeout 0s: want more than 0s\n",
		"test -k x -- a":         "avinvite test: invalid value \"x\" for flag --k: want a whole number, 0 or more: invalid syntax\n",
	} {
		var stderr strings.Builder
		if status := run(strings.Fields(args), nil, io.Discard, &stderr); status != statusFailed || stderr.String() != want {
			t.Errorf("avinvite %s: status %d, %s, want 2 and %s", args, status, stderr.String(), want)
		}
	}
}
