package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// sample is the organization with most of the sample's assistants.
var sample = mockinvent.Sample().Organizations[0]

// mock starts a mock API with the sample's data.
func mock(t *testing.T) (*mockinvent.Server, string) {
	t.Helper()
	server := mockinvent.New(mockinvent.Sample())
	api := httptest.NewServer(server)
	t.Cleanup(api.Close)
	return server, api.URL
}

// acceptance runs the steps with the real CLI against the provider in this
// process, which sees the environment given and nothing of the real one.
func acceptance(t *testing.T, environment map[string]string, steps ...resource.TestStep) {
	t.Helper()
	getenv := func(name string) string { return environment[name] }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"invent": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test", getenv)(), nil },
		},
		Steps: steps,
	})
}

func environment(baseURL string) map[string]string {
	return map[string]string{"INVENT_API_KEY": sample.APIKey, "INVENT_BASE_URL": baseURL}
}

const all = `data "invent_assistants" "all" {}` + "\n"

func assistantsAre(check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.invent_assistants.all", tfjsonpath.New("assistants"), check)
}

func TestAccEveryField(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: all,
		ConfigStateChecks: []statecheck.StateCheck{
			assistantsAre(expectAssistants(t, newServer(t, nil), sample.Assistants)),
			statecheck.ExpectKnownValue("data.invent_assistants.all", tfjsonpath.New("org_id"), knownvalue.StringExact("c")),
			statecheck.ExpectKnownValue("data.invent_assistants.all", tfjsonpath.New("timeouts"), knownvalue.Null()),
			statecheck.ExpectSensitiveValue("data.invent_assistants.all", tfjsonpath.New("assistants").AtSliceIndex(0).AtMapKey("secret_key")),
		},
	})
}

func TestAccEmptyOrganization(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	variables := environment(baseURL)
	variables["INVENT_API_KEY"] = "mock-key-empty"
	acceptance(t, variables, resource.TestStep{
		Config:            all,
		ConfigStateChecks: []statecheck.StateCheck{assistantsAre(knownvalue.ListExact([]knownvalue.Check{}))},
	})
}

// The CLI reads several times in a test step, so what is asserted is the sequence
// of pages of each read.
func TestAccPages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		rows     int
		switches mockinvent.Switches
		pages    string // asked for in one read
	}{
		{"one", 1, mockinvent.Switches{}, "1"},
		{"a page less one", 99, mockinvent.Switches{}, "1"},
		{"a full page", 100, mockinvent.Switches{}, "1 2 1 2"},
		{"a page and one", 101, mockinvent.Switches{}, "1 2 1 2"},
		{"three pages", 250, mockinvent.Switches{}, "1 2 3 1 2 3"},
		{"no pagination headers", 101, mockinvent.Switches{NoPaginationHeaders: true}, "1 2 3 1 2 3"},
		{"no pagination headers, one page", 5, mockinvent.Switches{NoPaginationHeaders: true}, "1 2 1 2"},
		{"count of the page", 250, mockinvent.Switches{CountOfPage: true}, "1 2 3 1 2 3"},
		{"smaller pages", 100, mockinvent.Switches{MaxTake: 40}, "1 2 3 1 2 3"},
		{"not found past the end", 200, mockinvent.Switches{NotFoundPastEnd: true}, "1 2 3 1 2 3"},
		{"no paging at all", 5, mockinvent.Switches{IgnorePage: true}, "1 2 1 2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, baseURL := mock(t)
			rows := mockinvent.Generate(c.rows)
			server.SetAssistants(sample.ID, mockinvent.Shuffle(rows, 1))
			server.SetSwitches(c.switches)
			acceptance(t, environment(baseURL), resource.TestStep{
				Config:            all,
				ConfigStateChecks: []statecheck.StateCheck{assistantsAre(expectAssistants(t, newServer(t, nil), rows))},
			})
			var pages []string
			for _, request := range server.Requests() {
				page, _, _ := strings.Cut(strings.TrimPrefix(request.Query, "page="), "&")
				pages = append(pages, page)
			}
			reads := regexp.MustCompile("^(" + c.pages + " )+$")
			if got := strings.Join(pages, " ") + " "; !reads.MatchString(got) {
				t.Errorf("pages asked for: %s, want %s again and again", got, c.pages)
			}
		})
	}
}

func TestAccOrder(t *testing.T) {
	t.Parallel()
	// Each id tells its place; the times are written so that comparing their
	// bytes would give another order.
	rows := []struct{ id, createdAt string }{
		{"1", `"2024-03-01"`},
		{"2", `"2024-03-01T00:00:00.5Z"`},
		{"3", `"2024-03-01T00:00:01Z"`},
		{"4", `"2024-03-01T00:00:01.000Z"`},
		{"5", `"2024-03-01T05:00:02+05:00"`},
		{"6", `"2024-02-29T20:00:03-04:00"`},
		{"7", `"someday"`},
		{"8", `null`},
		{"9", `null`},
	}
	var documents []json.RawMessage
	var want []knownvalue.Check
	for _, row := range rows {
		documents = append(documents, json.RawMessage(fmt.Sprintf(`{"id":%q,"created_at":%s}`, row.id, row.createdAt)))
		want = append(want, knownvalue.StringExact(row.id))
	}
	server, baseURL := mock(t)
	server.SetAssistants(sample.ID, mockinvent.Shuffle(documents, 7))
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: all + `output "ids" { value = data.invent_assistants.all.assistants[*].id }`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("ids", knownvalue.ListExact(want)),
		},
	})
}

func TestAccSameAnswerSamePlan(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	config := all + `
		output "everything" {
		  value     = data.invent_assistants.all.assistants
		  sensitive = true
		}`
	shuffled := func(seed uint64) resource.TestStep {
		return resource.TestStep{
			Config:    config,
			PreConfig: func() { server.SetAssistants(sample.ID, mockinvent.Shuffle(sample.Assistants, seed)) },
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		}
	}
	edited := slices.Clone(sample.Assistants)
	edited[0] = json.RawMessage(strings.Replace(string(edited[0]), `"name"`, `"name":"edited","formerly"`, 1))
	acceptance(t, environment(baseURL),
		resource.TestStep{Config: config},
		shuffled(1), shuffled(2), shuffled(3),
		resource.TestStep{ // or the steps above would prove nothing
			Config:    config,
			PreConfig: func() { server.SetAssistants(sample.ID, edited) },
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectNonEmptyPlan()},
			},
		},
	)
}

func TestAccOrganization(t *testing.T) {
	t.Parallel()
	hamburg, konstanz := mockinvent.Sample().Organizations[1], mockinvent.Sample().Organizations[2]
	cases := []struct {
		name, variable, providerConfig, dataConfig string
		want                                       mockinvent.Organization
		wantID                                     string
	}{
		{"the key's own", "", "", "", sample, "c"},
		{"environment", hamburg.ID, "", "", hamburg, hamburg.ID},
		{"provider", hamburg.ID, konstanz.ID, "", konstanz, konstanz.ID},
		{"data source", "", hamburg.ID, konstanz.ID, konstanz, konstanz.ID},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, baseURL := mock(t)
			variables := environment(baseURL)
			variables["INVENT_ORG_ID"] = c.variable
			acceptance(t, variables, resource.TestStep{
				Config: fmt.Sprintf(`
					provider "invent" { org_id = %q }
					data "invent_assistants" "all" { org_id = %s }`, c.providerConfig, orNull(c.dataConfig)),
				ConfigStateChecks: []statecheck.StateCheck{
					assistantsAre(expectAssistants(t, newServer(t, nil), c.want.Assistants)),
					statecheck.ExpectKnownValue("data.invent_assistants.all", tfjsonpath.New("org_id"), knownvalue.StringExact(c.wantID)),
				},
			})
		})
	}
}

func orNull(text string) string {
	if text == "" {
		return "null"
	}
	return fmt.Sprintf("%q", text)
}

// The provider of an acceptance test is one process for all aliases, so this
// needs the program.
func TestAccTwoAccounts(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	terraform := newCLI(t, `
		provider "invent" { api_key = "mock-key-parent" }
		provider "invent" {
		  alias   = "hamburg"
		  api_key = "mock-key-hamburg"
		}
		data "invent_assistants" "own" {}
		data "invent_assistants" "hamburg" { provider = invent.hamburg }
		output "numbers" {
		  value = "${length(data.invent_assistants.own.assistants)} and ${length(data.invent_assistants.hamburg.assistants)}"
		}`, map[string]string{"INVENT_BASE_URL": baseURL})
	terraform.must(t, 0, "apply", "-auto-approve")
	if got, want := terraform.must(t, 0, "output", "-raw", "numbers"), fmt.Sprintf("%d and 2", len(sample.Assistants)); !strings.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAccReferences(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	terraform := newCLI(t, all+`
		resource "terraform_data" "first" {
		  input = data.invent_assistants.all.assistants[0].name
		}
		resource "terraform_data" "enabled" {
		  for_each = { for a in data.invent_assistants.all.assistants : a.id => a if a.enabled == true && a.deleted != true }
		  input    = [for i in each.value.integrations : jsondecode(i.config) if i.config != null]
		}
		output "first" { value = terraform_data.first.output }
		output "enabled" { value = length(terraform_data.enabled) }`, environment(baseURL))
	terraform.needs(t, 4, "terraform_data")
	terraform.must(t, 0, "apply", "-auto-approve")
	if got := terraform.must(t, 0, "output", "-raw", "first"); !strings.Contains(got, "Concierge (until 2023)") {
		t.Errorf("first: %q", got)
	}
	if got, want := terraform.must(t, 0, "output", "-raw", "enabled"), fmt.Sprint(countEnabled(t)); !strings.Contains(got, want) {
		t.Errorf("enabled: %q, want %s", got, want)
	}
	terraform.must(t, 0, "plan", "-detailed-exitcode")
	server.SetAssistants(sample.ID, mockinvent.Generate(1))
	terraform.must(t, 2, "plan", "-detailed-exitcode")
}

func countEnabled(t *testing.T) (enabled int) {
	t.Helper()
	for _, document := range sample.Assistants {
		var assistant struct{ Enabled, Deleted bool }
		if err := json.Unmarshal(document, &assistant); err != nil {
			t.Fatal(err)
		}
		if assistant.Enabled && !assistant.Deleted {
			enabled++
		}
	}
	return enabled
}

func TestAccTimeouts(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	server.Next(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	config := func(timeout string) string {
		return fmt.Sprintf(`data "invent_assistants" "all" { timeouts = { read = %q } }`, timeout)
	}
	acceptance(t, environment(baseURL),
		resource.TestStep{
			Config:      config("1s"),
			ExpectError: wrapped("the time for the whole read ran out"),
		},
		resource.TestStep{
			Config:      config("-5m"),
			ExpectError: wrapped(`"-5m" is not a duration from 1s to 24h`),
		},
		resource.TestStep{
			Config:            config("1m"),
			ConfigStateChecks: []statecheck.StateCheck{assistantsAre(expectAssistants(t, newServer(t, nil), sample.Assistants))},
		},
	)
}

// wrapped matches a text wherever the CLI breaks its lines.
func wrapped(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(text), " ", `\s+`))
}
