//go:build !unix

package testee

import (
	"os/exec"
	"strconv"
)

// group does nothing where there are no process groups.
func group(*exec.Cmd) {}

// kill kills the process, and on Windows also those that it has started.
func kill(command *exec.Cmd) {
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(command.Process.Pid)).Run() // fails elsewhere
	_ = command.Process.Kill()
}
