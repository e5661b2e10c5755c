package jsonvalue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

func rowTypes() map[string]attr.Type {
	text := basetypes.StringType{}
	return map[string]attr.Type{"id": text, "position": basetypes.NumberType{}, "created_at": text, "name": text}
}

// Each test lists the elements in the order that they must have. They come in every other order as well, as a list in a
// document and as documents.
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
			`{"position":-1.5}`, `{"position":0}`, `{"position":1.50}`, `{"position":1e1}`,
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
		{"times with fractions and offsets", []string{
			`{"created_at":"2024-12-31T23:59:59Z","id":"z"}`,
			`{"created_at":"2025-01-01T00:00:00.000000001Z"}`,
			`{"created_at":"2025-01-01T00:00:00.25Z"}`,
			`{"created_at":"2025-01-01T12:00:00+02:00"}`,
			`{"created_at":"2025-01-01T11:00:00Z"}`,
			`{"created_at":"2025-01-01T10:00:00-02:00"}`,
		}},
		{"equal times in different writing, by id", []string{
			`{"created_at":"2025-01-01T01:00:00+01:00","id":"a"}`,
			`{"created_at":"2025-01-01","id":"b"}`,
			`{"created_at":"2025-01-01T00:00:00.000Z","id":"c"}`,
		}},
		{"what is no time comes behind, by its bytes, and null last", []string{
			`{"created_at":"2025-01-01T00:00:00Z","id":"b"}`,
			`{"created_at":"","id":"z"}`,
			`{"created_at":"2024-13-01","id":"y"}`,
			`{"created_at":"Soon","id":"x"}`,
			`{"created_at":"never","id":"a"}`,
			`{"created_at":null,"id":"a"}`,
		}},
		{"by id, as bytes even if it looks like a time", []string{
			`{"id":""}`, `{"id":"2025-01-01T11:00:00Z"}`, `{"id":"2025-01-01T12:00:00+02:00"}`, `{"id":"B"}`, `{"id":"a"}`, `{"id":null}`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := inOrder(t, rowTypes(), test.elements)
			for permutation := range permutations(test.elements) {
				checkOrder(t, rowTypes(), permutation, want)
			}
		})
	}
}

// Lists of these elements stay as they came.
func TestNoOrder(t *testing.T) {
	t.Parallel()
	text, number := basetypes.StringType{}, basetypes.NumberType{}
	tests := []struct {
		name     string
		types    map[string]attr.Type
		elements []string
	}{
		{"no id in the schema", map[string]attr.Type{"position": number, "created_at": text}, []string{
			`{"position":2,"created_at":"2025-01-02","id":"b"}`, `{"position":1,"created_at":"2025-01-01","id":"a"}`,
		}},
		{"what the schema does not have", map[string]attr.Type{"id": text, "name": text}, []string{
			`{"position":2,"created_at":"2025-01-02","name":"b"}`, `{"position":1,"created_at":"2025-01-01","name":"a"}`,
		}},
		{"neither numbers nor strings", map[string]attr.Type{"id": basetypes.BoolType{}, "name": text}, []string{
			`{"id":true,"name":"b"}`, `{"id":false,"name":"a"}`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkOrder(t, test.types, test.elements, inOrder(t, test.types, test.elements))
		})
	}
}

// What the fields do not tell apart stays as it came.
func TestTies(t *testing.T) {
	t.Parallel()
	var documents, a, b []string
	for i := range 20 {
		b = append(b, fmt.Sprintf(`{"id":"b","position":1,"name":"%d"}`, 20-i))
		a = append(a, fmt.Sprintf(`{"id":"a","position":1.0,"name":"%d"}`, 20-i))
		documents = append(documents, b[i], a[i])
	}
	checkOrder(t, rowTypes(), documents, inOrder(t, rowTypes(), slices.Concat(a, b)))
}

// inOrder shows the list of the elements as they are given.
func inOrder(t *testing.T, types map[string]attr.Type, documents []string) string {
	t.Helper()
	var shown []string
	for _, document := range documents {
		shown = append(shown, show(elements(list(t, newDecoder(t, types), document).Value())[0]))
	}
	return "[" + strings.Join(shown, ",") + "]"
}

// checkOrder makes a list of the elements within a document, and one of documents.
func checkOrder(t *testing.T, types map[string]attr.Type, documents []string, want string) {
	t.Helper()
	rows := map[string]attr.Type{"rows": basetypes.ListType{ElemType: basetypes.ObjectType{AttrTypes: types}}}
	document := fmt.Sprintf(`{"rows":[%s]}`, strings.Join(documents, ","))
	if got := show(field(t, newDecoder(t, rows), document, "rows")); got != want {
		t.Errorf("list of %s\n got %s\nwant %s", documents, got, want)
	}
	if got := show(list(t, newDecoder(t, types), documents...).Value()); got != want {
		t.Errorf("documents %s\n got %s\nwant %s", documents, got, want)
	}
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
