package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"testing"
	"time"
)

// TestInterrupts sends interrupts to a check whose standard output nobody reads: the first makes it write its report, and
// a later one ends it. Interrupts are handled at first as for a process of a terminal, and then ignored as for a
// background job of a shell.
func TestInterrupts(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" || runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		return // there is no such signal to send
	}
	for _, ignored := range []bool{false, true} {
		if ignored {
			signal.Ignore(os.Interrupt)
			defer signal.Reset(os.Interrupt)
		}
		status, err := interrupt(t)
		if err != nil || status != statusInterrupted {
			t.Errorf("ignored at the start %v: exit status %d, error %v, want %d", ignored, status, err, statusInterrupted)
		}
	}
}

func interrupt(t *testing.T) (status int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	command := exec.Command(self)
	command.Args = []string{"avinvite", "check", "--format", "json", "-"}
	in, err := command.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := command.Start(); err != nil {
		return 0, err
	}
	// Killed if it does not end, so that nothing hangs.
	defer time.AfterFunc(time.Minute, func() { _ = command.Process.Kill() }).Stop()
	if status := run([]string{"generate", "--invitations", "1000"}, nil, in, io.Discard); status != statusOK {
		t.Errorf("generate: exit status %d", status)
	}
	// Once the command has read this much more, it has judged the recording: a pipe holds less.
	if _, err := in.Write(bytes.Repeat([]byte("\n"), 2_000_000)); err != nil {
		return 0, err
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		return 0, err
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		return 0, err
	}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for {
		select {
		case err := <-ended:
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
				err = nil
			}
			return command.ProcessState.ExitCode(), err
		case <-again.C:
			_ = command.Process.Signal(os.Interrupt)
		}
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
