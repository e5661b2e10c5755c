package jsonvalue_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestLeaves(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value, want string }{
		{"null", `null`, `null`},
		{"string", `"x"`, `{"":"«x»"}`},
		{"empty string", `""`, `{"":"«»"}`},
		{"strings that look like other leaves", `["1","true","null","{}","[]"]`, `{"/0":"«1»","/1":"«true»","/2":"«null»","/3":"«{}»","/4":"«[]»"}`},
		{"numbers", `[1.50,1e3,-0]`, `{"/0":"1.5","/1":"1000","/2":"-0"}`},
		{"boolean", `false`, `{"":"false"}`},
		{"empty object", `{}`, `{"":"{}"}`},
		{"empty array", `[]`, `{"":"[]"}`},
		{"nested", `{"b":{"d":null,"c":[true,"x",[],{}]},"a":[[1]]}`, `{"/a/0/0":"1","/b/c/0":"true","/b/c/1":"«x»","/b/c/2":"[]","/b/c/3":"{}","/b/d":"null"}`},
		{"names with / and ~", `{"a/b":{"~":1},"~1":2,"":{"":3},"*":4}`, `{"/*":"4","//":"3","/a~1b/~0":"1","/~01":"2"}`},
		{"names in NFC", "{\"e\u0301\":1}", `{"/é":"1"}`},
		{"a name twice", `{"a":{"b":1},"a":2}`, `{"/a":"2"}`},
		{"a name twice in NFC", "{\"é\":1,\"e\u0301\":{\"b\":2}}", `{"/é/b":"2"}`},
		{"strings in NFC", "\"e\u0301\"", `{"":"«é»"}`},
		{"escaped in canonical JSON", `["<&>\u2028\n\"","<` + "\u0327" + `"]`, "{\"/0\":\"«<&>\u2028\n\"»\",\"/1\":\"«<\u0327»\"}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for document, name := range map[string]string{`{"free":` + test.value + `}`: "free", `{"rows":[{"id":"a","free":` + test.value + `}]}`: "rows"} {
				want := withFingerprints(test.want)
				if name == "rows" {
					want = fmt.Sprintf(`{"a":%s}`, row(`"free":`+want, `"id":"a"`))
				}
				if got := show(field(t, settings(t), document, name)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
}

func TestFingerprintAndLines(t *testing.T) {
	t.Parallel()
	tests := []struct{ document, key, lines string }{
		{`{}`, `null`, `null`},
		{`{"key":null,"lines":null}`, `null`, `null`},
		{`{"key":"","lines":""}`, `"«»"`, `[""]`},
		{`{"key":"<x>","lines":"a\n\nb\r\n"}`, `"«<x>»"`, `["a","","b\r",""]`},
		{"{\"key\":\"e\u0301\",\"lines\":\"a\"}", `"«é»"`, `["a"]`},
	}
	for _, test := range tests {
		key, lines := show(field(t, settings(t), test.document, "key")), show(field(t, settings(t), test.document, "lines"))
		if want := withFingerprints(test.key); key != want || lines != test.lines {
			t.Errorf("%s: got %s and %s, want %s and %s", test.document, key, lines, want, test.lines)
		}
	}
}

func TestOtherFields(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, document, want string }{
		{"none", `{"id":"a","updated_at":"x","object":{"count":1},"free":{"new":1},"rows":[{"updated_at":"x"}]}`, `null`},
		{"of the root", `{"new":{"a":"x"},"NEW":{},"null":null}`, `{"/NEW":"{}","/new/a":"«x»","/null":"null"}`},
		{"named as the attribute", `{"other_fields":{"a":1}}`, `{"/other_fields/a":"1"}`},
		{"of an object", `{"object":{"new":[1]}}`, `{"/object/new/0":"1"}`},
		{"of elements of a list", `{"objects":[{},{"new":"x"},{"new":1}]}`, `{"/objects/1/new":"«x»","/objects/2/new":"1"}`},
		{"of elements by id", `{"rows":[{"id":"b","new":1,"segment":{"new":2}},{"id":"a/~","new~/":3},{"new":4}]}`,
			`{"/rows/#2/new":"4","/rows/a~1~0/new~0~1":"3","/rows/b/new":"1","/rows/b/segment/new":"2"}`},
		{"of a name that comes twice", `{"object":{"new":1},"object":{},"objects":[{"new":1}],"objects":null,"rows":[{"new":1}],"rows":[{"new":2}]}`, `{"/rows/#0/new":"2"}`},
		{"of a name that comes twice, and none", `{"object":{"new":1},"object":{}}`, `null`},
		{"a name that comes twice", "{\"new\":{\"a\":1},\"new\":2,\"e\u0301\":1,\"é\":2}", `{"/new":"2","/é":"2"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, want := show(field(t, settings(t), test.document, "other_fields")), withFingerprints(test.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// What cannot be a leaf fails the read, unless it is ignored.
func TestNoLeaf(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		nested(101):     "expected a value of at most 100 levels, got one of more",
		`{"a":[1e401]}`: "expected a number with an exponent of at most ±400 and at most 1000 digits, got one with a larger exponent",
	} {
		for _, test := range []struct{ document, path, ignored string }{
			{`{"free":%s}`, "free", "free"},
			{`{"rows":[{},{"free":%s}]}`, "rows[1].free", "rows"},
			{`{"free":{"a":[%s]}}`, "free", "free/a/0"},
			{`{"rows":[{"new":{"a":%s}}]}`, `rows[0]."new"`, "other_fields/rows/*/new/a"},
			{`{"new":%s}`, `"new"`, "other_fields"},
			{`{"e":%[1]s,"d":%[1]s,"f":%[1]s,"a":%[1]s,"h":%[1]s,"c":%[1]s,"g":%[1]s,"b":%[1]s}`, `"a"`, "other_fields"}, // always the same one
			{`{"rows":[{"new\n":%s}]}`, `rows[0]."new\n"`, "other_fields"},
		} {
			document := []byte(fmt.Sprintf(test.document, value))
			if _, _, err := settings(t).Object(t.Context(), document); err == nil || err.Error() != test.path+": "+want {
				t.Errorf("%.50s: got %v", document, err)
			}
			if _, _, err := ignoring(t, test.ignored).Object(t.Context(), document); err != nil {
				t.Errorf("%.50s, ignored: %v", document, err)
			}
		}
	}
	if got := show(field(t, settings(t), `{"free":`+nested(100)+`}`, "free")); len(got) < 100 {
		t.Errorf("100 levels: got %s", got)
	}
}

// No document makes the decoder panic, and the order of an object's members does not change the value.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		`{"id":"a","key":"k","lines":"a\nb","free":{"a":[1,{"b":"x"}],"b":""},"new":{"b":{"c":1}},"updated_at":null}`,
		`{"rows":[{"id":"a","position":1,"free":[],"segment":null,"new":1},{"id":"a"},{"id":"a#1","segment":{"id":"x","new":{}}}],"rows":[{}]}`,
		`{"object":{"name":"x","new":[1e400]},"objects":[{"free":{"a":null}},{"new":"x"}],"texts":null,"other_fields":1}`, `[]`, `{"rows":[null]}`,
	} {
		f.Add([]byte(seed), uint64(1))
	}
	decoder := ignoring(f, "id", "rows.id", "rows.position", "rows.segment.created_at", "free/a/*/b", "other_fields/b/*")
	if err := errors.Join(decoder.Reveal("free/b"), decoder.Reveal("other_fields")); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, document []byte, seed uint64) {
		object, _, err := decoder.Object(t.Context(), document)
		_, wrongType := errors.AsType[*jsonvalue.TypeError](err)
		for _, character := range string(document) {
			if err != nil && !wrongType || character == '\\' || character > unicode.MaxASCII { // can be a name twice in NFC
				return
			}
		}
		shuffled, _, again := decoder.Object(t.Context(), mockinvent.Shuffle([]json.RawMessage{document}, seed)[0])
		for name, value := range object {
			if again != nil || !value.Equal(shuffled[name]) {
				t.Errorf("got %s, shuffled %s, %v", show(value), show(shuffled[name]), again)
			}
		}
	})
}

// settings decodes a schema with each of the conversions, at each depth.
func settings(t testing.TB) *jsonvalue.Decoder {
	t.Helper()
	text, number, json := basetypes.StringType{}, basetypes.NumberType{}, jsontypes.NormalizedType{}
	leaves := basetypes.MapType{ElemType: text}
	list := func(types map[string]attr.Type) attr.Type {
		return basetypes.ListType{ElemType: basetypes.ObjectType{AttrTypes: types}}
	}
	objects := map[string]attr.Type{"name": text, "free": leaves}
	rows := rowTypes()
	rows["free"] = leaves
	rows["segment"] = basetypes.ObjectType{AttrTypes: map[string]attr.Type{"id": text, "created_at": text}}
	object := basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		"id":           text,
		"key":          jsonvalue.FingerprintType{},
		"lines":        basetypes.ListType{ElemType: text},
		"free":         leaves,
		"texts":        basetypes.ListType{ElemType: text},
		"object":       basetypes.ObjectType{AttrTypes: objects},
		"objects":      list(objects),
		"rows":         basetypes.MapType{ElemType: basetypes.ObjectType{AttrTypes: rows}},
		"other_fields": leaves,
	}}
	model := basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		"updated_at": text, "lines": text, "free": json,
		"object":  basetypes.ObjectType{AttrTypes: map[string]attr.Type{"count": number, "free": json}},
		"objects": list(map[string]attr.Type{"free": json}),
		"rows":    list(map[string]attr.Type{"updated_at": text, "free": json}),
	}}
	return jsonvalue.New(t.Context(), object, model, order())
}

func ignoring(t testing.TB, paths ...string) *jsonvalue.Decoder {
	t.Helper()
	decoder := settings(t)
	for _, path := range paths {
		if err := decoder.Ignore(path); err != nil {
			t.Fatal(err)
		}
	}
	return decoder
}

// withFingerprints replaces each «text» by what Terraform's own functions make its fingerprint.
func withFingerprints(text string) string {
	return regexp.MustCompile(`(?s)«(.*?)»`).ReplaceAllStringFunc(text, func(quoted string) string {
		canonical, err := stdlib.JSONEncode(cty.StringVal(quoted[len("«") : len(quoted)-len("»")]))
		if err != nil {
			panic(err)
		}
		return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(canonical.AsString())))[:len("sha256:")+16]
	})
}
