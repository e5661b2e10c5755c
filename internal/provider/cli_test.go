package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	all = `data "invent_assistants" "all" {}` + "\n"

	spa          = "ast_9G5136to3ZxvQ8RVGDIKpc"
	guestSupport = "ast_2L6r57UOYnhfu229hGY5U3"
)

// checkContains looks for texts wherever the CLI breaks its lines.
func checkContains(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(inventtest.Unwrapped(output), inventtest.Unwrapped(text)) {
			t.Errorf("got:\n%s\nwant %q in it", output, text)
		}
	}
}

// What a person sees of a wrong configuration, without a key. The CLI looks at data sources once the provider's is
// right.
func TestAccValidate(t *testing.T) {
	t.Parallel()
	const (
		root   = "actions, avatar_url, boards, config, created_at, deleted, enabled, id, integrations, name, other_fields, secret_key"
		action = "action_id, assistant_id, config, connection_id, created_at, enabled, id, instructions, name, position"
	)
	cases := map[string]struct {
		configuration string
		want          []string // one error each
	}{
		"provider": {`
			provider "invent" {
			  base_url    = "http://api.useinvent.com"
			  max_retries = 1.5
			}` + "\n" + all, []string{"its scheme is not https", "1.5 is not a whole number from 0 to 10"}},
		"data sources": {`
			variable "id" {}
			data "invent_assistant" "late" {
			  id   = var.id
			  name = "One"
			}
			data "invent_assistant" "neither" {}
			data "invent_assistants" "expression" { name_regex = "(" }
			data "invent_assistants" "timeout" { timeouts = { read = "-5m" } }`,
			[]string{"[id,name]", "The argument name_regex cannot be used", "it is not a duration from 1s to 24h"}},
		"paths": {`
			data "invent_assistants_settings" "all" {
			  ignore_paths = [null, "", "config.new", "boards.updated_at", "integrations.config/~x", "config.timezone/x", "id", "other_fields/x"]
			  reveal_paths = ["actions", "actions.config.input/*"]
			}`,
			[]string{
				`ignore_paths: <null>: it names no field; there are ` + root + ".",
				`ignore_paths: "": it names no field; there are ` + root + ".",
				`ignore_paths: "config.new": there is no config.new; there are conversation, instructions,`,
				`ignore_paths: "boards.updated_at": boards.updated_at is always left out.`,
				`ignore_paths: "integrations.config/~x": a ~ stands before 0, 1 or 2 only: ~0 is ~, ~1 is /, ~2 is *.`,
				`ignore_paths: "config.timezone/x": config.timezone is a string: only free-form values have parts after a /.`,
				`reveal_paths: "actions": actions is a map of objects with ` + action + `: only free-form values can be revealed.`,
			}},
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
	result := inventtest.Run(t, terraform.Command(ctx, t, "plan"))
	checkContains(t, result.Stdout+result.Stderr, "Interrupt received", "The read was interrupted.")
	if result.ExitCode != 1 || len(mock.Requests()) != 1 {
		t.Errorf("exit code %d after %d requests", result.ExitCode, len(mock.Requests()))
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
	checkContains(t, output, `Unable to list the assistants of organization "c"`, "the proxy answered 403 Forbidden",
		"Check the proxy's address and credentials in HTTPS_PROXY, or exempt the API's host from it in NO_PROXY.")
	if strings.Contains(output, testKey) {
		t.Errorf("the output has the key: %s", output)
	}
	if got := asked.Load(); got == nil || *got != "CONNECT api.example.invalid:443" {
		t.Errorf("the proxy was asked %v", got)
	}
}
