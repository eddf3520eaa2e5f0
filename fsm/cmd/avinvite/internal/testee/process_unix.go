//go:build unix

package testee

import (
	"os/exec"
	"syscall"
)

// group gives the command a process group of its own.
func group(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// kill kills the processes of the group. There may be none left.
func kill(command *exec.Cmd) { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
