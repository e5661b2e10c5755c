package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// Every field of every assistant, of two organizations, through the protocol into the state. The same answer in another
// order is the same plan.
func TestAccEverything(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1]
	terraform := inventtest.NewCLI(t, all+fmt.Sprintf(`
		data "invent_assistants" "hamburg" { org_id = %[1]q }
		data "invent_assistant" "by_id" { id = data.invent_assistants.all.assistants[0].id }
		data "invent_assistant" "by_name" {
		  name     = "Harbour events"
		  org_id   = %[1]q
		  timeouts = { read = "1m" }
		}
		output "everything" {
		  value     = data.invent_assistants.all.assistants
		  sensitive = true
		}`, hamburg.ID), environment(baseURL))
	terraform.Must(t, 0, "apply", "-auto-approve")
	got, want := values(t, terraform), expectList(t, sample.Assistants).([]any)
	checkEqual(t, "all", got["data.invent_assistants.all"]["assistants"], want)
	checkEqual(t, "hamburg", got["data.invent_assistants.hamburg"]["assistants"], expectList(t, hamburg.Assistants))
	byID := maps.Clone(want[0].(map[string]any))
	maps.Copy(byID, map[string]any{"org_id": "c", "include_secret_key": nil, "timeouts": nil})
	checkEqual(t, "by id", got["data.invent_assistant.by_id"], byID)
	byName := expectOne(t, hamburg.Assistants[1], hamburg.ID)
	byName["timeouts"] = map[string]any{"read": "1m"}
	checkEqual(t, "by name", got["data.invent_assistant.by_name"], byName)

	mock.SetAssistants(sample.ID, mockinvent.Shuffle(sample.Assistants, 1))
	terraform.Must(t, 0, "plan", "-detailed-exitcode")
	mock.SetAssistants(sample.ID, mockinvent.Generate(1))
	terraform.Must(t, 2, "plan", "-detailed-exitcode")
}

// What is asked for can come from a resource that does not exist yet: the read waits for it, and what is wrong with it
// is found then.
func TestAccDeferred(t *testing.T) {
	t.Parallel()
	const later = `resource "terraform_data" "later" { input = %q }` + "\n"
	for want, configuration := range map[string]string{
		"The argument name_regex cannot be used: error parsing regexp": fmt.Sprintf(later, "(") + `data "invent_assistants" "filter" { name_regex = terraform_data.later.output }`,
		"[id,name]": fmt.Sprintf(later, "One") + `
			data "invent_assistant" "both" {
			  id   = "ast_1"
			  name = terraform_data.later.output
			}`,
		"": fmt.Sprintf(later, "Spa & Wellness bookings 🧖‍♀️") + `
			data "invent_assistant" "name" { name = terraform_data.later.output }
			data "invent_assistant" "id" { id = data.invent_assistants.search.assistants[0].id }
			data "invent_assistants" "search" { search = terraform_data.later.output }
			data "invent_assistants" "filter" { name_regex = "^${terraform_data.later.output}$" }
			data "invent_assistant" "depends_on" {
			  id         = "` + spa + `"
			  depends_on = [terraform_data.later]
			}`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewCLI(t, configuration, environment(baseURL))
			terraform.Needs(t, configuration)
			if want != "" {
				checkContains(t, terraform.Must(t, 1, "apply", "-auto-approve"), want, "terraform_data.later: Creation complete")
				return
			}
			if plan := terraform.Must(t, 0, "apply", "-auto-approve"); strings.Count(plan, "will be read during apply") != 5 {
				t.Errorf("want all 5 reads during apply:\n%s", plan)
			}
			document := sample.Assistants[indexOf(t, sample.Assistants, spa)]
			for address, got := range values(t, terraform) {
				switch {
				case strings.HasPrefix(address, "data.invent_assistants."):
					checkEqual(t, address, got["assistants"], expectList(t, []json.RawMessage{document}))
				case strings.HasPrefix(address, "data."):
					checkEqual(t, address, got["id"], spa)
				}
			}
		})
	}
}

// Secret keys are sensitive where they are. The echo provider keeps in the state what the ephemeral resource gives it,
// also of another organization.
func TestAccSecretKeys(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	variables := environment(baseURL)
	hamburg := mockinvent.Sample().Organizations[1]
	other := expectOne(t, hamburg.Assistants[1], hamburg.ID)
	configuration := all + fmt.Sprintf(`
		data "invent_assistant" "one" { id = %[1]q }
		ephemeral "invent_assistant_secret_key" "own" { assistant_id = %[1]q }
		ephemeral "invent_assistant_secret_key" "other" {
		  assistant_id = %[2]q
		  org_id       = %[3]q
		  timeouts     = { open = "1m" }
		}
		provider "echo" { data = [ephemeral.invent_assistant_secret_key.own.org_id, ephemeral.invent_assistant_secret_key.other] }
		resource "echo" "keys" {}`, spa, other["id"], hamburg.ID)
	new(inventtest.CLI).Needs(t, configuration)
	resource.UnitTest(t, resource.TestCase{ // runs without TF_ACC: all that it asks is on loopback
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"invent": func() (tfprotov6.ProviderServer, error) {
				return provider.NewServer("test", func(name string) string { return variables[name] })(), nil
			},
			"echo": echoprovider.NewProviderServer(),
		},
		Steps: []resource.TestStep{{
			Config: configuration,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectSensitiveValue("data.invent_assistants.all", tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("secret_key")),
				statecheck.ExpectSensitiveValue("data.invent_assistant.one", tfjsonpath.New("secret_key")),
				statecheck.ExpectKnownValue("echo.keys", tfjsonpath.New("data"), knownvalue.TupleExact([]knownvalue.Check{
					knownvalue.StringExact("c"),
					knownvalue.ObjectExact(map[string]knownvalue.Check{
						"assistant_id": knownvalue.StringExact(id(other)),
						"org_id":       knownvalue.StringExact(hamburg.ID),
						"secret_key":   knownvalue.StringExact(other["secret_key"].(string)),
						"timeouts":     knownvalue.ObjectExact(map[string]knownvalue.Check{"open": knownvalue.StringExact("1m")}),
					}),
				})),
			},
		}},
	})
}
