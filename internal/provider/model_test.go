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

	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
	state := newServer(t, nil).schemaOf(list).ValueType().(tftypes.Object)
	return expect(t, "assistants", state.AttributeTypes["assistants"], rows)
}

// expectOne is what the data source of one assistant makes of a document, with its own arguments null.
func expectOne(t *testing.T, document json.RawMessage, organization string) map[string]any {
	t.Helper()
	state := newServer(t, nil).schemaOf(one).ValueType()
	want := expect(t, "assistant", state, parseJSON(t, string(document))).(map[string]any)
	want["org_id"] = organization
	return want
}

func expect(t *testing.T, name string, valueType tftypes.Type, value any) any {
	t.Helper()
	switch valueType := valueType.(type) {
	case tftypes.List:
		array, _ := value.([]any)
		elements := []any{}
		for _, element := range inOrder(array) {
			elements = append(elements, expect(t, name, valueType.ElementType, element))
		}
		return elements
	case tftypes.Object:
		fields, found := value.(map[string]any)
		if !found {
			return nil
		}
		object := map[string]any{}
		for name, fieldType := range valueType.AttributeTypes {
			object[name] = expect(t, name, fieldType, fields[name])
		}
		return object
	}
	switch text, isText := value.(string); {
	case value != nil && slices.Contains([]string{"config", "input", "definition"}, name):
		return jsonencode(t, value)
	case isText:
		return norm.NFC.String(text) // as Terraform does with every string
	}
	return value
}

// jsonencode is Terraform's own function, after its jsondecode.
func jsonencode(t *testing.T, value any) string {
	t.Helper()
	document, err := json.Marshal(value)
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

func inOrder(rows []any) []any {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b any) int {
		x, _ := a.(map[string]any) // not a string
		y, _ := b.(map[string]any)
		return cmp.Or(cmp.Compare(position(x), position(y)), cmp.Compare(instant(x), instant(y)), cmp.Compare(id(x), id(y)))
	})
	return rows
}

func position(row map[string]any) float64 {
	text, ok := row["position"].(json.Number)
	if !ok {
		return 1e300 // null comes last
	}
	position, _ := text.Float64()
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

func checkEqual(t testing.TB, what string, got, want any) {
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
		document, err := json.Marshal(variant)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, document)
	}
	mock, baseURL := inventtest.Mock(t)
	mock.SetAssistants(sample.ID, documents)
	var log bytes.Buffer
	state, diags := connect(t, baseURL).read(tflogtest.RootLogger(t.Context(), &log), t, list, nil)
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	for i, want := range expectList(t, documents).([]any) { // one by one, so that a failure shows one
		checkEqual(t, "assistant", state["assistants"].([]any)[i], want)
	}
	// In each of 11 objects, the unknown field is named once, however many rows have it.
	if text := log.String(); !strings.Contains(text, "boards.initial_segment.brand_new") || strings.Count(text, "brand_new") != 11 {
		t.Errorf("logged %s", text)
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
