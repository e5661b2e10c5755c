package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// acceptance runs the steps with the real CLI against the provider in this process, which sees the environment given
// and nothing of the real one. The CLI has one process for all configurations of a provider, so that an alias would
// take the place of the other. The echo provider keeps in the state what an ephemeral resource gives it.
func acceptance(t *testing.T, environment map[string]string, steps ...resource.TestStep) {
	t.Helper()
	for _, step := range steps {
		new(inventtest.CLI).Needs(t, step.Config)
	}
	getenv := func(name string) string { return environment[name] }
	resource.UnitTest(t, resource.TestCase{ // runs without TF_ACC: all that it asks is on loopback
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"invent": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test", getenv)(), nil },
			"echo":   echoprovider.NewProviderServer(),
		},
		Steps: steps,
	})
}

// valueAt expects what a value in the form of [plain] says at a path of a resource.
func valueAt(t *testing.T, address string, path tfjsonpath.Path, want any) statecheck.StateCheck {
	t.Helper()
	return statecheck.ExpectKnownValue(address, path, exactly(t, want))
}

// valuesAt expects what all attributes of a resource are.
func valuesAt(t *testing.T, address string, want map[string]any) (checks []statecheck.StateCheck) {
	t.Helper()
	for name, value := range want {
		checks = append(checks, valueAt(t, address, tfjsonpath.New(name), value))
	}
	return checks
}

func exactly(t *testing.T, want any) knownvalue.Check {
	t.Helper()
	switch want := want.(type) {
	case nil:
		return knownvalue.Null()
	case string:
		return knownvalue.StringExact(want)
	case bool:
		return knownvalue.Bool(want)
	case number:
		f, _, err := big.ParseFloat(string(want), 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.NumberExact(f)
	case []any:
		elements := make([]knownvalue.Check, len(want))
		for i, element := range want {
			elements[i] = exactly(t, element)
		}
		return knownvalue.ListExact(elements)
	case map[string]any:
		members := map[string]knownvalue.Check{}
		for name, member := range want {
			members[name] = exactly(t, member)
		}
		return knownvalue.ObjectExact(members)
	}
	t.Fatalf("%T has no check", want)
	return nil
}

// Every field of every assistant, of two organizations, through the protocol into the state; the same answer in
// another order is the same plan; and nothing but GET is ever sent.
func TestAccEverything(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1]
	config := all + fmt.Sprintf(`
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
		}`, hamburg.ID)
	want := expectList(t, sample.Assistants)
	byID := maps.Clone(want.([]any)[0].(map[string]any))
	maps.Copy(byID, map[string]any{"org_id": "c", "include_secret_key": nil, "timeouts": nil})
	byName := expectOne(t, hamburg.Assistants[1], hamburg.ID)
	byName["timeouts"] = map[string]any{"read": "1m"}
	assistants := tfjsonpath.New("assistants")
	acceptance(t, environment(baseURL),
		resource.TestStep{
			Config: config,
			ConfigStateChecks: slices.Concat([]statecheck.StateCheck{
				valueAt(t, "data.invent_assistants.all", assistants, want),
				valueAt(t, "data.invent_assistants.hamburg", assistants, expectList(t, hamburg.Assistants)),
			}, valuesAt(t, "data.invent_assistant.by_id", byID), valuesAt(t, "data.invent_assistant.by_name", byName)),
		},
		resource.TestStep{
			PreConfig:        func() { mock.SetAssistants(sample.ID, mockinvent.Shuffle(sample.Assistants, 1)) },
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			PreConfig:        func() { mock.SetAssistants(sample.ID, mockinvent.Generate(1)) },
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectNonEmptyPlan()}},
		},
	)
	for _, request := range mock.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("%s %s", request.Method, request.Path)
		}
	}
}

// What is asked for can come from a resource that does not exist yet: the read waits for it, and what is wrong with it
// is found then.
func TestAccDeferred(t *testing.T) {
	t.Parallel()
	const later = `resource "terraform_data" "later" { input = %q }` + "\n"
	_, baseURL := inventtest.Mock(t)
	right := map[string]tfjsonpath.Path{ // where the spa's id is
		"data.invent_assistant.name":       tfjsonpath.New("id"),
		"data.invent_assistant.id":         tfjsonpath.New("id"),
		"data.invent_assistant.depends_on": tfjsonpath.New("id"),
		"data.invent_assistants.search":    tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("id"),
		"data.invent_assistants.filter":    tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("id"),
	}
	var reads []plancheck.PlanCheck
	var found []statecheck.StateCheck
	for address, path := range right {
		reads = append(reads, plancheck.ExpectResourceAction(address, plancheck.ResourceActionRead))
		found = append(found, valueAt(t, address, path, spa))
	}
	wrong := fmt.Sprintf(later, "(") + `data "invent_assistants" "filter" { name_regex = terraform_data.later.output }`
	both := fmt.Sprintf(later, "One") + `
		data "invent_assistant" "both" {
		  id   = "ast_1"
		  name = terraform_data.later.output
		}`
	acceptance(t, environment(baseURL),
		resource.TestStep{Config: wrong, ExpectError: regexp.MustCompile("The argument name_regex cannot be used: error parsing regexp")},
		resource.TestStep{Config: both, ExpectError: regexp.MustCompile(regexp.QuoteMeta("[id,name]"))},
		resource.TestStep{
			Config: fmt.Sprintf(later, "Spa & Wellness bookings 🧖‍♀️") + `
				data "invent_assistant" "name" { name = terraform_data.later.output }
				data "invent_assistant" "id" { id = data.invent_assistants.search.assistants[0].id }
				data "invent_assistants" "search" { search = terraform_data.later.output }
				data "invent_assistants" "filter" { name_regex = "^${terraform_data.later.output}$" }
				data "invent_assistant" "depends_on" {
				  id         = "` + spa + `"
				  depends_on = [terraform_data.later]
				}`,
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: reads},
			ConfigStateChecks: found,
		},
	)
}

// Secret keys are sensitive where they are, and null where they are left out. The ephemeral resource reads one of
// another organization.
func TestAccSecretKeys(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1]
	assistant := parseJSON(t, string(hamburg.Assistants[1])).(map[string]any)
	first := tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("secret_key")
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: all + fmt.Sprintf(`
			data "invent_assistants" "without" { include_secret_keys = false }
			data "invent_assistant" "with" { id = %[1]q }
			data "invent_assistant" "without" {
			  id                 = %[1]q
			  include_secret_key = false
			}
			ephemeral "invent_assistant_secret_key" "of_another" {
			  assistant_id = %[2]q
			  org_id       = %[3]q
			  timeouts     = { open = "1m" }
			}
			ephemeral "invent_assistant_secret_key" "of_own" { assistant_id = %[1]q }
			provider "echo" { data = [ephemeral.invent_assistant_secret_key.of_another, ephemeral.invent_assistant_secret_key.of_own] }
			resource "echo" "keys" {}`, spa, id(assistant), hamburg.ID),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectSensitiveValue("data.invent_assistants.all", first),
			valueAt(t, "data.invent_assistants.without", first, nil),
			statecheck.ExpectSensitiveValue("data.invent_assistant.with", tfjsonpath.New("secret_key")),
			valueAt(t, "data.invent_assistant.with", tfjsonpath.New("secret_key"), "mock-secret-key-spa"),
			valueAt(t, "data.invent_assistant.without", tfjsonpath.New("secret_key"), nil),
			valueAt(t, "echo.keys", tfjsonpath.New("data").AtSliceIndex(0).AtMapKey("secret_key"), assistant["secret_key"]),
			valueAt(t, "echo.keys", tfjsonpath.New("data").AtSliceIndex(0).AtMapKey("org_id"), hamburg.ID),
			valueAt(t, "echo.keys", tfjsonpath.New("data").AtSliceIndex(1).AtMapKey("org_id"), "c"),
		},
	})
}
