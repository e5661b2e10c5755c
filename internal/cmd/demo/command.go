//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// endTimeout is how long a command may take to end after an interrupt.
const endTimeout = 10 * time.Second

// command is a program's run, and what it must give.
type command struct {
	program  string // a path, or a name on PATH
	args     []string
	folder   string // where it runs; empty is the current one
	exitCode int
	contains []string
}

// String returns the command as one would type it.
func (c command) String() string {
	return strings.Join(append([]string{filepath.Base(c.program)}, c.args...), " ")
}

// run runs the command to its end and returns what it printed. The error says what it gave instead of what it must.
func (c command) run(ctx context.Context, environment []string) (string, error) {
	cmd := exec.CommandContext(ctx, c.program, c.args...)
	cmd.Dir = c.folder
	cmd.Env = environment
	// In a process group of its own it gets one interrupt, not a second one from the terminal, and what it leaves running
	// can be ended.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = endTimeout
	printed, err := cmd.CombinedOutput()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	output := string(printed)
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return "", fmt.Errorf("%s: %w", c, err)
	}
	if code := cmd.ProcessState.ExitCode(); code != c.exitCode {
		return "", fmt.Errorf("%s: got exit code %d, want %d; it printed:\n%s", c, code, c.exitCode, output)
	}
	for _, text := range c.contains {
		if !strings.Contains(output, text) {
			return "", fmt.Errorf("%s: got no %q; it printed:\n%s", c, text, output)
		}
	}
	return output, nil
}
