package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A configuration that changes under the framework's feet is compared with the
// state, all of it, value by value.
func TestWithValuesLeavesTheConfigurationAlone(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"given": tftypes.String, "computed": tftypes.String}}
	configuration := func() tftypes.Value {
		return tftypes.NewValue(object, map[string]tftypes.Value{
			"given":    tftypes.NewValue(tftypes.String, "a"),
			"computed": tftypes.NewValue(tftypes.String, nil),
		})
	}
	config := configuration()
	state := withValues(config, map[string]tftypes.Value{"computed": tftypes.NewValue(tftypes.String, "b")})
	if !config.Equal(configuration()) {
		t.Errorf("the configuration has become %s", config)
	}
	want := tftypes.NewValue(object, map[string]tftypes.Value{
		"given":    tftypes.NewValue(tftypes.String, "a"),
		"computed": tftypes.NewValue(tftypes.String, "b"),
	})
	if !state.Equal(want) {
		t.Errorf("got %s, want %s", state, want)
	}
}

// Terraform asks only a configured provider; if it ever does otherwise, that is an
// error and no crash.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	for _, construct := range (&inventProvider{}).DataSources(t.Context()) {
		source := construct()
		var schema datasource.SchemaResponse
		source.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
		config := tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(schema.Schema.Type().TerraformType(t.Context()), nil)}
		var response datasource.ReadResponse
		source.Read(t.Context(), datasource.ReadRequest{Config: config}, &response)
		if got := response.Diagnostics; len(got) != 1 || got[0].Summary() != "Provider not configured" {
			t.Errorf("%T: got %v", source, got)
		}
	}
	for _, construct := range (&inventProvider{}).EphemeralResources(t.Context()) {
		resource := construct()
		var schema ephemeral.SchemaResponse
		resource.Schema(t.Context(), ephemeral.SchemaRequest{}, &schema)
		config := tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(schema.Schema.Type().TerraformType(t.Context()), nil)}
		var response ephemeral.OpenResponse
		resource.Open(t.Context(), ephemeral.OpenRequest{Config: config}, &response)
		if got := response.Diagnostics; len(got) != 1 || got[0].Summary() != "Provider not configured" {
			t.Errorf("%T: got %v", resource, got)
		}
	}
}
