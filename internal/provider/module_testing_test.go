package provider_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	testingModules      = "../../examples/testing-modules"
	testingModulesGuide = "../../templates/guides/testing-modules.md.tmpl"
)

// Without a key and with no API at all.
func TestAccOverrideModule(t *testing.T) {
	t.Parallel()
	terraform := newExample(t, testingModules, nil)
	terraform.needsOverrides(t)
	terraform.must(t, 0, "init", "-input=false")
	output := terraform.must(t, 0, "test", "-no-color", "-filter=override.tftest.hcl")
	checkOutput(t, "as it is", output, []string{"1 passed, 0 failed"}, nil)

	terraform.change(t, "main.tf", "if contains(a.channels, channel)", "")
	output = terraform.must(t, 1, "test", "-no-color", "-filter=override.tftest.hcl")
	checkOutput(t, "a mistake in the module", output, []string{"Error: Test assertion failed", `"slack_bot":["Support","Sales"]`}, nil)
}

func TestAccMockProgram(t *testing.T) {
	t.Parallel()
	terraform := newExample(t, testingModules, map[string]string{"INVENT_API_KEY": "mock-key"})
	terraform.needs(t, 6, "terraform test")
	terraform = terraform.with("INVENT_BASE_URL", mockProgram(t, filepath.Join(terraform.folder, "assistants.json")))
	terraform.must(t, 0, "init", "-input=false")
	output := terraform.must(t, 0, "test", "-no-color", "-filter=mock.tftest.hcl")
	checkOutput(t, "as it is", output, []string{"1 passed, 0 failed"}, nil)

	terraform.change(t, "assistants/main.tf", "if i.enabled == true", "")
	output = terraform.must(t, 1, "test", "-no-color", "-filter=mock.tftest.hcl")
	checkOutput(t, "a mistake in the module that reads", output, []string{"Error: Test assertion failed", `"slack_bot":["Support"]`}, nil)
}

// needsOverrides skips a test under a CLI whose tests cannot override.
func (c *cli) needsOverrides(t *testing.T) {
	t.Helper()
	c.skipBefore(t, "Terraform", 7, "override_module")
	c.skipBefore(t, "OpenTofu", 8, "override_module")
}

// change replaces a text that a file has once.
func (c *cli) change(t *testing.T, name, from, to string) {
	t.Helper()
	content := readFile(t, filepath.Join(c.folder, name))
	if n := strings.Count(content, from); n != 1 {
		t.Fatalf("%s has %d times %s, want once", name, n, from)
	}
	c.write(t, name, strings.Replace(content, from, to, 1))
}

// mockProgram runs the mock as a program and returns its address.
func mockProgram(t *testing.T, data string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "mockinvent")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../cmd/mockinvent")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	mock := exec.Command(program, "-data", data) //nolint:noctx // the clean-up ends it
	stdout, err := mock.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = mock.Process.Signal(os.Interrupt)
		if err := mock.Wait(); err != nil {
			t.Errorf("the mock: %v", err)
		}
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}
