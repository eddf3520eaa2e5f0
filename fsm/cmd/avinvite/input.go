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
	"syscall"
	"time"
)

// input is a recording that an argument names.
type input struct {
	name   string
	listed bool  // found in a folder that was named, or by a pattern
	err    error // it could not be found
}

// find returns the recordings that the arguments name: files, - for the standard input, folders, and patterns that the
// shell has not expanded.
func find(args []string) (found []input) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			found = append(found, input{name: arg})
		case err == nil:
			found = append(found, folder(arg)...)
		case strings.ContainsAny(arg, "*?["):
			files, badPattern := filepath.Glob(arg)
			if badPattern != nil || len(files) == 0 {
				err = errors.New("no file matches the pattern")
				if badPattern != nil {
					err = badPattern
				}
				found = append(found, input{name: arg, err: err})
			}
			for _, file := range files {
				found = append(found, input{name: file, listed: true})
			}
		default:
			found = append(found, input{name: arg, err: errors.Unwrap(err)})
		}
	}
	return found
}

// extensions are those of the files that are taken for recordings in a folder.
var extensions = []string{".json", ".jsonl", ".ndjson", ".har", ".gz"}

// folder is the recordings in a folder and the folders below it, in the order of their names.
func folder(root string) (found []input) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, input{name: path, listed: true, err: errors.Unwrap(err)})
		case entry.Type().IsRegular() && slices.Contains(extensions, filepath.Ext(path)):
			found = append(found, input{name: path, listed: true})
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no recording in the folder: no file ends in %s", strings.Join(extensions, ", "))
	}
	if err != nil {
		found = append(found, input{name: root, err: err})
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
