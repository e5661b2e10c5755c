package jsonvalue_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// row shows an element of settings' rows that has these fields alone.
func row(fields ...string) string {
	shown := map[string]string{"created_at": "null", "free": "null", "id": "null", "name": "null", "position": "null", "segment": "null"}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ":")
		shown[strings.Trim(name, `"`)] = value
	}
	var members []string
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		members = append(members, fmt.Sprintf("%q:%s", name, shown[name]))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// The name of each element is the key that it must have. They come in every order.
func TestKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		elements []string
	}{
		{"none", nil},
		{"ids", []string{`{"id":"b","name":"b"}`, `{"id":"a","name":"a"}`, `{"id":"a/~","name":"a/~"}`}},
		{"no id", []string{`{"id":"a","position":0,"name":"a"}`, `{"position":1,"name":"#1"}`, `{"id":null,"position":2,"name":"#2"}`, `{"id":"","position":3,"name":"#3"}`}},
		{"an id twice", []string{`{"id":"a","position":1,"name":"a"}`, `{"id":"b","position":2,"name":"b"}`, `{"id":"a","position":3,"name":"a#2"}`}},
		{"an id twice in NFC", []string{"{\"id\":\"e\u0301\",\"position\":1,\"name\":\"é\"}", `{"id":"é","position":2,"name":"é#1"}`}},
		{"ids like keys", []string{
			`{"id":"a#2","position":0,"name":"a#2"}`, `{"id":"a","position":1,"name":"a"}`, `{"id":"a","position":2,"name":"a#2#2"}`,
			`{"position":3,"name":"#3"}`, `{"id":"#3","position":4,"name":"#3#4"}`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for permutation := range permutations(test.elements) {
				rows := fields(field(t, settings(t), `{"rows":[`+strings.Join(permutation, ",")+`]}`, "rows"))
				for key, element := range rows {
					if name := as[string](fields(element)["name"]); key != name {
						t.Errorf("%s: %s has the key %s", permutation, name, key)
					}
				}
				if len(rows) != len(test.elements) {
					t.Errorf("%s: got %d", permutation, len(rows))
				}
			}
		})
	}
}

func TestNoElements(t *testing.T) {
	t.Parallel()
	for _, document := range []string{`{}`, `{"rows":null}`, `{"rows":[]}`} {
		if got := show(field(t, settings(t), document, "rows")); got != "{}" {
			t.Errorf("%s: got %s", document, got)
		}
	}
	if _, _, err := settings(t).Object(t.Context(), []byte(`{"rows":[{},null]}`)); err == nil || err.Error() != "rows[1]: expected an object, got null" {
		t.Errorf("got %v", err)
	}
}

// What ids and places are made of counts also where it is ignored.
func TestIgnoredKeys(t *testing.T) {
	t.Parallel()
	const document = `{"id":"x","rows":[{"id":"b","position":2,"segment":null},{"position":1,"created_at":"2025-01-01","segment":{"id":"s","created_at":"c"}},{"position":0}]}`
	decoder := ignoring(t, "id", "rows.id", "rows.position", "rows.created_at", "rows.segment.id")
	want := fmt.Sprintf(`{"#0":%s,"#1":%s,"b":%s}`, row(), row(`"segment":{"created_at":"c","id":null}`), row())
	if got := show(field(t, decoder, document, "rows")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := show(field(t, decoder, document, "id")); got != "null" {
		t.Errorf("id: got %s", got)
	}
	if _, _, err := decoder.Object(t.Context(), []byte(`[]`)); err == nil || err.Error() != "expected an object, got an array" {
		t.Errorf("got %v", err)
	}
}

// A map of documents has keys as a map inside a document has, and what is left out is by the same.
func TestMapOfDocuments(t *testing.T) {
	t.Parallel()
	documents := list(t, ignoring(t, "other_fields"), "{\"id\":\"e\u0301\",\"updated_at\":\"1\"}", `{"id":"é","updated_at":"2"}`, `{"id":"a"}`)
	if got := show(documents.LeftOut("updated_at")); got != `{"a":null,"é":"1","é#2":"2"}` {
		t.Errorf("left out: got %s", got)
	}
	var rows map[string]tftypes.Value
	if err := documents.Map().As(&rows); err != nil || len(rows) != 3 || !strings.Contains(show(rows["é#2"]), `"id":"\u00e9"`) {
		t.Errorf("got %s (%v)", show(documents.Map()), err)
	}
}

func TestFingerprintType(t *testing.T) {
	t.Parallel()
	mark, text := jsonvalue.FingerprintType{}, basetypes.StringType{}
	if !mark.Equal(mark) || !mark.Equal(text) || mark.Equal(basetypes.BoolType{}) {
		t.Error("the type of a fingerprint has to equal itself and a string's")
	}
}
