package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExports compares what the commands print with the checked-in exports of package transitions.
func TestExports(t *testing.T) {
	generated := filepath.Join("..", "..", "..", "transitions", "generated")
	for _, test := range []struct {
		run  func([]string, io.Writer, io.Writer) int
		args string
		file string
	}{
		{runGraph, "", "outgoing.mmd"},
		{runGraph, "-direction incoming", "incoming.mmd"},
		{runGraph, "-format mermaid -direction Outgoing", "outgoing.mmd"},
		{runGraph, "-format dot", "outgoing.dot"},
		{runGraph, "-format=xstate -direction=incoming", "incoming.xstate.json"},
		{runGraph, "--format scxml", "outgoing.scxml"},
		{runTable, "", "table.md"},
		{runTable, "-cells", "outgoing.txt"},
		{runTable, "-cells -direction incoming", "incoming.txt"},
	} {
		want, err := os.ReadFile(filepath.Join(generated, test.file))
		if err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		if status := test.run(strings.Fields(test.args), &stdout, &stderr); status != 0 || stderr.Len() > 0 {
			t.Errorf("%q: status %d, stderr %q, want 0 and nothing", test.args, status, stderr.String())
		}
		if !bytes.Equal(stdout.Bytes(), want) {
			t.Errorf("%q prints %d bytes that are not %s", test.args, stdout.Len(), test.file)
		}
	}
}

func TestExportUsage(t *testing.T) {
	for _, test := range []struct {
		run    func([]string, io.Writer, io.Writer) int
		args   string
		status int
		stdout string
		stderr string
	}{
		{runGraph, "-h", 0, "Examples:", ""},
		{runGraph, "--help", 0, "usage: avinvite graph", ""},
		{runGraph, "-format png", 2, "", `unknown format "png"`},
		{runGraph, "-format report", 2, "", "avinvite table -cells"},
		{runGraph, "-direction up", 2, "", `unknown direction "up"`},
		{runGraph, "outgoing", 2, "", `unexpected argument "outgoing"`},
		{runGraph, "-colour", 2, "", "usage: avinvite graph"},
		{runTable, "-h", 0, "Examples:", ""},
		{runTable, "-direction incoming", 2, "", "-direction goes with -cells"},
		{runTable, "x", 2, "", `unexpected argument "x"`},
		{runTable, "-cells -direction up", 2, "", `unknown direction "up"`},
	} {
		var stdout, stderr bytes.Buffer
		status := test.run(strings.Fields(test.args), &stdout, &stderr)
		if status != test.status || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) ||
			(status == 0) != (stderr.Len() == 0) || (status == 0) != (stdout.Len() > 0) {
			t.Errorf("%q: status %d, stdout %q, stderr %q, want %d, %q, %q",
				test.args, status, stdout.String(), stderr.String(), test.status, test.stdout, test.stderr)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestExportWriteError(t *testing.T) {
	var stderr bytes.Buffer
	if status := runTable(nil, fullDisk{}, &stderr); status != 1 || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("runTable on a full disk: status %d, stderr %q, want 1 and the reason", status, stderr.String())
	}
}
