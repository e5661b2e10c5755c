package provider_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// TestAccLive compares what the provider makes of the service's assistants with what the service answers.
func TestAccLive(t *testing.T) {
	variables := map[string]string{"INVENT_BASE_URL": "https://api.useinvent.com", "INVENT_ORG_ID": "c"}
	for _, name := range []string{"INVENT_API_KEY", "INVENT_BASE_URL", "INVENT_ORG_ID"} {
		if value := os.Getenv(name); value != "" {
			variables[name] = value
		}
	}
	if os.Getenv("TF_ACC") == "" || variables["INVENT_API_KEY"] == "" {
		t.Skip("make live runs this, with INVENT_API_KEY")
	}
	t.Parallel()
	for _, problem := range live(t, variables) {
		t.Error(problem)
	}
}

// live returns what is wrong. It says where, and neither the service's values nor what the CLI prints of them.
func live(t *testing.T, variables map[string]string) (problems []string) {
	t.Helper()
	rows, err := fetchRows(t, variables)
	if err != nil {
		return []string{err.Error()}
	}
	configuration, want := liveConfiguration(rows, variables)
	terraform := inventtest.NewCLI(t, configuration, variables)
	for _, command := range []string{"apply -auto-approve", "plan -detailed-exitcode"} {
		if code := terraform.Run(t, strings.Fields(command+" -input=false")...).ExitCode; code != 0 {
			return []string{fmt.Sprintf("%s: exit code %d, want 0", command, code)}
		}
	}
	printed := terraform.Run(t, "show", "-json").Stdout
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Type, Name string
					Values     map[string]any
				}
			} `json:"root_module"`
		}
	}
	if json.Unmarshal([]byte(printed), &state) != nil || len(state.Values.RootModule.Resources) != len(want)+1 {
		return []string{"show -json: not all the data sources are there"}
	}
	for _, source := range state.Values.RootModule.Resources {
		if source.Type == "invent_assistants_settings" {
			continue // its form is not the service's; that its plan is empty is what counts
		}
		for _, argument := range []string{"org_id", "include_secret_key", "timeouts"} {
			delete(source.Values, argument)
		}
		if source.Name == "all" {
			source.Values = map[string]any{"assistants": source.Values["assistants"]}
		}
		problems = append(problems, unlike(source.Name, want[source.Name], source.Values)...)
	}
	return append(problems, liveSecretKey(t, rows, variables)...)
}

// fetchRows reads the list without the provider.
func fetchRows(t *testing.T, variables map[string]string) (rows []any, err error) {
	t.Helper()
	for page, seen := 1, map[string]bool{}; ; page++ {
		address := fmt.Sprintf("%s/orgs/%s/assistants?page=%d", variables["INVENT_BASE_URL"], url.PathEscape(variables["INVENT_ORG_ID"]), page)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			return nil, fmt.Errorf("page %d: no request can be made", page)
		}
		request.Header.Set("Authorization", "Bearer "+variables["INVENT_API_KEY"])
		response, err := http.DefaultTransport.RoundTrip(request) // follows no redirect
		if err != nil {
			return nil, fmt.Errorf("page %d: no answer", page)
		}
		var more []any
		err = json.NewDecoder(response.Body).Decode(&more)
		_ = response.Body.Close()
		before := len(seen)
		for _, row := range more {
			if id := rowID(row); !seen[id] {
				seen[id], rows = true, append(rows, row)
			}
		}
		switch pastEnd := page > 1 && (response.StatusCode == 404 || response.StatusCode == 400); {
		case pastEnd || err == nil && response.StatusCode == 200 && len(seen) == before:
			return rows, nil
		case err != nil || response.StatusCode != 200:
			return nil, fmt.Errorf("page %d: status %d, or no array", page, response.StatusCode)
		}
	}
}

func rowID(row any) string {
	object, _ := row.(map[string]any)
	id, _ := object["id"].(string)
	return id
}

// liveConfiguration has the drift check, reads all assistants, and looks up the first by its id, and the first whose name is
// its alone by that.
func liveConfiguration(rows []any, variables map[string]string) (configuration string, want map[string]any) {
	configuration = `
terraform {
  required_providers {
    invent = { source = "useinvent/invent" }
  }
}
variable "id" { default = null }
variable "name" { default = null }
data "invent_assistants" "all" {}

data "invent_assistants_settings" "all" {}

output "assistants" {
  value = data.invent_assistants_settings.all.assistants
}
`
	want = map[string]any{"all": map[string]any{"assistants": rows}}
	names := map[string][]any{}
	for _, row := range rows {
		object, _ := row.(map[string]any)
		if name, _ := object["name"].(string); name != "" && object["deleted"] != true {
			names[norm.NFC.String(name)] = append(names[norm.NFC.String(name)], row)
		}
	}
	if len(rows) > 0 {
		want["by_id"], variables["TF_VAR_id"] = rows[0], rowID(rows[0])
		configuration += "data \"invent_assistant\" \"by_id\" { id = var.id }\n"
	}
	for _, row := range rows {
		object, _ := row.(map[string]any)
		name, _ := object["name"].(string)
		if own := names[norm.NFC.String(name)]; len(own) == 1 && rowID(own[0]) == rowID(row) {
			want["by_name"], variables["TF_VAR_name"] = row, name
			return configuration + "data \"invent_assistant\" \"by_name\" { name = var.name }\n", want
		}
	}
	return configuration, want
}

// unlike returns the paths at which the state is not what the service answered. The state alone says which fields there
// are: the provider leaves out what it does not know.
func unlike(path string, answered, state any) (paths []string) {
	switch state := state.(type) {
	case map[string]any:
		object, _ := answered.(map[string]any)
		for name := range state {
			paths = append(paths, unlike(path+"."+name, object[name], state[name])...)
		}
	case []any:
		array, _ := answered.([]any)
		if len(array) != len(state) {
			return []string{fmt.Sprintf("%s: %d elements, want %d", path, len(state), len(array))}
		}
		for i, element := range state {
			if j := slices.IndexFunc(array, func(a any) bool { return rowID(a) != "" && rowID(a) == rowID(element) }); j >= 0 {
				i = j // the provider has an order of its own
			}
			paths = append(paths, unlike(path+"[]", array[i], element)...)
		}
	case string:
		var freeForm any
		same := answered == state || norm.NFC.String(fmt.Sprint(answered)) == state && reflect.TypeOf(answered) == reflect.TypeFor[string]()
		if text, err := json.Marshal(answered); !same && (err != nil || json.Unmarshal([]byte(state), &freeForm) != nil || !sameJSON(text, freeForm)) {
			return []string{path}
		}
	default:
		if answered != state {
			return []string{path}
		}
	}
	return paths
}

// sameJSON compares a value with a JSON text, whose strings need not be in NFC.
func sameJSON(text []byte, value any) bool {
	var other any
	return json.Unmarshal(norm.NFC.Bytes(text), &other) == nil && reflect.DeepEqual(value, other)
}

// liveSecretKey opens the ephemeral resource for the first assistant that has a key.
func liveSecretKey(t *testing.T, rows []any, variables map[string]string) []string {
	t.Helper()
	for _, row := range rows {
		key, _ := row.(map[string]any)["secret_key"].(string)
		if key == "" {
			continue
		}
		s := newServer(t, variables)
		diags := s.configure(t, nil)
		result, opened := s.read(t.Context(), t, secretKey, attributes{"assistant_id": rowID(row)})
		if len(diags)+len(opened) > 0 {
			return []string{"invent_assistant_secret_key: not opened"}
		}
		if result["secret_key"] != norm.NFC.String(key) {
			return []string{"invent_assistant_secret_key: another key than the list's"}
		}
		return nil
	}
	return nil
}

func TestAccLiveOnTheMock(t *testing.T) {
	t.Parallel()
	const refused = "page 2: status 429, or no array"
	tests := []struct {
		name     string
		switches mockinvent.Switches
		want     string
	}{
		{"none", mockinvent.Switches{}, ""},
		{"NoPaginationHeaders", mockinvent.Switches{NoPaginationHeaders: true}, ""},
		{"CountOfPage and MaxTake", mockinvent.Switches{CountOfPage: true, MaxTake: 3}, ""},
		{"NotFoundPastEnd", mockinvent.Switches{NotFoundPastEnd: true, MaxTake: 4, ForeignStatus: 403}, ""},
		{"IgnorePage", mockinvent.Switches{IgnorePage: true}, ""},
		{"RequestsPerMinute", mockinvent.Switches{RequestsPerMinute: 1, RetryAfter: true}, refused},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, baseURL := inventtest.Mock(t)
			server.SetSwitches(test.switches)
			variables := environment(baseURL)
			variables["INVENT_ORG_ID"] = "c"
			if got := strings.Join(live(t, variables), "\n"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// oneAssistant serves an organization that has one.
func oneAssistant(t *testing.T, row func(r *http.Request) string) (variables map[string]string) {
	t.Helper()
	api := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := "[" + row(r) + "]"
		if strings.HasSuffix(r.URL.Path, "ast_1") {
			answer = row(r)
		} else if r.URL.Query().Get("page") == "2" {
			answer = "[]"
		}
		_, _ = io.WriteString(w, answer)
	}))
	variables = environment(api.URL)
	variables["INVENT_ORG_ID"] = "c"
	return variables
}

// A service that answers the provider otherwise than it answers anybody else is found out.
func TestAccLiveFindsDifferences(t *testing.T) {
	t.Parallel()
	const row = `{"id":"ast_1","name":"x","secret_key":"%s","boards":[{"id":"b"}],"integrations":[{"id":"i","config":{"a":"%[1]s"}}]}`
	got := live(t, oneAssistant(t, func(r *http.Request) string {
		if strings.HasPrefix(r.UserAgent(), "Go-http-client") {
			return strings.Replace(fmt.Sprintf(row, "unspoken"), `{"id":"b"}`, "", 1)
		}
		return fmt.Sprintf(row, "a")
	}))
	slices.Sort(got)
	want := []string{
		"all.assistants[].boards: 1 elements, want 0", "all.assistants[].integrations[].config", "all.assistants[].secret_key",
		"by_id.boards: 1 elements, want 0", "by_id.integrations[].config", "by_id.secret_key",
		"by_name.boards: 1 elements, want 0", "by_name.integrations[].config", "by_name.secret_key",
		"invent_assistant_secret_key: another key than the list's",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAccLiveFindsDrift(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	got := live(t, oneAssistant(t, func(*http.Request) string {
		return fmt.Sprintf(`{"id":"ast_1","avatar_url":"https://cdn.example/a?%d"}`, requests.Add(1))
	}))
	if want := []string{"plan -detailed-exitcode: exit code 2, want 0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
