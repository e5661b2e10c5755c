package jsonvalue_test

import (
	"context"
	"encoding/json"
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
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

func TestAbsent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		document string // the field is missing
		null     string // the field is null
		want     string
	}{
		{"text", `{}`, `{"text":null}`, `null`},
		{"flag", `{}`, `{"flag":null}`, `null`},
		{"number", `{}`, `{"number":null}`, `null`},
		{"json", `{}`, `{"json":null}`, `null`},
		{"object", `{}`, `{"object":null}`, `null`},
		{"texts", `{}`, `{"texts":null}`, `[]`},
		{"flags", `{}`, `{"flags":null}`, `[]`},
		{"numbers", `{}`, `{"numbers":null}`, `[]`},
		{"objects", `{}`, `{"objects":null}`, `[]`},
		{"lists", `{}`, `{"lists":null}`, `[]`},
		{"rows", `{}`, `{"rows":null}`, `[]`},
		{"object", `{"object":{}}`, `{"object":{"name":null,"names":null}}`, `{"name":null,"names":[]}`},
		{"objects", `{"objects":[{}]}`, `{"objects":[{"name":null,"names":null}]}`, `[{"name":null,"names":[]}]`},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, document := range []string{test.document, test.null} {
				if got := show(field(t, decoder, document, test.name)); got != test.want {
					t.Errorf("%s: got %s, want %s", document, got, test.want)
				}
			}
		})
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		field    string
		document string
		want     string
	}{
		{"true", "flag", `{"flag":true}`, `true`},
		{"false", "flag", `{"flag":false}`, `false`},
		{"text", "text", `{"text":"a"}`, `"a"`},
		{"empty text is not null", "text", `{"text":""}`, `""`},
		{"blank text stays", "text", `{"text":" \n"}`, `" \n"`},
		{"text that looks like a number", "text", `{"text":"1"}`, `"1"`},
		{"escapes", "text", `{"text":"\"\\\/\b\f\n\r\t"}`, `"\"\\/\b\f\n\r\t"`},
		{"NUL", "text", `{"text":"a\u0000b"}`, `"a\x00b"`},
		{"pair of surrogates", "text", `{"text":"\ud83d\ude00"}`, `"\U0001f600"`},
		{"half a pair of surrogates", "text", `{"text":"\ud83d"}`, `"\ufffd"`},
		{"composed runes stay", "text", `{"text":"é"}`, `"\u00e9"`},
		{"decomposed runes stay", "text", "{\"text\":\"e\u0301\"}", `"e\u0301"`},
		{"decomposed runes in escapes stay", "text", `{"text":"e\u0301"}`, `"e\u0301"`},
		{"HTML and line separators stay", "text", `{"text":"<>&\u2028\u2029"}`, `"<>&\u2028\u2029"`},
		{"empty list", "texts", `{"texts":[]}`, `[]`},
		{"texts keep their order", "texts", `{"texts":["b","a","b"]}`, `["b","a","b"]`},
		{"null among texts", "texts", `{"texts":["a",null,""]}`, `["a",null,""]`},
		{"lists of lists", "lists", `{"lists":[["a"],[],["b"]]}`, `[["a"],[],["b"]]`},
		{"null among lists", "lists", `{"lists":[null]}`, `[[]]`},
		{"object", "object", `{"object":{"name":"a","names":["b"]}}`, `{"name":"a","names":["b"]}`},
		{"objects without id keep their order", "objects", `{"objects":[{"name":"b"},{"name":"a"}]}`, `[{"name":"b","names":[]},{"name":"a","names":[]}]`},
		{"field with escapes in its name", "text", `{"te\u0078t":"a"}`, `"a"`},
		{"white space", "texts", "\n{ \"texts\"\t: [ \"a\" , \"b\" ]\r\n}\n", `["a","b"]`},
		{"the last of a field wins", "text", `{"text":"a","text":"b"}`, `"b"`},
		{"the last of a field wins, even null", "text", `{"text":"a","text":null}`, `null`},
		{"the last of a list wins", "texts", `{"texts":["a","b"],"texts":["c"]}`, `["c"]`},
		{"the last of an object wins whole", "object", `{"object":{"name":"a"},"object":{"names":["b"]}}`, `{"name":null,"names":["b"]}`},
		{"the last of a free-form field wins", "json", `{"json":{"a":1},"json":{"b":2}}`, `"{\"b\":2}"`},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := show(field(t, decoder, test.document, test.field)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{"name": basetypes.StringType{}}}
	tests := []struct {
		name      string
		documents []string
		want      string
	}{
		{"no documents make an empty list, not null", nil, `[]`},
		{"one document", []string{`{"name":"a"}`}, `[{"name":"a"}]`},
		{"documents without id keep their order", []string{`{"name":"b"}`, `{}`, `{"name":"a"}`}, `[{"name":"b"},{"name":null},{"name":"a"}]`},
	}
	decoder := newDecoder(t, object)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list := decode(t, decoder, test.documents...)
			if got := show(list.Value); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			want := tftypes.List{ElementType: object.TerraformType(t.Context())}
			if got := list.Value.Type(); !got.Equal(want) {
				t.Errorf("got type %s, want %s", got, want)
			}
		})
	}
}

// After a reset, nothing is left of what was added, of its size or of its unknown
// fields; and nothing of the documents' memory is used.
func TestReset(t *testing.T) {
	t.Parallel()
	list := newDecoder(t, everything()).NewList()
	add := func(document string) {
		bytes := []byte(document)
		if err := list.Add(t.Context(), bytes); err != nil {
			t.Fatal(err)
		}
		clear(bytes)
	}
	grows := `"` + strings.Repeat("<", 20<<20) + `"` // to six times as much
	add(`{"text":"a","new":1,"json":` + grows + `}`)
	add(`{"text":"b","json":` + grows + `}`)
	if _, err := list.Value(); err == nil {
		t.Fatal("the list is not too large")
	}
	list.Reset()
	add(`{"text":"c","newer":2}`)
	list.Reset()
	const document = `{"text":"d","json":{"c":["d","e"]},"rows":[{"id":"b","name":"y"},{"id":"a","name":"z"}],"newest":3}`
	add(document)
	value, err := list.Value()
	if err != nil {
		t.Fatal(err)
	}
	want := decode(t, newDecoder(t, everything()), document)
	if !value.Equal(want.Value) || !slices.Equal(list.Unknown(), want.Unknown) {
		t.Errorf("got %s and %q, want %s and %q", show(value), list.Unknown(), show(want.Value), want.Unknown)
	}
}

// Each of the schema's types meets each of JSON's.
func TestWrongType(t *testing.T) {
	t.Parallel()
	const everyType = "" // a free-form field
	fields := map[string]string{
		"text":    "a string",
		"flag":    "a boolean",
		"number":  "a number",
		"texts":   "an array",
		"objects": "an array",
		"object":  "an object",
		"json":    everyType,
	}
	values := map[string]string{
		"a string":  `"hunter2"`,
		"a boolean": `true`,
		"a number":  `31337`,
		"an array":  `[]`,
		"an object": `{"hunter2":31337}`,
	}
	decoder := newDecoder(t, everything())
	for name, want := range fields {
		for got, value := range values {
			t.Run(name+" gets "+got, func(t *testing.T) {
				t.Parallel()
				_, err := decodeList(t.Context(), decoder, fmt.Sprintf(`{%q:%s}`, name, value))
				if want == everyType || want == got {
					if err != nil {
						t.Errorf("got error: %v", err)
					}
					return
				}
				checkTypeError(t, err, jsonvalue.TypeError{Path: name, Want: want, Got: got})
			})
		}
	}
}

func TestPathOfWrongType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		documents []string
		want      jsonvalue.TypeError
	}{
		{"field", []string{`{"text":31337}`}, jsonvalue.TypeError{Path: "text", Want: "a string", Got: "a number"}},
		{"second document", []string{`{}`, `{"text":31337}`}, jsonvalue.TypeError{Path: "text", Want: "a string", Got: "a number"}},
		{"nested field", []string{`{"object":{"name":["hunter2"]}}`}, jsonvalue.TypeError{Path: "object.name", Want: "a string", Got: "an array"}},
		{"element", []string{`{"texts":["a",true]}`}, jsonvalue.TypeError{Path: "texts[1]", Want: "a string", Got: "a boolean"}},
		{"element of an inner list", []string{`{"lists":[["a"],["b","c",31337]]}`}, jsonvalue.TypeError{Path: "lists[1][2]", Want: "a string", Got: "a number"}},
		{"field of an element", []string{`{"objects":[{},{},{"name":31337}]}`}, jsonvalue.TypeError{Path: "objects[2].name", Want: "a string", Got: "a number"}},
		{"deep inside", []string{`{"objects":[{"names":["a",31337]}]}`}, jsonvalue.TypeError{Path: "objects[0].names[1]", Want: "a string", Got: "a number"}},
		{"index in the document, not in the order", []string{`{"rows":[{"id":"b"},{"id":"a","name":31337}]}`}, jsonvalue.TypeError{Path: "rows[1].name", Want: "a string", Got: "a number"}},
		{"text among objects", []string{`{"objects":[{},"hunter2"]}`}, jsonvalue.TypeError{Path: "objects[1]", Want: "an object", Got: "a string"}},
		{"null among objects", []string{`{"objects":[null]}`}, jsonvalue.TypeError{Path: "objects[0]", Want: "an object", Got: "null"}},
		{"null among objects with id", []string{`{"rows":[{"id":"a"},null]}`}, jsonvalue.TypeError{Path: "rows[1]", Want: "an object", Got: "null"}},
		{"the first of two", []string{`{"objects":[{"name":31337},null]}`}, jsonvalue.TypeError{Path: "objects[0].name", Want: "a string", Got: "a number"}},
		{"one that a duplicate replaces", []string{`{"text":31337,"text":"a"}`}, jsonvalue.TypeError{Path: "text", Want: "a string", Got: "a number"}},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := decodeList(t.Context(), decoder, test.documents...)
			checkTypeError(t, err, test.want)
		})
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 150 {
		many = append(many, fmt.Sprintf(`"new_%d":0`, i))
	}
	tests := []struct {
		name      string
		documents []string
		want      []string
	}{
		{"none", []string{`{"text":"a"}`}, nil},
		{"sorted", []string{`{"new_b":1,"new_a":1}`}, []string{"new_a", "new_b"}},
		{"of any type", []string{`{"a":null,"b":[{"text":1}],"c":{"text":1},"d":"","e":false}`}, []string{"a", "b", "c", "d", "e"}},
		{"a number too large to read", []string{`{"new":1e999999999}`}, []string{"new"}},
		{"upper case", []string{`{"Text":1}`}, []string{"Text"}},
		{"nested", []string{`{"object":{"new":1}}`}, []string{"object.new"}},
		{"named once for all elements", []string{`{"objects":[{"new":1},{"new":1}]}`}, []string{"objects.new"}},
		{"named once for all documents", []string{`{"new":1}`, `{"new":1}`}, []string{"new"}},
		{"not in free-form values", []string{`{"json":{"new":1}}`}, nil},
		{"at most 100", []string{"{" + strings.Join(many, ",") + "}"}, paths(many[:100])},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list := decode(t, decoder, test.documents...)
			if !slices.Equal(list.Unknown, test.want) {
				t.Errorf("got %q, want %q", list.Unknown, test.want)
			}
		})
	}
}

func TestUnknownIsIgnored(t *testing.T) {
	t.Parallel()
	decoder := newDecoder(t, everything())
	got := decode(t, decoder, `{"new":{"text":1},"text":"a","objects":[{"new":[1],"name":"b"}],"Text":"c"}`)
	want := decode(t, decoder, `{"text":"a","objects":[{"name":"b"}]}`)
	if !got.Value.Equal(want.Value) {
		t.Errorf("got %s, want %s", show(got.Value), show(want.Value))
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	text := basetypes.StringType{}
	tests := []struct {
		name string
		path string
		t    attr.Type
	}{
		{"a set", "field", basetypes.SetType{ElemType: text}},
		{"a map", "field", basetypes.MapType{ElemType: text}},
		{"a tuple", "field", basetypes.TupleType{ElemTypes: []attr.Type{text}}},
		{"a dynamic value", "field", basetypes.DynamicType{}},
		{"an integer", "field", basetypes.Int64Type{}},
		{"a float", "field", basetypes.Float64Type{}},
		{"JSON text that is not canonical", "field", jsontypes.ExactType{}},
		{"a set in an object", "field.inner", basetypes.ObjectType{AttrTypes: map[string]attr.Type{"inner": basetypes.SetType{ElemType: text}}}},
		{"a set in a list", "field", basetypes.ListType{ElemType: basetypes.SetType{ElemType: text}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decoder, err := jsonvalue.New(t.Context(), basetypes.ObjectType{AttrTypes: map[string]attr.Type{"field": test.t}})
			if err == nil || decoder != nil {
				t.Fatalf("got %v, %v, want an error", decoder, err)
			}
			if got := err.Error(); !strings.HasPrefix(got, test.path+": a ") || !strings.HasSuffix(got, " cannot be made from JSON") {
				t.Errorf("got %q, want path %s", got, test.path)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"a\u0000","flag":true,"number":-1.5e-3,"json":{"b":[1,null],"a":"<"}}`,
		`{"texts":["a",null],"numbers":[0.5,1e400,-0],"lists":[[],null,["a"]]}`,
		`{"object":{"name":null},"objects":[{"names":["a"]},{}],"unknown":{"a":[1]}}`,
		`{"rows":[{"id":"b","position":2,"created_at":"2025-01-01"},{"id":"a","position":2,"created_at":"2025-01-01T00:00:00.5+01:00"},{}]}`,
		`{"rows":[{"id":"a","name":"x"},{"id":"a","name":"w"},{"id":null,"created_at":"never"}],"rows":[{}]}`,
	} {
		f.Add([]byte(seed))
	}
	decoder := newDecoder(f, everything())
	f.Fuzz(func(t *testing.T, document []byte) {
		if !json.Valid(document) {
			t.Skip()
		}
		if s := jsonscan.New(document); s.Kind() != jsonscan.Object {
			t.Skip()
		}
		list, err := decodeList(t.Context(), decoder, string(document))
		if err != nil {
			if _, ok := errors.AsType[*jsonvalue.TypeError](err); !ok {
				t.Errorf("got %T: %v", err, err)
			}
			return
		}
		again := decode(t, decoder, string(document))
		if !list.Value.Equal(again.Value) || !slices.Equal(list.Unknown, again.Unknown) {
			t.Errorf("got %s, then %s", show(list.Value), show(again.Value))
		}
		encoded, err := tfprotov6.NewDynamicValue(list.Value.Type(), list.Value)
		if err != nil {
			t.Fatal(err)
		}
		if size, _ := decoder.Size(document); size < len(encoded.MsgPack) {
			t.Errorf("counted %d bytes, the encoding takes %d", size, len(encoded.MsgPack))
		}
	})
}

// everything is a schema with each type that the decoder knows.
func everything() basetypes.ObjectType {
	text, number := basetypes.StringType{}, basetypes.NumberType{}
	texts := basetypes.ListType{ElemType: text}
	object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{"name": text, "names": texts}}
	return basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		"text":    text,
		"flag":    basetypes.BoolType{},
		"number":  number,
		"json":    jsontypes.NormalizedType{},
		"texts":   texts,
		"flags":   basetypes.ListType{ElemType: basetypes.BoolType{}},
		"numbers": basetypes.ListType{ElemType: number},
		"lists":   basetypes.ListType{ElemType: texts},
		"object":  object,
		"objects": basetypes.ListType{ElemType: object},
		"rows":    basetypes.ListType{ElemType: rowType()},
	}}
}

func newDecoder(t testing.TB, object basetypes.ObjectType) *jsonvalue.Decoder {
	t.Helper()
	decoder, err := jsonvalue.New(t.Context(), object)
	if err != nil {
		t.Fatal(err)
	}
	return decoder
}

// decoded is what a list comes to.
type decoded struct {
	Value   tftypes.Value
	Unknown []string
}

func decodeList(ctx context.Context, decoder *jsonvalue.Decoder, texts ...string) (decoded, error) {
	list := decoder.NewList()
	for _, text := range texts {
		if err := list.Add(ctx, []byte(text)); err != nil {
			return decoded{}, err
		}
	}
	value, err := list.Value()
	return decoded{value, list.Unknown()}, err
}

func decode(t testing.TB, decoder *jsonvalue.Decoder, texts ...string) decoded {
	t.Helper()
	list, err := decodeList(t.Context(), decoder, texts...)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// field decodes one document and returns one field of it.
func field(t testing.TB, decoder *jsonvalue.Decoder, document, name string) tftypes.Value {
	t.Helper()
	return fields(elements(decode(t, decoder, document).Value)[0])[name]
}

// checkTypeError also makes sure that the values of the tests, hunter2 and 31337,
// are not told.
func checkTypeError(t testing.TB, err error, want jsonvalue.TypeError) {
	t.Helper()
	got, ok := errors.AsType[*jsonvalue.TypeError](err)
	if !ok {
		t.Fatalf("got error %v, want %#v", err, want)
	}
	if *got != want {
		t.Errorf("got %#v, want %#v", *got, want)
	}
	text := err.Error()
	if text != want.Path+": expected "+want.Want+", got "+want.Got {
		t.Errorf("got %q", text)
	}
	if strings.Contains(text, "hunter2") || strings.Contains(text, "31337") {
		t.Errorf("%q tells the value", text)
	}
}

// paths returns the names of members, sorted.
func paths(members []string) []string {
	var names []string
	for _, member := range members {
		names = append(names, strings.Split(member, `"`)[1])
	}
	slices.Sort(names)
	return names
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
