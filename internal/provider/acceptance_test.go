package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
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

// has expects values of a resource in the state, in the form of [parseJSON].
type has struct {
	address string
	values  map[string]any
}

func (h has) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	got := map[string]any{}
	for _, resource := range req.State.Values.RootModule.Resources {
		for name := range h.values {
			if resource.Address == h.address {
				got[name] = withNumbers(resource.AttributeValues[name])
			}
		}
	}
	if !reflect.DeepEqual(got, h.values) {
		resp.Error = fmt.Errorf("%s:\ngot  %#v\nwant %#v", h.address, got, h.values)
	}
}

// Every field of every assistant, of two organizations, through the protocol into the state. The same answer in another
// order is the same plan.
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
	acceptance(t, environment(baseURL),
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				has{"data.invent_assistants.all", map[string]any{"assistants": want}},
				has{"data.invent_assistants.hamburg", map[string]any{"assistants": expectList(t, hamburg.Assistants)}},
				has{"data.invent_assistant.by_id", byID},
				has{"data.invent_assistant.by_name", byName},
			},
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
}

// What is asked for can come from a resource that does not exist yet: the read waits for it, and what is wrong with it
// is found then.
func TestAccDeferred(t *testing.T) {
	t.Parallel()
	const later = `resource "terraform_data" "later" { input = %q }` + "\n"
	_, baseURL := inventtest.Mock(t)
	document := sample.Assistants[indexOf(t, sample.Assistants, spa)]
	one, several := map[string]any{"id": spa}, map[string]any{"assistants": expectList(t, []json.RawMessage{document})}
	var reads []plancheck.PlanCheck
	var found []statecheck.StateCheck
	for address, want := range map[string]map[string]any{
		"data.invent_assistant.name": one, "data.invent_assistant.id": one, "data.invent_assistant.depends_on": one,
		"data.invent_assistants.search": several, "data.invent_assistants.filter": several,
	} {
		reads = append(reads, plancheck.ExpectResourceAction(address, plancheck.ResourceActionRead))
		found = append(found, has{address, want})
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

// Secret keys are sensitive where they are, and the ephemeral resource also reads one of another organization.
func TestAccSecretKeys(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1]
	own, other := expectOne(t, sample.Assistants[indexOf(t, sample.Assistants, spa)], "c"), expectOne(t, hamburg.Assistants[1], hamburg.ID)
	opened := func(assistant map[string]any, timeouts any) map[string]any {
		return map[string]any{"assistant_id": assistant["id"], "org_id": assistant["org_id"], "secret_key": assistant["secret_key"], "timeouts": timeouts}
	}
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: all + fmt.Sprintf(`
			data "invent_assistant" "one" { id = %[1]q }
			ephemeral "invent_assistant_secret_key" "own" { assistant_id = %[1]q }
			ephemeral "invent_assistant_secret_key" "other" {
			  assistant_id = %[2]q
			  org_id       = %[3]q
			  timeouts     = { open = "1m" }
			}
			provider "echo" { data = [ephemeral.invent_assistant_secret_key.own, ephemeral.invent_assistant_secret_key.other] }
			resource "echo" "keys" {}`, own["id"], other["id"], hamburg.ID),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectSensitiveValue("data.invent_assistants.all", tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("secret_key")),
			statecheck.ExpectSensitiveValue("data.invent_assistant.one", tfjsonpath.New("secret_key")),
			has{"echo.keys", map[string]any{"data": []any{opened(own, nil), opened(other, map[string]any{"open": "1m"})}}},
		},
	})
}
