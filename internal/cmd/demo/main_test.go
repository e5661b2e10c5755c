//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// runsDemo is a variable that makes this test program the demo.
const runsDemo = "TEST_RUNS_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(runsDemo) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// demo is the demo as a program, with settings around it that it must not heed.
func demo(t *testing.T, temporary string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), runsDemo+"=1", "TMPDIR="+temporary, "TF_CLI="+inventtest.Program(t),
		"TF_CLI_ARGS=-no-such-flag", "TF_LOG=TRACE", "TF_WORKSPACE=other", "TF_CLI_CONFIG_FILE="+filepath.Join(temporary, "none"),
		"INVENT_ORG_ID=org_other", "INVENT_API_KEY=key-of-the-caller")
	return cmd
}

func checkEmpty(t *testing.T, folder string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// The README shows what a new Terraform prints. Another CLI has another name, and OpenTofu and older Terraforms print
// the line that changed as two.
func TestDemo(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	cmd := demo(t, temporary)
	result := inventtest.Run(t, cmd)
	if result.ExitCode != 0 || result.Stderr != "" {
		t.Fatalf("exit code %d: %s\n%s", result.ExitCode, result.Stderr, result.Stdout)
	}
	readme := strings.ReplaceAll(inventtest.Fenced(t, "../../../README.md", "text"), "$ terraform ", "$ "+filepath.Base(inventtest.Program(t))+" ")
	rest := inventtest.PlanText(result.Stdout)
	for _, want := range []string{
		"on a mock", "$ go build", "at http://127.0.0.1:", " apply -auto-approve\nApply complete!",
		"\ndeleted  gpt-3.5-turbo     messenger_bot                              Concierge (until 2023)\n",
		"\noff      -                 -                                          Newsletter pilot\n",
		"No changes.", "Exit code 0: no drift.", "\n" + inventtest.PlanText(readme), "Apply complete!", "No changes.", "Exit code 0: no drift.",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("no %q in what comes next:\n%s", want, rest)
		}
		rest = after
	}
	for _, unwanted := range []string{"key", "secret", "mock-token", "contacts_count", "updated_at", "overrides", "\x1b"} {
		if strings.Contains(result.Stdout, unwanted) {
			t.Errorf("%q is in the output:\n%s", unwanted, result.Stdout)
		}
	}
	checkEmpty(t, temporary)
}

func TestEndsEarly(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		during, want string // the line after which it happens, and what the error says
		signal       os.Signal
	}{
		"in the build":     {"$ go build", "signal received", os.Interrupt},
		"in the plan":      {" plan ", "signal received", syscall.SIGTERM},
		"reader goes away": {"The Terraform provider", "broken pipe", nil}, // as with make demo | head
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			cmd := demo(t, temporary)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			for lines.Scan() && !strings.Contains(lines.Text(), test.during) {
			}
			if test.signal == nil {
				_ = stdout.Close()
			} else if err := cmd.Process.Signal(test.signal); err != nil {
				t.Error(err)
			}
			more, _ := io.ReadAll(stdout)
			_ = cmd.Wait()
			code := cmd.ProcessState.ExitCode()
			if code < 1 || test.signal != nil && code != exitInterrupted || !strings.Contains(stderr.String(), test.want) || len(more) > 0 {
				t.Errorf("exit code %d, stderr: %s; it went on: %s", code, &stderr, more)
			}
			checkEmpty(t, temporary)
		})
	}
}

// shell is a command that must give what the demo's commands must.
func shell(script string) command {
	return command{program: "sh", args: []string{"-c", script}, exitCode: 2, contains: []string{"first", "second"}}
}

func TestCommandErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		command command
		want    []string // in the error
	}{
		{shell("echo first second; exit 2"), []string{"<nil>"}},
		{shell("echo first; echo second >&2; exit 2"), []string{"<nil>"}},
		{shell("echo first second; exit 1"), []string{"sh -c", "exit code 1, want 2", "first second\n"}},
		{shell("echo first second"), []string{"exit code 0, want 2"}},
		{shell("kill -9 $$"), []string{"exit code -1, want 2"}},
		{shell("echo first; exit 2"), []string{`got no "second"`, "first\n"}},
		{command{program: "no-such-program"}, []string{"no-such-program: "}},
	}
	for _, test := range tests {
		_, err := test.command.run(t.Context(), os.Environ())
		text := fmt.Sprint(err)
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: got %s, want %q", test.command, text, want)
			}
		}
	}
}

// Whoever holds the pipe's other end open is still there.
func TestCommandEndsWhatItLeavesRunning(t *testing.T) {
	t.Parallel()
	for script, canceled := range map[string]bool{
		`exec 3>"$PIPE"; sleep 1000 >/dev/null 2>&1 &`: false, // after it has ended
		// A shell without job control lets its background programs ignore the interrupt.
		`exec 3>"$PIPE"; sleep 1000 >/dev/null 2>&1 & wait`: true,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() {
				_, err := command{program: "sh", args: []string{"-c", script}}.run(ctx, append(os.Environ(), "PIPE="+pipe))
				ended <- err
			}()
			reader, err := os.Open(pipe)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = reader.Close() }()
			if canceled {
				cancel()
			}
			if err := <-ended; (err != nil) != canceled {
				t.Errorf("got error %v", err)
			}
			if _, err := io.ReadAll(reader); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEditNeedsTheSample(t *testing.T) {
	t.Parallel()
	for assistant, want := range map[string]string{
		`{"name": "Other"}`:         "no assistant",
		`{"name": "Gäste-Support"}`: "0 times the guest is angry",
		`{"name": "Gäste-Support", "x": "` + oldLine + oldLine + `"}`: "2 times the guest is angry",
	} {
		if _, err := edit([]json.RawMessage{json.RawMessage(assistant)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %v, want one with %q", assistant, err, want)
		}
	}
}

func TestFindCLI(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	err := run(t.Context(), "no-such-program", &output)
	if err == nil || !strings.Contains(err.Error(), "no-such-program") || !strings.Contains(err.Error(), "TF_CLI") || output.Len() > 0 {
		t.Errorf("got error %v, output %s", err, &output)
	}
	if path, err := findCLI(""); err == nil && !filepath.IsAbs(path) || isTerminal(&output) { // there need not be one on PATH
		t.Errorf("got %q", path)
	}
}
