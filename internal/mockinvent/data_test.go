package mockinvent_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestParseDataTakesAssistantsVerbatim(t *testing.T) {
	t.Parallel()
	assistants := []string{
		"{ \"id\": \"ast_1\",\n \"n\": [1.50, 1e3, -0] }",
		`{"a": 1, "a": "<b>\u0041"}`,
		"null",
		"17",
		`"text"`,
		"[]",
	}
	document := `{"organizations": [{"id": "org_a", "api_key": "mock-a", "assistants": [` +
		strings.Join(assistants, ", ") + `]}, {"id": "org_b", "parent": "org_a", "api_key": "mock-b"}]}` + "\n"

	data, err := mockinvent.ParseData([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(data.Organizations[0].Assistants); !slices.Equal(got, assistants) {
		t.Errorf("assistants: got %q, want %q", got, assistants)
	}
	parent, sub := data.Organizations[0], data.Organizations[1]
	if parent.ID != "org_a" || parent.APIKey != "mock-a" || sub.Parent != "org_a" || len(sub.Assistants) != 0 {
		t.Errorf("organizations: got %+v", data.Organizations)
	}
}

func TestParseDataErrors(t *testing.T) {
	t.Parallel()
	const a = `{"id": "org_a", "api_key": "mock-key-unspoken"}`
	organizations := func(list string) string { return `{"organizations": [` + list + `]}` }
	tests := []struct {
		name, document, want string
	}{
		{"nothing", "", "not a whole JSON document"},
		{"cut off", `{"organizations": [`, "not a whole JSON document"},
		{"not JSON", "{\n\n  organizations: unspoken}", "line 3: not valid JSON"},
		{"null", "null", "no organizations"},
		{"an array", "[]", "line 1: a value of the wrong type (array) in the document"},
		{"no organizations", "{}", "no organizations"},
		{"an empty list of organizations", organizations(""), "no organizations"},
		{"unknown member of the document", `{"organisations": []}`, `unknown member "organisations"`},
		{"unknown member of an organization", organizations(`{"id": "org_a", "key": "unspoken"}`), `unknown member "key"`},
		{"wrong type", "{\"organizations\":\n[{\"id\": 17}]}", "line 2: a value of the wrong type (number) in organizations.id"},
		{"assistants are not a list", organizations(`{"id": "org_a", "assistants": {}}`), "(object) in organizations.assistants"},
		{"a second document", organizations(a) + "\n{}", "line 2: something follows"},
		{"text after the document", organizations(a) + "unspoken", "something follows"},
		{"no id", organizations(a + `, {"api_key": "unspoken"}`), "organizations[1] has no id"},
		{"null for an organization", organizations("null"), "organizations[0] has no id"},
		{"the id of the own organization", organizations(`{"id": "c", "api_key": "unspoken"}`), `organizations[0]: the id "c"`},
		{"the same id twice", organizations(a + `, {"id": "org_a", "api_key": "unspoken"}`), `two organizations have the id "org_a"`},
		{"no key", organizations(`{"id": "org_a"}`), `organization "org_a" has no api_key`},
		{"a blank key", organizations(`{"id": "org_a", "api_key": " \t"}`), `organization "org_a" has no api_key`},
		{"the same key twice", organizations(a + `, {"id": "org_b", "api_key": "mock-key-unspoken"}`), `"org_a" and "org_b" have the same api_key`},
		{"unknown parent", organizations(a + `, {"id": "org_b", "parent": "org_x", "api_key": "b"}`), `"org_b": its parent "org_x" is not in the data`},
		{"its own parent", organizations(`{"id": "org_a", "parent": "org_a", "api_key": "a"}`), `its parent "org_a" has a parent itself`},
		{
			"a parent below a parent",
			organizations(a + `, {"id": "org_b", "parent": "org_a", "api_key": "b"}, {"id": "org_c", "parent": "org_b", "api_key": "c"}`),
			`"org_c": its parent "org_b" has a parent itself`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data, err := mockinvent.ParseData([]byte(test.document))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %v, want one with %q", err, test.want)
			}
			if strings.Contains(err.Error(), "unspoken") {
				t.Errorf("the error quotes a value: %v", err)
			}
			if data.Organizations != nil {
				t.Errorf("data beside an error: %+v", data)
			}
		})
	}
}

func TestSampleUsesEveryDocumentedField(t *testing.T) {
	t.Parallel()
	reportUnusedFields(t, sampleAssistants())
}

// reportUnusedFields fails for each field of the documentation's sample that no assistant has with its type.
func reportUnusedFields(t *testing.T, assistants []json.RawMessage) {
	t.Helper()
	document, err := os.ReadFile("testdata/assistants-sample.json")
	if err != nil {
		t.Fatal(err)
	}
	documented, used := map[string]bool{}, map[string]bool{}
	for _, assistant := range decode[[]any](t, document) {
		collectFields("", assistant, documented)
	}
	for _, assistant := range assistants {
		collectFields("", decode[any](t, assistant), used)
	}
	for field := range documented {
		if !used[field] {
			t.Errorf("no assistant uses %s", field)
		}
	}
	if len(documented) < 60 {
		t.Errorf("only %d documented fields: the walk is broken", len(documented))
	}
}

// collectFields collects the path and type of each value that is not null, such as ".config.model string".
func collectFields(path string, value any, fields map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		fields[path+" object"] = true
		for name, member := range value {
			collectFields(path+"."+name, member, fields)
		}
	case []any:
		fields[path+" array"] = true
		for _, element := range value {
			collectFields(path+"[]", element, fields)
		}
	case nil:
	default:
		fields[fmt.Sprintf("%s %T", path, value)] = true
	}
}

func TestSampleHasOrganizationsOfEachKind(t *testing.T) {
	t.Parallel()
	var got []string
	for _, organization := range mockinvent.Sample().Organizations {
		kind := "apart"
		if organization.Parent != "" {
			kind = "sub"
		}
		got = append(got, fmt.Sprintf("%s %d", kind, len(organization.Assistants)))
		if !strings.HasPrefix(organization.APIKey, "mock-") {
			t.Errorf("organization %s: its key does not look fake", organization.ID)
		}
	}
	if want := []string{"apart 8", "sub 2", "sub 1", "apart 0"}; !slices.Equal(got, want) {
		t.Errorf("organizations: got %v, want %v", got, want)
	}
}

func TestSampleHasAssistantsOfEachKind(t *testing.T) {
	t.Parallel()
	type assistant = map[string]any
	text := func(a assistant, member string) string {
		value, _ := a[member].(string)
		return value
	}
	configured := func(a assistant, member string) any {
		config, _ := a["config"].(assistant)
		return config[member]
	}
	tests := []struct {
		name string
		is   func(assistant) bool
	}{
		{"soft-deleted", func(a assistant) bool { return a["deleted"] == true }},
		{"disabled, not deleted", func(a assistant) bool { return a["enabled"] == false && a["deleted"] == false }},
		{"without the field deleted", func(a assistant) bool { return !has(a, "deleted") }},
		{"null for a list", func(a assistant) bool { return has(a, "actions") && a["actions"] == nil }},
		{"null for an object", func(a assistant) bool { return has(a, "config") && a["config"] == nil }},
		{"empty lists", func(a assistant) bool { return fmt.Sprint(a["actions"], a["boards"]) == "[] []" }},
		{"a composed name", func(a assistant) bool {
			return !norm.NFD.IsNormalString(text(a, "name")) && norm.NFC.IsNormalString(text(a, "name"))
		}},
		{"a decomposed name", func(a assistant) bool { return !norm.NFC.IsNormalString(text(a, "name")) }},
		{"a Japanese name", func(a assistant) bool { return strings.Contains(text(a, "name"), "予約") }},
		{"an emoji in the name", func(a assistant) bool { return strings.ContainsRune(text(a, "name"), '🧖') }},
		{"instructions of more than 40 lines", func(a assistant) bool {
			instructions, _ := configured(a, "instructions").(string)
			return strings.Count(instructions, "\n") > 40
		}},
		{"a field that is not documented yet", func(a assistant) bool {
			conversation, _ := configured(a, "conversation").(assistant)
			return has(conversation, "enable_ai_replies")
		}},
		{"created on a bare date", func(a assistant) bool { return len(text(a, "created_at")) == len(time.DateOnly) }},
		{"created at a time with an offset", func(a assistant) bool { return strings.HasSuffix(text(a, "created_at"), "+02:00") }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if !slices.ContainsFunc(sampleAssistants(), func(document json.RawMessage) bool {
				return test.is(decode[assistant](t, document))
			}) {
				t.Error("no assistant of the sample is")
			}
		})
	}
}

func has(object map[string]any, name string) bool {
	_, found := object[name]
	return found
}

func sampleAssistants() []json.RawMessage {
	var all []json.RawMessage
	for _, organization := range mockinvent.Sample().Organizations {
		all = append(all, organization.Assistants...)
	}
	return all
}

func decode[T any](t *testing.T, document json.RawMessage) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(document, &value); err != nil {
		t.Fatalf("a document is not a %T", value)
	}
	return value
}

func texts(documents []json.RawMessage) []string {
	var all []string
	for _, document := range documents {
		all = append(all, string(document))
	}
	return all
}
