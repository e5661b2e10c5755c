package jsonvalue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

func TestValues(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, field, document, want string }{
		{"missing string", "text", `{}`, `null`},
		{"missing free-form value", "json", `{}`, `null`},
		{"missing object", "object", `{}`, `null`},
		{"missing list", "texts", `{}`, `[]`},
		{"missing list of objects", "rows", `{}`, `[]`},
		{"missing in an object", "object", `{"object":{}}`, `{"name":null,"names":[]}`},
		{"null string", "text", `{"text":null}`, `null`},
		{"null boolean", "flag", `{"flag":null}`, `null`},
		{"null number", "number", `{"number":null}`, `null`},
		{"null free-form value", "json", `{"json":null}`, `null`},
		{"null object", "object", `{"object":null}`, `null`},
		{"null list", "texts", `{"texts":null}`, `[]`},
		{"null list of objects", "rows", `{"rows":null}`, `[]`},
		{"null in an object", "object", `{"object":{"name":null,"names":null}}`, `{"name":null,"names":[]}`},
		{"null among strings", "texts", `{"texts":["a",null,""]}`, `["a",null,""]`},
		{"null among lists", "lists", `{"lists":[["a"],null]}`, `[["a"],[]]`},
		{"true", "flag", `{"flag":true}`, `true`},
		{"false", "flag", `{"flag":false}`, `false`},
		{"empty string", "text", `{"text":""}`, `""`},
		{"escapes", "text", `{"text":"\"\\\/\b\f\n\r\t\u0000"}`, `"\"\\/\b\f\n\r\t\x00"`},
		{"pair of surrogates", "text", `{"text":"\ud83d\ude00"}`, `"\U0001f600"`},
		{"half a pair of surrogates", "text", `{"text":"\ud83d"}`, `"\ufffd"`},
		{"decomposed string stays", "text", "{\"text\":\"e\u0301\"}", `"e\u0301"`},
		{"list keeps its order", "texts", `{"texts":["b","a","b"]}`, `["b","a","b"]`},
		{"objects", "objects", `{"objects":[{"name":"b"},{"names":["c"]}]}`, `[{"name":"b","names":[]},{"name":null,"names":["c"]}]`},
		{"escapes in a name", "text", `{"te\u0078t":"a"}`, `"a"`},
		{"white space", "texts", "\n{ \"texts\"\t: [ \"a\" , \"b\" ]\r\n}\n", `["a","b"]`},
		{"of a name that comes twice the last counts", "object", `{"object":{"name":"a"},"object":{"names":["b"]}}`, `{"name":null,"names":["b"]}`},
		{"whatever the first is", "text", `{"text":31337,"text":"a"}`, `"a"`},
		{"even if it is null", "text", `{"text":"a","text":null}`, `null`},
		{"unknown fields", "objects", `{"new":{"text":1},"objects":[{"new":[1],"name":"b"}],"Objects":1}`, `[{"name":"b","names":[]}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := show(field(t, everything(t), test.document, test.field)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Each of the schema's types meets each of JSON's.
func TestWrongType(t *testing.T) {
	t.Parallel()
	fields := map[string]string{
		"text": "a string", "flag": "a boolean", "number": "a number", "texts": "an array", "objects": "an array", "object": "an object",
	}
	values := map[string]string{
		"a string": `"hunter2"`, "a boolean": `false`, "a number": `31337`, "an array": `["hunter2"]`, "an object": `{"hunter2":31337}`,
	}
	for name, want := range fields {
		for got, value := range values {
			if got != want {
				checkTypeError(t, fmt.Sprintf(`{%q:%s}`, name, value), jsonvalue.TypeError{Path: name, Want: want, Got: got})
			}
		}
	}
}

func TestPathOfWrongType(t *testing.T) {
	t.Parallel()
	for document, path := range map[string]string{
		`{"object":{"name":["hunter2"]}}`:                 "object.name: expected a string, got an array",
		`{"texts":["a",true]}`:                            "texts[1]: expected a string, got a boolean",
		`{"lists":[["a"],["b","c",31337]]}`:               "lists[1][2]: expected a string, got a number",
		`{"objects":[{},{"names":["a",31337]}]}`:          "objects[1].names[1]: expected a string, got a number",
		`{"objects":[{},"hunter2"]}`:                      "objects[1]: expected an object, got a string",
		`{"objects":[null]}`:                              "objects[0]: expected an object, got null",
		`{"rows":[{"id":"b"},{"id":"a","name":31337}]}`:   "rows[1].name: expected a string, got a number",
		`{"te\u0078t":31337}`:                             "text: expected a string, got a number",
		`{"new":{"text":1},"object":{"0":1,"name":true}}`: "object.name: expected a string, got a boolean",
		`null`:        "expected an object, got null",
		` [{}]`:       "expected an object, got an array",
		`"\"hunter2"`: "expected an object, got a string",
	} {
		if _, _, err := everything(t).Object(t.Context(), []byte(document)); err == nil || err.Error() != path {
			t.Errorf("%s: got %v, want %s", document, err, path)
		}
	}
}

func TestNotJSON(t *testing.T) {
	t.Parallel()
	for _, document := range []string{
		``, ` `, `{`, `{"text"`, `{"text":`, `{"text":}`, `{"text":"hunter2`, `{"text":"hunter2"`, `{"text":"hunter2",}`, `{"text":"hunter2"]`,
		`{"texts":["hunter2"}`, `{"texts":[,]}`, `{"number":-}`, `{"number":01}`, `{"flag":tru}`, `{"text":nul}`, `{"text":hunter2}`, `{1:2}`,
		`{"json":[}`, `{"json":{"a"}}`, `{"json":}`, `{"json":{1:2}}`, `{"json":[1 2]}`, `{"json":fals}`, `{"new":[}`, `{"text":"\x"}`,
		`{} {}`, `{}x`, "{\"text\":\"a\nb\"}", `{"object":{"name":}}`, `{"new":` + strings.Repeat("[", 20_000),
	} {
		if _, _, err := everything(t).Object(t.Context(), []byte(document)); err == nil || err.Error() != "not valid JSON" {
			t.Errorf("%.50s: got %v", document, err)
		}
	}
	if _, _, err := everything(t).Object(t.Context(), []byte("{\"text\":\"\xff\"}")); err == nil || err.Error() != "not valid UTF-8" {
		t.Errorf("got %v", err)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 150 {
		many = append(many, fmt.Sprintf(`"new_%03d":0`, i))
	}
	tests := []struct {
		name      string
		documents []string
		want      string
	}{
		{"none", []string{`{"text":"a"}`}, ""},
		{"sorted", []string{`{"b":1,"a":{"text":1}}`}, "a b"},
		{"of any kind", []string{`{"a":null,"b":[{"text":1}],"c":{"text":1},"d":"","e":false,"f":1e999999999}`}, "a b c d e f"},
		{"upper case", []string{`{"Text":1}`}, "Text"},
		{"nested", []string{`{"object":{"new":1}}`}, "object.new"},
		{"once for all elements", []string{`{"objects":[{"new":1},{"new":1}]}`}, "objects.new"},
		{"once for all documents", []string{`{"new":1}`, `{"new":1}`}, "new"},
		{"not in free-form values", []string{`{"json":{"new":1}}`}, ""},
		{"at most 100", []string{"{" + strings.Join(many, ",") + "}"}, strings.NewReplacer(`"`, "", `:0`, "").Replace(strings.Join(many[:100], " "))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(list(t, everything(t), test.documents...).Unknown(), " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	const document = `{"text":"a","new":{"newer":1},"object":{"other":2}}`
	object, unknown, err := everything(t).Object(t.Context(), []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if row := fields(elements(list(t, everything(t), document).Value())[0]); !maps.EqualFunc(object, row, tftypes.Value.Equal) {
		t.Errorf("got %v, want the list's %v", object, row)
	}
	if want := []string{"new", "object.other"}; !slices.Equal(unknown, want) {
		t.Errorf("unknown: got %q, want %q", unknown, want)
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := everything(t).NewList().Add(ctx, []byte(`{}`)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	set := basetypes.SetType{ElemType: basetypes.StringType{}}
	for path, refused := range map[string]attr.Type{
		"field":       set,
		"field.inner": basetypes.ListType{ElemType: basetypes.ObjectType{AttrTypes: map[string]attr.Type{"inner": set}}},
	} {
		object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{"field": refused}}
		want := path + ": a types.SetType[basetypes.StringType] cannot be made from JSON"
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("got %v, want %s", got, want)
				}
			}()
			jsonvalue.New(t.Context(), object, object, order())
		}()
	}
}

// No document makes the decoder panic, and what it returns can be encoded.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"a\u0000","flag":true,"number":-1.5e-3,"json":{"b":[1,null],"a":"<"}}`, `{"a":1`, `[]`,
		`{"texts":["a",null],"numbers":[0.5,1e400,-0],"lists":[[],null,["a"]]}`, "{\"text\":\"\xff\"}",
		`{"object":{"name":null},"objects":[{"names":["a"]},{}],"unknown":{"a":[1]}}`,
		`{"rows":[{"id":"b","position":2,"created_at":"2025-01-01"},{"id":"a","position":2,"created_at":"2025-01-01T00:00:00.5+01:00"},{}]}`,
	} {
		f.Add([]byte(seed))
	}
	decoder := everything(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		list := decoder.NewList()
		if err := list.Add(t.Context(), document); err != nil {
			_, wrong := errors.AsType[*jsonvalue.TypeError](err)
			if !wrong && err.Error() != "not valid JSON" && err.Error() != "not valid UTF-8" {
				t.Errorf("got %v", err)
			}
			return
		}
		value := list.Value()
		if _, err := value.MarshalMsgPack(value.Type()); err != nil { //nolint:staticcheck // what the protocol does
			t.Error(err)
		}
	})
}

func order() jsonvalue.Order {
	return jsonvalue.Order{ID: "id", By: []string{"position", "created_at"}}
}

// everything decodes a schema with each type that the decoder knows.
func everything(t testing.TB) *jsonvalue.Decoder {
	t.Helper()
	text, number := basetypes.StringType{}, basetypes.NumberType{}
	texts := basetypes.ListType{ElemType: text}
	object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{"name": text, "names": texts}}
	return newDecoder(t, map[string]attr.Type{
		"text":    text,
		"flag":    basetypes.BoolType{},
		"number":  number,
		"json":    jsontypes.NormalizedType{},
		"texts":   texts,
		"numbers": basetypes.ListType{ElemType: number},
		"lists":   basetypes.ListType{ElemType: texts},
		"object":  object,
		"objects": basetypes.ListType{ElemType: object},
		"rows":    basetypes.ListType{ElemType: basetypes.ObjectType{AttrTypes: rowTypes()}},
	})
}

func newDecoder(t testing.TB, attributes map[string]attr.Type) *jsonvalue.Decoder {
	t.Helper()
	object := basetypes.ObjectType{AttrTypes: attributes}
	return jsonvalue.New(t.Context(), object, object, order())
}

func list(t testing.TB, decoder *jsonvalue.Decoder, documents ...string) *jsonvalue.List {
	t.Helper()
	list := decoder.NewList()
	for _, document := range documents {
		if err := list.Add(t.Context(), []byte(document)); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// field decodes one document and returns one field of it.
func field(t testing.TB, decoder *jsonvalue.Decoder, document, name string) tftypes.Value {
	t.Helper()
	object, _, err := decoder.Object(t.Context(), []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return object[name]
}

func checkTypeError(t testing.TB, document string, want jsonvalue.TypeError) {
	t.Helper()
	_, _, err := everything(t).Object(t.Context(), []byte(document))
	if got, ok := errors.AsType[*jsonvalue.TypeError](err); !ok || *got != want {
		t.Errorf("%.50s: got %v, want %v", document, err, &want)
	}
}

// show writes a value much like JSON, with what is not ASCII escaped.
func show(value tftypes.Value) string {
	switch {
	case value.IsNull():
		return "null"
	case value.Type().Is(tftypes.String):
		return fmt.Sprintf("%+q", as[string](value))
	case value.Type().Is(tftypes.Number):
		return as[*big.Float](value).Text('f', -1)
	case value.Type().Is(tftypes.Bool):
		return fmt.Sprint(as[bool](value))
	case value.Type().Is(tftypes.List{}):
		var shown []string
		for _, element := range elements(value) {
			shown = append(shown, show(element))
		}
		return "[" + strings.Join(shown, ",") + "]"
	default:
		var shown []string
		members := fields(value)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			shown = append(shown, fmt.Sprintf("%q:%s", name, show(members[name])))
		}
		return "{" + strings.Join(shown, ",") + "}"
	}
}

func elements(list tftypes.Value) []tftypes.Value {
	return as[[]tftypes.Value](list)
}

func fields(object tftypes.Value) map[string]tftypes.Value {
	return as[map[string]tftypes.Value](object)
}

func as[T any](value tftypes.Value) T {
	var content T
	if err := value.As(&content); err != nil {
		panic(err)
	}
	return content
}
