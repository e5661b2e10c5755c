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

// othersOfAnna are her other_fields. «text» stands for the text's fingerprint.
const othersOfAnna = `{"/usage/note":"«FreeOther»","/usage/count":"100","/config/conversation/enable_new":"true",
	"/actions/act_1/config/new":"«FreeOther»","/actions/act_1/config/definitions/1/new":"1"}`

// The output is an error of the CLI if anything in it is marked as sensitive.
func TestAccSettings(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	hamburg := mockinvent.Sample().Organizations[1].ID
	mock.SetAssistants(hamburg, documents(anna, ben))
	known := strings.Replace(threeLines, "{}", `{ ignore_paths = ["other_fields"] }`, 1) // as the model is
	terraform := inventtest.NewCLI(t, known+strings.ReplaceAll(`
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
	check := func(name string, want any) {
		t.Helper()
		checkEqual(t, name, got["data.invent_assistants_settings."+name]["assistants"], want)
	}
	check("all", settingsOf(t, "assistants", expectList(t, sample.Assistants)))
	want := settingsOf(t, "assistants", expectList(t, documents(anna, ben))).(map[string]any)
	changed := want["ast_a"].(map[string]any)
	changed["other_fields"] = parseJSON(t, withFingerprints(t, othersOfAnna))
	check("hamburg", want)
	checkEqual(t, "updated_at", got["data.invent_assistants_settings.hamburg"]["updated_at"], map[string]any{"ast_a": "u-ast", "ast_b": nil})

	maps.Copy(changed, map[string]any{"config": nil, "integrations": map[string]any{}})
	changed["boards"].(map[string]any)["brd_1"].(map[string]any)["initial_segment"] = nil
	changed["actions"].(map[string]any)["act_1"].(map[string]any)["config"].(map[string]any)["input"] = map[string]any{"/url": "FreeInput", "/n": "1.5"}
	for _, pointer := range []string{"/usage/note", "/usage/count", "/config/conversation/enable_new"} {
		delete(changed["other_fields"].(map[string]any), pointer)
	}
	check("paths", map[string]any{"ast_a": changed})
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

// settingsOf is what settings have in the place of a value of the model; the name says where it is.
func settingsOf(t *testing.T, name string, value any) any {
	t.Helper()
	switch value := value.(type) {
	case string:
		switch name {
		case "secret_key":
			return fingerprintOf(t, value)
		case "instructions":
			lines := []any{}
			for line := range strings.SplitSeq(value, "\n") {
				lines = append(lines, line)
			}
			return lines
		case "config", "input", "definition":
			leaves := map[string]any{}
			flatten(t, leaves, "", parseJSON(t, value))
			return leaves
		}
	case map[string]any:
		members := map[string]any{}
		for name, member := range value {
			if !slices.Contains([]string{"updated_at", "error", "contacts_count"}, name) {
				members[name] = settingsOf(t, name, member)
			}
		}
		if name == "assistants[]" {
			members["other_fields"] = nil
		}
		return members
	case []any:
		elements, byKey := []any{}, map[string]any{}
		for i, element := range value {
			element = settingsOf(t, name+"[]", element)
			elements = append(elements, element)
			object, _ := element.(map[string]any)
			key := id(object)
			if _, taken := byKey[key]; taken || key == "" {
				key += "#" + strconv.Itoa(i)
			}
			byKey[key] = element
		}
		if slices.Contains([]string{"assistants", "integrations", "actions", "boards"}, name) {
			return byKey
		}
		return elements
	}
	return value
}

// flatten puts the leaves of a free-form value where its pointers say.
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

// The plan shows what has changed, and nothing else: each line that is marked as changed is here, but what is empty in an
// element that comes or goes.
func TestAccSettingsDrift(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	anna := strings.Replace(anna, `{"id":"act_1","position":2,"name":"Twice"},{"position":3.5}`, `{"id":"act_2","position":2}`, 1)
	edit := func(changes ...string) string {
		text := anna
		for change := range slices.Chunk(changes, 2) {
			if strings.Count(text, change[0]) != 1 {
				t.Fatalf("Anna does not have %s once", change[0])
			}
			text = strings.Replace(text, change[0], change[1], 1)
		}
		return text
	}
	mock.SetAssistants(sample.ID, documents(anna, ben, `{"id":"ast_c","name":"Carl"}`, `{"id":"ast_d","name":"Dora"}`))
	terraform := inventtest.NewCLI(t, threeLines, environment(baseURL))
	terraform.Must(t, 0, "apply", "-auto-approve")

	noise := edit(`"u-ast"`, `"x"`, `"u-int"`, `"x"`, `"u-act"`, `"x"`, `"u-brd"`, `"x"`, `"u-seg"`, `"x"`, `"contacts_count":7`, `"contacts_count":8`, `"e-int"`, `null`)
	mock.SetAssistants(sample.ID, documents(`{"name":"Dora","id":"ast_d"}`, ben, noise, `{"id":"ast_c","name":"Carl"}`))
	terraform.Must(t, 0, "plan", "-detailed-exitcode")

	drift := edit(`two`, `2`, `1.50`, `2`, `<é>`, `<e>`, `1e2`, `101`, `"actions":[`, `"actions":[{"id":"act_0","position":0,"enabled":true},`,
		`{"id":"int_3"`, `{"id":"int_2","created_at":"2025-01-02"},{"id":"int_3"`)
	mock.SetAssistants(sample.ID, documents(`{"id":"ast_0","name":"Zoe"}`, drift, ben, `{"id":"ast_c","name":"Carla"}`))
	_, outputs, _ := strings.Cut(inventtest.PlanText(terraform.Must(t, 2, "plan", "-detailed-exitcode")), "Changes to Outputs:")
	empty, changed := regexp.MustCompile(`= (null|{})\n$`), ""
	for line := range strings.Lines(outputs) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.Contains("+-~", fields[0]) && !empty.MatchString(line) {
			changed += strings.Join(fields, " ") + "\n"
		}
	}
	want := withFingerprints(t, `
		~ assistants = {
		  + ast_0 = {
		    + id = "ast_0"
		    + name = "Zoe"
		  ~ ast_a = {
		    ~ actions = {
		      + act_0 = {
		        + enabled = true
		        + id = "act_0"
		        + position = 0
		      ~ act_1 = {
		        ~ config = {
		          ~ input = {
		            ~ "/n" = "1.5" -> "2"
		    ~ config = {
		      ~ instructions = [
		        - "two",
		        + "2",
		    ~ integrations = {
		      + int_2 = {
		        + created_at = "2025-01-02"
		        + id = "int_2"
		    ~ other_fields = {
		      ~ "/usage/count" = "100" -> "101"
		    ~ secret_key = "«Key<é>OfAnna»" -> "«Key<e>OfAnna»"
		  ~ ast_c = {
		    ~ name = "Carl" -> "Carla"
		  - ast_d = {
		    - id = "ast_d"
		    - name = "Dora"
	`)
	checkEqual(t, "changed", strings.Fields(changed), strings.Fields(want))
}
