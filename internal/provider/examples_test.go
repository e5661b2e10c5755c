package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each example of the registry's layout is run as a user would who copies it
// beside the provider's, and so is the README's. The mock's data has what they name.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	providerConfig := readFile(t, "../../examples/provider/provider.tf")
	examples := map[string]string{"README": pasteable(t, readFile(t, "../../README.md"))}
	for _, pattern := range []string{"provider/*.tf", "data-sources/*/*.tf", "ephemeral-resources/*/*.tf"} {
		paths, err := filepath.Glob("../../examples/" + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no examples/%s: %v", pattern, err)
		}
		for _, path := range paths {
			if filepath.Base(path) != "provider.tf" {
				examples[strings.TrimPrefix(filepath.ToSlash(path), "../../examples/")] = providerConfig + "\n" + readFile(t, path)
			}
		}
	}
	for name, example := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runExample(t, example)
		})
	}
}

func runExample(t *testing.T, example string) {
	t.Helper()
	_, baseURL := mock(t)
	variables := environment(baseURL)
	variables[secretStoreFolder] = t.TempDir()
	terraform := newCLI(t, "", variables)
	terraform.write(t, "main.tf", example)
	terraform.needsFeaturesOf(t, example)
	terraform.must(t, 0, "fmt", "-check", "-diff")
	terraform.must(t, 0, "validate")
	terraform.must(t, 0, "apply", "-auto-approve")
	terraform.must(t, 0, "plan", "-detailed-exitcode")
	checkOutputs(t, terraform)
}

// checkOutputs asserts that an example shows something: an output of nothing
// would name what the mock does not have.
func checkOutputs(t *testing.T, terraform *cli) {
	t.Helper()
	var outputs map[string]struct{ Value json.RawMessage }
	document := terraform.must(t, 0, "output", "-json")
	if err := json.Unmarshal([]byte(document), &outputs); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	for name, output := range outputs {
		switch value := string(output.Value); value {
		case "null", `""`, "[]", "{}":
			t.Errorf("output %s is %s", name, value)
		}
	}
}

// pasteable returns the first Terraform configuration of a page.
func pasteable(t *testing.T, page string) string {
	t.Helper()
	configuration := regexp.MustCompile("(?s)\n```terraform\n(.*?\n)```\n").FindStringSubmatch(page)
	if configuration == nil {
		t.Fatal("the page has no configuration")
	}
	return configuration[1]
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
