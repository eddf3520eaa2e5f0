package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

// meter is a reader that shows on a terminal how far a recording has been read: from the first second on, at most twice a
// second.
type meter struct {
	io.Reader
	terminal io.Writer
	name     string
	size     int64 // zero if unknown

	read         int64
	began, shown time.Time
}

func newMeter(in io.Reader, terminal io.Writer, name string, size int64) *meter {
	return &meter{Reader: in, terminal: terminal, name: name, size: size, began: time.Now()}
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.read += int64(n)
	now := time.Now()
	if took := now.Sub(m.began); took > time.Second && now.Sub(m.shown) > time.Second/2 {
		fmt.Fprintf(m.terminal, "\r\x1b[K%s", progress(m.name, m.read, m.size, took))
		m.shown = now
	}
	return n, err
}

// clear removes the line.
func (m *meter) clear() {
	if !m.shown.IsZero() {
		fmt.Fprint(m.terminal, "\r\x1b[K")
	}
}

// progress returns the share of a recording that has been read, with a bar if its size is known, in less than a line.
func progress(name string, read, size int64, took time.Duration) string {
	const mega, bar = 1e6, 20
	rate := float64(read) / mega / max(took.Seconds(), 1e-9)
	line := fmt.Sprintf("%.0f MB read, %.0f MB/s, ", float64(read)/mega, rate)
	if size > 0 {
		read = min(read, size) // the file may have grown
		done := int(read * bar / size)
		line = fmt.Sprintf("[%s%s] %d %% of %.0f MB, %.0f MB/s, ", strings.Repeat("#", done), strings.Repeat(".", bar-done),
			read*100/size, float64(size)/mega, rate)
	}
	return line + layout.Last(name, layout.Width-1-len(line))
}
