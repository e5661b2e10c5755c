package provider_test

import (
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
	foreign, empty := regexp.MustCompile(`(?s)\nresource "aws_.*?\n}\n`), regexp.MustCompile(`"value": (null|""|\[\]|{})`)
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
			// An output of nothing would name what the mock does not have.
			if nothing := empty.FindString(terraform.Must(t, 0, "output", "-json")); nothing != "" {
				t.Errorf("an output has the %s", nothing)
			}
		})
	}
}

// The tests of the example pass, and fail with a module that is broken: without a key and with no API at all, and with
// the mock of the API.
func TestAccTestingModules(t *testing.T) {
	t.Parallel()
	data, err := mockinvent.ParseData([]byte(inventtest.ReadFile(t, testingModules, "assistants.json")))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		tests, needs     string
		variables        map[string]string
		file, text, want string // what is taken out, and what is printed then
	}{
		{"override", "override_module", nil, "main.tf", "if contains(a.channels, channel)", `"slack_bot":["Support","Sales"]`},
		{"mock", "\nrun \"", variablesOf(data, inventtest.Serve(t, mockinvent.New(data)).URL), "assistants/main.tf", "if i.enabled == true", `"slack_bot":["Support"]`},
	}
	for _, c := range cases {
		t.Run(c.tests, func(t *testing.T) {
			t.Parallel()
			terraform := inventtest.NewExample(t, testingModules, c.variables)
			terraform.Needs(t, c.needs)
			terraform.Must(t, 0, "init", "-input=false")
			filter := "-filter=" + c.tests + ".tftest.hcl"
			checkContains(t, terraform.Must(t, 0, "test", filter), "1 passed, 0 failed")
			terraform.Replace(t, c.file, c.text, "")
			checkContains(t, terraform.Must(t, 1, "test", filter), "Error: Test assertion failed", c.want)
		})
	}
}

// The block under the guide's heading and the error after it; from some version on, Terraform writes .assistants there.
func TestAccOverrideDataHasNoRows(t *testing.T) {
	t.Parallel()
	terraform := inventtest.NewExample(t, testingModules+"/assistants", nil)
	limits := inventtest.Fenced(t, testingModulesGuide, "hcl")
	terraform.Needs(t, limits, "override_module")
	terraform.Must(t, 0, "init", "-input=false")
	terraform.Write(t, "limits.tftest.hcl", limits)
	output := terraform.Must(t, 1, "test")
	if product, _ := terraform.Version(t); product == "Terraform" {
		summary, detail, _ := strings.Cut(inventtest.Fenced(t, testingModulesGuide, "text"), "\n\n")
		checkContains(t, strings.ReplaceAll(output, `".assistants"`, `"assistants"`), summary, detail)
		return
	}
	checkContains(t, output, "Invalid mock/override field `assistants`", "are required")
	terraform.Write(t, "limits.tftest.hcl", strings.Replace(limits, "enabled = true }", `enabled = true, deleted = null, secret_key = null, avatar_url = null,
		config = null, integrations = [], actions = [], boards = [], created_at = null, updated_at = null }`, 1))
	terraform.Must(t, 0, "test")
}

// What the guide's table says of the other data sources.
func TestAccOverrideData(t *testing.T) {
	t.Parallel()
	terraform := inventtest.NewCLI(t, `
		data "invent_assistant" "x" { name = "Support" }
		data "invent_assistants" "x" {}
		data "invent_assistants_settings" "x" {}
		output "got" {
		  value = [data.invent_assistant.x.config.model, length(data.invent_assistant.x.actions),
		    length(data.invent_assistants.x.assistants), length(data.invent_assistants_settings.x.assistants)]
		}`, nil)
	terraform.Needs(t, "override_module")
	terraform.Write(t, "x.tftest.hcl", `
		mock_provider "invent" {}
		override_data {
		  target = data.invent_assistant.x
		  values = { id = "ast_1", config = { model = "gpt-4.1" } }
		}
		override_data {
		  target = data.invent_assistants_settings.x
		  values = { assistants = { ast_1 = { id = "ast_1" } } }
		}
		run "x" {
		  command = plan
		  assert {
		    condition     = jsonencode(output.got) == jsonencode(["gpt-4.1", 0, 0, 0])
		    error_message = jsonencode(output.got)
		  }
		}`)
	if product, _ := terraform.Version(t); product == "OpenTofu" {
		checkContains(t, terraform.Must(t, 1, "test"), "Invalid mock/override field", "are required")
		return
	}
	terraform.Must(t, 0, "test")
}
