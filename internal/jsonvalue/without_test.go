package jsonvalue_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

func TestWithout(t *testing.T) {
	t.Parallel()
	whole := newDecoder(t, everything())
	without := whole.Without("text", "texts", "object")
	tests := []struct {
		name     string
		field    string
		document string
		want     string
	}{
		{"text", "text", `{"text":"a","flag":true}`, `null`},
		{"text of the wrong type", "text", `{"text":{"a":[1,"}"]},"flag":true}`, `null`},
		{"list", "texts", `{"texts":["a"]}`, `[]`},
		{"object", "object", `{"object":{"name":"a"}}`, `null`},
		{"missing", "text", `{}`, `null`},
		{"what stands behind it", "flag", `{"text":"a","flag":true}`, `true`},
		{"the same name inside", "objects", `{"text":"a","objects":[{"name":"text"}]}`, `[{"name":"text","names":[]}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := show(field(t, without, test.document, test.field)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	if got := show(field(t, whole, `{"text":"a"}`, "text")); got != `"a"` {
		t.Errorf("the decoder it was made from gives %s", got)
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	decoder := newDecoder(t, everything())
	object, err := decoder.Object(t.Context(), []byte(`{"text":"a","new":{"newer":1},"object":{"other":2}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := show(object.Fields["text"]); got != `"a"` {
		t.Errorf("text: got %s", got)
	}
	if got := len(object.Fields); got != len(everything().AttrTypes) {
		t.Errorf("%d fields, want %d", got, len(everything().AttrTypes))
	}
	if want := []string{"new", "object.other"}; !slices.Equal(object.Unknown, want) {
		t.Errorf("unknown: got %q, want %q", object.Unknown, want)
	}
	_, err = decoder.Object(t.Context(), []byte(`{"objects":[{"name":7}]}`))
	if wrong, ok := errors.AsType[*jsonvalue.TypeError](err); !ok || wrong.Error() != "objects[0].name: expected a string, got a number" {
		t.Errorf("got %v", err)
	}
}

func TestObjectTooLarge(t *testing.T) {
	t.Parallel()
	// The encoding repeats the name, so nothing else needs to be large.
	decoder := newDecoder(t, basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		strings.Repeat("n", jsonvalue.MaxSize): basetypes.BoolType{},
	}})
	_, err := decoder.Object(t.Context(), []byte(`{}`))
	if _, ok := errors.AsType[*jsonvalue.SizeError](err); !ok {
		t.Errorf("got %v, want a size error", err)
	}
}
