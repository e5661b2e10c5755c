package provider_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"golang.org/x/text/unicode/norm"
)

// The functions below say a second time, in the plainest way and from the
// provider's schema as the CLI sees it, what the documents of the API have to
// become. The acceptance tests compare this with what the CLI reports.

func expectAssistants(t *testing.T, s *server, documents []json.RawMessage) knownvalue.Check {
	t.Helper()
	rows := make([]any, len(documents))
	for i, document := range documents {
		rows[i] = parse(t, document)
	}
	for _, attribute := range s.schema.DataSourceSchemas["invent_assistants"].Block.Attributes {
		if attribute.Name == "assistants" {
			return expectList(t, attribute.NestedType, rows)
		}
	}
	t.Fatal("no assistants in the schema")
	return nil
}

// expectAssistant is for the data source of one assistant, whose attributes are
// the assistant's and some of its own.
func expectAssistant(t *testing.T, s *server, document json.RawMessage, own map[string]knownvalue.Check) map[string]knownvalue.Check {
	t.Helper()
	want := expectAttributes(t, s.schema.DataSourceSchemas["invent_assistant"].Block.Attributes, parse(t, document))
	maps.Copy(want, own)
	return want
}

func parse(t *testing.T, document json.RawMessage) (fields map[string]any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(document)))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

func expectAttributes(t *testing.T, attributes []*tfprotov6.SchemaAttribute, fields map[string]any) map[string]knownvalue.Check {
	t.Helper()
	want := map[string]knownvalue.Check{}
	for _, attribute := range attributes {
		want[attribute.Name] = expectAttribute(t, attribute, fields[attribute.Name])
	}
	return want
}

func expectAttribute(t *testing.T, attribute *tfprotov6.SchemaAttribute, value any) knownvalue.Check {
	t.Helper()
	isList := attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeList ||
		attribute.Type != nil && strings.Contains(attribute.Type.String(), "List")
	switch {
	case isList && value == nil:
		return knownvalue.ListExact([]knownvalue.Check{})
	case value == nil:
		return knownvalue.Null()
	case isList && attribute.NestedType != nil:
		return expectList(t, attribute.NestedType, value.([]any))
	case isList:
		var texts []knownvalue.Check
		for _, element := range value.([]any) {
			texts = append(texts, expectScalar(element))
		}
		return knownvalue.ListExact(texts)
	case attribute.NestedType != nil:
		return knownvalue.ObjectExact(expectAttributes(t, attribute.NestedType.Attributes, value.(map[string]any)))
	case attribute.Name == "config" || attribute.Name == "input" || attribute.Name == "definition":
		return knownvalue.StringExact(jsonencode(t, value))
	default:
		return expectScalar(value)
	}
}

func expectScalar(value any) knownvalue.Check {
	switch value := value.(type) {
	case nil:
		return knownvalue.Null()
	case bool:
		return knownvalue.Bool(value)
	case json.Number:
		number, _, _ := big.ParseFloat(value.String(), 10, 512, big.ToNearestEven)
		return knownvalue.NumberExact(number)
	default:
		return knownvalue.StringExact(norm.NFC.String(value.(string))) // as Terraform does with every string
	}
}

// jsonencode is Terraform's own function, after its jsondecode.
func jsonencode(t *testing.T, value any) string {
	t.Helper()
	document, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := stdlib.JSONDecode(cty.StringVal(string(document)))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := stdlib.JSONEncode(decoded)
	if err != nil {
		t.Fatal(err)
	}
	return encoded.AsString()
}

func expectList(t *testing.T, nested *tfprotov6.SchemaObject, rows []any) knownvalue.Check {
	t.Helper()
	has := func(name string) bool {
		return slices.ContainsFunc(nested.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
	}
	if has("id") {
		rows = slices.Clone(rows)
		slices.SortFunc(rows, func(a, b any) int {
			x, y := a.(map[string]any), b.(map[string]any)
			position := 0
			if has("position") {
				position = cmp.Compare(orderOfNumber(x["position"]), orderOfNumber(y["position"]))
			}
			return cmp.Or(position,
				cmp.Compare(orderOfTime(x["created_at"]), orderOfTime(y["created_at"])),
				cmp.Compare(x["id"].(string), y["id"].(string)))
		})
	}
	var elements []knownvalue.Check
	for _, row := range rows {
		elements = append(elements, knownvalue.ObjectExact(expectAttributes(t, nested.Attributes, row.(map[string]any))))
	}
	return knownvalue.ListExact(elements)
}

func orderOfNumber(value any) float64 {
	number, ok := value.(json.Number)
	if !ok {
		return 1e300 // null comes last
	}
	position, _ := number.Float64()
	return position
}

func orderOfTime(value any) string {
	text, ok := value.(string)
	if !ok {
		return "null comes last"
	}
	const fixedWidth = "2006-01-02T15:04:05.000000000"
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if instant, err := time.Parse(layout, text); err == nil {
			return instant.UTC().Format(fixedWidth)
		}
	}
	return "no time: " + text
}
