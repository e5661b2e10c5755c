package provider_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// The functions below say a second time, in the plainest way and from the provider's schema, what the documents of the
// API have to become.

// expectList is what the data source of all assistants makes of the documents.
func expectList(t *testing.T, documents []json.RawMessage) any {
	t.Helper()
	rows := []any{}
	for _, document := range documents {
		rows = append(rows, parseJSON(t, string(document)))
	}
	for _, attribute := range newServer(t, nil).schemaOf(list).Block.Attributes {
		if attribute.Name == "assistants" {
			return expect(t, attribute, rows)
		}
	}
	t.Fatal("no assistants in the schema")
	return nil
}

// expectOne is what the data source of one assistant makes of a document, with its own arguments null.
func expectOne(t *testing.T, document json.RawMessage, organization string) map[string]any {
	t.Helper()
	want := expectObject(t, newServer(t, nil).schemaOf(one).Block.Attributes, parseJSON(t, string(document)))
	want["org_id"] = organization
	return want
}

func expectObject(t *testing.T, attributes []*tfprotov6.SchemaAttribute, fields any) map[string]any {
	t.Helper()
	want := map[string]any{}
	for _, attribute := range attributes {
		want[attribute.Name] = expect(t, attribute, fields.(map[string]any)[attribute.Name])
	}
	return want
}

func expect(t *testing.T, attribute *tfprotov6.SchemaAttribute, value any) any {
	t.Helper()
	nested := attribute.NestedType
	isList := nested != nil && nested.Nesting == tfprotov6.SchemaObjectNestingModeList ||
		attribute.Type != nil && strings.Contains(attribute.Type.String(), "List")
	switch {
	case isList && value == nil:
		return []any{}
	case value == nil:
		return nil
	case isList && nested == nil:
		return value
	case isList:
		elements := []any{}
		for _, element := range inOrder(value.([]any)) {
			elements = append(elements, expectObject(t, nested.Attributes, element))
		}
		return elements
	case nested != nil:
		return expectObject(t, nested.Attributes, value)
	case slices.Contains([]string{"config", "input", "definition"}, attribute.Name):
		return jsonencode(t, value)
	}
	if text, isText := value.(string); isText {
		return norm.NFC.String(text) // as Terraform does with every string
	}
	return value
}

// jsonencode is Terraform's own function, after its jsondecode.
func jsonencode(t *testing.T, value any) string {
	t.Helper()
	document, err := json.Marshal(unquoted(value))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := stdlib.JSONDecode(cty.StringVal(string(document)))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := stdlib.JSONEncode(decoded)
	if err != nil {
		t.Fatal(err)
	}
	return encoded.AsString()
}

// unquoted makes JSON's numbers of the tests' own again.
func unquoted(value any) any {
	switch value := value.(type) {
	case number:
		return json.Number(value)
	case map[string]any:
		members := map[string]any{}
		for name, member := range value {
			members[name] = unquoted(member)
		}
		return members
	case []any:
		elements := []any{}
		for _, element := range value {
			elements = append(elements, unquoted(element))
		}
		return elements
	}
	return value
}

func inOrder(rows []any) []any {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b any) int {
		x, y := a.(map[string]any), b.(map[string]any)
		return cmp.Or(cmp.Compare(position(x), position(y)), cmp.Compare(instant(x), instant(y)), cmp.Compare(id(x), id(y)))
	})
	return rows
}

func position(row map[string]any) float64 {
	text, ok := row["position"].(number)
	if !ok {
		return 1e300 // null comes last
	}
	position, _ := strconv.ParseFloat(string(text), 64)
	return position
}

func instant(row map[string]any) string {
	text, ok := row["created_at"].(string)
	if !ok {
		return "null comes last"
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if instant, err := time.Parse(layout, text); err == nil {
			return instant.UTC().Format("2006-01-02T15:04:05.000000000")
		}
	}
	return "no time: " + text
}

func id(row map[string]any) string {
	text, _ := row["id"].(string)
	return text
}

func checkEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %#v\nwant %#v", what, got, want)
	}
}

// Every field in turn is null, missing, empty or of a new member of its enum, and every object has a field more. All of
// them are read at once, as one list: each has an id of its own, and nothing of one shows in another.
func TestTheAPIGrows(t *testing.T) {
	t.Parallel()
	var documents []json.RawMessage
	for i, variant := range variants(parseJSON(t, string(mockinvent.Generate(1)[0]))) {
		variant.(map[string]any)["id"] = "ast_" + strconv.Itoa(i)
		document, err := json.Marshal(unquoted(variant))
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, document)
	}
	if len(documents) < 200 {
		t.Fatalf("only %d variants: the walk is broken", len(documents))
	}
	mock, baseURL := inventtest.Mock(t)
	mock.SetAssistants(sample.ID, documents)
	var log bytes.Buffer
	state, diags := connect(t, baseURL).read(tflogtest.RootLogger(t.Context(), &log), t, list, nil)
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	got, want := state["assistants"].([]any), expectList(t, documents).([]any)
	if len(got) != len(want) {
		t.Fatalf("got %d assistants, want %d", len(got), len(want))
	}
	for i := range want {
		checkEqual(t, "assistant", got[i], want[i])
	}
	// Each unknown field is named once, however many rows have it.
	const unknown = `"actions.brand_new", "actions.config.brand_new", "actions.config.definitions.brand_new", "boards.brand_new", ` +
		`"boards.initial_segment.brand_new", "brand_new", "config.brand_new", "config.conversation.brand_new", "config.stt.brand_new", ` +
		`"config.tts.brand_new", "integrations.brand_new"`
	if text := strings.ReplaceAll(log.String(), `\"`, `"`); strings.Count(text, unknown) != 1 || strings.Count(text, "brand_new") != 11 {
		t.Errorf("got %s\nwant once %s", text, unknown)
	}
}

// variants are the values with one difference each. In an array, the first element differs.
func variants(value any) (all []any) {
	switch value := value.(type) {
	case string:
		return []any{"a_new_member"}
	case []any:
		all = append(all, []any{})
		for _, variant := range variants(value[0]) {
			all = append(all, append([]any{variant}, value[1:]...))
		}
	case map[string]any:
		changed := func(name string, member any) map[string]any {
			object := maps.Clone(value)
			object[name] = member
			return object
		}
		all = append(all, changed("brand_new", []any{"x"}))
		for name, member := range value {
			without := maps.Clone(value)
			delete(without, name)
			all = append(all, without, changed(name, nil))
			for _, variant := range variants(member) {
				all = append(all, changed(name, variant))
			}
		}
	}
	return all
}
