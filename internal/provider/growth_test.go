package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// change is a way in which the API's answer could differ tomorrow from today's.
type change struct {
	name     string
	document map[string]any
	path     string // of the field that changed: config.stt.model; empty: none that the schema has
	want     any    // what it becomes in the state; nil: null
	unknown  string // field that the debug log names
}

// Every field of the documentation's sample in turn is null, missing, or empty,
// every object has a field more, and every enum a member more.
func TestGrowth(t *testing.T) {
	t.Parallel()
	whole := onlyFirst(parse(t, mockinvent.Generate(1)[0])).(map[string]any)
	base, log := readDocument(t, whole)
	if strings.Contains(log, "does not know") {
		t.Fatalf("the sample has fields that the schema does not know: %s", log)
	}
	changes := changesOf(whole)
	for _, field := range jsonFields(newServer(t, nil)) {
		if field.path != "id" && !slices.ContainsFunc(changes, func(c change) bool { return c.name == "missing/"+field.path }) {
			t.Errorf("the sample has no %s", field.path)
		}
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			state, log := readDocument(t, c.document)
			differences, err := base.Diff(state)
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range differences {
				if got := schemaPath(difference.Path); c.path == "" || got != "" && !isAtOrBelow(got, c.path) && !isAtOrBelow(c.path, got) {
					t.Errorf("%s changed too", got)
				}
			}
			if c.path != "" {
				checkField(t, state, c.path, c.want)
			}
			if got, want := strings.Count(log, "does not know"), min(1, len(c.unknown)); got != want {
				t.Errorf("the log has %d lines about unknown fields, want %d: %s", got, want, log)
			}
			if c.unknown != "" && strings.Count(log, c.unknown) != 1 {
				t.Errorf("the log names %s %d times: %s", c.unknown, strings.Count(log, c.unknown), log)
			}
		})
	}
}

// A field that is new in every row of every list is still named once.
func TestNewFieldsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	var documents []json.RawMessage
	for _, document := range mockinvent.Generate(3) {
		documents = append(documents, json.RawMessage(strings.ReplaceAll(string(document), `"id":`, `"brand_new":{"id":1},"id":`)))
	}
	_, log := readList(t, documents)
	fields := []string{"actions.brand_new", "boards.brand_new", "boards.initial_segment.brand_new", "brand_new", "integrations.brand_new"}
	var quoted []string
	for _, field := range fields {
		quoted = append(quoted, fmt.Sprintf(`\"%s\"`, field))
	}
	if want := strings.Join(quoted, ", "); strings.Count(log, want) != 1 || strings.Count(log, "brand_new") != len(fields) {
		t.Errorf("got %s, want %s in it once", log, want)
	}
}

// onlyFirst leaves one element in each array, so that no change moves another.
func onlyFirst(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = onlyFirst(member)
		}
	case []any:
		return []any{onlyFirst(value[0])}
	}
	return value
}

func changesOf(whole map[string]any) (changes []change) {
	enums := []string{"config.language", "config.knowledge_scope", "config.conversation.thread_mode", "config.model",
		"integrations[0].integration_id", "actions[0].action_id", "boards[0].initial_segment.color"}
	add := func(name, path string, edit func(object map[string]any, field string), want any, unknown string) {
		document := deepCopy(whole).(map[string]any)
		steps := strings.Split(path, ".")
		object := document
		for _, step := range steps[:len(steps)-1] {
			object = member0(object, step)
		}
		edit(object, steps[len(steps)-1])
		if unknown != "" {
			path = ""
		}
		changes = append(changes, change{name: name, document: document, path: path, want: want, unknown: unknown})
	}
	set := func(value any) func(map[string]any, string) {
		return func(object map[string]any, field string) { object[field] = value }
	}
	remove := func(object map[string]any, field string) { delete(object, field) }

	visit(whole, "", func(path string, value any) {
		if path == "id" {
			return
		}
		var absent any
		if _, isArray := value.([]any); isArray {
			absent = []any{}
			add("empty/"+path, path, set([]any{}), absent, "")
		}
		add("null/"+path, path, set(nil), absent, "")
		add("missing/"+path, path, remove, absent, "")
		if slices.Contains(enums, path) {
			add("new member/"+path, path, set("a_new_one"), "a_new_one", "")
		}
		if _, isObject := value.(map[string]any); isObject && !isFree(path) {
			add("new field/"+path, path+".brand_new", set("x"), nil, withoutIndex(path)+".brand_new")
		}
		if array, isArray := value.([]any); isArray {
			if _, ofObjects := array[0].(map[string]any); ofObjects {
				add("new field/"+path, path+"[0].brand_new", set(map[string]any{"id": "x"}), nil, withoutIndex(path)+".brand_new")
			}
		}
	})
	add("new field/", "brand_new", set([]any{"x"}), nil, "brand_new")
	return changes
}

// visit calls back for every field of the model in a document.
func visit(object map[string]any, prefix string, field func(path string, value any)) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		path, value := prefix+name, object[name]
		field(path, value)
		if isFree(path) {
			continue
		}
		switch value := value.(type) {
		case map[string]any:
			visit(value, path+".", field)
		case []any:
			if element, ok := value[0].(map[string]any); ok {
				visit(element, path+"[0].", field)
			}
		}
	}
}

// isFree tells whether the schema has the field as JSON text.
func isFree(path string) bool {
	return slices.Contains([]string{"integrations[0].config", "actions[0].config.input", "actions[0].config.definitions[0].definition"}, path)
}

func withoutIndex(path string) string {
	return strings.ReplaceAll(path, "[0]", "")
}

// member0 goes into an object, or into the first element of an array.
func member0(object map[string]any, step string) map[string]any {
	if name, ok := strings.CutSuffix(step, "[0]"); ok {
		return object[name].([]any)[0].(map[string]any)
	}
	return object[step].(map[string]any)
}

func deepCopy(value any) any {
	switch value := value.(type) {
	case map[string]any:
		members := map[string]any{}
		for name, member := range value {
			members[name] = deepCopy(member)
		}
		return members
	case []any:
		elements := make([]any, len(value))
		for i, element := range value {
			elements[i] = deepCopy(element)
		}
		return elements
	}
	return value
}

// readDocument returns the state of a list of one assistant, and the debug log.
func readDocument(t *testing.T, document map[string]any) (state tftypes.Value, log string) {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return readList(t, []json.RawMessage{text})
}

func readList(t *testing.T, documents []json.RawMessage) (state tftypes.Value, log string) {
	t.Helper()
	mock := mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{{ID: "org_1", APIKey: testKey, Assistants: documents}}})
	api := httptest.NewServer(http.Handler(mock))
	t.Cleanup(api.Close)
	s := connect(t, api.URL)
	var output bytes.Buffer
	dynamic, diags := s.read(tflogtest.RootLogger(t.Context(), &output), t, "invent_assistants", nil)
	if len(diags) > 0 {
		t.Fatalf("unexpected: %s", message(diags))
	}
	return s.decode(t, "invent_assistants", dynamic), output.String()
}

// schemaPath writes a path in a state as the changes do: config.stt.model. The
// path of what contains the field is empty.
func schemaPath(path *tftypes.AttributePath) string {
	var text strings.Builder
	for i, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if i > 2 {
				text.WriteString(".")
			}
			if i > 0 {
				text.WriteString(string(step))
			}
		case tftypes.ElementKeyInt:
			if i > 1 {
				fmt.Fprintf(&text, "[%d]", int64(step))
			}
		}
	}
	return text.String()
}

func isAtOrBelow(path, top string) bool {
	return path == top || strings.HasPrefix(path, top+".") || strings.HasPrefix(path, top+"[")
}

func checkField(t *testing.T, state tftypes.Value, path string, want any) {
	t.Helper()
	value := elements(t, member(t, state, "assistants"))[0]
	for step := range strings.SplitSeq(path, ".") {
		name, indexed := strings.CutSuffix(step, "[0]")
		value = member(t, value, name)
		if indexed {
			value = elements(t, value)[0]
		}
	}
	var text string
	switch want.(type) {
	case nil:
		if !value.IsNull() {
			t.Errorf("%s is %s, want null", path, value)
		}
	case []any:
		if value.IsNull() || len(elements(t, value)) > 0 {
			t.Errorf("%s is %s, want an empty list", path, value)
		}
	default:
		if err := value.As(&text); err != nil || text != want {
			t.Errorf("%s is %s, want %q", path, value, want)
		}
	}
}

func elements(t *testing.T, list tftypes.Value) (values []tftypes.Value) {
	t.Helper()
	if err := list.As(&values); err != nil {
		t.Fatal(err)
	}
	return values
}
