package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

func TestProgress(t *testing.T) {
	long := strings.Repeat("0123456789", 9)
	for _, test := range []struct {
		name       string
		read, size int64
		want       string
	}{
		{"a.jsonl", 250_000_000, 1_000_000_000, "[#####...............] 25 % of 1000 MB, 125 MB/s, a.jsonl"},
		{"a.jsonl", 250_000_000, 200_000_000, "[####################] 100 % of 200 MB, 125 MB/s, a.jsonl"},
		{"a.jsonl", 250_000_000, 0, "250 MB read, 125 MB/s, a.jsonl"},
		{long, 1, 1, "[####################] 100 % of 0 MB, 0 MB/s, ...012345678901234567890123456789"},
		{"\x1b[2J", 1, 0, "0 MB read, 0 MB/s, \uFFFD[2J"},
	} {
		got := progress(test.name, test.read, test.size, 2*time.Second)
		if got != test.want || layout.Columns(got) >= layout.Width {
			t.Errorf("progress(%q, %d, %d) = %q, want %q", test.name, test.read, test.size, got, test.want)
		}
	}
}

// TestMeter reads a recording at several times, which pass in a bubble. The meter shows nothing in the first second,
// then at most two lines a second, and takes the last one away.
func TestMeter(t *testing.T) {
	for _, test := range []struct {
		took  []time.Duration // before each byte
		shown string          // by the bytes read so far
	}{
		{[]time.Duration{0, 900 * time.Millisecond}, ""},
		{[]time.Duration{0, 1100 * time.Millisecond, 400 * time.Millisecond, 200 * time.Millisecond}, "24"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var terminal bytes.Buffer
			m := newMeter(strings.NewReader("recording"), &terminal, "a.har", 10)
			for _, took := range test.took {
				time.Sleep(took)
				if _, err := m.Read(make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
			}
			m.clear()
			want := ""
			for _, read := range test.shown {
				tenths := int(read - '0')
				want += "\r\x1b[K[" + strings.Repeat("#", 2*tenths) + strings.Repeat(".", 20-2*tenths) + "] " + string(read) +
					"0 % of 0 MB, 0 MB/s, a.har"
			}
			if want != "" {
				want += "\r\x1b[K"
			}
			if terminal.String() != want {
				t.Errorf("after %v the terminal has %q, want %q", test.took, terminal.String(), want)
			}
		})
	}
}
