package provider_test

import (
	"cmp"
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
	variables := map[string]string{}
	for _, name := range []string{"INVENT_API_KEY", "INVENT_BASE_URL", "INVENT_ORG_ID"} {
		variables[name] = os.Getenv(name)
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
	state := values(t, terraform) // the settings' form is not the service's; that their plan is empty is what counts
	problems = unlike("all", rows, state["data.invent_assistants.all"]["assistants"])
	for name, row := range want {
		fields := state["data.invent_assistant."+name]
		for _, argument := range []string{"org_id", "include_secret_key", "timeouts"} {
			delete(fields, argument)
		}
		if len(fields) == 0 {
			problems = append(problems, name+": not in the state")
		}
		problems = append(problems, unlike(name, row, fields)...)
	}
	return append(problems, liveSecretKey(t, rows, variables)...)
}

// fetchRows reads the list without the provider.
func fetchRows(t *testing.T, variables map[string]string) (rows []any, err error) {
	t.Helper()
	baseURL, organization := cmp.Or(variables["INVENT_BASE_URL"], "https://api.useinvent.com"), cmp.Or(variables["INVENT_ORG_ID"], "c")
	for page, seen := 1, map[string]bool{}; ; page++ {
		address := fmt.Sprintf("%s/orgs/%s/assistants?page=%d", baseURL, url.PathEscape(organization), page)
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
		decoder := json.NewDecoder(response.Body)
		decoder.UseNumber()
		err = decoder.Decode(&more)
		_ = response.Body.Close()
		before := len(seen)
		for _, row := range more {
			if id := rowID(row); !seen[id] {
				seen[id], rows = true, append(rows, withNumbers(row))
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
	return id(object)
}

// rowName is the name by which an assistant can be looked up, if no other has it.
func rowName(row any) string {
	object, _ := row.(map[string]any)
	name, _ := object["name"].(string)
	if object["deleted"] == true {
		return ""
	}
	return norm.NFC.String(name)
}

// liveConfiguration has the drift check, reads all assistants, and looks up the first by its id, and the first whose name is
// its alone by that.
func liveConfiguration(rows []any, variables map[string]string) (configuration string, want map[string]any) {
	configuration, want = all+threeLines+"\nvariable \"id\" { default = null }\nvariable \"name\" { default = null }\n", map[string]any{}
	names := map[string]int{}
	for _, row := range rows {
		names[rowName(row)]++
	}
	if len(rows) > 0 {
		want["by_id"], variables["TF_VAR_id"] = rows[0], rowID(rows[0])
		configuration += "data \"invent_assistant\" \"by_id\" { id = var.id }\n"
	}
	for _, row := range rows {
		if name := rowName(row); name != "" && names[name] == 1 {
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
		text, isText := answered.(string)
		if (!isText || norm.NFC.String(text) != state) && !sameJSON(answered, state) {
			return []string{path}
		}
	default:
		if answered != state {
			return []string{path}
		}
	}
	return paths
}

// sameJSON compares a free-form value with the JSON text that the provider makes of it, with strings in NFC.
func sameJSON(value any, text string) bool {
	var want, got any
	document, err := json.Marshal(value)
	return err == nil && json.Unmarshal(norm.NFC.Bytes(document), &want) == nil && json.Unmarshal([]byte(text), &got) == nil && reflect.DeepEqual(got, want)
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
	for want, switches := range map[string][]mockinvent.Switches{
		"":                                {{NoPaginationHeaders: true}, {NotFoundPastEnd: true, MaxTake: 4, ForeignStatus: 403}, {IgnorePage: true}},
		"page 2: status 429, or no array": {{RequestsPerMinute: 1, RetryAfter: true}},
	} {
		for _, s := range switches {
			t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
				t.Parallel()
				mock, baseURL := inventtest.Mock(t)
				mock.SetSwitches(s)
				if got := strings.Join(live(t, environment(baseURL)), "\n"); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// oneAssistant serves an organization that has one.
func oneAssistant(t *testing.T, row func(r *http.Request) string) (variables map[string]string) {
	t.Helper()
	return environment(inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "ast_1"):
			_, _ = io.WriteString(w, row(r))
		case r.URL.Query().Get("page") == "1":
			_, _ = io.WriteString(w, "["+row(r)+"]")
		default:
			_, _ = io.WriteString(w, "[]")
		}
	})).URL)
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
		"all[].boards: 1 elements, want 0", "all[].integrations[].config", "all[].secret_key",
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
