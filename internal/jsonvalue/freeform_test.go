package jsonvalue_test

import (
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

// jsonTexts are documents and what jsonencode(jsondecode(…)) makes of them. Numbers are the matter of TestNumber.
func jsonTexts() map[string]string {
	return map[string]string{
		`true`:                                  `true`,
		`false`:                                 `false`,
		`[1e30,1.5E+3,25e-3,1.50,-0]`:           `[1000000000000000000000000000000,1500,0.025,1.5,-0]`,
		`""`:                                    `""`,
		`"<a href='x'>&</a>"`:                   `"\u003ca href='x'\u003e\u0026\u003c/a\u003e"`,
		`"\u003C\u003e\u0026"`:                  `"\u003c\u003e\u0026"`,
		"\"\u2028\u2029\"":                      `"\u2028\u2029"`,
		`"\"\\\/\b\f\n\r\t"`:                    `"\"\\/\b\f\n\r\t"`,
		`"\u0000\u001f\u007f"`:                  "\"\\u0000\\u001f\x7f\"",
		`"\u0041\u00e9"`:                        `"Aé"`,
		`"\ud83d\ude00"`:                        `"😀"`,
		`"\ud83d"`:                              "\"\ufffd\"",
		"\"e\u0301\"":                           "\"\u00e9\"",
		`"e\u0301"`:                             "\"\u00e9\"",
		"\"<\u0338\"":                           "\"\u226e\"",
		"\"<\u0327\"":                           "\"\\u003\u00e7\"", // no JSON any more: so does Terraform
		`[ 2, 1, "b", "a", null, [ ]]`:          `[2,1,"b","a",null,[]]`,
		`{ }`:                                   `{}`,
		`{"b":1,"a":2,"B":3,"é":4,"":5,"aa":6}`: `{"":5,"B":3,"a":2,"aa":6,"b":1,"é":4}`,
		`[{"b":{"d":1,"c":null},"a":3}]`:        `[{"a":3,"b":{"c":null,"d":1}}]`,
		`{"<>&\n":1}`:                           `{"\u003c\u003e\u0026\n":1}`,
		"{\"z\":1,\"e\u0301\":2}":               "{\"z\":1,\"\u00e9\":2}",
		`{"a":1,"b":2,"a":3}`:                   `{"a":3,"b":2}`,
		"{\"\u00e9\":1,\"e\u0301\":2}":          "{\"\u00e9\":2}",
		"\t{ \"a\" :\r\n[ 1 , \" b \" ] } ":     `{"a":[1," b "]}`,
		nested(100):                             nested(100),
	}
}

// nested is an object or array of so many levels.
func nested(levels int) string {
	return strings.Repeat(`[{"a":`, levels/2) + strings.Repeat(`[]`, levels%2) + strings.Repeat(`1`, 1-levels%2) + strings.Repeat(`}]`, levels/2)
}

func TestJSONText(t *testing.T) {
	t.Parallel()
	for document, want := range jsonTexts() {
		if got, err := jsonText(t, everything(t), document); got != want {
			t.Errorf("%s: got %s, %v, want %s", document, got, err, want)
		}
		if got, err := jsonencodeJSONDecode(document); got != want {
			t.Errorf("%s: Terraform makes %s, %v, want %s", document, got, err, want)
		}
	}
}

// Terraform refuses a name that comes twice with values of different types; here the last counts all the same.
func TestJSONTextBeyondTerraform(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{`{"a":1,"a":"x"}`: `{"a":"x"}`, `{"a":{"b":1},"a":null}`: `{"a":null}`} {
		if got, err := jsonencodeJSONDecode(document); err == nil {
			t.Errorf("%s: Terraform does take it: %s", document, got)
		}
		if got, err := jsonText(t, everything(t), document); got != want {
			t.Errorf("%s: got %s, %v, want %s", document, got, err, want)
		}
	}
}

func TestNestedTooDeeply(t *testing.T) {
	t.Parallel()
	want := jsonvalue.TypeError{Path: "json", Want: "a value of at most 100 levels", Got: "one of more"}
	checkTypeError(t, `{"json":`+nested(101)+`}`, want)
	checkTypeError(t, `{"json":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}`, want)
}

func FuzzJSONText(f *testing.F) {
	for document := range jsonTexts() {
		f.Add(document)
	}
	for _, seed := range []string{
		`[-0.0,0e-5,1e400,1e-400,9007199254740993,0.30000000000000004]`, strings.Repeat("7", 1000), "0." + strings.Repeat("3", 999), `1e401`,
	} {
		f.Add(seed)
	}
	decoder := everything(f)
	beyondLimits := regexp.MustCompile(`[eE][+-]?[0-9]{3}|[0-9.]{1000}|([^\[{]*[\[{]){101}`)
	f.Fuzz(func(t *testing.T, document string) {
		if !utf8.ValidString(document) || !json.Valid([]byte(document)) {
			return
		}
		got, err := jsonText(t, decoder, document)
		if err != nil {
			if _, ok := errors.AsType[*jsonvalue.TypeError](err); !ok || !beyondLimits.MatchString(document) {
				t.Errorf("got error %v", err)
			}
			return
		}
		if want, err := jsonencodeJSONDecode(document); err == nil && got != want {
			t.Errorf("got %q, Terraform makes %q", got, want)
		}
	})
}

// jsonText decodes a document as a free-form field.
func jsonText(t testing.TB, decoder *jsonvalue.Decoder, document string) (string, error) {
	t.Helper()
	object, _, err := decoder.Object(t.Context(), []byte(`{"json":`+document+`}`))
	if err != nil {
		return "", err
	}
	if object["json"].IsNull() {
		return "null", nil
	}
	return as[string](object["json"]), nil
}

// jsonencodeJSONDecode is jsonencode(jsondecode(document)) with the functions that Terraform uses.
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
