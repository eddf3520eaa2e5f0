//go:build unix

package testee_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/testee"
)

// TestProcess ends a command with what it has started: as long as any process of it lives, the standard error has no end.
func TestProcess(t *testing.T) {
	for _, test := range []struct {
		script, how string
		wait        time.Duration
		stderr      string
	}{
		{"sleep 1000 & echo ready; wait", "", 0, ""},
		{"sleep 1000 & echo ready; exit 3", "exit status 3", time.Minute, ""},
		{"echo ready; echo oops >&2; cat", "", time.Minute, "oops\n"},
	} {
		stderr, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer stderr.Close()
		conn, err := testee.Command([]string{"sh", "-c", test.script}, write)()
		if err != nil {
			t.Fatal(err)
		}
		write.Close()
		var b [6]byte
		if _, err := io.ReadFull(conn, b[:]); err != nil || string(b[:]) != "ready\n" {
			t.Errorf("%s: read %q, error %v", test.script, b, err)
		}
		conn.Close()
		if how := conn.End(test.wait); how != test.how {
			t.Errorf("%s: ended by %q, want %q", test.script, how, test.how)
		}
		if text, err := io.ReadAll(stderr); err != nil || string(text) != test.stderr {
			t.Errorf("%s: the standard error is %q, error %v, want %q", test.script, text, err, test.stderr)
		}
	}
}

// TestNoProcess starts commands that are not there.
func TestNoProcess(t *testing.T) {
	for name, want := range map[string]string{
		"./nowhere":            `cannot start "./nowhere": no such file or directory`,
		"nowhere-on-this-path": `cannot start "nowhere-on-this-path": executable file not found in $PATH`,
	} {
		if _, err := testee.Command([]string{name}, io.Discard)(); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
	}
}

// TestProcessLines tests a command that only says hello, and one whose answers are lost.
func TestProcessLines(t *testing.T) {
	r := testee.Run(t.Context(), testee.Command([]string{"sh", "-c", `read line; echo '` + serverHello + `'; exit 4`}, io.Discard), both)
	if r.Err == nil || !strings.HasSuffix(r.Err.Error(), "still ended (exit status 4)") || r.Failed != 4 {
		t.Errorf("error %v, %d failed tests, want exit status 4 after 4", r.Err, r.Failed)
	}
}
