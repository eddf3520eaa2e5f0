package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "embed"

	"github.com/avinvite/avinvite/transitions"
)

//go:embed xstate.mjs
var xstateScript []byte

// packageJSON names the version of XState, with which the exported machine is checked.
const packageJSON = "../../../transitions/internal/tools/package.json"

// xstate is XState in a node process of its own, which takes the samples that it is asked for. stop ends it.
func xstate() (c contestant, stop func(), err error) {
	folder, err := os.MkdirTemp("", "xstate")
	if err != nil {
		return c, nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	manifest, err := os.ReadFile(packageJSON)
	if err != nil {
		return c, nil, err
	}
	var tools struct{ Dependencies struct{ XState string } }
	if err := json.Unmarshal(manifest, &tools); err != nil {
		return c, nil, fmt.Errorf("%s: %w", packageJSON, err)
	}
	input, err := json.Marshal(xstateInput())
	if err != nil {
		return c, nil, err
	}
	for name, content := range map[string][]byte{"xstate.mjs": xstateScript, "input.json": input} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return c, nil, err
		}
	}
	npm := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "xstate@"+tools.Dependencies.XState)
	npm.Dir = folder
	if out, err := npm.CombinedOutput(); err != nil {
		if out = bytes.TrimSpace(out); len(out) > 0 {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return c, nil, fmt.Errorf("npm install: %w", err)
	}
	node := exec.Command("node", "--expose-gc", "xstate.mjs", "input.json")
	node.Dir, node.Stderr = folder, os.Stderr
	questions, err := node.StdinPipe()
	if err != nil {
		return c, nil, err
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		return c, nil, err
	}
	if err := node.Start(); err != nil {
		return c, nil, err
	}
	answers := bufio.NewScanner(stdout)
	type answer struct {
		Done  int
		NS    int64
		Bytes float64
	}
	// ask answers zero when the process has gone, and then no sample comes out right.
	ask := func(measure string, n int) (a answer) {
		_, _ = fmt.Fprintf(questions, "{\"measure\":%q,\"n\":%d}\n", measure, n)
		if answers.Scan() {
			_ = json.Unmarshal(answers.Bytes(), &a)
		}
		return a
	}
	sampler := func(measure string) sample {
		return func(n int) (int, time.Duration) {
			a := ask(measure, n)
			return a.Done, time.Duration(a.NS)
		}
	}
	return contestant{
			name:         "XState v5",
			note:         "in node, an actor for each invitation, on one machine; drops what it refuses without a word",
			event:        sampler("event"),
			refusal:      sampler("refusal"),
			construction: sampler("construction"),
			life:         sampler("life"),
			size:         func() float64 { return ask("size", 10_000).Bytes },
		}, func() {
			_ = questions.Close()
			_, _ = io.Copy(io.Discard, stdout)
			_ = node.Wait()
			_ = os.RemoveAll(folder)
		}, nil
}

// xstateInput is the machine of the walk and its events as XState wants them.
func xstateInput() any {
	type event struct {
		Type string `json:"type"`
	}
	type state struct {
		On map[string]string `json:"on,omitempty"`
	}
	states := map[string]*state{transitions.StateConnected.String(): {}}
	for _, e := range edges {
		from := e.From.String()
		if states[from] == nil {
			states[from] = &state{On: map[string]string{}}
		}
		states[from].On[names[e.Type][e.To]] = e.To.String()
	}
	events := func(list []transitions.Event) (out []event) {
		for _, e := range list {
			out = append(out, event{names[e.Type][e.State]})
		}
		return out
	}
	return map[string]any{
		"config":  map[string]any{"id": "invitation", "initial": transitions.StateNone.String(), "states": states},
		"walk":    events(walk[:]),
		"ring":    events(ring[:]),
		"refused": events(refused[:]),
	}
}
