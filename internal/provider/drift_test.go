package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	driftCheck      = "../../examples/drift-check"
	driftWorkflow   = driftCheck + "/.github/workflows/drift-check.yml"
	driftCheckGuide = "../../templates/guides/drift-checks.md.tmpl"

	autoResolveOn  = `"enable_auto_resolve": true`
	autoResolveOff = `"enable_auto_resolve": false`
	angryTwice     = "the guest is angry twice in a row"
	angryThrice    = "the guest is angry three times in a row"
)

// workflowStep returns what a step of the example's workflow runs.
func workflowStep(t *testing.T, name string) string {
	t.Helper()
	step := regexp.MustCompile(`- name: ` + name + `\n +if: .*\n +run: (.*)\n`).FindStringSubmatch(inventtest.ReadFile(t, driftWorkflow))
	if step == nil {
		t.Fatalf("the workflow has no step %s", name)
	}
	return step[1]
}

// edited returns the assistants with changes to one of them: pairs of a text that it has once, and another.
func edited(t *testing.T, assistants []json.RawMessage, id string, changes ...string) []json.RawMessage {
	t.Helper()
	assistants = slices.Clone(assistants)
	at := slices.IndexFunc(assistants, func(a json.RawMessage) bool { return bytes.Contains(a, []byte(`"id": "`+id+`"`)) })
	for change := range slices.Chunk(changes, 2) {
		if n := bytes.Count(assistants[at], []byte(change[0])); n != 1 {
			t.Fatalf("%s has %d times %s, want once", id, n, change[0])
		}
		assistants[at] = bytes.Replace(assistants[at], []byte(change[0]), []byte(change[1]), 1)
	}
	return assistants
}

// Each night after the one on which the sample was accepted.
func TestAccDriftCheck(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	terraform := inventtest.NewExample(t, driftCheck, environment(baseURL))
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	edit := edited(t, sample.Assistants, guestSupport, angryTwice, angryThrice, autoResolveOn, autoResolveOff,
		`"updated_at": "2025-06-12T11:05:33.871Z"`, `"updated_at": "2025-07-01T08:00:00Z"`)
	noise := edited(t, sample.Assistants, guestSupport, `"contacts_count": 318`, `"contacts_count": 321`)
	terraform.Shell(t, 2, look)
	terraform.Shell(t, 0, accept)
	nights := []struct {
		name       string
		assistants []json.RawMessage
		key        string
		code       int
		want       string
	}{
		{"noise", mockinvent.Shuffle(noise, 1), sample.APIKey, 0, "No changes."},
		{"one edited", edit, sample.APIKey, 2, inventtest.Fenced(t, driftCheckGuide, "text")},
		{"wrong key", edit, testKey, 1, "The API key is wrong"},
	}
	for _, night := range nights {
		mock.SetAssistants(sample.ID, night.assistants)
		output := terraform.With("INVENT_API_KEY", night.key).Shell(t, night.code, look)
		if !strings.Contains(inventtest.ChangesAsTwoLines(output), inventtest.ChangesAsTwoLines(night.want)) {
			t.Errorf("%s: no %q in:\n%s", night.name, night.want, output)
		}
		if regexp.MustCompile(`secret_key|mock-secret-key|contacts_count|` + testKey).MatchString(output) {
			t.Errorf("%s: a secret or noise is in:\n%s", night.name, output)
		}
	}
	if strings.Contains(inventtest.ReadFile(t, terraform.Folder, "terraform.tfstate"), "mock-secret-key") {
		t.Error("a secret key is in the state")
	}
}

// Every run is on a runner of its own. What the next one knows is in the backend.
func TestAccDriftCheckState(t *testing.T) {
	t.Parallel()
	states := make(chan []byte, 1)
	states <- nil
	store := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		state := <-states
		defer func() { states <- state }()
		if r.Method == http.MethodPost {
			state, _ = io.ReadAll(r.Body)
			return
		}
		if state == nil {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write(state)
	}))
	_, baseURL := inventtest.Mock(t)
	runner := inventtest.NewExample(t, driftCheck, environment(baseURL)).With("TF_HTTP_ADDRESS", store.URL)
	backend := inventtest.Fenced(t, driftCheckGuide, "terraform")
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	for _, step := range []struct {
		command string
		code    int
	}{{look, 2}, {accept, 0}, {look, 0}} {
		next := runner.CopyOf(t, driftCheck)
		next.Write(t, "backend.tf", backend)
		next.Shell(t, step.code, step.command)
	}
}

func TestDriftCheckWorkflow(t *testing.T) {
	t.Parallel()
	workflow := inventtest.ReadFile(t, driftWorkflow)
	actions := regexp.MustCompile(`(?m)uses: (.*)$`).FindAllStringSubmatch(workflow, -1)
	for _, action := range actions {
		if !regexp.MustCompile(`^[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`).MatchString(action[1]) {
			t.Errorf("not pinned to a commit: %s", action[1])
		}
	}
	if len(actions) == 0 || !strings.Contains(workflow, "terraform_wrapper: false") {
		t.Error("no action, or with the wrapper that hides the exit code")
	}
}

func TestAccPolicies(t *testing.T) {
	t.Parallel()
	const sales, bookings = "ast_Gn13rAEkh1BG2hnZTn9zgG", "ast_AqLuSnRbuJVS58fl23BQZr"
	compliant := edited(t, sample.Assistants, sales, autoResolveOff, autoResolveOn)
	compliant = edited(t, compliant, bookings, autoResolveOff, autoResolveOn, `"model": "gemini-2.5-flash"`, `"model": "gpt-4.1"`)
	cases := []struct {
		assistants []json.RawMessage
		want       []string
	}{
		{compliant, nil},
		{edited(t, compliant, sales, `"instructions": "You`, `"instructions": " \n", "x": "You`), []string{"No instructions: Sales: groups and events."}},
		{sample.Assistants, []string{"Auto-resolve is off: Sales: groups and events, 宿泊予約アシスタント.", "No approved model: 宿泊予約アシスタント."}},
		{documents(`{"id": "ast_new", "enabled": true}`), []string{"No instructions: ast_new.", "Auto-resolve is off: ast_new.", "No approved model: ast_new."}},
		{documents(`{"id": "ast_off", "enabled": false}`, `{"id": "ast_deleted", "enabled": true, "deleted": true}`), nil},
	}
	variants := map[string]struct {
		problem, needs string
		broken         int
	}{
		"policy-stop": {"Error: Resource postcondition failed", "", 1},
		"policy-warn": {"Warning: Check block assertion failed", `check "`, 0},
	}
	for folder, v := range variants {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewExample(t, filepath.Join(driftCheck, folder), environment(baseURL))
			terraform.Needs(t, v.needs)
			terraform.Must(t, 0, "init", "-input=false")
			for _, c := range cases {
				mock.SetAssistants(sample.ID, c.assistants)
				code := 0
				if c.want != nil {
					code = v.broken
				}
				output := terraform.Must(t, code, "plan", "-input=false", "-detailed-exitcode")
				checkContains(t, output, c.want...)
				if got := strings.Count(output, v.problem); got != len(c.want) {
					t.Errorf("%d times %q, want %d:\n%s", got, v.problem, len(c.want), output)
				}
			}
			if folder == "policy-warn" {
				terraform.Needs(t, "\nrun \"")
				mock.SetAssistants(sample.ID, compliant)
				terraform.Must(t, 0, "test")
				mock.SetAssistants(sample.ID, sample.Assistants)
				checkContains(t, terraform.Must(t, 1, "test"), "Error: Check block assertion failed", "Auto-resolve is off: Sales: groups and events")
			}
		})
	}
}

// The guide's table of exit codes is what the CLI does: each way to find out that something changed, in both modes of
// plan.
func TestAccExitCodes(t *testing.T) {
	t.Parallel()
	const (
		watched = `{ for a in data.invent_assistants.all.assistants : a.id => try(merge(a.config, { conversation = a.config.conversation.enable_auto_resolve }), null) }`
		assert  = `condition = alltrue([for a in %s.assistants : try(a.config.conversation.enable_auto_resolve, false) if a.id == "` + guestSupport + "\"])\nerror_message = \"broken\"\n"
	)
	ofData := fmt.Sprintf(assert, "data.invent_assistants.all")
	patterns := map[string]string{
		"output":                     all + "output \"watched\" {\n value = " + watched + "\n}\n",
		"`terraform_data` baseline":  all + "resource \"terraform_data\" \"watched\" {\n input = " + watched + "\n}\n",
		"data source and `check`":    all + "check \"policy\" {\n assert {\n" + ofData + "}\n}\n",
		"data source inside `check`": "check \"policy\" {\n" + all + "assert {\n" + ofData + "}\n}\n",
		"`postcondition`":            "data \"invent_assistants\" \"all\" {\n lifecycle {\n postcondition {\n" + fmt.Sprintf(assert, "self") + "}\n}\n}\n",
	}
	guide := inventtest.ReadFile(t, driftCheckGuide)
	for name, configuration := range patterns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewCLI(t, configuration, environment(baseURL))
			terraform.Needs(t, configuration)
			terraform.Must(t, 0, "apply", "-auto-approve")
			nights := []struct {
				assistants []json.RawMessage
				key        string
			}{
				{sample.Assistants, sample.APIKey},
				{edited(t, sample.Assistants, guestSupport, angryTwice, angryThrice), sample.APIKey},
				{edited(t, sample.Assistants, guestSupport, autoResolveOn, autoResolveOff), sample.APIKey},
				{sample.Assistants, testKey},
			}
			for mode, arguments := range map[string][]string{"normal": nil, "`-refresh-only`": {"-refresh-only"}} {
				row := fmt.Sprintf("| %s | %s |", name, mode)
				for _, night := range nights {
					mock.SetAssistants(sample.ID, night.assistants)
					result := terraform.With("INVENT_API_KEY", night.key).Run(t, append([]string{"plan", "-detailed-exitcode"}, arguments...)...)
					row += fmt.Sprintf(" %d", result.ExitCode)
					if regexp.MustCompile(`Warning: [^P]`).MatchString(result.Stdout + result.Stderr) { // not: Provider development overrides
						row += ", warning"
					}
					row += " |"
				}
				if !strings.Contains(guide, "\n"+row+"\n") {
					t.Errorf("the guide has another row than\n%s", row)
				}
			}
		})
	}
}
