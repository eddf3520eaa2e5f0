package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/layout"
)

// line is a line on a terminal that shows how far the command has come: from the first second on, at most twice a second.
type line struct {
	terminal     io.Writer
	began, shown time.Time
}

func newLine(terminal io.Writer) line { return line{terminal: terminal, began: time.Now()} }

// show writes the line anew, with a text that it asks for if it is time.
func (l *line) show(text func(took time.Duration) string) {
	now := time.Now()
	if took := now.Sub(l.began); took > time.Second && now.Sub(l.shown) > time.Second/2 {
		fmt.Fprintf(l.terminal, "\r\x1b[K%s", text(took))
		l.shown = now
	}
}

// clear removes the line.
func (l *line) clear() {
	if !l.shown.IsZero() {
		fmt.Fprint(l.terminal, "\r\x1b[K")
	}
}

// meter is a reader that shows how far a recording has been read.
type meter struct {
	io.Reader
	line
	name string
	size int64 // zero if unknown
	read int64
}

func newMeter(in io.Reader, terminal io.Writer, name string, size int64) *meter {
	return &meter{Reader: in, line: newLine(terminal), name: name, size: size}
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.read += int64(n)
	m.show(func(took time.Duration) string { return progress(m.name, m.read, m.size, took) })
	return n, err
}

// progress returns the share of a recording that has been read, with a bar if its size is known, in less than a line.
func progress(name string, read, size int64, took time.Duration) string {
	const mega = 1e6
	rate := float64(read) / mega / max(took.Seconds(), 1e-9)
	line := fmt.Sprintf("%.0f MB read, %.0f MB/s, ", float64(read)/mega, rate)
	if size > 0 {
		read = min(read, size) // the file may have grown
		line = fmt.Sprintf("%s of %.0f MB, %.0f MB/s, ", bar(read, size), float64(size)/mega, rate)
	}
	return line + layout.Last(name, layout.Width-1-len(line))
}

// tested returns the share of tests that are done.
func tested(done, total int, took time.Duration) string {
	return fmt.Sprintf("%s of %d tests, %.0f a second", bar(int64(done), int64(total)), total, float64(done)/took.Seconds())
}

// bar returns a share as a bar, and in percent.
func bar(done, total int64) string {
	const width = 20
	filled := int(done * width / total)
	return fmt.Sprintf("[%s%s] %d %%", strings.Repeat("#", filled), strings.Repeat(".", width-filled), done*100/total)
}
