package testee

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"time"
)

// Conn is a testee that runs. Write writes to its standard input, and Read reads from its standard output.
type Conn interface {
	io.Reader
	io.WriteCloser
	// End waits for the testee to end by itself, and ends it if it runs for longer than wait. It returns how the testee
	// ended, as in "exit status 1"; "" if it succeeded or did not end by itself.
	End(wait time.Duration) string
}

// Opener starts a testee.
type Opener func() (Conn, error)

// Command returns an Opener that runs a command. Its standard error is passed through.
func Command(args []string, stderr io.Writer) Opener {
	return func() (Conn, error) {
		command := exec.Command(args[0], args[1:]...)
		command.Stderr = stderr
		command.WaitDelay = time.Second // for a process of the testee that keeps the standard error
		group(command)
		stdin, err := command.StdinPipe()
		if err != nil {
			return nil, err
		}
		// Unlike StdoutPipe, this pipe is not closed by Wait, which may come before all is read.
		stdout, write, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		defer write.Close()
		command.Stdout = write
		if err := command.Start(); err != nil {
			stdout.Close()
			return nil, unstarted(args[0], err)
		}
		p := &process{WriteCloser: stdin, stdout: stdout, command: command, ended: make(chan struct{})}
		go func() {
			_ = command.Wait() // ProcessState says it as well
			close(p.ended)
		}()
		return p, nil
	}
}

// unstarted returns the error of a command that cannot be started, without the operation and the path in Go's error.
func unstarted(name string, err error) error {
	var (
		path   *fs.PathError
		search *exec.Error
	)
	switch {
	case errors.As(err, &search):
		err = search.Err
	case errors.As(err, &path):
		err = path.Err
	}
	return fmt.Errorf("cannot start %q: %w", name, err)
}

type process struct {
	io.WriteCloser
	stdout  *os.File
	command *exec.Cmd
	ended   chan struct{}
}

func (p *process) Read(b []byte) (int, error) { return p.stdout.Read(b) }

func (p *process) End(wait time.Duration) string {
	defer p.stdout.Close()
	byItself := true
	select {
	case <-p.ended:
	case <-time.After(wait):
		byItself = false
	}
	kill(p.command) // what the process has started may still run
	<-p.ended
	if !byItself || p.command.ProcessState.Success() {
		return ""
	}
	return p.command.ProcessState.String()
}
