package jsonvalue_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

func rowType() basetypes.ObjectType {
	text := basetypes.StringType{}
	return basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		"id": text, "position": basetypes.NumberType{}, "created_at": text, "name": text,
	}}
}

// Each row lists the elements in the order that they must have. They come in
// every other order as well, as a list in a document and as documents.
func TestOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		elements []string
	}{
		{"by position", []string{
			`{"position":1,"created_at":"2025-01-03","id":"c"}`,
			`{"position":2,"created_at":"2025-01-02","id":"b"}`,
			`{"position":3,"created_at":"2025-01-01","id":"a"}`,
		}},
		{"positions are numbers", []string{
			`{"position":-1.5}`, `{"position":0}`, `{"position":1.50,"id":"a"}`, `{"position":2}`, `{"position":1e1}`,
		}},
		{"positions of more than 64 bits", []string{
			`{"position":10000000000000000000000001}`, `{"position":10000000000000000000000002}`,
		}},
		{"equal positions, by created_at", []string{
			`{"position":1,"created_at":"2025-01-01","id":"c"}`,
			`{"position":1.0,"created_at":"2025-01-02","id":"b"}`,
			`{"position":10e-1,"created_at":"2025-01-03","id":"a"}`,
		}},
		{"no position comes last", []string{
			`{"position":99,"created_at":"2025-01-02"}`, `{"position":null,"created_at":"2025-01-01"}`, `{"id":"a"}`,
		}},
		{"by created_at", []string{
			`{"created_at":"2024-12-31T23:59:59Z","id":"c"}`,
			`{"created_at":"2025-01-01T00:00:00Z","id":"b"}`,
			`{"created_at":"2025-01-01T00:00:01Z","id":"a"}`,
		}},
		{"times with fractions of seconds", []string{
			`{"created_at":"2025-01-01T00:00:00Z"}`,
			`{"created_at":"2025-01-01T00:00:00.000000001Z"}`,
			`{"created_at":"2025-01-01T00:00:00.25Z"}`,
			`{"created_at":"2025-01-01T00:00:00.5Z"}`,
			`{"created_at":"2025-01-01T00:00:01Z"}`,
		}},
		{"times with offsets", []string{
			`{"created_at":"2025-01-01T12:00:00+02:00"}`,
			`{"created_at":"2025-01-01T11:00:00Z"}`,
			`{"created_at":"2025-01-01T10:00:00-02:00"}`,
		}},
		{"a bare date is its midnight in UTC", []string{
			`{"created_at":"2024-12-31T23:59:59.999Z"}`,
			`{"created_at":"2025-01-01","id":"a"}`,
			`{"created_at":"2025-01-01T00:00:00Z","id":"b"}`,
			`{"created_at":"2025-01-01T00:30:00Z"}`,
			`{"created_at":"2025-01-02"}`,
		}},
		{"equal times in different writing, by id", []string{
			`{"created_at":"2025-01-01T01:00:00+01:00","id":"a"}`,
			`{"created_at":"2025-01-01","id":"b"}`,
			`{"created_at":"2025-01-01T00:00:00.000Z","id":"c"}`,
			`{"created_at":"2025-01-01T00:00:00Z","id":"d"}`,
		}},
		{"what is no time comes behind, by its bytes", []string{
			`{"created_at":"2025-01-01T00:00:00Z","id":"b"}`,
			`{"created_at":"","id":"z"}`,
			`{"created_at":"2024-13-01","id":"y"}`,
			`{"created_at":"Soon","id":"x"}`,
			`{"created_at":"never","id":"a"}`,
		}},
		{"no created_at comes last", []string{
			`{"created_at":"2025-01-01","id":"c"}`, `{"created_at":"never","id":"b"}`, `{"created_at":null,"id":"a"}`,
		}},
		{"by id", []string{`{"id":""}`, `{"id":"B"}`, `{"id":"a"}`, `{"id":"aa"}`, `{"id":"é"}`}},
		{"no id comes last", []string{`{"id":"z","name":"b"}`, `{"id":null,"name":"a"}`}},
		{"the same twice", []string{`{"id":"a"}`, `{"id":"a"}`, `{"id":"b"}`}},
		{"one", []string{`{"id":"a"}`}},
		{"none", nil},
	}
	row := newDecoder(t, rowType())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := checkListOrder(t, rowType(), test.elements)
			for permutation := range permutations(test.elements) {
				if got := show(decode(t, row, permutation...).Value); got != want {
					t.Errorf("documents %s\n got %s\nwant %s", permutation, got, want)
				}
			}
		})
	}
}

// Where nothing else decides, the elements of a list in a document are ordered by
// their JSON. Documents stay as they were added: theirs is not kept.
func TestTies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		elements []string
	}{
		{"no id, by canonical JSON", []string{`{"id":"z","name":"b"}`, `{"id":null,"name":"a"}`, `{"name":"b"}`}},
		{"equal ids, by canonical JSON", []string{
			`{"id":"a","name":"x"}`, `{"name":"y","id":"a"}`, ` { "id" : "a", "name" : "z" } `,
		}},
		{"canonical JSON of fields that the schema does not have", []string{
			`{"id":"a","name":"z","a_new_field":1}`, `{"id":"a","name":"y"}`,
		}},
	}
	row := newDecoder(t, rowType())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkListOrder(t, rowType(), test.elements)
		})
	}
	added := []string{`{"id":"b"}`, `{"id":"a","name":"y"}`, `{"id":"a","name":"x"}`, `{"id":"a","name":"z"}`}
	want := showInOrder(t, row, append(added[1:], added[0]))
	if got := show(decode(t, row, added...).Value); got != want {
		t.Errorf("documents %s\n got %s\nwant %s", added, got, want)
	}
}

// What the schema does not have, or has with another type, decides nothing.
func TestOrderBySchema(t *testing.T) {
	t.Parallel()
	text, number := basetypes.StringType{}, basetypes.NumberType{}
	tests := []struct {
		name     string
		types    map[string]attr.Type
		elements []string
	}{
		{"no position", map[string]attr.Type{"id": text}, []string{
			`{"position":2,"id":"a"}`, `{"position":1,"id":"b"}`,
		}},
		{"no created_at", map[string]attr.Type{"id": text}, []string{
			`{"created_at":"2025-01-02","id":"a"}`, `{"created_at":"2025-01-01","id":"b"}`,
		}},
		{"position is a text", map[string]attr.Type{"id": text, "position": text}, []string{
			`{"position":"2","id":"a"}`, `{"position":"1","id":"b"}`,
		}},
		{"created_at is a number", map[string]attr.Type{"id": text, "created_at": number}, []string{
			`{"created_at":2,"id":"a"}`, `{"created_at":1,"id":"b"}`,
		}},
		{"id is a number, so canonical JSON decides", map[string]attr.Type{"id": number}, []string{
			`{"id":10}`, `{"id":9}`,
		}},
		{"id is a list, so canonical JSON decides", map[string]attr.Type{"id": basetypes.ListType{ElemType: text}}, []string{
			`{"id":["a"]}`, `{"id":["b"]}`, `{}`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkListOrder(t, basetypes.ObjectType{AttrTypes: test.types}, test.elements)
		})
	}
}

func TestListsWithoutIDKeepTheirOrder(t *testing.T) {
	t.Parallel()
	object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		"position": basetypes.NumberType{}, "created_at": basetypes.StringType{}, "name": basetypes.StringType{},
	}}
	row := newDecoder(t, object)
	for permutation := range permutations([]string{
		`{"position":1,"created_at":"2025-01-01","name":"a","id":"a"}`,
		`{"position":2,"created_at":"2025-01-02","name":"b","id":"b"}`,
		`{"position":3,"created_at":"2025-01-03","name":"c","id":"c"}`,
	}) {
		want := showInOrder(t, row, permutation)
		if got := showList(t, object, permutation); got != want {
			t.Errorf("list: got %s, want %s", got, want)
		}
		if got := show(decode(t, row, permutation...).Value); got != want {
			t.Errorf("documents: got %s, want %s", got, want)
		}
	}
}

// The order of the inner lists does not depend on the outer one.
func TestOrderInside(t *testing.T) {
	t.Parallel()
	object := rowType()
	object.AttrTypes["rows"] = basetypes.ListType{ElemType: rowType()}
	decoder := newDecoder(t, object)
	want := show(decode(t, decoder,
		`{"id":"a","rows":[{"id":"b","position":1},{"id":"a","position":2},{"id":"c"}]}`,
		`{"id":"b","rows":[{"id":"a"},{"id":"b"}]}`,
	).Value)
	for inner := range permutations([]string{`{"id":"b","position":1}`, `{"id":"a","position":2}`, `{"id":"c"}`}) {
		got := show(decode(t, decoder,
			`{"rows":[{"id":"b"},{"id":"a"}],"id":"b"}`,
			`{"id":"a","rows":[`+strings.Join(inner, ",")+`]}`,
		).Value)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// showInOrder shows the list that the elements make in the order given.
func showInOrder(t *testing.T, decoder *jsonvalue.Decoder, texts []string) string {
	t.Helper()
	var shown []string
	for _, text := range texts {
		shown = append(shown, show(elements(decode(t, decoder, text).Value)[0]))
	}
	return "[" + strings.Join(shown, ",") + "]"
}

// checkListOrder makes lists within a document, of the elements in every order, and
// returns the one that they all have to be.
func checkListOrder(t *testing.T, object basetypes.ObjectType, elements []string) (want string) {
	t.Helper()
	want = showInOrder(t, newDecoder(t, object), elements)
	for permutation := range permutations(elements) {
		if got := showList(t, object, permutation); got != want {
			t.Errorf("list of %s\n got %s\nwant %s", permutation, got, want)
		}
	}
	return want
}

// showList shows the list that the elements make within a document.
func showList(t *testing.T, object basetypes.ObjectType, elements []string) string {
	t.Helper()
	decoder := newDecoder(t, basetypes.ObjectType{AttrTypes: map[string]attr.Type{"rows": basetypes.ListType{ElemType: object}}})
	return show(field(t, decoder, `{"rows":[`+strings.Join(elements, ",")+`]}`, "rows"))
}

// permutations goes through all orders of the elements.
func permutations(elements []string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		permute(nil, elements, yield)
	}
}

func permute(done, rest []string, yield func([]string) bool) bool {
	if len(rest) == 0 {
		return yield(slices.Clone(done))
	}
	for i, next := range rest {
		others := slices.Delete(slices.Clone(rest), i, i+1)
		if !permute(append(done, next), others, yield) {
			return false
		}
	}
	return true
}
