package jsonvalue_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// The encoding repeats the names of an object's attributes for each object. So a
// long name makes a large value of small documents, and of little memory.
func TestSizeError(t *testing.T) {
	t.Parallel()
	const MiB = 1 << 20
	// What a list counts for {}: 5 bytes for the object, 5 and the name, 5 for the
	// other name, and 1 for each null.
	longName := strings.Repeat("n", 2*MiB-5-5-5-1-1)
	decoder := newDecoder(t, basetypes.ObjectType{AttrTypes: map[string]attr.Type{
		longName: basetypes.BoolType{},
		"text":   basetypes.StringType{},
	}})
	tests := []struct {
		name      string
		documents []string
		size      int
		text      string
	}{
		{"at the limit", slices.Repeat([]string{`{}`}, 100), 0, ""},
		{"one byte more", append(slices.Repeat([]string{`{}`}, 99), `{"text":"x"}`), 200*MiB + 1, "the value takes 201 MiB, more than 200 MiB"},
		{"one document more", slices.Repeat([]string{`{}`}, 101), 202 * MiB, "the value takes 202 MiB, more than 200 MiB"},
		{"ten times as large", slices.Repeat([]string{`{}`}, 1000), 2000 * MiB, "the value takes 2000 MiB, more than 200 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list, err := decodeList(t.Context(), decoder, test.documents...)
			if test.size == 0 {
				if err != nil || len(elements(list.Value)) != len(test.documents) {
					t.Errorf("got %d values, %v", len(elements(list.Value)), err)
				}
				return
			}
			got, ok := errors.AsType[*jsonvalue.SizeError](err)
			if !ok {
				t.Fatalf("got error %v", err)
			}
			if got.Size != test.size || got.Error() != test.text {
				t.Errorf("got %d: %v, want %d: %s", got.Size, got, test.size, test.text)
			}
		})
	}
}

func TestSizeIsNeverTooSmall(t *testing.T) {
	t.Parallel()
	text := func(bytes int) string { return `"` + strings.Repeat("a", bytes) + `"` }
	tests := []struct {
		name     string
		document string
	}{
		{"nothing", `{}`},
		{"flag and numbers", `{"flag":true,"number":-1}`},
		{"empty text", `{"text":""}`},
		{"texts of 31 bytes", `{"texts":[` + many(text(31), 100) + `]}`},
		{"texts of 32 bytes", `{"texts":[` + many(text(32), 100) + `]}`},
		{"texts of 255 bytes", `{"texts":[` + many(text(255), 100) + `]}`},
		{"texts of 256 bytes", `{"texts":[` + many(text(256), 100) + `]}`},
		{"texts of 65,535 bytes", `{"texts":[` + many(text(65_535), 20) + `]}`},
		{"texts of 65,536 bytes", `{"texts":[` + many(text(65_536), 20) + `]}`},
		{"text that shrinks", `{"text":"` + strings.Repeat(`\u0041`, 1000) + `"}`},
		{"JSON text that grows", `{"json":"` + strings.Repeat(`<`, 1000) + `"}`},
		{"JSON text that shrinks", `{"json":[` + strings.Repeat(` `, 1000) + `]}`},
		{"JSON text with written-out numbers", `{"json":[` + many(`1e400`, 10) + `]}`},
		{"flags", `{"flags":[` + many(`true`, 100) + `]}`},
		{"65,536 nulls", `{"texts":[` + many(`null`, 65_536) + `]}`},
		{"small integers", `{"numbers":[` + many(`1`, 100) + `]}`},
		{"integers", `{"numbers":[` + many(`9007199254740993`, 100) + `]}`},
		{"large integers", `{"numbers":[` + many(`9223372036854775808`, 100) + `]}`},
		{"short fractions", `{"numbers":[` + many(`0.5`, 100) + `]}`},
		{"fractions", `{"numbers":[` + many(`0.1`, 100) + `]}`},
		{"large exponents", `{"numbers":[` + many(`1e400`, 10) + `]}`},
		{"small exponents", `{"numbers":[` + many(`-1e-400`, 10) + `]}`},
		{"1000 digits", `{"numbers":[` + many("0."+strings.Repeat("3", 999)+"e-400", 10) + `]}`},
		{"16 empty lists", `{"lists":[` + many(`[]`, 16) + `]}`},
		{"16 empty objects", `{"objects":[` + many(`{}`, 16) + `]}`},
	}
	decoder := newDecoder(t, everything())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if counted, encoded := sizes(t, decoder, test.document); counted < encoded {
				t.Errorf("counted %d bytes, the encoding takes %d", counted, encoded)
			}
		})
	}
}

func TestSizeOfTypicalDocuments(t *testing.T) {
	t.Parallel()
	s := jsonscan.New([]byte(typical))
	decoder := newDecoder(t, typeOf(&s).(basetypes.ObjectType))
	for _, n := range []int{1, 100} {
		counted, encoded := sizes(t, decoder, slices.Repeat([]string{typical}, n)...)
		if counted < encoded || counted > encoded+encoded/10 {
			t.Errorf("%d documents: counted %d bytes, the encoding takes %d", n, counted, encoded)
		}
	}
}

// typical is short for a document of the API, so that what the estimate adds to
// each value weighs more than it does there.
const typical = `{
	"id": "ast_2XqGmVbW0ZkT4n7RsLcD1y",
	"name": "Réservations",
	"enabled": true,
	"deleted": false,
	"avatar_url": null,
	"config": {
		"language": "auto",
		"tts": {"model": "tts-1-hd", "voice_id": "alloy"},
		"conversation": {
			"enable_memories": true,
			"enable_private_chats": false,
			"welcome_banner": "Usually answers within a minute",
			"suggested_messages": ["When are you open today?", "Where can I park?"]
		},
		"instructions": "Answer questions about opening hours, prices and the way to us.\n\n- Write short sentences.\n- Hand over to a colleague when a guest is upset.\n"
	},
	"integrations": [
		{"id": "int_8fYpJ3hQvA5oNzU6eKxM0w", "enabled": true, "integration_id": "internal", "error": null, "created_at": "2025-01-06T08:01:00.250Z"}
	],
	"actions": [
		{
			"id": "act_4sHdB9tCrE1gOiP7uLjF2k",
			"name": "Opening hours",
			"config": {
				"input": {"url": "https://api.example.com/hours?place=1", "retries": 2},
				"definitions": [{"path": "query.day", "definition": {"type": "string", "enum": ["today", "tomorrow"]}}]
			},
			"position": 1,
			"created_at": null
		}
	],
	"boards": [],
	"created_at": "2025-01-06T08:00:00.250Z"
}`

// sizes returns what a list counts, and what the plugin protocol's encoding takes.
func sizes(t *testing.T, decoder *jsonvalue.Decoder, texts ...string) (counted, encoded int) {
	t.Helper()
	for _, text := range texts {
		size, err := decoder.Size([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		counted += size
	}
	value := decode(t, decoder, texts...).Value
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return counted, len(dynamic.MsgPack)
}

func many(text string, n int) string {
	return strings.Join(slices.Repeat([]string{text}, n), ",")
}

// typeOf makes a schema for a document. An array's elements are like its first,
// and an input or definition is free-form.
func typeOf(s *jsonscan.Scanner) attr.Type {
	switch s.Kind() {
	case jsonscan.Object:
		types := map[string]attr.Type{}
		for s.Enter(); s.More(); {
			name := string(s.Key())
			types[name] = typeOf(s)
			if name == "input" || name == "definition" {
				types[name] = jsontypes.NormalizedType{}
			}
		}
		return basetypes.ObjectType{AttrTypes: types}
	case jsonscan.Array:
		elements := []attr.Type{}
		for s.Enter(); s.More(); {
			elements = append(elements, typeOf(s))
		}
		return basetypes.ListType{ElemType: slices.Concat(elements, []attr.Type{basetypes.StringType{}})[0]}
	case jsonscan.Number:
		s.Raw()
		return basetypes.NumberType{}
	case jsonscan.Bool:
		s.Raw()
		return basetypes.BoolType{}
	default:
		s.Raw()
		return basetypes.StringType{}
	}
}
