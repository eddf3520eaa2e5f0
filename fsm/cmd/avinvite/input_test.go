package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"
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
		if got != test.want || len([]rune(got)) >= width {
			t.Errorf("progress(%q, %d, %d) = %q, want %q", test.name, test.read, test.size, got, test.want)
		}
	}
}

// TestMeter holds that what takes long shows where it is, and takes that away in the end, and that what does not, shows
// nothing. Time passes in a bubble.
func TestMeter(t *testing.T) {
	for _, test := range []struct {
		took time.Duration
		want string
	}{
		{900 * time.Millisecond, ""},
		{1600 * time.Millisecond, "\r\x1b[K[##########..........] 50 % of 0 MB, 0 MB/s, a.har\r\x1b[K"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var terminal bytes.Buffer
			m := &meter{Reader: strings.NewReader("recording")}
			stop := m.show(&terminal, "a.har", 2*int64(len("recording")))
			if _, err := m.Read(make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(test.took)
			stop()
			if terminal.String() != test.want {
				t.Errorf("after %v the terminal has %q, want %q", test.took, terminal.String(), test.want)
			}
		})
	}
}

// TestInterruptible gives up a recording whose opening waits, as that of a named pipe without a writer does.
func TestInterruptible(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	opening, never := make(chan bool), make(chan bool)
	defer close(never)
	in := interruptible(ctx, func() (io.ReadCloser, error) {
		close(opening)
		<-never
		return nil, io.EOF
	})
	go func() {
		<-opening
		interrupt()
	}()
	if n, err := in.Read(make([]byte, 1)); n != 0 || err != errInterrupted {
		t.Errorf("Read = %d, %v, want 0 and %v", n, err, errInterrupted)
	}
}

// TestPositions holds the lines and columns of random texts against a count from the start.
func TestPositions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	for range 200 {
		var text strings.Builder
		var starts []int64
		for range random.IntN(100) {
			starts = append(starts, int64(text.Len()))
			text.WriteRune([]rune{'a', '\n', 'é', '€', '𝄞'}[random.IntN(5)])
		}
		end := int64(text.Len())
		starts = append(starts, end)
		found := positions(bufio.NewReaderSize(strings.NewReader(text.String()), 16), append(starts, end+1))
		for _, start := range starts {
			before := text.String()[:start]
			line := before[strings.LastIndex(before, "\n")+1:]
			want := position{1 + strings.Count(before, "\n"), 1 + len(utf16.Encode([]rune(line)))}
			if found[start] != want {
				t.Errorf("byte %d of %q is at %v, want %v", start, text.String(), found[start], want)
			}
		}
		if beyond, ok := found[end+1]; ok {
			t.Errorf("a byte behind the end of %q is at %v", text.String(), beyond)
		}
	}
}
