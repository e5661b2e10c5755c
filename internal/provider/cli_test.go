package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	all = `data "invent_assistants" "all" {}` + "\n"

	spa          = "ast_9G5136to3ZxvQ8RVGDIKpc"
	guestSupport = "ast_2L6r57UOYnhfu229hGY5U3"
)

// values returns what the CLI has stored of each data source, by its address.
func values(t *testing.T, terraform *inventtest.CLI) map[string]map[string]any {
	t.Helper()
	var shown struct {
		Values struct {
			Root struct {
				Resources []struct {
					Address string
					Values  json.RawMessage
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(terraform.Run(t, "show", "-json").Stdout), &shown); err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, resource := range shown.Values.Root.Resources {
		all[resource.Address] = parseJSON(t, string(resource.Values)).(map[string]any)
	}
	return all
}

// Every field of every assistant, of two accounts, through the protocol into the state; the same answer in another order is
// the same plan; and nothing but GET is ever sent.
func TestAccEverything(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1]
	terraform := inventtest.NewCLI(t, all+fmt.Sprintf(`
		provider "invent" {
		  alias   = "hamburg"
		  api_key = %q
		}
		data "invent_assistants" "hamburg" { provider = invent.hamburg }
		data "invent_assistant" "by_id" { id = data.invent_assistants.all.assistants[0].id }
		data "invent_assistant" "by_name" {
		  name     = "Harbour events"
		  org_id   = %q
		  timeouts = { read = "1m" }
		}
		output "everything" {
		  value     = data.invent_assistants.all.assistants
		  sensitive = true
		}`, hamburg.APIKey, hamburg.ID), environment(baseURL))
	terraform.Must(t, 0, "apply", "-auto-approve")

	got := values(t, terraform)
	want := expectList(t, sample.Assistants)
	checkEqual(t, "all", got["data.invent_assistants.all"]["assistants"], want)
	checkEqual(t, "hamburg", got["data.invent_assistants.hamburg"]["assistants"], expectList(t, hamburg.Assistants))
	byID := maps.Clone(want.([]any)[0].(map[string]any))
	maps.Copy(byID, map[string]any{"org_id": "c", "include_secret_key": nil, "timeouts": nil})
	checkEqual(t, "by id", any(got["data.invent_assistant.by_id"]), any(byID))
	byName := expectOne(t, hamburg.Assistants[1], hamburg.ID)
	byName["timeouts"] = map[string]any{"read": "1m"}
	checkEqual(t, "by name", any(got["data.invent_assistant.by_name"]), any(byName))

	mock.SetAssistants(sample.ID, mockinvent.Shuffle(sample.Assistants, 1))
	terraform.Must(t, 0, "plan", "-detailed-exitcode")
	mock.SetAssistants(sample.ID, mockinvent.Generate(1))
	terraform.Must(t, 2, "plan", "-detailed-exitcode")
	terraform.Must(t, 0, "destroy", "-auto-approve")
	for _, request := range mock.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("%s %s", request.Method, request.Path)
		}
	}
}

// What is asked for can come from a resource that does not exist yet: the read waits for it, and what is wrong with it is
// found then.
func TestAccDeferred(t *testing.T) {
	t.Parallel()
	const later = `resource "terraform_data" "later" { input = %q }` + "\n"
	t.Run("right", func(t *testing.T) {
		t.Parallel()
		mock, baseURL := inventtest.Mock(t)
		terraform := inventtest.NewCLI(t, fmt.Sprintf(later, "Spa & Wellness bookings 🧖‍♀️")+`
			data "invent_assistant" "name" { name = terraform_data.later.output }
			data "invent_assistant" "id" { id = data.invent_assistants.search.assistants[0].id }
			data "invent_assistants" "search" { search = terraform_data.later.output }
			data "invent_assistants" "filter" { name_regex = "^${terraform_data.later.output}$" }
			data "invent_assistants" "keys" {
			  search              = "spa &"
			  include_secret_keys = terraform_data.later.output == ""
			}
			data "invent_assistant" "depends_on" {
			  id         = "`+spa+`"
			  depends_on = [terraform_data.later]
			}`, environment(baseURL))
		terraform.Needs(t, later)
		terraform.Must(t, 0, "plan", "-out=plan")
		if got := len(mock.Requests()); got > 0 {
			t.Errorf("%d requests before what is asked for is known", got)
		}
		terraform.Must(t, 0, "apply", "plan")
		got := values(t, terraform)
		for _, name := range []string{"name", "id", "depends_on"} {
			checkEqual(t, name, got["data.invent_assistant."+name]["id"], any(spa))
		}
		for _, name := range []string{"search", "filter", "keys"} {
			checkEqual(t, name, ids(got["data.invent_assistants."+name]), []string{spa})
		}
		checkEqual(t, "secret_key", got["data.invent_assistants.keys"]["assistants"].([]any)[0].(map[string]any)["secret_key"], nil)
		terraform.Must(t, 0, "plan", "-detailed-exitcode")
	})
	t.Run("wrong", func(t *testing.T) {
		t.Parallel()
		mock, baseURL := inventtest.Mock(t)
		terraform := inventtest.NewCLI(t, fmt.Sprintf(later, "(/\n")+`
			data "invent_assistant" "both" {
			  id   = "ast_1"
			  name = terraform_data.later.output
			}
			data "invent_assistants" "organization" { org_id = terraform_data.later.output }
			data "invent_assistants" "search" { search = terraform_data.later.output }
			data "invent_assistants" "filter" { name_regex = trimspace(terraform_data.later.output) }
			data "invent_assistants" "timeout" { timeouts = { read = terraform_data.later.output } }`, environment(baseURL))
		terraform.Needs(t, later)
		terraform.Must(t, 0, "plan")
		checkContains(t, terraform.Must(t, 1, "apply", "-auto-approve"), "[id,name]", `the id "(/\n" has one of the characters`,
			"The argument search cannot be used: it has a control character", "missing closing ): `(/`", `"(/\n" is not a duration`)
		if got := len(mock.Requests()); got > 0 {
			t.Errorf("%d requests", got)
		}
	})
}

// checkContains looks for texts wherever the CLI breaks its lines.
func checkContains(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(inventtest.Unwrapped(output), inventtest.Unwrapped(text)) {
			t.Errorf("got:\n%s\nwant %q in it", output, text)
		}
	}
}

// What a person sees of a wrong configuration, without a key. The CLI looks at data sources once the provider's is right.
func TestAccValidate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		configuration string
		want          []string // one error each
	}{
		"provider": {`
			provider "invent" {
			  base_url    = "http://api.useinvent.com"
			  max_retries = 1.5
			}` + "\n" + all, []string{"http would send the API key in clear", "The argument max_retries is 1.5"}},
		"data sources": {`
			variable "id" {}
			data "invent_assistant" "late" {
			  id   = var.id
			  name = "One"
			}
			data "invent_assistant" "neither" {}
			data "invent_assistants" "expression" { name_regex = "(" }
			data "invent_assistants" "timeout" { timeouts = { read = "-5m" } }`,
			[]string{"[id,name]", "name_regex", `"-5m" is not a duration from 1s to 24h`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output := inventtest.NewCLI(t, c.configuration, nil).Must(t, 1, "validate", "-no-color")
			checkContains(t, output, c.want...)
			if got := strings.Count(output, "Error: "); got != len(c.want) {
				t.Errorf("%d errors, want %d:\n%s", got, len(c.want), output)
			}
		})
	}
}

// The CLI is interrupted as by Ctrl-C.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	mock.Next(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `[{"id":`)
		_ = http.NewResponseController(w).Flush()
		interrupt()
		hang(w, r)
	})
	terraform := inventtest.NewCLI(t, all, environment(baseURL))
	begin := time.Now()
	result := inventtest.Run(t, terraform.Command(ctx, t, "plan"))
	checkContains(t, result.Stdout+result.Stderr, "Interrupt received", "The read was interrupted.")
	if took := time.Since(begin); took > 25*time.Second || result.ExitCode != 1 || len(mock.Requests()) != 1 {
		t.Errorf("exit code %d after %s and %d requests", result.ExitCode, took, len(mock.Requests()))
	}
}

// A proxy that answers instead of the API. The proxy variables hold for a whole process, and never for loopback.
func TestAccProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Pointer[string]
	proxy := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(new(r.Method + " " + r.Host))
		mockinvent.Fail(http.StatusForbidden, "Blocked "+testKey)(w, r)
	}))
	terraform := inventtest.NewCLI(t, all, map[string]string{
		"INVENT_API_KEY": testKey, "INVENT_BASE_URL": "https://api.example.invalid", "NO_PROXY": "", "https_proxy": "", "no_proxy": "",
		"HTTPS_PROXY": strings.Replace(proxy.URL, "://", "://user:"+testKey+"@", 1),
	})
	output := terraform.Must(t, 1, "plan")
	checkContains(t, output, "Unable to list the assistants of organization c", "the proxy answered 403 Forbidden",
		"Check the proxy's address and credentials in HTTPS_PROXY, or except the API's host from it in NO_PROXY.")
	if strings.Contains(output, testKey) {
		t.Errorf("the output has the key: %s", output)
	}
	if got := asked.Load(); got == nil || *got != "CONNECT api.example.invalid:443" {
		t.Errorf("the proxy was asked %v", got)
	}
}
