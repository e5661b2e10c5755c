package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

var (
	_ ephemeral.EphemeralResource              = (*secretKeyEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithConfigure = (*secretKeyEphemeralResource)(nil)
)

func newSecretKeyEphemeralResource() ephemeral.EphemeralResource {
	return &secretKeyEphemeralResource{}
}

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
				Validators:          []validator.String{checked(invent.CheckID)},
			},
			"org_id": schema.StringAttribute{
				MarkdownDescription: "Organization of the assistant, instead of the provider's `org_id`.",
				Optional:            true,
				Validators:          []validator.String{checked(invent.CheckID)},
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
	var assistantID, organizationID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("assistant_id"), &assistantID)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("org_id"), &organizationID)...)
	secretKey := r.read(ctx, r.organization(organizationID, &resp.Diagnostics), assistantID.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Result.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{"secret_key": secretKey})
}

func (r *secretKeyEphemeralResource) read(ctx context.Context, organizationID, assistantID string, diags *diag.Diagnostics) (secretKey tftypes.Value) {
	if diags.HasError() {
		return secretKey
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	assistant, failed := r.byID(ctx, organizationID, assistantID, diags)
	if diags.HasError() {
		return secretKey
	}
	object, err := r.assistant.Object(ctx, assistant.Document)
	if err != nil {
		diags.Append(apiError(failed, "", decodeError(assistant, err)))
		return secretKey
	}
	r.logUnknown(ctx, object.Unknown)
	secretKey = object.Fields["secret_key"]
	if secretKey.IsNull() || secretKey.Equal(tftypes.NewValue(tftypes.String, "")) {
		diags.AddError(failed, "The assistant has no secret key.")
	}
	return secretKey
}
