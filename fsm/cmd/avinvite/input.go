package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// recording is an input that has been named.
type recording struct {
	name   string
	listed bool  // found in a folder that was named, or by a pattern
	err    error // it could not be found
}

// recordings finds what the arguments name: files, - for the standard input, folders, and patterns that the shell has
// not expanded.
func recordings(args []string) (found []recording) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			found = append(found, recording{name: arg})
		case err == nil:
			found = append(found, folder(arg)...)
		case strings.ContainsAny(arg, "*?["):
			files, badPattern := filepath.Glob(arg)
			if badPattern != nil || len(files) == 0 {
				err = errors.New("no file matches the pattern")
				if badPattern != nil {
					err = badPattern
				}
				found = append(found, recording{name: arg, err: err})
			}
			for _, file := range files {
				found = append(found, recording{name: file, listed: true})
			}
		default:
			found = append(found, recording{name: arg, err: errors.Unwrap(err)})
		}
	}
	return found
}

// extensions are those of the files that are taken for recordings in a folder.
var extensions = []string{".json", ".jsonl", ".ndjson", ".har", ".gz"}

// folder is the recordings in a folder and the folders below it, in the order of their names.
func folder(root string) (found []recording) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, recording{name: path, listed: true, err: errors.Unwrap(err)})
		case entry.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)):
			found = append(found, recording{name: path, listed: true})
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no recording in the folder: no file ends in %s", strings.Join(extensions, ", "))
	}
	if err != nil {
		found = append(found, recording{name: root, err: err})
	}
	return found
}

var errInterrupted = errors.New("interrupted")

// interrupts is a context that ends with the first interrupt. The next one ends the command at once, whatever it waits
// for. The default of the signals would not always do that: a shell starts its background jobs with interrupts ignored.
func interrupts() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		defer cancel()
		var first time.Time
		for range signals {
			switch {
			case first.IsZero():
				first = time.Now()
				cancel()
			case time.Since(first) > echo:
				os.Exit(statusInterrupted)
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
	}
}

// echo is how long the same interrupt may come again: a terminal sends it to each of its processes, and what runs the
// command, as timeout(1), may hand it on.
const echo = time.Second / 4

// interruptible is what open opens until the context is done: then reading ends with errInterrupted, even while opening
// or a read waits.
func interruptible(ctx context.Context, open func() (io.ReadCloser, error)) io.Reader {
	out, in := io.Pipe()
	context.AfterFunc(ctx, func() { in.CloseWithError(errInterrupted) })
	go func() {
		r, err := open()
		if err == nil {
			_, err = io.Copy(in, r)
			r.Close()
		}
		in.CloseWithError(err)
	}()
	return out
}

// meter counts what is read through it.
type meter struct {
	io.Reader
	read atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.read.Add(int64(n))
	return n, err
}

// show writes to a terminal how far the reading of a recording is, twice a second from the first second on, until stop
// is called, which takes the line away. The size is zero if it is not known.
func (m *meter) show(terminal io.Writer, name string, size int64) (stop func()) {
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		start := time.Now()
		ticker := time.NewTicker(time.Second / 2)
		defer ticker.Stop()
		shown := false
		for {
			select {
			case <-done:
				if shown {
					fmt.Fprint(terminal, "\r\x1b[K")
				}
				return
			case now := <-ticker.C:
				if took := now.Sub(start); took > time.Second {
					fmt.Fprintf(terminal, "\r\x1b[K%s", progress(name, m.read.Load(), size, took))
					shown = true
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}

// progress says in less than a line how far a recording has been read, with a bar if its size is known.
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
	short := []rune(printable(name))
	if room := width - 1 - len(line); len(short) > room {
		short = append([]rune("..."), short[len(short)-room+len("..."):]...)
	}
	return line + string(short)
}

// animated says whether a line on w can be written over.
func animated(w io.Writer) bool { return terminal(w) && os.Getenv("TERM") != "dumb" }

// coloured says whether what is written to w may have colours. See no-color.org.
func coloured(w io.Writer) bool { return animated(w) && os.Getenv("NO_COLOR") == "" }

// terminal says whether w is one, or at least a device.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
