package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// tail reads a file that another program writes. Read waits at the end of the file for more. The tail ends where the file
// is replaced or truncated; next begins again there.
//
// It looks at the file again and again, because that works on every system and every file system: notifications do not
// come from a network.
type tail struct {
	ctx  context.Context // ends Read with errInterrupted
	name string
	file *os.File
	read int64
	last []byte // the last bytes that were read

	replaced bool // another file with content has the name, and the rest of this one is read
	ended    bool
	looked   bool // since the interrupt
}

// pause is the time between two looks at the end of a file.
const pause = time.Second / 4

// openTail opens the file, whose beginning is read first.
func openTail(ctx context.Context, name string) (*tail, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &tail{ctx: ctx, name: name, file: file}, nil
}

func (t *tail) Read(p []byte) (int, error) {
	for !t.ended {
		done := t.ctx.Err() != nil
		if t.looked {
			return 0, errInterrupted
		}
		t.looked = done
		if t.rewritten() {
			t.ended = true
			continue
		}
		n, err := t.file.Read(p)
		t.read += int64(n)
		t.last = append(t.last, p[max(0, n-mark):n]...)
		t.last = t.last[max(0, len(t.last)-mark):]
		if n > 0 || err != nil && err != io.EOF {
			return n, err
		}
		switch {
		case t.replaced && t.read == 0: // an empty file is no recording
			if err := t.next(); err != nil {
				return 0, err
			}
		case t.replaced:
			t.ended = true
		case t.hasSuccessor():
			t.replaced = true // and look once more for text that came between
		case done:
			return 0, errInterrupted
		default:
			select {
			case <-time.After(pause):
			case <-t.ctx.Done():
			}
		}
	}
	return 0, io.EOF
}

// mark is how many bytes before the end of what has been read show that the file is still the same. They span a self
// link in most logs.
const mark = 1 << 10

// rewritten reports whether the file has been truncated, as logrotate's copytruncate does it, and perhaps written again:
// then what has been read last is not there any more.
func (t *tail) rewritten() bool {
	var room [mark]byte
	now := room[:len(t.last)]
	n, err := t.file.ReadAt(now, t.read-int64(len(now)))
	return (err == nil || err == io.EOF) && !bytes.Equal(now[:n], t.last)
}

// hasSuccessor reports whether another file has the name and some content. A log that is renamed may be written further
// until its program has opened the new one.
func (t *tail) hasSuccessor() bool {
	mine, err := t.file.Stat()
	if err != nil {
		return false
	}
	successor, err := os.Stat(t.name)
	return err == nil && successor.Size() > 0 && !os.SameFile(mine, successor)
}

// next goes on with the file that has the name now, after the tail has ended.
func (t *tail) next() error {
	for {
		file, err := os.Open(t.name)
		switch {
		case err == nil:
			t.file.Close()
			t.file, t.read, t.last, t.replaced, t.ended = file, 0, nil, false, false
			return nil
		case !errors.Is(err, os.ErrNotExist):
			return err
		}
		select { // between the renaming of a log and the beginning of the next one
		case <-time.After(pause):
		case <-t.ctx.Done():
			return errInterrupted
		}
	}
}
