package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The framework compares the state with the configuration, value by value, which is slow once the configuration has
// become the state. Terraform asks only a configured provider; if it ever does otherwise, that is an error and no crash.
func TestRun(t *testing.T) {
	t.Parallel()
	var described datasource.SchemaResponse
	newSubOrganizationsDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &described)
	object := described.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	value := func(organizationID, subOrganizations any) tftypes.Value {
		return tftypes.NewValue(object, map[string]tftypes.Value{
			"org_id":            tftypes.NewValue(tftypes.String, organizationID),
			"timeouts":          tftypes.NewValue(object.AttributeTypes["timeouts"], nil),
			"sub_organizations": tftypes.NewValue(object.AttributeTypes["sub_organizations"], subOrganizations),
		})
	}
	config := tfsdk.Config{Schema: described.Schema, Raw: value(nil, nil)}
	none := map[string]tftypes.Value{}
	read := func(context.Context, *operation) (map[string]tftypes.Value, error) {
		return map[string]tftypes.Value{"sub_organizations": tftypes.NewValue(object.AttributeTypes["sub_organizations"], none)}, nil
	}
	state, diags := (&providerData{organizationID: "c"}).run(t.Context(), config, "read", read)
	if !state.Equal(value("c", none)) || !config.Raw.Equal(value(nil, nil)) || diags != nil {
		t.Errorf("got %s, the configuration has become %s: %v", state, config.Raw, diags)
	}
	_, diags = (*providerData)(nil).run(t.Context(), config, "read", read)
	if len(diags) != 1 || diags[0].Summary() != "Provider not configured" {
		t.Errorf("got %v", diags)
	}
}
