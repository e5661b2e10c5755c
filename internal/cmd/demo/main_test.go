//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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

func TestInterrupt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		during string
		signal os.Signal
	}{
		{"build", "$ go build", os.Interrupt},
		{"plan", " plan ", syscall.SIGTERM},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
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
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Error(err)
			}
			more, _ := io.ReadAll(stdout)
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(stderr.String(), "signal received") {
				t.Errorf("exit code %d, stderr: %s", code, &stderr)
			}
			if len(more) > 0 {
				t.Errorf("it went on: %s", more)
			}
			checkEmpty(t, temporary)
		})
	}
}

// As with make demo | head.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	cmd := demo(t, temporary)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Error(err)
	}
	_ = stdout.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code <= 0 {
		t.Errorf("exit code %d, want an error's", code)
	}
	checkEmpty(t, temporary)
}

// shell is a command that must give what the demo's commands must.
func shell(script string) command {
	return command{program: "sh", args: []string{"-c", script}, exitCode: 2, contains: []string{"first", "second"}}
}

func TestCommandErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		command command
		want    []string
	}{
		{"as it must be", shell("echo first second; exit 2"), nil},
		{"on stderr", shell("echo first; echo second >&2; exit 2"), nil},
		{"another exit code", shell("echo first second; exit 1"), []string{"sh -c", "exit code 1, want 2", "first second\n"}},
		{"success", shell("echo first second"), []string{"exit code 0, want 2"}},
		{"a signal", shell("kill -9 $$"), []string{"exit code -1, want 2"}},
		{"a text is missing", shell("echo first; exit 2"), []string{`got no "second"`, "first\n"}},
		{"no such program", command{program: "no-such-program"}, []string{"no-such-program: "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := test.command.run(t.Context(), os.Environ())
			if test.want == nil && err != nil || test.want != nil && err == nil {
				t.Fatalf("got error %v, want one with %q", err, test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want one with %q", err, want)
				}
			}
		})
	}
}

// Whoever holds the pipe's other end open is still there.
func TestCommandEndsWhatItLeavesRunning(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		script string
		cancel bool
	}{
		{"after it has ended", `exec 3>"$PIPE"; sleep 1000 >/dev/null 2>&1 &`, false},
		// A shell without job control lets its background programs ignore the interrupt.
		{"interrupted", `exec 3>"$PIPE"; sleep 1000 >/dev/null 2>&1 & wait`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() {
				_, err := command{program: "sh", args: []string{"-c", test.script}}.run(ctx, append(os.Environ(), "PIPE="+pipe))
				ended <- err
			}()
			reader, err := os.Open(pipe)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = reader.Close() }()
			if test.cancel {
				cancel()
			}
			if err := <-ended; (err != nil) != test.cancel {
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
	tests := []struct {
		name      string
		assistant string
		want      string
	}{
		{"no such assistant", `{"name": "Other"}`, "no assistant"},
		{"another text", `{"name": "Gäste-Support"}`, "0 times the guest is angry"},
		{"the text twice", `{"name": "Gäste-Support", "x": "` + oldLine + oldLine + `"}`, "2 times the guest is angry"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := edited([]json.RawMessage{json.RawMessage(test.assistant)})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
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
