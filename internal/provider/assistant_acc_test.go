package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// assistantIs checks every attribute of the data source at an address.
func assistantIs(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, check := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), check))
	}
	return append(checks, statecheck.ExpectSensitiveValue(address, tfjsonpath.New("secret_key")))
}

// The sample has a soft-deleted assistant, one without most fields, and one
// without a key.
func TestAccAssistantByID(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	var ids []string
	var checks []statecheck.StateCheck
	for i, document := range sample.Assistants {
		ids = append(ids, parse(t, document)["id"].(string))
		checks = append(checks, assistantIs(fmt.Sprintf("data.invent_assistant.each[%d]", i),
			expectAssistant(t, newServer(t, nil), document, map[string]knownvalue.Check{"org_id": knownvalue.StringExact("c")}))...)
	}
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: fmt.Sprintf(`data "invent_assistant" "each" {
			count = %d
			id    = split(" ", %q)[count.index]
		}`, len(ids), strings.Join(ids, " ")),
		ConfigStateChecks: checks,
	})
}

func TestAccAssistantByName(t *testing.T) {
	t.Parallel()
	hamburg := mockinvent.Sample().Organizations[1]
	_, baseURL := mock(t)
	acceptance(t, environment(baseURL), resource.TestStep{
		Config: fmt.Sprintf(`data "invent_assistant" "one" {
			name               = "Harbour events"
			org_id             = %q
			include_secret_key = false
			timeouts           = { read = "1m" }
		}`, hamburg.ID),
		ConfigStateChecks: assistantIs("data.invent_assistant.one",
			expectAssistant(t, newServer(t, nil), hamburg.Assistants[1], map[string]knownvalue.Check{
				"org_id":             knownvalue.StringExact(hamburg.ID),
				"include_secret_key": knownvalue.Bool(false),
				"secret_key":         knownvalue.Null(),
				"timeouts":           knownvalue.ObjectExact(map[string]knownvalue.Check{"read": knownvalue.StringExact("1m")}),
			})),
	})
}

// documents are written as JSON text, one each.
func documents(texts ...string) []json.RawMessage {
	var documents []json.RawMessage
	for _, text := range texts {
		documents = append(documents, json.RawMessage(text))
	}
	return documents
}

func TestAccAssistantNames(t *testing.T) {
	t.Parallel()
	const other = `{"id":"other","name":"Other"}`
	cases := []struct {
		name       string
		asked      string // as HCL
		assistants []json.RawMessage
		want       string // id, or a part of the error
	}{
		{"the only one", `"One"`, documents(`{"id":"one","name":"One"}`), "one"},
		{"among others", `"One"`, documents(other, `{"id":"one","name":"One"}`), "one"},
		{"empty, null and missing names beside", `"One"`, documents(`{"id":"a","name":""}`, `{"id":"b","name":null}`, `{"id":"c"}`, `{"id":"one","name":"One"}`), "one"},
		{"composed, listed decomposed", `"Fr\u00fch"`, documents(other, `{"id":"one","name":"Fru\u0308h"}`), "one"},
		{"decomposed, listed composed", `"Fru\u0308h"`, documents(other, `{"id":"one","name":"Fr\u00fch"}`), "one"},
		{"decomposed, listed decomposed", `"Fru\u0308h"`, documents(other, `{"id":"one","name":"Fru\u0308h"}`), "one"},
		{"leading space", `" One"`, documents(`{"id":"other","name":"One"}`, `{"id":"one","name":" One"}`), "one"},
		{"special characters", `"$${a} \"b\" (.*) \\ 🧖‍♀️"`, documents(other, `{"id":"one","name":"${a} \"b\" (.*) \\ 🧖‍♀️"}`), "one"},
		{"deleted twin", `"One"`, documents(`{"id":"other","name":"One","deleted":true}`, `{"id":"one","name":"One","deleted":false}`), "one"},
		{"deleted is null", `"One"`, documents(`{"id":"one","name":"One","deleted":null}`), "one"},
		{"enabled is null", `"One"`, documents(`{"id":"one","name":"One","enabled":null}`), "one"},
		{"none in an empty organization", `"One"`, nil, "None of the 0 assistants that organization c lists"},
		{"none", `"One"`, documents(other, `{"id":"another"}`), "None of the 2 assistants that organization c lists has this name and is not deleted."},
		{"deleted only", `"One"`, documents(other, `{"id":"one","name":"One","deleted":true}`), "None of the 2 assistants"},
		{"a space more is another name", `"One"`, documents(`{"id":"one","name":" One"}`, `{"id":"two","name":"One "}`), "None of the 2 assistants"},
		{"another case is another name", `"One"`, documents(`{"id":"one","name":"one"}`), "None of the 1 assistants"},
		{"a part is another name", `"On"`, documents(`{"id":"one","name":"One"}`), "None of the 1 assistants"},
		{"a name is no expression", `"O.e"`, documents(`{"id":"one","name":"One"}`), "None of the 1 assistants"},
		{"the quoted name", `"One"`, nil, `Unable to read assistant "One" in organization c`},
		{
			"several", `"One"`,
			documents(`{"id":"two","name":"One","created_at":"2025-02-01"}`, other, `{"id":"three","name":"One","created_at":null}`, `{"id":"one","name":"One","created_at":"2025-01-01T00:00:00Z"}`),
			`3 assistants have this name. Use the id of the one that is meant instead: - assistant "one", created: "2025-01-01T00:00:00Z" - assistant "three", created: unknown - assistant "two", created: "2025-02-01"`,
		},
		{"several, composed and decomposed", `"Fr\u00fch"`, documents(`{"id":"one","name":"Fr\u00fch"}`, `{"id":"two","name":"Fru\u0308h"}`), "2 assistants have this name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, baseURL := mock(t)
			server.SetAssistants(sample.ID, c.assistants)
			terraform := newCLI(t, fmt.Sprintf("data \"invent_assistant\" \"one\" {\n name = %s\n}\noutput \"id\" { value = data.invent_assistant.one.id }", c.asked), environment(baseURL))
			if !strings.Contains(c.want, " ") {
				terraform.must(t, 0, "apply", "-auto-approve")
				if got := terraform.must(t, 0, "output", "-no-color", "-raw", "id"); !strings.HasPrefix(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				return
			}
			got := unwrapped(terraform.must(t, 1, "apply", "-auto-approve"))
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %q", got, c.want)
			}
		})
	}
}

// unwrapped undoes how the CLI draws a diagnostic: borders and broken lines.
func unwrapped(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

func TestAccAssistantIDs(t *testing.T) {
	t.Parallel()
	answer := func(body string) http.HandlerFunc { return mockinvent.Fail(http.StatusOK, body) }
	cases := []struct {
		name   string
		id     string
		answer http.HandlerFunc // nil: the mock's own
		want   string           // deleted of the state, or a part of the error
	}{
		{"soft-deleted", "ast_bM6XFWSMp0ZiTZuunrcN28", nil, "true"},
		{"not deleted", "ast_Q8aQdeDiW53tDcehFWI4AU", nil, "false"},
		{"deleted is null", "ast_1", answer(`{"id":"ast_1","deleted":null}`), "null"},
		{"deleted is missing", "ast_1", answer(`{"id":"ast_1"}`), "null"},
		{"not found", "ast_0", nil, "The API knows no assistant ast_0 in organization c, or the key may not see it."},
		{"another case", "ast_bm6xfwsmp0zitzuunrcn28", nil, "The API knows no assistant"},
		{"another id in the answer", "ast_1", answer(`{"id":"ast_2"}`), "the answer is another assistant than the one asked for"},
		{"no id in the answer", "ast_1", answer(`{"name":"One"}`), "the assistant has no id"},
		{"a list in the answer", "ast_1", answer(`[{"id":"ast_1"}]`), "expected an assistant as an object"},
		{"a field of the wrong type", "ast_1", answer(`{"id":"ast_1","integrations":[{"error":7}]}`), `Assistant "ast_1": integrations[0].error: expected`},
		{"unauthorized", "ast_1", mockinvent.Fail(http.StatusUnauthorized, ""), "may not use this endpoint or assistant ast_1 in organization c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api, baseURL := mock(t)
			if c.answer != nil {
				api.Next(c.answer)
			}
			s := newServer(t, environment(baseURL))
			s.configure(t, nil)
			state, diags := s.read(t.Context(), t, "invent_assistant", attributes{"id": text(c.id)})
			if !strings.Contains(c.want, " ") {
				if len(diags) > 0 {
					t.Fatal(message(diags))
				}
				if got := show(member(t, s.decode(t, "invent_assistant", state), "deleted")); got != c.want {
					t.Errorf("deleted: got %s, want %s", got, c.want)
				}
			} else if got := message(diags); len(diags) != 1 || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
			if got := len(api.Requests()); got != 1 {
				t.Errorf("%d requests, want one", got)
			}
		})
	}
}

// What a data source is asked for can come from a resource that does not exist
// yet: the read waits for it.
func TestAccDeferred(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, config, output string }{
		{"name", `data "invent_assistant" "x" { name = terraform_data.later.output }`, `data.invent_assistant.x.id`},
		{"id", `data "invent_assistant" "x" { id = data.invent_assistants.early.assistants[index(data.invent_assistants.early.assistants[*].name, terraform_data.later.output)].id }
			data "invent_assistants" "early" { depends_on = [terraform_data.later] }`, `data.invent_assistant.x.id`},
		{"depends_on of one", `data "invent_assistant" "x" {
			name       = "Spa & Wellness bookings 🧖‍♀️"
			depends_on = [terraform_data.later]
		}`, `data.invent_assistant.x.id`},
		{"search", `data "invent_assistants" "x" { search = terraform_data.later.output }`, `data.invent_assistants.x.assistants[0].id`},
		{"filter", `data "invent_assistants" "x" { filter = { name_regex = "^${terraform_data.later.output}$" } }`, `data.invent_assistants.x.assistants[0].id`},
		{"include_secret_keys", `data "invent_assistants" "x" {
			search              = "spa"
			include_secret_keys = terraform_data.later.output == ""
		}`, `nonsensitive(data.invent_assistants.x.assistants[0].secret_key == null) ? data.invent_assistants.x.assistants[0].id : ""`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api, baseURL := mock(t)
			terraform := newCLI(t, fmt.Sprintf(`
				resource "terraform_data" "later" { input = "Spa & Wellness bookings 🧖‍♀️" }
				%s
				output "id" { value = %s }`, c.config, c.output), environment(baseURL))
			terraform.needs(t, 4, "terraform_data")
			if got := terraform.must(t, 0, "plan", "-out=plan"); !strings.Contains(got, "known after apply") {
				t.Errorf("nothing is left for apply:\n%s", got)
			}
			if got := len(api.Requests()); got > 0 {
				t.Errorf("%d requests before what is asked for is known", got)
			}
			terraform.must(t, 0, "apply", "plan")
			if got := terraform.must(t, 0, "output", "-no-color", "-raw", "id"); !strings.HasPrefix(got, spa) {
				t.Errorf("got %q, want %s", got, spa)
			}
			terraform.must(t, 0, "plan", "-detailed-exitcode")
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, dataSource string
		config           attributes
		want             []string
	}{
		{"by id", "invent_assistant", attributes{"id": text("ast_9G5136to3ZxvQ8RVGDIKpc")}, []string{"/orgs/c/assistants/ast_9G5136to3ZxvQ8RVGDIKpc?"}},
		{"by id, elsewhere", "invent_assistant", attributes{"id": text("ast_2DdwMg1vVe521ETUUR7zHi"), "org_id": text("org_29n7qOlJDxLFfLSBABawE1")}, []string{"/orgs/org_29n7qOlJDxLFfLSBABawE1/assistants/ast_2DdwMg1vVe521ETUUR7zHi?"}},
		{"by name", "invent_assistant", attributes{"name": text("Gäste-Support")}, []string{"/orgs/c/assistants?page=1&take=100"}},
		{"list", "invent_assistants", nil, []string{"/orgs/c/assistants?page=1&take=100"}},
		{"search", "invent_assistants", attributes{"search": text("Spa & Wellness")}, []string{"/orgs/c/assistants?page=1&search=Spa+%26+Wellness&take=100"}},
		{"search in unicode", "invent_assistants", attributes{"search": text("予約")}, []string{"/orgs/c/assistants?page=1&search=%E4%BA%88%E7%B4%84&take=100"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api, baseURL := mock(t)
			s := newServer(t, environment(baseURL))
			s.configure(t, nil)
			if _, diags := s.read(t.Context(), t, c.dataSource, c.config); len(diags) > 0 {
				t.Fatal(message(diags))
			}
			var got []string
			for _, request := range api.Requests() {
				got = append(got, request.Path+"?"+request.Query)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
