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
	known := strings.Replace(threeLines, "{}", `{ ignore_paths = ["other_fields"] }`, 1) // as the model is
	terraform := inventtest.NewCLI(t, all+known+strings.ReplaceAll(`
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
	checkEqual(t, "updated_at", got["data.invent_assistants_settings.hamburg"]["updated_at"], map[string]any{"ast_a": "u-ast", "ast_b": nil})
	changed := want.(map[string]any)["ast_a"].(map[string]any)
	maps.Copy(changed, map[string]any{"config": nil, "integrations": map[string]any{}})
	changed["boards"].(map[string]any)["brd_1"].(map[string]any)["initial_segment"] = nil
	changed["actions"].(map[string]any)["act_1"].(map[string]any)["config"].(map[string]any)["input"] = map[string]any{"/url": "FreeInput", "/n": "1.5"}
	for _, pointer := range []string{"/usage/note", "/usage/count", "/config/conversation/enable_new"} {
		delete(changed["other_fields"].(map[string]any), pointer)
	}
	checkEqual(t, "paths", withoutNulls(got["data.invent_assistants_settings.paths"]["assistants"]), withoutNulls(map[string]any{"ast_a": changed}))

	model := settingsOf(t, "assistants", got["data.invent_assistants.all"]["assistants"])
	checkEqual(t, "sample", withoutNulls(got["data.invent_assistants_settings.all"]["assistants"]), withoutNulls(model))
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
		return members
	case []any:
		elements, byID := []any{}, map[string]any{}
		for _, element := range value {
			element = settingsOf(t, "", element)
			elements = append(elements, element)
			if object, ok := element.(map[string]any); ok {
				byID[id(object)] = element
			}
		}
		if slices.Contains([]string{"assistants", "integrations", "actions", "boards"}, name) {
			return byID
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
