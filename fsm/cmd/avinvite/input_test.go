package main

import (
	"context"
	"io"
	"testing"
)

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
