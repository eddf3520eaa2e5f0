package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestTail reads a log through all the ways to begin it anew. Time is that of a bubble, so no look at the file is missed.
func TestTail(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	create := func(name string) *os.File {
		t.Helper()
		f, err := os.Create(name)
		check(err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	write := func(f *os.File, text string) {
		t.Helper()
		_, err := f.WriteString(text)
		check(err)
		<-time.After(2 * pause)
	}
	first, long := create(name), strings.Repeat("longer than its successor ", mark)
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		var got []string
		ended := make(chan error)
		go func() {
			in, err := openTail(ctx, name)
			for err == nil {
				var text []byte
				if text, err = io.ReadAll(in); err == nil {
					err = in.next()
				}
				got = append(got, string(text))
			}
			in.file.Close()
			ended <- err
		}()
		write(first, "")
		check(os.Rename(name, name+".0"))
		log := create(name)
		write(log, "one, ")
		write(log, "two")

		check(os.Rename(name, name+".1"))
		write(log, ", behind its renaming")
		next := create(name)
		write(log, ", and until the next one is written")
		_, err := log.WriteString(", to its end")
		check(err)
		write(next, long)

		truncate := func() { // as copytruncate does it
			check(next.Truncate(0))
			_, err = next.Seek(0, io.SeekStart)
			check(err)
		}
		truncate()
		write(next, "four")
		truncate()
		write(next, "as long again at once")

		check(os.Remove(name))
		<-time.After(2 * pause)
		write(create(name), "five")
		interrupt()
		if err := <-ended; !errors.Is(err, errInterrupted) {
			t.Errorf("error %v, want %v", err, errInterrupted)
		}
		want := []string{
			"one, two, behind its renaming, and until the next one is written, to its end",
			long, "four", "as long again at once", "five",
		}
		if !slices.Equal(got, want) {
			t.Errorf("read %q, want %q", got, want)
		}
	})
}
