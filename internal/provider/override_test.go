package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

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
	tests := []struct {
		dataSource, argument, values, got string
		want                              string // what got is in Terraform
	}{
		{"invent_assistant", `name = "Support"`, `id = "ast_1", config = { model = "gpt-4.1" }`, `"${data.invent_assistant.x.config.model} ${length(data.invent_assistant.x.actions)}"`, "gpt-4.1 0"},
		{"invent_assistants", "", ``, "length(data.invent_assistants.x.assistants)", "0"},
		{"invent_assistants_settings", "", `assistants = { ast_1 = { id = "ast_1" } }`, "length(data.invent_assistants_settings.x.assistants)", "0"},
	}
	for _, test := range tests {
		t.Run(test.dataSource, func(t *testing.T) {
			t.Parallel()
			terraform := inventtest.NewCLI(t, fmt.Sprintf("data %q \"x\" {\n%s\n}\noutput \"got\" { value = %s }\n", test.dataSource, test.argument, test.got), nil)
			terraform.Needs(t, "override_module")
			terraform.Write(t, "x.tftest.hcl", fmt.Sprintf(`
				mock_provider "invent" {}
				override_data {
				  target = data.%s.x
				  values = { %s }
				}
				run "x" {
				  command = plan
				  assert {
				    condition     = tostring(output.got) == %q
				    error_message = "got ${output.got}"
				  }
				}`, test.dataSource, test.values, test.want))
			if product, _ := terraform.Version(t); product == "OpenTofu" && test.values != "" {
				checkContains(t, terraform.Must(t, 1, "test"), "Invalid mock/override field", "are required")
				return
			}
			terraform.Must(t, 0, "test")
		})
	}
}
