package jsonvalue_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// canonicalTests are also held against Terraform's own functions, see
// TestCanonicalAsTerraform, and are the fuzz target's seeds. Numbers are the
// matter of TestNumber.
func canonicalTests() []canonicalTest {
	return []canonicalTest{
		{"true", `true`, `true`},
		{"false", `false`, `false`},
		{"number", `1.50`, `1.5`},
		{"minus zero", `-0`, `-0`},
		{"large exponent", `[1e30,1.5E+3,25e-3]`, `[1000000000000000000000000000000,1500,0.025]`},
		{"large integer", `12345678901234567890123456789`, `12345678901234567890123456789`},
		{"text", `"a"`, `"a"`},
		{"empty text", `""`, `""`},
		{"HTML", `"<a href='x'>&</a>"`, `"\u003ca href='x'\u003e\u0026\u003c/a\u003e"`},
		{"escaped HTML", `"\u003C\u003e\u0026"`, `"\u003c\u003e\u0026"`},
		{"line separators", "\"\u2028\u2029\"", `"\u2028\u2029"`},
		{"escapes", `"\"\\\/\b\f\n\r\t"`, `"\"\\/\b\f\n\r\t"`},
		{"control characters", `"\u0000\u001f\u007f"`, "\"\\u0000\\u001f\x7f\""},
		{"escaped letters", `"\u0041\u00e9"`, `"Aé"`},
		{"pair of surrogates", `"\ud83d\ude00"`, `"😀"`},
		{"half a pair of surrogates", `"\ud83d"`, "\"\ufffd\""},
		{"decomposed text", "\"e\u0301\"", "\"\u00e9\""},
		{"decomposed text in escapes", `"e\u0301"`, "\"\u00e9\""},
		{"HTML that composes", `"<\u0338"`, "\"\u226e\""},
		{"empty array", `[ ]`, `[]`},
		{"array keeps its order", `[ 2, 1, "b", "a", null, [ ] ]`, `[2,1,"b","a",null,[]]`},
		{"empty object", `{ }`, `{}`},
		{"keys are sorted by their bytes", `{"b":1,"a":2,"B":3,"é":4,"":5,"aa":6}`, `{"":5,"B":3,"a":2,"aa":6,"b":1,"é":4}`},
		{"keys of inner objects", `[{"b":{"d":1,"c":2},"a":3}]`, `[{"a":3,"b":{"c":2,"d":1}}]`},
		{"null in an object stays", `{"a":null}`, `{"a":null}`},
		{"key with HTML", `{"<>&":1}`, `{"\u003c\u003e\u0026":1}`},
		{"key with escapes", `{"\u0061\n\"":1}`, `{"a\n\"":1}`},
		{"decomposed key", "{\"e\u0301\":1}", "{\"\u00e9\":1}"},
		{"composing changes the order of keys", "{\"z\":1,\"e\u0301\":2}", "{\"z\":1,\"\u00e9\":2}"},
		{"of a key that comes twice the last wins", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{"of a key that comes thrice, inside", `[{"a":"x","a":"y","a":"z"}]`, `[{"a":"z"}]`},
		{"keys are the same once composed", "{\"\u00e9\":1,\"e\u0301\":2}", "{\"\u00e9\":2}"},
		{"white space", "\t{ \"a\" :\r\n[ 1 , \" b \" ] } ", `{"a":[1," b "]}`},
		{"deep nesting", strings.Repeat(`[{"a":`, 100) + "1" + strings.Repeat(` } ] `, 100), strings.Repeat(`[{"a":`, 100) + "1" + strings.Repeat(`}]`, 100)},
	}
}

type canonicalTest struct {
	name     string
	document string
	want     string
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	decoder := newDecoder(t, everything())
	for _, test := range canonicalTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := canonical(decoder, test.document); got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

// The wanted texts of these tests are what Terraform makes of the documents.
func TestCanonicalAsTerraform(t *testing.T) {
	t.Parallel()
	for _, test := range canonicalTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := jsonencodeJSONDecode(test.document); got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

// Terraform refuses a key that comes twice with values of different types; here
// the last wins all the same.
func TestCanonicalBeyondTerraform(t *testing.T) {
	t.Parallel()
	tests := []canonicalTest{
		{"key that comes twice with different types", `{"a":1,"a":"x"}`, `{"a":"x"}`},
		{"key that comes twice, first as an object", `{"a":{"b":1},"a":null}`, `{"a":null}`},
		{"keys in escapes that are the same once composed", `{"\u00e9":1,"e\u0301":2}`, `{"é":2}`},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := jsonencodeJSONDecode(test.document); err == nil {
				t.Errorf("Terraform does take it: %s", got)
			}
			if got, err := canonical(decoder, test.document); got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

func TestCanonicalOfDeepestNesting(t *testing.T) {
	t.Parallel()
	const depth = 9_999 // with the object around it the deepest that encoding/json calls valid
	document := strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth)
	if !json.Valid([]byte(`{"json":` + document + `}`)) {
		t.Fatal("not valid")
	}
	if got, err := canonical(newDecoder(t, everything()), document); got != document {
		t.Errorf("got %d bytes, %v, want %d", len(got), err, len(document))
	}
}

func FuzzCanonical(f *testing.F) {
	for _, test := range canonicalTests() {
		f.Add(test.document)
	}
	for _, seed := range []string{
		`null`, `[-0.0,0e-5,1e400,1e-400,9007199254740993,0.30000000000000004]`,
		strings.Repeat("7", 1000), "0." + strings.Repeat("3", 999), `1e401`,
	} {
		f.Add(seed)
	}
	decoder := newDecoder(f, everything())
	beyondLimits := regexp.MustCompile(`[eE][+-]?[0-9]{3}|[0-9.]{1000}`)
	f.Fuzz(func(t *testing.T, document string) {
		if !utf8.ValidString(document) || !json.Valid([]byte(`{"json":`+document+`}`)) || !json.Valid([]byte(document)) {
			t.Skip()
		}
		got, err := canonical(decoder, document)
		if err != nil {
			if _, ok := errors.AsType[*jsonvalue.TypeError](err); !ok || !beyondLimits.MatchString(document) {
				t.Errorf("got error %v", err)
			}
			return
		}
		if again, err := canonical(decoder, got); again != got && !beyondLimits.MatchString(got) {
			t.Errorf("got %q, and again %q, %v", got, again, err)
		}
		want, err := jsonencodeJSONDecode(document)
		if err != nil {
			t.Skip()
		}
		if got != want {
			t.Errorf("got %q, Terraform makes %q", got, want)
		}
	})
}

// canonical decodes a document as a free-form field.
func canonical(decoder *jsonvalue.Decoder, document string) (string, error) {
	list, err := decodeList(context.Background(), decoder, `{"json":`+document+`}`)
	if err != nil {
		return "", err
	}
	text := fields(elements(list.Value)[0])["json"]
	if text.IsNull() {
		return "null", nil
	}
	return as[string](text), nil
}

// jsonencodeJSONDecode is jsonencode(jsondecode(document)) with the functions that
// Terraform uses.
func jsonencodeJSONDecode(document string) (string, error) {
	value, err := stdlib.JSONDecode(cty.StringVal(document))
	if err != nil {
		return "", err
	}
	text, err := stdlib.JSONEncode(value)
	if err != nil {
		return "", err
	}
	return text.AsString(), nil
}
