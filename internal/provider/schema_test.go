package provider_test

import (
	"os"
	"slices"
	"testing"

	frameworkdatasource "github.com/hashicorp/terraform-plugin-framework/datasource"
	frameworkephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

func TestSchemaImplementation(t *testing.T) {
	t.Parallel()
	p := provider.New("test", os.Getenv)()
	var providerSchema frameworkprovider.SchemaResponse
	p.Schema(t.Context(), frameworkprovider.SchemaRequest{}, &providerSchema)
	if diags := providerSchema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Errorf("provider: %v", diags)
	}
	for _, construct := range p.DataSources(t.Context()) {
		var schema frameworkdatasource.SchemaResponse
		construct().Schema(t.Context(), frameworkdatasource.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("data source: %v", diags)
		}
	}
	ephemerals := p.(frameworkprovider.ProviderWithEphemeralResources)
	for _, construct := range ephemerals.EphemeralResources(t.Context()) {
		var schema frameworkephemeral.SchemaResponse
		construct().Schema(t.Context(), frameworkephemeral.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Errorf("ephemeral resource: %v", diags)
		}
	}
}

// One assistant has the attributes of one in the list, and its arguments.
func TestSchemaOfOne(t *testing.T) {
	t.Parallel()
	schemas := newServer(t, nil).schema.DataSourceSchemas
	list := schemas["invent_assistants"].ValueType().(tftypes.Object).AttributeTypes["assistants"].(tftypes.List)
	one := schemas["invent_assistant"].ValueType().(tftypes.Object)
	for _, argument := range []string{"org_id", "include_secret_key", "timeouts"} {
		delete(one.AttributeTypes, argument)
	}
	if !one.Equal(list.ElementType) {
		t.Errorf("got %s, want %s", one, list.ElementType)
	}
}

// The documentation's sample has every documented field, so a field on one side
// only is one that was forgotten or invented.
func TestSchemaIsTheDocumentedModel(t *testing.T) {
	t.Parallel()
	sample := parseJSON(t, inventtest.ReadFile(t, "../mockinvent/testdata/assistants-sample.json"))
	state := newServer(t, nil).schema.DataSourceSchemas["invent_assistants"].ValueType().(tftypes.Object)
	compareModel(t, "assistants", sample, state.AttributeTypes["assistants"])
}

func compareModel(t *testing.T, path string, sample any, attribute tftypes.Type) {
	t.Helper()
	var want tftypes.Type
	switch sample := sample.(type) {
	case string:
		want = tftypes.String
	case bool:
		want = tftypes.Bool
	case number:
		want = tftypes.Number
	case []any:
		list, ok := attribute.(tftypes.List)
		if !ok {
			t.Fatalf("%s: the API has an array, the schema %s", path, attribute)
		}
		compareModel(t, path+"[]", sample[0], list.ElementType)
		return
	case map[string]any:
		if len(sample) == 0 { // a free-form object is JSON text
			want = tftypes.String
			break
		}
		object, ok := attribute.(tftypes.Object)
		if !ok {
			t.Fatalf("%s: the API has an object, the schema %s", path, attribute)
		}
		compareFields(t, path, sample, object)
		return
	}
	if !attribute.Equal(want) {
		t.Errorf("%s: the schema has %s, want %s", path, attribute, want)
	}
}

func compareFields(t *testing.T, path string, sample map[string]any, object tftypes.Object) {
	t.Helper()
	for name, field := range sample {
		if attribute, ok := object.AttributeTypes[name]; ok {
			compareModel(t, path+"."+name, field, attribute)
		} else {
			t.Errorf("%s.%s is in the API only", path, name)
		}
	}
	for name := range object.AttributeTypes {
		if _, ok := sample[name]; !ok {
			t.Errorf("%s.%s is in the schema only", path, name)
		}
	}
}

// Nothing but secret_key is sensitive inside the list: every other mark would
// cost each plan time that is quadratic in the list's length.
func TestSchemaSensitivity(t *testing.T) {
	t.Parallel()
	var sensitive []string
	for _, attribute := range newServer(t, nil).schema.DataSourceSchemas["invent_assistants"].Block.Attributes {
		if attribute.NestedType == nil {
			continue
		}
		for _, nested := range attribute.NestedType.Attributes {
			if nested.Sensitive {
				sensitive = append(sensitive, attribute.Name+"."+nested.Name)
			}
		}
	}
	if want := []string{"assistants.secret_key"}; !slices.Equal(sensitive, want) {
		t.Errorf("sensitive: %v, want %v", sensitive, want)
	}
}
