package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestCheckRecordings compares what check says of each recording, in both formats, with its golden files.
func TestCheckRecordings(t *testing.T) {
	want := map[string]int{ // the exit status
		"after-completion.jsonl":  1,
		"completed-only.json":     0,
		"contradiction.jsonl":     1,
		"incoming-accepted.jsonl": 0,
		"incoming-missed.json":    0,
		"interleaved.json":        0,
		"outgoing-accepted.jsonl": 0,
		"outgoing-declined.jsonl": 0,
		"stream.jsonl":            0,
		"unknown-subcode.jsonl":   0,
	}
	t.Chdir(filepath.Join("testdata", "recordings"))
	files, err := filepath.Glob("*.json*")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d recordings (%v), want %d", len(files), err, len(want))
	}
	for _, file := range files {
		for _, format := range []string{"text", "json"} {
			t.Run(file+"/"+format, func(t *testing.T) {
				var stdout, stderr bytes.Buffer
				status := run(t.Context(), []string{"check", "-format", format, file}, nil, &stdout, &stderr)
				if status != want[file] || stderr.Len() > 0 {
					t.Errorf("status %d, stderr %q, want %d and nothing", status, stderr.String(), want[file])
				}
				golden := filepath.Join("..", "golden", file+"."+format)
				if *update {
					if err := os.WriteFile(golden, stdout.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				expected, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(expected), stdout.String()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestCheck is about what is no recording, or no good one.
func TestCheck(t *testing.T) {
	good, err := os.ReadFile("testdata/recordings/completed-only.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args, stdin    string
		status         int
		stdout, stderr string // what each must contain; nothing if empty
	}{
		{"", "", 2, "", "no FILE"},
		{"-h", "", 0, "Exit status", ""},
		{"-format xml -", "", 2, "", `unknown format "xml"`},
		{"-color -", "", 2, "", "-color"},
		{"-", string(good), 0, "conforms", ""},
		{"-format json -", string(good), 0, `"result":"conforms"`, ""},
		{"-", `{"sender":[]}`, 0, "no audio/video invitation", ""},
		{"testdata/nowhere.json", "", 2, "0 invitations", "nowhere.json: no such file"},
		{"testdata/recordings", "", 1, "14 invitations (conforms 10, incomplete 1, deviates 1, violates 2)", ""},
		{"testdata/recordings/*-accepted.jsonl", "", 0, "2 invitations (conforms 2)", ""},
		{"testdata/recordings/*.har", "", 2, "0 invitations", "*.har: no file matches the pattern"},
		{"testdata/[", "", 2, "0 invitations", "syntax error in pattern"},
		{"-", "", 2, "0 invitations", "empty input"},
		{"-", "HTTP/1.1 200 OK", 2, "0 invitations", `-: begins with "HTTP/1.1 200 OK"`},
		// What comes before a fault is judged.
		{"-", string(good) + `{"sender":[{`, 2, "1 invitation (conforms 1)", "document 2, "},
		// One file that cannot be read does not keep the others from being judged.
		{"testdata/nowhere.json testdata/recordings/contradiction.jsonl", "", 2, "violates 1", "nowhere.json"},
		{"testdata/recordings/outgoing-accepted.jsonl testdata/recordings/contradiction.jsonl", "", 1, "conforms 1, violates 1", ""},
	} {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), append([]string{"check"}, strings.Fields(test.args)...), strings.NewReader(test.stdin), &stdout, &stderr)
		if status != test.status {
			t.Errorf("check %s: status %d, want %d", test.args, status, test.status)
		}
		for _, stream := range []struct{ name, got, want string }{
			{"stdout", stdout.String(), test.stdout}, {"stderr", stderr.String(), test.stderr},
		} {
			if !strings.Contains(stream.got, stream.want) || (stream.want == "") != (stream.got == "") {
				t.Errorf("check %s: %s is %q, want it to contain %q", test.args, stream.name, stream.got, stream.want)
			}
		}
	}
}

func TestCheckWriteError(t *testing.T) {
	var stderr bytes.Buffer
	status := run(t.Context(), []string{"check", "testdata/recordings/stream.jsonl"}, nil, fullDisk{}, &stderr)
	if status != 2 || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("check on a full disk: status %d, stderr %q, want 2 and the reason", status, stderr.String())
	}
}

// What a recording brings along must not reach the terminal as a command.
func TestCheckTerminal(t *testing.T) {
	recording := `{"sender":[{"events":[{"link":{"rel":"audioVideoInvitation","href":"i/\u001b[2J"},"type":"completed",` +
		`"reason":{"code":"\u001b]0;","message":"\u0007"}}]}]}`
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"check", "-"}, strings.NewReader(recording), &stdout, &stderr)
	if strings.ContainsAny(stdout.String(), "\a\x1b") || !strings.Contains(stdout.String(), "i/\uFFFD[2J") {
		t.Errorf("check prints %q, want no control characters", stdout.String())
	}
}

// TestCheckFolder is about folders that hold other things, or nothing.
func TestCheckFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("captures/monday", 0o755); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"check", "captures"}, nil, &stdout, &stderr)
	if want := "captures: no recording in the folder"; status != 2 || !strings.Contains(stderr.String(), want) {
		t.Errorf("an empty folder: status %d, stderr %q, want 2 and %q", status, stderr.String(), want)
	}
	for name, content := range map[string]string{"captures/README.md": "no recording", "captures/monday/a.json": `{"sender":[]}`} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stdout.Reset()
	stderr.Reset()
	status = run(t.Context(), []string{"check", "captures"}, nil, &stdout, &stderr)
	if status != 0 || stderr.Len() > 0 || !strings.HasPrefix(stdout.String(), filepath.Join("captures", "monday", "a.json")+"\n") {
		t.Errorf("a folder: status %d, stdout %q, stderr %q, want 0 and the one recording", status, stdout.String(), stderr.String())
	}
}

// TestCheckInterrupt stops a check while it waits for more input: what came before is reported.
func TestCheckInterrupt(t *testing.T) {
	recording, err := os.ReadFile("testdata/recordings/outgoing-declined.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	in, out := io.Pipe()
	go func() {
		_, _ = out.Write(recording)
		_, _ = out.Write([]byte("{")) // once this is taken, the recording has been
		interrupt()
	}()
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"check", "-"}, in, &stdout, &stderr)
	if status != 2 || !strings.Contains(stdout.String(), "1 invitation (conforms 1)") || !strings.Contains(stderr.String(), "canceled") {
		t.Errorf("status %d, stdout %q, stderr %q, want 2, the invitation and the interrupt", status, stdout.String(), stderr.String())
	}
}

func TestProgress(t *testing.T) {
	for _, test := range []struct {
		read, size int64
		want       string
	}{
		{250_000_000, 1_000_000_000, "a.jsonl: 25 % of 1000 MB, 125 MB/s"},
		{250_000_000, 0, "a.jsonl: 250 MB read, 125 MB/s"},
	} {
		if got := progress("a.jsonl", test.read, test.size, 2*time.Second); got != test.want {
			t.Errorf("progress(%d, %d) = %q, want %q", test.read, test.size, got, test.want)
		}
	}
}
