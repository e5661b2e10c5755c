package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
)

// In these documents a dot stands where JSON allows white space.
func TestScanner(t *testing.T) {
	t.Parallel()
	type (
		object = map[string]any
		array  = []any
	)
	tests := []struct {
		name     string
		document string
		want     any
	}{
		{"null", `·null·`, nil},
		{"true", `·true·`, true},
		{"false", `·false·`, false},
		{"zero", `·0·`, json.Number("0")},
		{"negative number", `·-12·`, json.Number("-12")},
		{"number as it came", `·1.50E+03·`, json.Number("1.50E+03")},
		{"empty string", `·""·`, ""},
		{"string", `·"plain"·`, "plain"},
		{"string with brackets and commas", `·"]},{[: "·`, "]},{[: "},
		{"string of a backslash", `·"\\"·`, `\`},
		{"string of a quote", `·"\""·`, `"`},
		{"string that ends with an escaped backslash", `[·"\\\\"·,·1·]`, array{`\\`, json.Number("1")}},
		{"every escape", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"escaped rune", `"\u00e9\u0000"`, "é\x00"},
		{"escaped pair of surrogates", `"\ud83d\ude00"`, "😀"},
		{"half a pair of surrogates", `"\ud83d-\ude00"`, "\ufffd-\ufffd"},
		{"decomposed runes", "\"e\u0301\"", "e\u0301"},
		{"empty array", `·[·]·`, array{}},
		{"array", `·[·1·,·"a"·,·null·,·true·,·false·]·`, array{json.Number("1"), "a", nil, true, false}},
		{"arrays in arrays", `·[·[·]·,·[·[·]·]·,·2·]·`, array{array{}, array{array{}}, json.Number("2")}},
		{"empty object", `·{·}·`, object{}},
		{"object", `·{·"a"·:·1·,·"b"·:·"c"·}·`, object{"a": json.Number("1"), "b": "c"}},
		{"objects in objects", `·{·"a"·:·{·"b"·:·{·}·}·,·"c"·:·{·}·}·`, object{"a": object{"b": object{}}, "c": object{}}},
		{"empty key", `{""·:·1}`, object{"": json.Number("1")}},
		{"key with escapes", `{"a\"\u0062"·:·1}`, object{`a"b`: json.Number("1")}},
		{"key with a colon", `{"a:b"·:·1}`, object{"a:b": json.Number("1")}},
		{"key that comes twice", `{"a":1,"a":2}`, object{"a": json.Number("2")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, space := range []string{"", " ", "\n", "\t\r\n  "} {
				document := []byte(strings.ReplaceAll(test.document, "·", space))
				s := jsonscan.New(document)
				if got := read(&s); !reflect.DeepEqual(got, test.want) {
					t.Errorf("%q: got %#v, want %#v", document, got, test.want)
				}
			}
		})
	}
}

func TestKind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		document string
		kind     jsonscan.Kind
		text     string
	}{
		{`null`, jsonscan.Null, "null"},
		{`true`, jsonscan.Bool, "a boolean"},
		{`false`, jsonscan.Bool, "a boolean"},
		{`-1`, jsonscan.Number, "a number"},
		{`""`, jsonscan.String, "a string"},
		{`[]`, jsonscan.Array, "an array"},
		{`{}`, jsonscan.Object, "an object"},
	}
	for digit := '0'; digit <= '9'; digit++ {
		tests = append(tests, struct {
			document string
			kind     jsonscan.Kind
			text     string
		}{string(digit), jsonscan.Number, "a number"})
	}
	for _, test := range tests {
		t.Run(test.document, func(t *testing.T) {
			t.Parallel()
			s := jsonscan.New([]byte(" " + test.document))
			for range 2 { // asking does not move
				if got := s.Kind(); got != test.kind {
					t.Errorf("got %q, want %q", got, test.kind)
				}
			}
			if got := s.Kind().String(); got != test.text {
				t.Errorf("got %q, want %q", got, test.text)
			}
		})
	}
	if got := jsonscan.Kind(0).String(); got != "nothing" {
		t.Errorf("no kind: got %q", got)
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value string
	}{
		{"null", `null`},
		{"boolean", `false`},
		{"number", `-1.50e+2`},
		{"string", `"a\"b\\"`},
		{"array", `[ 1, [ "]" ], {} ]`},
		{"object", `{ "a}" : { "b" : [ "\\" ] } }`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			document := []byte("\n [ \t" + test.value + "\r\n, 7 ]")
			s := jsonscan.New(document)
			s.Enter()
			s.More()
			raw := s.Raw()
			if string(raw) != test.value {
				t.Errorf("got %s, want %s", raw, test.value)
			}
			if !s.More() || string(s.Raw()) != "7" || s.More() {
				t.Error("the scanner is not behind the value")
			}
			before := bytes.Clone(document)
			_ = append(raw, '!')
			if !bytes.Equal(document, before) {
				t.Errorf("appending to the value changed the document: %s", document)
			}
		})
	}
}

func TestRawOfDeepNesting(t *testing.T) {
	t.Parallel()
	const depth = 1_000_000 // the stack of a recursive scanner would grow by hundreds of megabytes
	document := []byte(strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth))
	s := jsonscan.New(document)
	if got := s.Raw(); len(got) != len(document) {
		t.Errorf("got %d bytes, want %d", len(got), len(document))
	}
}

// The time grows with the length. If it grew with its square, this test would not end.
func TestRawOfManyEscapes(t *testing.T) {
	t.Parallel()
	const escapes = 8 << 20
	for _, escape := range []string{`\"`, `\\`, `\n`} {
		document := []byte(`"` + strings.Repeat(escape, escapes) + `"`)
		s := jsonscan.New(document)
		if got := s.Raw(); len(got) != len(document) {
			t.Errorf("%s: got %d bytes, want %d", escape, len(got), len(document))
		}
	}
}

// A copy of a scanner is a bookmark: the decoder reads an element twice by it.
func TestCopyStaysBehind(t *testing.T) {
	t.Parallel()
	s := jsonscan.New([]byte(`[1, 2]`))
	s.Enter()
	s.More()
	bookmark := s
	s.Raw()
	if got := string(bookmark.Raw()); got != "1" {
		t.Errorf("got %s, want 1", got)
	}
}

func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`null`, ` true `, `false`, `-0`, `1.50`, `1E+400`, `""`, `"a\\\"b\u00e9\ud800"`, "\"e\u0301\u2028\"",
		` [ ] `, `[1,[2,[3]],"]"]`, ` { } `, `{"a":{"b":[{"c":null}]},"a":1}`, "{\t\"a\\u0062\"\r:\n1 }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		if !utf8.Valid(document) || !json.Valid(document) {
			t.Skip()
		}
		decoder := json.NewDecoder(bytes.NewReader(document))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Skip()
		}
		s := jsonscan.New(document)
		if got := read(&s); !reflect.DeepEqual(got, want) {
			t.Errorf("got %#v, want %#v", got, want)
		}
		s = jsonscan.New(document)
		if got, want := s.Raw(), bytes.TrimSpace(document); !bytes.Equal(got, want) {
			t.Errorf("raw: got %q, want %q", got, want)
		}
	})
}

// read makes of a value what encoding/json makes of it.
func read(s *jsonscan.Scanner) any {
	switch s.Kind() {
	case jsonscan.Object:
		object := map[string]any{}
		for s.Enter(); s.More(); {
			key := string(s.Key())
			object[key] = read(s)
		}
		return object
	case jsonscan.Array:
		array := []any{}
		for s.Enter(); s.More(); {
			array = append(array, read(s))
		}
		return array
	case jsonscan.String:
		return s.Text()
	case jsonscan.Number:
		return json.Number(s.Raw())
	case jsonscan.Bool:
		return s.True()
	default:
		s.Raw()
		return nil
	}
}
