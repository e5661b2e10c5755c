package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

const defaultReadTimeout = 5 * time.Minute

// dataSource is what all data sources have: a connection, and the arguments that
// say where to read and for how long.
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
		Validators:          []validator.String{checked(invent.CheckID)},
	}
}

// timeoutsAttribute is the library's, but for the check of the duration: the
// library's own accepts a negative one.
func timeoutsAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Limits of the read.",
		Optional:            true,
		CustomType: timeouts.Type{ObjectType: types.ObjectType{
			AttrTypes: map[string]attr.Type{"read": types.StringType},
		}},
		Attributes: map[string]schema.Attribute{
			"read": schema.StringAttribute{
				MarkdownDescription: "Time for the whole read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `5m`.",
				Optional:            true,
				Validators:          []validator.String{checked(checkDuration)},
			},
		},
	}
}

func checkDuration(text string) error {
	_, err := parseDuration(text)
	return err
}

// begin prepares a read: where from, and for how long at most.
func (d *dataSource) begin(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (_ context.Context, cancel context.CancelFunc, organizationID string) {
	var organization types.String
	var limits timeouts.Value
	diags.Append(config.GetAttribute(ctx, path.Root("org_id"), &organization)...)
	diags.Append(config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	timeout, timeoutDiags := limits.Read(ctx, defaultReadTimeout)
	diags.Append(timeoutDiags...)
	ctx, cancel = context.WithTimeout(ctx, timeout)
	return ctx, cancel, d.organization(organization, diags)
}

// decoder returns the one for assistants with or without their secret keys, as
// the argument of that name says.
func (d *dataSource) decoder(ctx context.Context, config tfsdk.Config, argument string, diags *diag.Diagnostics) *jsonvalue.Decoder {
	var include types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root(argument), &include)...)
	if include.IsNull() || include.ValueBool() {
		return d.assistant
	}
	return d.assistant.Without("secret_key")
}

// withValues returns a configuration with values put in: what the
// user wrote stays as it is.
func withValues(config tftypes.Value, values map[string]tftypes.Value) tftypes.Value {
	var own map[string]tftypes.Value
	_ = config.As(&own) // a configuration is an object; this is its own map
	attributes := maps.Clone(own)
	maps.Copy(attributes, values)
	return tftypes.NewValue(config.Type(), attributes)
}
