package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

var errInterrupted = errors.New("interrupted")

// interrupts returns a context that the first interrupt cancels. The next interrupt ends the command at once, even while
// reading or writing waits. Go's default does not, because a shell starts its background jobs with interrupts ignored.
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

// echo is the time in which a second signal is the same interrupt: a terminal sends one to each of its processes, and a
// process that runs the command, such as timeout(1), may pass on its own.
const echo = time.Second / 4

// interruptible returns a reader of the file that open opens. When the context is done, reading ends with errInterrupted,
// even while opening or a read waits.
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

// prompt is interruptible for a file of which no read waits long, without a copy of each byte.
type prompt struct {
	ctx  context.Context
	open func() (io.ReadCloser, error)
	in   io.ReadCloser // nil before the first read
	end  error         // of the file
}

func (p *prompt) Read(b []byte) (n int, err error) {
	switch {
	case p.ctx.Err() != nil:
		return 0, errInterrupted
	case p.end != nil:
		return 0, p.end
	case p.in == nil:
		if p.in, p.end = p.open(); p.end != nil {
			return 0, p.end
		}
	}
	if n, p.end = p.in.Read(b); p.end != nil {
		p.in.Close()
	}
	return n, p.end
}
