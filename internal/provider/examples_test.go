package provider_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	testingModules      = "../../examples/testing-modules"
	testingModulesGuide = "../../templates/guides/testing-modules.md.tmpl"
)

// Each example of the registry's layout is run as a user would who copies it beside the provider's, and so is the
// README's. The mock's data has what they name.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	providerConfig := inventtest.ReadFile(t, "../../examples/provider/provider.tf")
	examples := map[string]string{"README": inventtest.Fenced(t, "../../README.md", "terraform")}
	for _, pattern := range []string{"provider/*.tf", "data-sources/*/*.tf", "ephemeral-resources/*/*.tf"} {
		paths, err := filepath.Glob("../../examples/" + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no examples/%s: %v", pattern, err)
		}
		for _, path := range paths {
			if filepath.Base(path) != "provider.tf" {
				examples[strings.TrimPrefix(filepath.ToSlash(path), "../../examples/")] = providerConfig + "\n" + inventtest.ReadFile(t, path)
			}
		}
	}
	// A resource of another provider takes part only as text: its provider is not here.
	foreign := regexp.MustCompile(`(?s)\nresource "aws_.*?\n}\n`)
	for name, example := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewCLI(t, example, environment(baseURL))
			terraform.Needs(t, example)
			terraform.Must(t, 0, "fmt", "-check", "-diff")
			terraform.Write(t, "main.tf", foreign.ReplaceAllString(example, ""))
			terraform.Must(t, 0, "apply", "-auto-approve")
			terraform.Must(t, 0, "plan", "-detailed-exitcode")
			checkOutputs(t, terraform)
		})
	}
}

// checkOutputs asserts that an example shows something: an output of nothing would name what the mock does not have.
func checkOutputs(t *testing.T, terraform *inventtest.CLI) {
	t.Helper()
	var outputs map[string]struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(terraform.Run(t, "output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	for name, output := range outputs {
		switch value := string(output.Value); value {
		case "null", `""`, "[]", "{}":
			t.Errorf("output %s is %s", name, value)
		}
	}
}

// Without a key and with no API at all.
func TestAccOverrideModule(t *testing.T) {
	t.Parallel()
	terraform := inventtest.NewExample(t, testingModules, nil)
	terraform.Needs(t, "override_module")
	terraform.Must(t, 0, "init", "-input=false")
	checkContains(t, terraform.Must(t, 0, "test", "-filter=override.tftest.hcl"), "1 passed, 0 failed")

	terraform.Replace(t, "main.tf", "if contains(a.channels, channel)", "")
	checkContains(t, terraform.Must(t, 1, "test", "-filter=override.tftest.hcl"), "Error: Test assertion failed", `"slack_bot":["Support","Sales"]`)
}

// With the mock of the API.
func TestAccTestAgainstMock(t *testing.T) {
	t.Parallel()
	data, err := mockinvent.ParseData([]byte(inventtest.ReadFile(t, testingModules, "assistants.json")))
	if err != nil {
		t.Fatal(err)
	}
	variables := environment(inventtest.Serve(t, mockinvent.New(data)).URL)
	variables["INVENT_API_KEY"] = data.Organizations[0].APIKey
	terraform := inventtest.NewExample(t, testingModules, variables)
	terraform.Needs(t, "\nrun \"")
	terraform.Must(t, 0, "init", "-input=false")
	checkContains(t, terraform.Must(t, 0, "test", "-filter=mock.tftest.hcl"), "1 passed, 0 failed")

	terraform.Replace(t, "assistants/main.tf", "if i.enabled == true", "")
	checkContains(t, terraform.Must(t, 1, "test", "-filter=mock.tftest.hcl"), "Error: Test assertion failed", `"slack_bot":["Support"]`)
}
