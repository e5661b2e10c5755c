package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ ephemeral.EphemeralResource              = (*secretKeyEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithConfigure = (*secretKeyEphemeralResource)(nil)
)

// secretKeyEphemeralResource reads an assistant's secret key without storing it.
type secretKeyEphemeralResource struct {
	*connection
}

func (r *secretKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistant_secret_key"
}

func (r *secretKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the secret key of an assistant, with which a backend creates session hashes, without storing it in state or plan. Needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"assistant_id": schema.StringAttribute{
				MarkdownDescription: "Id of the assistant.",
				Required:            true,
				Validators:          validText(parseID),
			},
			"org_id": schema.StringAttribute{
				MarkdownDescription: "Organization of the assistant, instead of the provider's `org_id`; in the result, the one that was read.",
				Optional:            true,
				Computed:            true,
				Validators:          validText(parseID),
			},
			"timeouts": schema.SingleNestedAttribute{
				MarkdownDescription: "Limits of the read.",
				Optional:            true,
				Attributes: map[string]schema.Attribute{
					"open": schema.StringAttribute{
						MarkdownDescription: "Time for the read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `5m`.",
						Optional:            true,
						Validators:          validText(parseDuration),
					},
				},
			},
			"secret_key": schema.StringAttribute{
				MarkdownDescription: "The secret key. An assistant without one is an error.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

func (r *secretKeyEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	r.connection, _ = req.ProviderData.(*connection) // nil while Terraform only validates
}

func (r *secretKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	defer r.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := r.begin(ctx, req.Config, "open", &resp.Diagnostics)
	defer cancel()
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("assistant_id"), &id)...)
	if resp.Diagnostics.HasError() {
		return
	}
	assistant, of := r.byID(ctx, organizationID, id.ValueString(), "assistant_id", "timeouts.open", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	fields := r.decode(ctx, r.assistant, assistant, of, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	secretKey := fields["secret_key"]
	if secretKey.IsNull() || secretKey.Equal(tftypes.NewValue(tftypes.String, "")) {
		resp.Diagnostics.AddError(of.summary, "The assistant has no secret key.")
		return
	}
	resp.Result.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":     tftypes.NewValue(tftypes.String, organizationID),
		"secret_key": secretKey,
	})
}
