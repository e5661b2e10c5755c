package provider_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// The documentation's sample has every documented field, so a field on one side
// only is one that was forgotten or invented.
func TestSchemaIsTheDocumentedModel(t *testing.T) {
	t.Parallel()
	documentation := parseJSON(t, inventtest.ReadFile(t, "../mockinvent/testdata/assistants-sample.json"))
	state := newServer(t, nil).schemaOf(list).ValueType().(tftypes.Object)
	if got, want := state.AttributeTypes["assistants"], typeOf(documentation); !got.Equal(want) {
		t.Errorf("the schema has\n%s\nthe documentation\n%s", got, want)
	}
}

func typeOf(sample any) tftypes.Type {
	switch sample := sample.(type) {
	case bool:
		return tftypes.Bool
	case json.Number:
		return tftypes.Number
	case []any:
		return tftypes.List{ElementType: typeOf(sample[0])}
	case map[string]any:
		if len(sample) == 0 {
			break // a free-form object is JSON text
		}
		fields := map[string]tftypes.Type{}
		for name, field := range sample {
			fields[name] = typeOf(field)
		}
		return tftypes.Object{AttributeTypes: fields}
	}
	return tftypes.String
}

// Nothing but secret_key is sensitive inside the list: every other mark would
// cost each plan time that is quadratic in the list's length.
func TestSchemaSensitivity(t *testing.T) {
	t.Parallel()
	var sensitive []string
	for _, attribute := range newServer(t, nil).schemaOf(list).Block.Attributes {
		if attribute.Name == "assistants" {
			for _, nested := range attribute.NestedType.Attributes {
				if nested.Sensitive {
					sensitive = append(sensitive, nested.Name)
				}
			}
		}
	}
	if want := []string{"secret_key"}; !slices.Equal(sensitive, want) {
		t.Errorf("sensitive: %v, want %v", sensitive, want)
	}
}
