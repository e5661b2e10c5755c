package provider_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// The key of these tests has an end that no escaping changes and that no cut takes away together with the other one.
const (
	keyHead, keyTail = "HeadOfTheKey", "TailOfTheKey"
	strangeKey       = keyHead + `k/e+y"<&>'\%41` + keyTail
	secretOfRow      = "ValueOfASecretKey"
)

// The key comes from a file, because Terraform keeps what is in a configuration, a variable included, in a plan file.
const providerWithKey = `
provider "invent" {
  api_key     = file("key")
  max_retries = 1
}
`

// everywhere is what the CLI prints, logs and stores, by name: a plan file by its entries.
type everywhere map[string]string

// traced runs the CLI with all that it and the provider can log.
func (e everywhere) traced(t *testing.T, terraform *inventtest.CLI, want int, arguments ...string) string {
	t.Helper()
	for _, logger := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_INVENT", "TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"} {
		terraform = terraform.With(logger, "TRACE")
	}
	result := terraform.Run(t, arguments...)
	if result.ExitCode != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", arguments, result.ExitCode, want, result.Stdout)
	}
	e[fmt.Sprintf("output of %s", arguments)], e[fmt.Sprintf("log of %s", arguments)] = result.Stdout, result.Stderr
	return result.Stdout + result.Stderr
}

// mustHold checks that secrets are where they belong and nowhere else, whatever the case of their letters.
func (e everywhere) mustHold(t *testing.T, where []string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for name, content := range e {
			at := strings.Index(strings.ToLower(content), strings.ToLower(secret))
			if at >= 0 && !slices.Contains(where, name) {
				t.Errorf("%s has %s: %q", name, secret, content[max(at-60, 0):min(at+60, len(content))])
			}
		}
		for _, name := range where {
			if !strings.Contains(e[name], secret) {
				t.Errorf("%s does not have %s, so the search proves nothing", name, secret)
			}
		}
	}
}

// spills are answers with which a server gives secrets away, by an organization's id, and what shows that they came.
// Braces stand for the key, as it is and escaped, and for the secret key of an assistant.
var spills = map[string]struct{ answer, want string }{
	"plain":       {"HTTP/1.1 401 Unauthorized\n\nno such key: {key}", "The API says: no such key: (API key)"},
	"json":        {"HTTP/1.1 401 Unauthorized\n\n{\"message\":{json}}", `The API says: {"message":"(API key)"}`},
	"query":       {"HTTP/1.1 401 Unauthorized\n\n/login?key={query}", "The API says: /login?key=(API key)"},
	"path":        {"HTTP/1.1 401 Unauthorized\n\n/keys/{path}", "The API says: /keys/(API key)"},
	"cut":         {"HTTP/1.1 401 Unauthorized\n\n" + strings.Repeat("-", 190) + "{key}", "---(API key)"},
	"html-error":  {"HTTP/1.1 403 {key}\nServer: {key}\n\n<html>{key}</html>", "The API says: <html>(API key)</html>"},
	"dump":        {"HTTP/1.1 400 Bad Request\n\nSECRET_KEY={secret}", "the API answered 400 Bad Request"},
	"redirect":    {"HTTP/1.1 302 Found\nLocation: http://localhost:1/{path}?key={query}\n\n", "the API redirects"},
	"html":        {"HTTP/1.1 200 OK\n\n<html>{key} {secret}</html>", "Page 1: the answer is an HTML page"},
	"truncated":   {"HTTP/1.1 200 OK\n\n[{\"id\":{json},\"secret_key\":\"{secret}", "is not valid JSON"},
	"broken-off":  {"HTTP/1.1 200 OK\nContent-Length: 9999\n\n[{\"secret_key\":\"{secret}\"}]{key}", "the connection"},
	"status-line": {"HTTP/1.1 2x0 {key}\n\n{key}", "the connection"},
	"header":      {"HTTP/1.1 200 OK\n{key}\n\n", "the connection"},
	"chunk":       {"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{key}\n", "the connection"},
	"gzip":        {"HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n{key} {secret}", "the connection"},
	"wrong-type":  {"HTTP/1.1 200 OK\n\n" + `[{"id":{json},"secret_key":["{secret}"]}]`, `"(API key)": secret_key: expected a string, got an array`},
	"no-row":      {"HTTP/1.1 200 OK\n\n" + `["{secret}"]`, "Page 1: row 1: expected an object, got a string"},
	"twice":       {"HTTP/1.1 200 OK\n\n" + `[{"id":{json}},{"id":{json}}]`, `The id "(API key)" is on page 1 twice`},
	"unknown":     {"HTTP/1.1 200 OK\n\n" + `[{"id":"ast_1",{json}:0}]`, `"(API key)"`},
	"unasked":     {"HTTP/1.1 200 OK\nContent-Length: 14\n\n" + `[{"id":"ast"}]` + "{key} {secret}", ""},
}

// Whatever a server does with the key or with a secret key, neither is in output, log or files.
func TestAccSpills(t *testing.T) {
	t.Parallel()
	keys := make(chan string, 10*len(spills))
	api := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		keys <- key
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		quoted, _ := json.Marshal(key)
		fill := strings.NewReplacer("{key}", key, "{json}", string(quoted), "{query}", url.QueryEscape(key), "{path}", url.PathEscape(key), "{secret}", secretOfRow)
		_, _ = io.WriteString(connection, fill.Replace(spills[strings.Split(r.URL.Path, "/")[2]].answer))
	}))
	var organizations []string
	for organization := range spills {
		organizations = append(organizations, organization)
	}
	terraform := inventtest.NewCLI(t, strings.Replace(providerWithKey, "= 1", "= 0", 1)+fmt.Sprintf(`
		data "invent_assistants" "all" {
		  for_each = toset(split(" ", %q))
		  org_id   = each.key
		}`, strings.Join(organizations, " ")), map[string]string{"INVENT_BASE_URL": api.URL})
	terraform.Write(t, "key", strangeKey)

	seen := everywhere{}
	printed := strings.ReplaceAll(seen.traced(t, terraform, 1, "plan", "-parallelism=20"), `\"`, `"`)
	for organization, spill := range spills {
		checkContains(t, printed, spill.want, "/orgs/"+organization+"/assistants")
	}
	maps.Copy(seen, inventtest.Files(t, terraform.Folder))
	select {
	case seen["request"] = <-keys:
	default: // nothing has been asked
	}
	seen.mustHold(t, []string{"key", "request"}, keyHead, keyTail)
	seen.mustHold(t, nil, secretOfRow)
}

// The API key is nowhere. Secret keys are in state and plan, and not even there if they are left out or come through the
// ephemeral resource, which is read all the same: its key opens another organization. With settings, they are nowhere,
// and neither are the strings of free-form values, unless they are asked for.
func TestAccSecretsAreWhereTheyBelong(t *testing.T) {
	t.Parallel()
	const model = `
		data "invent_assistants" "all" { include_secret_keys = {include} }
		data "invent_assistant" "by_id" {
		  id                 = "ast_1"
		  include_secret_key = {include}
		}
		data "invent_assistant" "by_name" {
		  name               = "Two"
		  include_secret_key = {include}
		}
		output "all" {
		  value     = data.invent_assistants.all
		  sensitive = true
		}`
	const ephemeral = `
		ephemeral "invent_assistant_secret_key" "one" { assistant_id = data.invent_assistant.by_id.id }
		provider "invent" {
		  alias   = "other"
		  api_key = ephemeral.invent_assistant_secret_key.one.secret_key
		}
		data "invent_assistants" "other" { provider = invent.other }`
	const reveal = `{ reveal_paths = ["integrations.config", "actions.config.input", "actions.config.definitions.definition", "other_fields"] }`
	stored := []string{"terraform.tfstate", "plan tfplan", "plan tfstate", "output of [show -json]", "output of [show -json plan]"}
	printed := append(slices.Clone(stored), "output of [show]", "output of [output]", "output of [plan -out=plan]", "output of [apply plan]")
	cases := []struct {
		name, configuration string
		secret              []string // where secret keys are
		free, unknown       []string // where the strings of free-form values are: of known fields, of others
	}{
		{"stored", strings.ReplaceAll(model, "{include}", "true"), stored, printed[:6], nil},
		{"not stored", strings.ReplaceAll(model, "{include}", "false") + ephemeral, nil, printed[:6], nil},
		{"settings", threeLines, nil, nil, nil},
		{"revealed", strings.Replace(threeLines, "{}", reveal, 1), nil, printed, printed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := func(id, name string) json.RawMessage {
				return json.RawMessage(fmt.Sprintf(`{"id":%q,"name":%q,"secret_key":%q,"new":"FreeOther","integrations":[{"id":"int_1","config":"FreeConfig"}],
					"actions":[{"id":"act_1","config":{"input":["FreeInput"],"definitions":[{"definition":{"a":"FreeDefinition"}}]}}]}`, id, name, secretOfRow))
			}
			mock := mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{
				{ID: "org_1", APIKey: strangeKey, Assistants: []json.RawMessage{row("ast_1", "One"), row("ast_2", "Two")}},
				{ID: "org_2", APIKey: secretOfRow},
			}})
			mock.Next(mockinvent.Fail(http.StatusServiceUnavailable, strangeKey))
			terraform := inventtest.NewCLI(t, providerWithKey+c.configuration, map[string]string{"INVENT_BASE_URL": inventtest.Serve(t, mock).URL})
			terraform.Needs(t, c.configuration)
			terraform.Write(t, "key", strangeKey)
			if product, minor := terraform.Version(t); product == "Terraform" && minor < 4 && c.name == "stored" {
				c.free = stored // its show hides a list in which something is sensitive
			}

			seen := everywhere{}
			for _, arguments := range [][]string{{"plan", "-out=plan"}, {"show", "-json", "plan"}, {"apply", "plan"}, {"show"}, {"show", "-json"}, {"output"}} {
				seen.traced(t, terraform, 0, arguments...)
			}
			maps.Copy(seen, inventtest.Files(t, terraform.Folder))
			seen.mustHold(t, c.secret, secretOfRow)
			seen.mustHold(t, c.free, "FreeConfig", "FreeInput", "FreeDefinition")
			seen.mustHold(t, c.unknown, "FreeOther")
			for _, request := range mock.Requests() {
				seen["requests"] += request.Header.Get("Authorization") + "\n"
			}
			seen.mustHold(t, []string{"key", "requests"}, keyHead, keyTail)
			if got := strings.Contains(seen["requests"], "Bearer "+secretOfRow); got != (c.name == "not stored") {
				t.Errorf("the ephemeral key was used: %t", got)
			}
		})
	}
}
