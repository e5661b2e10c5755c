package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// dataSource is what all data sources have: a connection.
type dataSource struct {
	*connection
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.connection, _ = req.ProviderData.(*connection) // nil while Terraform only validates
}

func organizationAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Organization to read from, instead of the provider's `org_id`; in the state, the one that was read. `c` is the organization that the key was made for.",
		Optional:            true,
		Computed:            true,
		Validators:          validText(parseID),
	}
}

func timeoutsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Limits of the read.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"read": schema.StringAttribute{
				MarkdownDescription: "Time for the whole read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `5m`.",
				Optional:            true,
				Validators:          validText(parseDuration),
			},
		},
	}
}

// decoder returns the one for assistants with or without their secret keys, as the argument of that name says.
func (d *dataSource) decoder(ctx context.Context, config tfsdk.Config, argument string, diags *diag.Diagnostics) *jsonvalue.Decoder {
	var include types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root(argument), &include)...)
	if include.IsNull() || include.ValueBool() {
		return d.assistant
	}
	return d.withoutKey
}

// withValues returns a configuration with values put in: what the user wrote stays as it is.
func withValues(config tftypes.Value, values map[string]tftypes.Value) tftypes.Value {
	var own map[string]tftypes.Value
	_ = config.As(&own) // a configuration is an object; this is its own map
	attributes := maps.Clone(own)
	maps.Copy(attributes, values)
	return tftypes.NewValue(config.Type(), attributes)
}
