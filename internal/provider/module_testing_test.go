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

// What the guide says cannot be done, and with which error.
func TestAccOverrideDataHasNoRows(t *testing.T) {
	t.Parallel()
	terraform := newExample(t, testingModules+"/assistants", nil)
	terraform.needsOverrides(t)
	terraform.must(t, 0, "init", "-input=false")
	limits := fenced(t, testingModulesGuide, "hcl")
	terraform.write(t, "limits.tftest.hcl", limits)
	output := terraform.must(t, 1, "test", "-no-color")
	if strings.HasPrefix(terraform.must(t, 0, "version"), "Terraform") {
		summary, detail, _ := strings.Cut(pageOutput(t, testingModulesGuide), "\n\n")
		checkOutput(t, "rows", output, []string{summary, detail}, nil)
	}

	// Without them, the list is there and has none.
	_, run, _ := strings.Cut(limits, "run ")
	terraform.write(t, "limits.tftest.hcl", "mock_provider \"invent\" {}\n\nrun "+strings.Replace(run, "== 1", "== 0", 1))
	terraform.must(t, 0, "test", "-no-color")
}

// What the guide says can be done for one assistant.
func TestAccOverrideDataOfOne(t *testing.T) {
	t.Parallel()
	terraform := newCLI(t, `data "invent_assistant" "one" {
  name = "Support"
}
output "one" {
  value = "${data.invent_assistant.one.id} ${data.invent_assistant.one.config.model} ${length(data.invent_assistant.one.integrations)}"
}
`, nil)
	terraform.needsOverrides(t)
	terraform.write(t, "one.tftest.hcl", `mock_provider "invent" {}
override_data {
  target = data.invent_assistant.one
  values = {
    id     = "ast_1"
    config = { model = "gpt-4.1" }
  }
}
run "one" {
  command = plan
  assert {
    condition     = output.one == "ast_1 gpt-4.1 0"
    error_message = output.one
  }
}
`)
	if strings.HasPrefix(terraform.must(t, 0, "version"), "OpenTofu") {
		output := terraform.must(t, 1, "test", "-no-color")
		checkOutput(t, "a part of an object", output, []string{"Invalid mock/override field `config`", "are required"}, nil)
		return
	}
	terraform.must(t, 0, "test", "-no-color")
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
