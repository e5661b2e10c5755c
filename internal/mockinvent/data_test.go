package mockinvent_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

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
	tests := []struct{ document, want string }{
		{"", "not a whole JSON document"},
		{`{"organizations": [`, "not a whole JSON document"},
		{"{\n\n  organizations: unspoken}", "line 3: not valid JSON"},
		{"null", "no organizations"},
		{"[]", "line 1: a value of the wrong type (array) in the document"},
		{"{}", "no organizations"},
		{organizations(""), "no organizations"},
		{`{"organisations": []}`, `unknown member "organisations"`},
		{organizations(`{"id": "org_a", "key": "unspoken"}`), `unknown member "key"`},
		{"{\"organizations\":\n[{\"id\": 17}]}", "line 2: a value of the wrong type (number) in organizations.id"},
		{organizations(`{"id": "org_a", "assistants": {}}`), "(object) in organizations.assistants"},
		{organizations(a) + "\n{}", "line 2: something follows"},
		{organizations(a) + "unspoken", "something follows"},
		{organizations(a + `, {"api_key": "unspoken"}`), "organizations[1] has no id"},
		{organizations("null"), "organizations[0] has no id"},
		{organizations(`{"id": "c", "api_key": "unspoken"}`), `organizations[0]: the id "c"`},
		{organizations(a + `, {"id": "org_a", "api_key": "unspoken"}`), `two organizations have the id "org_a"`},
		{organizations(`{"id": "org_a"}`), `organization "org_a" has no api_key`},
		{organizations(`{"id": "org_a", "api_key": " \t"}`), `organization "org_a" has no api_key`},
		{organizations(a + `, {"id": "org_b", "api_key": "mock-key-unspoken"}`), `"org_a" and "org_b" have the same api_key`},
		{organizations(a + `, {"id": "org_b", "parent": "org_x", "api_key": "b"}`), `"org_b": its parent "org_x" is not in the data`},
		{organizations(`{"id": "org_a", "parent": "org_a", "api_key": "a"}`), `its parent "org_a" has a parent itself`},
		{
			organizations(a + `, {"id": "org_b", "parent": "org_a", "api_key": "b"}, {"id": "org_c", "parent": "org_b", "api_key": "c"}`),
			`"org_c": its parent "org_b" has a parent itself`,
		},
	}
	for _, test := range tests {
		data, err := mockinvent.ParseData([]byte(test.document))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "unspoken") || data.Organizations != nil {
			t.Errorf("%s: got %+v and the error %v, want one with %q and no value", test.document, data, err, test.want)
		}
	}
}

func TestEveryDocumentedFieldIsUsed(t *testing.T) {
	t.Parallel()
	reportUnusedFields(t, sampleAssistants())
	reportUnusedFields(t, mockinvent.Generate(10))
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
	for kind, form := range map[string]struct{ has, lacks string }{
		"soft-deleted":                       {has: `"deleted":true`},
		"disabled, not deleted":              {has: `"enabled":false,.*"deleted":false|"deleted":false,.*"enabled":false`},
		"without the field deleted":          {has: `^{"id":`, lacks: `"deleted":`},
		"null for a list":                    {has: `"actions":null`},
		"null for an object":                 {has: `,"config":null,"integrations"`},
		"empty lists":                        {has: `"actions":\[\].*"boards":\[\]`},
		"a composed name":                    {has: `"name":"[^"]*\x{e4}`},
		"a decomposed name":                  {has: `"name":"[^"]*\p{Mn}`},
		"a Japanese name":                    {has: `"name":"[^"]*予約`},
		"an emoji in the name":               {has: `"name":"[^"]*🧖`},
		"instructions of more than 40 lines": {has: `"instructions":"(([^"\\]|\\[^n])*\\n){41}`},
		"a field that is not documented yet": {has: `"enable_ai_replies":`},
		"created on a bare date":             {has: `"created_at":"\d{4}-\d\d-\d\d"`},
		"created at a time with an offset":   {has: `"created_at":"[^"]*\+02:00"`},
	} {
		has, lacks := regexp.MustCompile(form.has), regexp.MustCompile(cmp.Or(form.lacks, "^$"))
		if !slices.ContainsFunc(sampleAssistants(), func(document json.RawMessage) bool {
			var compact bytes.Buffer
			return json.Compact(&compact, document) == nil && has.Match(compact.Bytes()) && !lacks.Match(compact.Bytes())
		}) {
			t.Errorf("no assistant of the sample is %s", kind)
		}
	}
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
