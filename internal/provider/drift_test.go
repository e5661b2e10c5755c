package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
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

	newsletter     = "ast_VB1Pc0cO6nCeLcYCIaPxXb"
	concierge      = "ast_bM6XFWSMp0ZiTZuunrcN28"
	autoResolveOn  = `"enable_auto_resolve": true`
	autoResolveOff = `"enable_auto_resolve": false`
	angryTwice     = "the guest is angry twice in a row"
	angryThrice    = "the guest is angry three times in a row"
	conciergeName  = `"name": "Concierge (until 2023)"`
	anotherName    = `"name": "Concierge"`
)

// secrets are parts of the sample's secret keys and of the strings in its free-form values.
var secrets = regexp.MustCompile(`mock-(secret-key|token|crm)|musterhaus-jp|/v2/bookings|` + testKey)

// workflowStep returns what a step of the example's workflow runs.
func workflowStep(t *testing.T, name string) string {
	t.Helper()
	step := regexp.MustCompile(`- name: ` + name + `\n +if: .*\n +run: (.*)\n`).FindStringSubmatch(inventtest.ReadFile(t, driftWorkflow))
	if step == nil {
		t.Fatalf("the workflow has no step %s", name)
	}
	return step[1]
}

func indexOf(t *testing.T, assistants []json.RawMessage, id string) int {
	t.Helper()
	at := slices.IndexFunc(assistants, func(a json.RawMessage) bool { return bytes.Contains(a, []byte(`"id": "`+id+`"`)) })
	if at < 0 {
		t.Fatalf("no assistant %s", id)
	}
	return at
}

// edited returns the assistants with changes to one of them: pairs of a text that it has once, and another.
func edited(t *testing.T, assistants []json.RawMessage, id string, changes ...string) []json.RawMessage {
	t.Helper()
	assistants = slices.Clone(assistants)
	at := indexOf(t, assistants, id)
	for change := range slices.Chunk(changes, 2) {
		if n := bytes.Count(assistants[at], []byte(change[0])); n != 1 {
			t.Fatalf("%s has %d times %s, want once", id, n, change[0])
		}
		assistants[at] = bytes.Replace(assistants[at], []byte(change[0]), []byte(change[1]), 1)
	}
	return assistants
}

// noise is what changes without anybody changing a setting.
func noise(t *testing.T) []json.RawMessage {
	t.Helper()
	return edited(t, sample.Assistants, guestSupport,
		`"contacts_count": 318`, `"contacts_count": 321`,
		`"updated_at": "2025-06-12T11:05:33.871Z"`, `"updated_at": "2025-07-01T08:00:00Z"`, // the assistant's
		`"updated_at": "2025-01-15T16:44:09.007Z"`, `"updated_at": "2025-07-01T08:00:01Z"`, // an integration's
		`"updated_at": "2025-02-11T13:20:41Z"`, `"updated_at": "2025-07-01T08:00:02Z"`, // an action's
		`"The mailbox refused the sign-in. Connect it again."`, `null`)
}

// driftOfEachKind is one night's changes, with the noise among them.
func driftOfEachKind(t *testing.T) []json.RawMessage {
	t.Helper()
	drift := edited(t, noise(t), guestSupport,
		angryTwice, angryThrice, autoResolveOn, autoResolveOff,
		`"Bearer mock-token-booking-system",`, `"Bearer mock-token-other",`, `"timeout_seconds": 7.50`, `"timeout_seconds": 10`,
		"mock-secret-key-guest-support", "mock-secret-key-other",
		`"block_card_numbers": true`, `"block_card_numbers": false`, `"knowledge_scope": "all"`, `"knowledge_scope": "all", "enable_handoff_summary": true`,
		`"actions": [`, `"actions": [{"id": "act_new", "enabled": true, "name": "Ask for the weather", "position": 0},`,
		`"integrations": [`, `"integrations": [{"id": "int_new", "created_at": "2024-03-20T00:00:00Z"},`)
	drift = edited(t, drift, concierge, conciergeName, anotherName)
	at := indexOf(t, drift, newsletter)
	drift = slices.Delete(drift, at, at+1)
	return append(drift, json.RawMessage(`{"id": "ast_new", "name": "Valet parking", "enabled": true}`))
}

// blocks returns the code blocks of a language in one section of the guide.
func blocks(t *testing.T, heading, language string) []string {
	t.Helper()
	_, section, _ := strings.Cut(inventtest.ReadFile(t, driftCheckGuide), "\n"+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return inventtest.Blocks(t, section, language)
}

func checkPlan(t *testing.T, output string, want ...string) {
	t.Helper()
	for _, text := range want {
		for part := range strings.SplitSeq(text, "…\n") { // what a page leaves out
			if !strings.Contains(inventtest.PlanText(output), inventtest.PlanText(part)) {
				t.Errorf("got:\n%s\nwant in it:\n%s", output, part)
			}
		}
	}
}

// Each night after the one on which the sample was accepted, as the workflow runs it.
func TestAccDriftCheck(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	terraform := inventtest.NewExample(t, driftCheck, environment(baseURL))
	terraform = terraform.With("GITHUB_STEP_SUMMARY", filepath.Join(terraform.Folder, "summary"))
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	ignoring, threeLines := blocks(t, "## Noise of your own", "terraform")[0], inventtest.ReadFile(t, driftCheck, "drift.tf")
	terraform.Shell(t, 2, look)
	nights := []struct {
		name       string
		drift      string // drift.tf, accepted before
		assistants []json.RawMessage
		key        string
		code       int
		want       []string
	}{
		{"noise", ignoring, mockinvent.Shuffle(edited(t, noise(t), guestSupport, "2025-06-30T21:58:12.118Z", "2025-07-01T09:00:00Z"), 1), sample.APIKey, 0, []string{"No changes."}},
		{"drift", threeLines, driftOfEachKind(t), sample.APIKey, 2, append(blocks(t, "## What a plan shows", "text"), `+ int_new `)},
		{"wrong key", "", sample.Assistants, testKey, 1, []string{"The API key is wrong"}},
	}
	for _, night := range nights {
		if night.drift != "" {
			mock.SetAssistants(sample.ID, sample.Assistants)
			terraform.Write(t, "drift.tf", night.drift)
			terraform.Shell(t, 0, accept)
		}
		mock.SetAssistants(sample.ID, night.assistants)
		terraform.Write(t, "summary", "")
		output := terraform.With("INVENT_API_KEY", night.key).Shell(t, night.code, look)
		checkPlan(t, output, night.want...)
		if regexp.MustCompile(`updated_at|contacts_count|mailbox`).MatchString(output) || secrets.MatchString(output) {
			t.Errorf("%s: a secret or noise is in:\n%s", night.name, output)
		}
		if summary := inventtest.ReadFile(t, terraform.Folder, "summary"); summary != "```text\n"+output+"```\n" {
			t.Errorf("%s: the summary is\n%s", night.name, summary)
		}
	}
	if found := secrets.FindString(inventtest.ReadFile(t, terraform.Folder, "terraform.tfstate")); found != "" {
		t.Errorf("%s is in the state", found)
	}
	if !secrets.Match(sample.Assistants[indexOf(t, sample.Assistants, guestSupport)]) {
		t.Error("the sample has no secrets to look for")
	}
}

// A plan that is too long for GitHub is cut at a line, with a note, in the summary alone.
func TestDriftCheckSummaryIsCut(t *testing.T) {
	t.Parallel()
	terraform := inventtest.NewExample(t, driftCheck, nil)
	terraform = terraform.With("GITHUB_STEP_SUMMARY", filepath.Join(terraform.Folder, "summary"))
	terraform.Write(t, "drift-check.sh", "yes ä | head -n 400000\nexit 2\n")
	if output := terraform.Shell(t, 2, workflowStep(t, "Look for drift")); len(output) != 3*400_000 {
		t.Errorf("the log has %d bytes, want all", len(output))
	}
	summary := inventtest.ReadFile(t, terraform.Folder, "summary")
	if len(summary) > 1<<20 || !strings.HasSuffix(summary, "\nä\n(Cut here: the rest is in the log.)\n```\n") {
		t.Errorf("the summary has %d bytes and ends with %q", len(summary), summary[len(summary)-60:])
	}
}

// Every run is on a runner of its own. What the next one knows is in the backend.
func TestAccDriftCheckState(t *testing.T) {
	t.Parallel()
	backend := fmt.Sprintf("terraform {\n  backend \"local\" {\n    path = %q\n  }\n}\n", filepath.Join(t.TempDir(), "state"))
	_, baseURL := inventtest.Mock(t)
	runner := inventtest.NewExample(t, driftCheck, environment(baseURL))
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	for _, step := range []struct {
		command, summary string // "." cannot be written
		code             int
	}{{look, os.DevNull, 2}, {accept, "", 0}, {look, "", 0}, {look, ".", 0}} {
		next := runner.CopyOf(t, driftCheck).With("GITHUB_STEP_SUMMARY", step.summary)
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

// Resources are counted, and one assistant is accepted alone. The output keeps the diff of both; in OpenTofu and in Terraform
// before 1.10, of neither.
func TestAccDriftPerAssistant(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	terraform := inventtest.NewExample(t, driftCheck+"/per-assistant", environment(baseURL))
	terraform.Needs(t, `resource "terraform_data"`)
	terraform.Must(t, 0, "init", "-input=false")
	terraform.Must(t, 0, "apply", "-auto-approve")
	mock.SetAssistants(sample.ID, edited(t, edited(t, noise(t), guestSupport, angryTwice, angryThrice), concierge, conciergeName, anotherName))
	readable := []string{angryThrice, `~ name         = "Concierge (until 2023)" -> "Concierge"`}
	checkPlan(t, terraform.Must(t, 2, "plan", "-detailed-exitcode"), append(readable, "\nPlan: 0 to add, 2 to change, 0 to destroy.\n")...)

	accept := strings.Fields(strings.TrimPrefix(strings.ReplaceAll(blocks(t, "## Drift where people look", "sh")[0], "'", ""), "terraform "))
	checkPlan(t, terraform.Must(t, 0, append(accept, "-auto-approve")...), "Resources: 0 added, 1 changed, 0 destroyed.")
	after := terraform.Must(t, 2, "plan", "-detailed-exitcode")
	checkPlan(t, after, "\nPlan: 0 to add, 1 to change, 0 to destroy.\n")
	if product, minor := terraform.Version(t); product == "Terraform" && minor >= 10 {
		checkPlan(t, after, readable...)
	} else if strings.Contains(after, "Changes to Outputs") {
		t.Errorf("the output is not accepted:\n%s", after)
	}
}
