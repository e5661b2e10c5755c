package provider_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	threeLines = `
		data "invent_assistants_settings" "all" {}
		output "assistants" {
		  value = data.invent_assistants_settings.all.assistants
		}`

	// Anna has something of everything, and Ben nothing.
	anna = `{"id":"ast_a","name":"Anna","enabled":true,"deleted":false,"secret_key":"Key<é>OfAnna","avatar_url":"","config":{"language":"auto",
		"stt":{"model":"whisper"},"conversation":{"suggested_messages":["Hi",null],"enable_new":true},"instructions":"One\ntwo\n\nfour"},
		"integrations":[{"id":"int_1","created_at":"2025-01-01","updated_at":"u-int","error":"e-int","config":{"token":"FreeConfig","on":true,"a/b~":{},"none":null}},
			{"id":"int_3","created_at":"2025-01-03","config":["FreeConfig"],"error":null}],
		"actions":[{"id":"act_1","position":2,"name":"Twice"},{"position":3.5},
			{"id":"act_1","position":1,"updated_at":"u-act","instructions":"","config":{"input":{"url":"FreeInput","n":1.50,"list":[{"x":"FreeInput"},[]]},
				"definitions":[{"path":"url","definition":"FreeDefinition"},{"definition":{},"new":1}],"new":"FreeOther"}}],
		"boards":[{"id":"brd_1","board_name":"Board","updated_at":"u-brd","initial_segment":{"id":"seg_1","color":"red","contacts_count":7,"updated_at":"u-seg"}}],
		"usage":{"note":"FreeOther","count":1e2},"created_at":"2025-01-01","updated_at":"u-ast"}`
	ben = `{"id":"ast_b"}`
)

// settingsWanted is what the documents become, without what is null. «text» stands for the text's fingerprint.
const settingsWanted = `{
	"ast_a":{"id":"ast_a","name":"Anna","enabled":true,"deleted":false,"secret_key":"«Key<é>OfAnna»","avatar_url":"","config":{"language":"auto","stt":{"model":"whisper"},"conversation":{"suggested_messages":["Hi",null]},
		"instructions":["One","two","","four"]},
		"integrations":{
			"int_1":{"id":"int_1","created_at":"2025-01-01",
				"config":{"/token":"«FreeConfig»","/on":"true","/a~1b~0":"{}","/none":"null"}},
			"int_3":{"id":"int_3","created_at":"2025-01-03","config":{"/0":"«FreeConfig»"}}},
		"actions":{
			"act_1":{"id":"act_1","instructions":[""],"position":1,
				"config":{"input":{"/url":"«FreeInput»","/n":"1.5","/list/0/x":"«FreeInput»","/list/1":"[]"},
					"definitions":[{"path":"url","definition":{"":"«FreeDefinition»"}},{"path":null,"definition":{"":"{}"}}]}},
			"act_1#1":{"id":"act_1","name":"Twice","position":2},
			"#2":{"position":3.5}},
		"boards":{"brd_1":{"id":"brd_1","board_name":"Board","initial_segment":{"id":"seg_1","color":"red"}}},
		"created_at":"2025-01-01","other_fields":{"/usage/note":"«FreeOther»","/usage/count":"100","/config/conversation/enable_new":"true",
			"/actions/act_1/config/new":"«FreeOther»","/actions/act_1/config/definitions/1/new":"1"}},
	"ast_b":{"id":"ast_b","integrations":{},"actions":{},"boards":{}}}`

// The output is an error of the CLI if anything in it is marked as sensitive.
func TestAccSettings(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1].ID
	mock.SetAssistants(hamburg, documents(anna, ben))
	terraform := inventtest.NewCLI(t, all+threeLines+strings.ReplaceAll(`
		data "invent_assistants_settings" "hamburg" { org_id = "{hamburg}" }
		data "invent_assistants_settings" "paths" {
		  org_id       = "{hamburg}"
		  ids          = ["ast_a"]
		  ignore_paths = ["config", "integrations", "boards.initial_segment", "actions.config.input/list", "other_fields/usage"]
		  reveal_paths = ["actions.config.input"]
		}
		data "invent_assistant" "anna" {
		  org_id = "{hamburg}"
		  id     = "ast_a"
		}
		output "fingerprint" {
		  value = "sha256:${substr(sha256(jsonencode(nonsensitive(data.invent_assistant.anna.secret_key))), 0, 16)}" == data.invent_assistants_settings.hamburg.assistants.ast_a.secret_key
		}`, "{hamburg}", hamburg), environment(baseURL))
	checkContains(t, terraform.Must(t, 0, "apply", "-auto-approve"), "fingerprint = true")

	got := values(t, terraform)
	want := parseJSON(t, withFingerprints(t, settingsWanted))
	checkEqual(t, "hamburg", withoutNulls(got["data.invent_assistants_settings.hamburg"]["assistants"]), withoutNulls(want))
	checkEqual(t, "updated_at", got["data.invent_assistants_settings.hamburg"]["updated_at"], any(map[string]any{"ast_a": "u-ast", "ast_b": nil}))
	changed := want.(map[string]any)["ast_a"].(map[string]any)
	maps.Copy(changed, map[string]any{"config": nil, "integrations": map[string]any{}})
	changed["boards"].(map[string]any)["brd_1"].(map[string]any)["initial_segment"] = nil
	changed["actions"].(map[string]any)["act_1"].(map[string]any)["config"].(map[string]any)["input"] = map[string]any{"/url": "FreeInput", "/n": "1.5"}
	for _, pointer := range []string{"/usage/note", "/usage/count", "/config/conversation/enable_new"} {
		delete(changed["other_fields"].(map[string]any), pointer)
	}
	checkEqual(t, "paths", withoutNulls(got["data.invent_assistants_settings.paths"]["assistants"]), withoutNulls(map[string]any{"ast_a": changed}))

	model := byID(got["data.invent_assistants.all"]["assistants"].([]any))
	checkSettings(t, "sample", got["data.invent_assistants_settings.all"]["assistants"], model)
}

// withoutNulls returns a value without the members that are null, since a field more of the API is one.
func withoutNulls(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	left := map[string]any{}
	for name, member := range object {
		if member != nil {
			left[name] = withoutNulls(member)
		}
	}
	return left
}

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

// checkSettings compares the settings with the model, member by member.
func checkSettings(t *testing.T, path string, settings, model any) {
	t.Helper()
	members, ok := settings.(map[string]any)
	if !ok || model == nil {
		checkEqual(t, path, settings, model)
		return
	}
	for name, got := range members {
		want, inModel := model.(map[string]any)[name]
		at := path + "." + name
		switch array, _ := want.([]any); {
		case name == "other_fields":
		case !inModel:
			t.Errorf("%s is not in the model", at)
		case want == nil && !slices.Contains([]string{"integrations", "actions", "boards"}, name):
			checkEqual(t, at, got, nil)
		case name == "secret_key":
			checkEqual(t, at, got, any(fingerprintOf(t, want.(string))))
		case name == "instructions":
			lines := []any{}
			for line := range strings.SplitSeq(want.(string), "\n") {
				lines = append(lines, line)
			}
			checkEqual(t, at, got, any(lines))
		case name == "integrations", name == "actions", name == "boards":
			checkSettings(t, at, got, byID(array))
		case name == "input", name == "definition", name == "config" && strings.Contains(path, "integrations"):
			leaves := map[string]any{}
			flatten(t, leaves, "", parseJSON(t, want.(string)))
			checkEqual(t, at, got, any(leaves))
		case name == "definitions":
			for i := range array {
				checkSettings(t, at, got.([]any)[i], array[i])
			}
		default:
			checkSettings(t, at, got, want)
		}
	}
	for name := range model.(map[string]any) {
		if _, ok := members[name]; !ok && !slices.Contains([]string{"updated_at", "error", "contacts_count"}, name) {
			t.Errorf("%s lacks %s", path, name)
		}
	}
}

func byID(rows []any) any {
	elements := map[string]any{}
	for _, row := range rows {
		elements[id(row.(map[string]any))] = row
	}
	return elements
}

func flatten(t *testing.T, leaves map[string]any, pointer string, value any) {
	t.Helper()
	switch value := value.(type) {
	case string:
		leaves[pointer] = fingerprintOf(t, value)
		return
	case map[string]any:
		for name, member := range value {
			flatten(t, leaves, pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), member)
		}
		if len(value) > 0 {
			return
		}
	case []any:
		for i, element := range value {
			flatten(t, leaves, pointer+"/"+strconv.Itoa(i), element)
		}
		if len(value) > 0 {
			return
		}
	}
	leaves[pointer] = jsonencode(t, value)
}

func fingerprintOf(t *testing.T, text string) string {
	t.Helper()
	canonical, err := stdlib.JSONEncode(cty.StringVal(text))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(canonical.AsString())))[:len("sha256:")+16]
}

func withFingerprints(t *testing.T, text string) string {
	t.Helper()
	return regexp.MustCompile(`«.*?»`).ReplaceAllStringFunc(text, func(quoted string) string {
		return fingerprintOf(t, strings.Trim(quoted, "«»"))
	})
}

func TestAccSettingsPaths(t *testing.T) {
	t.Parallel()
	terraform := inventtest.NewCLI(t, `
		data "invent_assistants_settings" "all" {
		  ignore_paths = [null, "", "config.new", "boards.updated_at", "integrations.config/~x", "config.timezone/x", "id", "other_fields/x"]
		  reveal_paths = ["actions", "actions.config.input/*"]
		}`, nil)
	const (
		root   = "actions, avatar_url, boards, config, created_at, deleted, enabled, id, integrations, name, other_fields, secret_key"
		action = "action_id, assistant_id, config, connection_id, created_at, enabled, id, instructions, name, position"
	)
	output := terraform.Must(t, 1, "validate", "-no-color")
	want := []string{
		`ignore_paths: null: it names nothing; there are ` + root + ".", `ignore_paths: "": it names nothing; there are ` + root + ".",
		`ignore_paths: "config.new": there is no config.new; there are conversation, instructions,`,
		`ignore_paths: "boards.updated_at": boards.updated_at is always left out.`,
		`ignore_paths: "integrations.config/~x": a ~ stands before 0, 1 or 2 only: ~0 is ~, ~1 is /, ~2 is *.`,
		`ignore_paths: "config.timezone/x": config.timezone is a string, not a free-form value: no / can follow.`,
		`reveal_paths: "actions": actions is a map of objects with ` + action + `, not a free-form value: only those can be revealed.`,
	}
	checkContains(t, output, append(want, ": ignore_paths = [null, ", ": reveal_paths = [")...)
	if got := strings.Count(output, "Error: "); got != len(want) {
		t.Errorf("%d errors, want %d:\n%s", got, len(want), output)
	}
}

// No secret key and no free-form string is anywhere, unless it is asked for; the API key never is.
func TestAccSettingsSecrets(t *testing.T) {
	t.Parallel()
	const reveal = `{ reveal_paths = ["integrations.config", "actions.config.input", "actions.config.definitions.definition", "other_fields"] }`
	secret, free := []string{"OfAnna"}, []string{"FreeConfig", "FreeInput", "FreeDefinition", "FreeOther"}
	stored := []string{"terraform.tfstate", "plan tfplan", "plan tfstate", "output of [show -json]", "output of [show -json plan]"}
	printed := append(slices.Clone(stored), "output of [plan -out=plan]", "output of [apply plan]")
	cases := []struct {
		name, configuration string
		secret, free        []string // where they are
	}{
		{"hidden", threeLines, nil, nil},
		{"revealed", strings.Replace(threeLines, "{}", reveal, 1), nil, printed},
		{"the model", all + "output \"all\" {\n value = data.invent_assistants.all\n sensitive = true\n}", stored, stored},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.SetAssistants(sample.ID, documents(anna, ben))
			terraform := inventtest.NewCLI(t, c.configuration, environment(baseURL))
			seen := everywhere{}
			for _, arguments := range [][]string{{"plan", "-out=plan"}, {"show", "-json", "plan"}, {"apply", "plan"}, {"show", "-json"}, {"plan", "-detailed-exitcode"}} {
				seen.traced(t, terraform, 0, arguments...)
			}
			maps.Copy(seen, inventtest.Files(t, terraform.Folder))
			seen.mustHold(t, c.secret, secret...)
			free := free
			if c.name == "the model" { // which does not have fields that it does not know
				free = free[:3]
			}
			seen.mustHold(t, c.free, free...)
			seen.mustHold(t, nil, sample.APIKey)
		})
	}
}
