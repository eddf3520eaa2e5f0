//go:build !js

// Command drop writes the page that judges the recordings that a person drops on it. The page uploads nothing: the judge
// is this very package as WebAssembly, which runs in a worker of the browser.
//
//	go run ./fsm/cmd/avinvite/internal/page/internal/drop > drop.html
//
// The page holds the script wasm_exec.js of the Go release that builds it, with Go's licence. It is neither checked in
// nor part of the command avinvite, because it has 2.5 MB.
package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/page"
)

//go:embed worker.js
var worker string

// judge is the import path of this package, which is the judge where GOOS is js.
const judge = "github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/page/internal/drop"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "drop:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	support, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return fmt.Errorf("the script of Go for WebAssembly: %w", err)
	}
	licence, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	if err != nil {
		return fmt.Errorf("the licence of that script: %w", err)
	}
	folder, err := os.MkdirTemp("", "drop")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "judge.wasm")
	// Without inlining the program packs to nine tenths of the size.
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-gcflags", "all=-l", "-o", file, judge)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the judge for js/wasm: %w", err)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	script := fmt.Sprintf("/*\nwasm_exec.js is a part of Go.\n\n%s*/\n%s%s", licence, support, worker)
	if err := page.Drop(out, script, program); err != nil {
		return err
	}
	return out.Flush()
}
