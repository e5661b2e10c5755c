package provider_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	driftCheck      = "../../examples/drift-check"
	driftCheckGuide = "../../templates/guides/drift-checks.md.tmpl"

	guestSupport = "ast_2L6r57UOYnhfu229hGY5U3"
	sales        = "ast_Gn13rAEkh1BG2hnZTn9zgG"
	bookings     = "ast_AqLuSnRbuJVS58fl23BQZr"
)

// newExample is the CLI in a copy of an example, with a mirror on disk in the
// place of the registry: init works, and nothing warns of an override.
func newExample(t *testing.T, folder string, environment map[string]string) *cli {
	t.Helper()
	c := newCLI(t, "", environment)
	program, err := providerProgram()
	if err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		version := filepath.Join(mirror, registry, "useinvent/invent/0.0.1", runtime.GOOS+"_"+runtime.GOARCH)
		link(t, filepath.Join(program, "terraform-provider-invent"), filepath.Join(version, "terraform-provider-invent_v0.0.1"))
	}
	c.write(t, "cli.tfrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	// The commands of the examples say terraform, whichever CLI is tested.
	programs := t.TempDir()
	link(t, c.command(t.Context(), t).Path, filepath.Join(programs, "terraform"))
	c.environment = append(c.environment, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	return c.copyOf(t, folder)
}

func link(t *testing.T, program, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, name); err != nil {
		t.Fatal(err)
	}
}

// copyOf is the same CLI in a new folder, as on another runner.
func (c *cli) copyOf(t *testing.T, folder string) *cli {
	t.Helper()
	other := &cli{folder: t.TempDir(), environment: slices.Clone(c.environment)}
	if err := os.CopyFS(other.folder, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return other
}

// with is the same CLI in the same folder, with another value of a variable.
func (c *cli) with(name, value string) *cli {
	return &cli{folder: c.folder, environment: append(slices.Clone(c.environment), name+"="+value)}
}

// shell runs a command as it stands in an example or a guide.
func (c *cli) shell(t *testing.T, want int, command string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), "sh", "-e", "-c", command)
	run.Dir, run.Env = c.folder, c.environment
	output, _ := run.CombinedOutput()
	if code := run.ProcessState.ExitCode(); code != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", command, code, want, output)
	}
	return string(output)
}

// workflowStep returns what a step of the example's workflow runs.
func workflowStep(t *testing.T, name string) string {
	t.Helper()
	workflow := readFile(t, driftCheck+"/.github/workflows/drift-check.yml")
	step := regexp.MustCompile(`- name: ` + name + `\n +if: .*\n +run: (.*)\n`).FindStringSubmatch(workflow)
	if step == nil {
		t.Fatalf("the workflow has no step %s", name)
	}
	return step[1]
}

// edited returns the assistants with changes to one of them: pairs of a text that
// it has once, and another.
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

func indexOf(t *testing.T, assistants []json.RawMessage, id string) int {
	t.Helper()
	at := slices.IndexFunc(assistants, func(a json.RawMessage) bool { return bytes.Contains(a, []byte(`"id": "`+id+`"`)) })
	if at < 0 {
		t.Fatalf("no assistant %s", id)
	}
	return at
}

const (
	autoResolveOn  = `"enable_auto_resolve": true`
	autoResolveOff = `"enable_auto_resolve": false`
	angryTwice     = "the guest is angry twice in a row"
	angryThrice    = "the guest is angry three times in a row"
)

// Each case is a night after the one on which the sample was accepted.
func TestAccDriftCheck(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	terraform := newExample(t, driftCheck, environment(baseURL))
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	withoutSpa := slices.Delete(slices.Clone(sample.Assistants), indexOf(t, sample.Assistants, spa), indexOf(t, sample.Assistants, spa)+1)
	added := append(slices.Clone(sample.Assistants), json.RawMessage(`{"id": "ast_new", "name": "Valet parking", "enabled": true}`))
	edit := edited(t, sample.Assistants, guestSupport, angryTwice, angryThrice, autoResolveOn, autoResolveOff,
		`"updated_at": "2025-06-12T11:05:33.871Z"`, `"updated_at": "2025-07-01T08:00:00Z"`)
	trouble := slices.Repeat([]http.HandlerFunc{mockinvent.Fail(http.StatusServiceUnavailable, "", "Retry-After: 0")}, 5)
	cases := []struct {
		name       string
		assistants []json.RawMessage
		failures   []http.HandlerFunc
		key        string
		code       int
		want       []string
		unwanted   []string
	}{
		{name: "nothing changed", want: []string{"No changes."}},
		{name: "one edited", assistants: edit, code: 2, want: []string{pageOutput(t, driftCheckGuide)}, unwanted: []string{"updated_at", spa}},
		{
			name: "one added", assistants: added, code: 2,
			want: []string{"\n      + ast_new                    = {\n", `+ name         = "Valet parking"`}, unwanted: []string{spa},
		},
		{
			name: "one removed", assistants: withoutSpa, code: 2,
			want: []string{"\n      - " + spa + " = {\n", `- name         = "Spa & Wellness bookings`}, unwanted: []string{guestSupport},
		},
		{
			name: "a credential in an action", assistants: edited(t, sample.Assistants, sales, "mock-crm-credentials", "mock-crm-other"), code: 2,
			want: []string{`name          = "Create a lead"`, "  ~ input       = \""}, unwanted: []string{"mock-crm"},
		},
		{
			name: "a setting of a channel", assistants: edited(t, sample.Assistants, bookings, "musterhaus-jp", "musterhaus-tokyo"), code: 2,
			want: []string{"  ~ config         = \"", `name         = "宿泊予約アシスタント"`}, unwanted: []string{"musterhaus-"},
		},
		{name: "rows and keys shuffled", assistants: mockinvent.Shuffle(sample.Assistants, 1), want: []string{"No changes."}},
		{name: "more contacts", assistants: edited(t, sample.Assistants, guestSupport, `"contacts_count": 318`, `"contacts_count": 321`), want: []string{"No changes."}},
		{name: "another secret key", assistants: edited(t, sample.Assistants, guestSupport, "mock-secret-key-guest-support", "mock-secret-key-other"), want: []string{"No changes."}},
		{name: "service down", failures: trouble, code: 1, want: []string{"Unable to list the assistants of organization c", "503", "Run Terraform again later"}},
		{name: "wrong key", key: "key-that-is-wrong", code: 1, want: []string{"401", "The API key is wrong"}, unwanted: []string{"key-that-is-wrong"}},
	}
	first := terraform.shell(t, 2, look)
	if !strings.Contains(first, "+ assistants = {") {
		t.Errorf("the first night:\n%s", first)
	}
	terraform.shell(t, 0, accept)
	// One after the other: they share the folder and the mock, as nights share the state.
	for _, c := range cases {
		assistants := c.assistants
		if assistants == nil {
			assistants = sample.Assistants
		}
		server.SetAssistants(sample.ID, assistants)
		server.Next(c.failures...)
		output := terraform.with("INVENT_API_KEY", cmp.Or(c.key, sample.APIKey)).shell(t, c.code, look)
		checkOutput(t, c.name, output, c.want, append(c.unwanted, "secret_key", "mock-secret-key", "contacts_count"))
	}
	server.SetAssistants(sample.ID, edit)
	terraform.shell(t, 0, accept)
	checkOutput(t, "after accepting", terraform.shell(t, 0, look), []string{"No changes."}, nil)
	if state := readFile(t, filepath.Join(terraform.folder, "terraform.tfstate")); strings.Contains(state, "mock-secret-key") {
		t.Error("a secret key is in the state")
	}
}

func checkOutput(t *testing.T, name, output string, want, unwanted []string) {
	t.Helper()
	output = changesAsTwoLines(regexp.MustCompile(`\(\d+ (unchanged \w+ hidden)`).ReplaceAllString(output, "($1"))
	for _, text := range want {
		if !strings.Contains(output, changesAsTwoLines(text)) {
			t.Errorf("%s: no %q in:\n%s", name, text, output)
		}
	}
	for _, text := range unwanted {
		if strings.Contains(output, text) {
			t.Errorf("%s: %q is in:\n%s", name, text, output)
		}
	}
}

// changesAsTwoLines writes the change of a line in a list as OpenTofu and older Terraforms print it; newer ones print one line.
func changesAsTwoLines(text string) string {
	return regexp.MustCompile(`(?m)^( *)~ (".*") -> (".*",)$`).ReplaceAllString(text, "$1- $2,\n$1+ $3")
}

// pageOutput returns the block of the CLI's output that a page shows.
func pageOutput(t *testing.T, page string) string {
	t.Helper()
	return fenced(t, page, "text")
}

// fenced returns the first code block of a language on a page.
func fenced(t *testing.T, page, language string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)\n```" + language + "\n(.*?\n)```\n").FindStringSubmatch(readFile(t, page))
	if block == nil {
		t.Fatalf("%s has no block of %s", page, language)
	}
	return block[1]
}

// Every run is on a runner of its own. What the next one knows is in the backend.
func TestAccDriftCheckState(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	variables := environment(baseURL)
	variables["TF_HTTP_ADDRESS"] = stateStore(t)
	runner := newExample(t, driftCheck, variables)
	look, accept := workflowStep(t, "Look for drift"), workflowStep(t, "Accept")
	backend := fenced(t, driftCheckGuide, "terraform")

	runner.shell(t, 0, accept)
	runner.copyOf(t, driftCheck).shell(t, 2, look)

	for _, step := range []struct {
		command string
		code    int
	}{{look, 2}, {accept, 0}, {look, 0}} {
		next := runner.copyOf(t, driftCheck)
		next.write(t, "backend.tf", backend)
		next.shell(t, step.code, step.command)
	}
}

// stateStore is what the backend "http" talks to.
func stateStore(t *testing.T) string {
	t.Helper()
	states := make(chan []byte, 1)
	states <- nil
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	t.Cleanup(store.Close)
	return store.URL
}

func TestDriftCheckWorkflow(t *testing.T) {
	t.Parallel()
	workflow := readFile(t, driftCheck+"/.github/workflows/drift-check.yml")
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

// compliant are the sample's assistants without what the example's policy forbids.
func compliant(t *testing.T) []json.RawMessage {
	t.Helper()
	assistants := edited(t, sample.Assistants, sales, autoResolveOff, autoResolveOn)
	return edited(t, assistants, bookings, autoResolveOff, autoResolveOn, `"model": "gemini-2.5-flash"`, `"model": "gpt-4.1"`)
}

func TestAccPolicies(t *testing.T) {
	t.Parallel()
	kept := compliant(t)
	cases := []struct {
		name       string
		assistants []json.RawMessage
		want       []string
	}{
		{"kept", kept, nil},
		{"instructions of white space", edited(t, kept, sales, `"instructions": "You`, `"instructions": " \n", "x": "You`), []string{"No instructions: Sales: groups and events."}},
		{"the sample", sample.Assistants, []string{"Auto-resolve is off: Sales: groups and events, 宿泊予約アシスタント.", "No approved model: 宿泊予約アシスタント."}},
		{"nothing known", []json.RawMessage{json.RawMessage(`{"id": "ast_new", "enabled": true}`)}, []string{"No instructions: ast_new.", "Auto-resolve is off: ast_new.", "No approved model: ast_new."}},
		{"off", []json.RawMessage{json.RawMessage(`{"id": "ast_new", "enabled": false}`)}, nil},
		{"deleted", []json.RawMessage{json.RawMessage(`{"id": "ast_new", "enabled": true, "deleted": true}`)}, nil},
	}
	variants := []struct {
		folder, problem string
		check           bool
		broken          int
	}{
		{"policy-stop", "Error: Resource postcondition failed", false, 1},
		{"policy-warn", "Warning: Check block assertion failed", true, 0},
	}
	for _, v := range variants {
		t.Run(v.folder, func(t *testing.T) {
			t.Parallel()
			server, baseURL := mock(t)
			terraform := newExample(t, filepath.Join(driftCheck, v.folder), environment(baseURL))
			if v.check {
				terraform.needs(t, 5, "check")
			}
			terraform.must(t, 0, "init", "-input=false")
			for _, c := range cases {
				server.SetAssistants(sample.ID, c.assistants)
				code := 0
				if c.want != nil {
					code = v.broken
				}
				output := terraform.must(t, code, "plan", "-input=false", "-detailed-exitcode")
				checkOutput(t, c.name, strings.Join(strings.Fields(output), " "), c.want, nil)
				if got := strings.Count(output, v.problem); got != len(c.want) {
					t.Errorf("%s: %d times %q, want %d:\n%s", c.name, got, v.problem, len(c.want), output)
				}
			}
		})
	}
}

func TestAccPolicyAsTest(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	terraform := newExample(t, driftCheck+"/policy-warn", environment(baseURL))
	terraform.needs(t, 6, "terraform test")
	terraform.must(t, 0, "init", "-input=false")
	output := terraform.must(t, 1, "test", "-no-color")
	checkOutput(t, "broken", output, []string{"Error: Check block assertion failed", "Auto-resolve is off: Sales: groups and events"}, nil)
	server.SetAssistants(sample.ID, compliant(t))
	terraform.must(t, 0, "test", "-no-color")
}

// A pattern is a way to find out that something changed. They share what they
// compare, and a policy: Gäste-Support resolves conversations by itself.
const (
	watched = `{ for a in data.invent_assistants.all.assistants : a.id => try(merge(a.config, { conversation = a.config.conversation.enable_auto_resolve }), null) }`
	policy  = `alltrue([for a in %s.assistants : try(a.config.conversation.enable_auto_resolve, false) if a.id == "` + guestSupport + `"])`
)

func patterns() map[string]string {
	assert := func(assistants string) string {
		return "condition = " + fmt.Sprintf(policy, assistants) + "\nerror_message = \"broken\"\n"
	}
	return map[string]string{
		"output":                     all + "output \"watched\" {\n value = " + watched + "\n}\n",
		"`terraform_data` baseline":  all + "resource \"terraform_data\" \"watched\" {\n input = " + watched + "\n}\n",
		"data source and `check`":    all + "check \"policy\" {\n assert {\n" + assert("data.invent_assistants.all") + "}\n}\n",
		"data source inside `check`": "check \"policy\" {\n" + all + "assert {\n" + assert("data.invent_assistants.all") + "}\n}\n",
		"`postcondition`":            "data \"invent_assistants\" \"all\" {\n lifecycle {\n postcondition {\n" + assert("self") + "}\n}\n}\n",
	}
}

// The guide's table is what the CLI does.
func TestAccExitCodes(t *testing.T) {
	t.Parallel()
	guide := readFile(t, driftCheckGuide)
	for name, configuration := range patterns() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, row := range exitCodes(t, name, configuration) {
				if !strings.Contains(guide, "\n"+row+"\n") {
					t.Errorf("the guide has another row than\n%s", row)
				}
			}
		})
	}
	if rows := len(regexp.MustCompile(`(?m)^\|.*\| (normal|.-refresh-only.) \|`).FindAllString(guide, -1)); rows != 2*len(patterns()) {
		t.Errorf("the guide has %d rows of %d patterns in two modes", rows, len(patterns()))
	}
}

// exitCodes runs a pattern in both modes of plan and returns its rows.
func exitCodes(t *testing.T, name, configuration string) (rows []string) {
	t.Helper()
	server, baseURL := mock(t)
	terraform := newCLI(t, "provider \"invent\" {\n max_retries = 0\n}\n"+configuration, environment(baseURL))
	terraform.needsFeaturesOf(t, configuration)
	terraform.must(t, 0, "apply", "-auto-approve")
	nobody := httptest.NewServer(nil)
	nobody.Close()
	down := terraform.with("INVENT_BASE_URL", nobody.URL)
	nights := []struct {
		terraform  *cli
		assistants []json.RawMessage
	}{
		{terraform, sample.Assistants},
		{terraform, edited(t, sample.Assistants, guestSupport, angryTwice, angryThrice)},
		{terraform, edited(t, sample.Assistants, guestSupport, autoResolveOn, autoResolveOff)},
		{down, sample.Assistants},
	}
	for _, mode := range []string{"normal", "`-refresh-only`"} {
		row := []string{"", name, mode}
		for _, night := range nights {
			server.SetAssistants(sample.ID, night.assistants)
			row = append(row, exitCode(t, night.terraform, mode))
		}
		rows = append(rows, strings.TrimSpace(strings.Join(append(row, ""), " | ")))
	}
	return rows
}

// exitCode tells the plan's exit code, and whether it warns of anything but the override.
func exitCode(t *testing.T, terraform *cli, mode string) string {
	t.Helper()
	arguments := []string{"plan", "-detailed-exitcode"}
	if mode != "normal" {
		arguments = append(arguments, "-refresh-only")
	}
	output, code := terraform.run(t, arguments...)
	result := fmt.Sprint(code)
	if strings.Count(output, "Warning: ") > strings.Count(output, "Warning: Provider development overrides") {
		result += ", warning"
	}
	return result
}
