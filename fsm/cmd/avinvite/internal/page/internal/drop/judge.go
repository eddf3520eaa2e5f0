//go:build js

package main

import (
	"errors"
	"io"
	"runtime/debug"
	"syscall/js"

	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/page"
	"github.com/avinvite/avinvite/fsm/cmd/avinvite/internal/report"
)

// main judges the files that the worker has, and posts the verdicts: see worker.js.
func main() {
	debug.SetGCPercent(20) // memory that the program once had it never gives back
	worker := js.Global().Get("worker")
	files := worker.Get("files")
	recordings := make([]report.Recording, files.Length())
	for n := range recordings {
		recordings[n].Name = files.Index(n).Get("name").String()
		recordings[n].Read(&file{worker: worker, number: n, size: int64(files.Index(n).Get("size").Float())})
	}
	total, err := page.Judge(recordings, func(lines []byte) { worker.Call("lines", string(lines)) })
	if err != nil {
		worker.Call("failed", err.Error())
		return
	}
	worker.Call("end", string(total))
}

// file reads a file of the worker in slices, so that the memory does not grow with its size.
type file struct {
	worker js.Value
	number int
	at     int64
	size   int64
	rest   []byte // of the last slice
}

// sliceBytes is the size of a slice.
const sliceBytes = 1 << 20

func (f *file) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		if f.at >= f.size {
			return 0, io.EOF
		}
		next := f.worker.Call("slice", f.number, f.at, f.at+sliceBytes)
		if next.Type() == js.TypeString {
			return 0, errors.New(next.String())
		}
		f.rest = make([]byte, next.Length())
		js.CopyBytesToGo(f.rest, next)
		f.at += int64(len(f.rest))
		if len(f.rest) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
