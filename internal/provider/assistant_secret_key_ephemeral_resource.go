package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*assistantSecretKeyEphemeralResource)(nil)

// assistantSecretKeyEphemeralResource reads an assistant's secret key without storing it.
type assistantSecretKeyEphemeralResource struct {
	provider *providerData // nil while Terraform only validates
}

func (r *assistantSecretKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistant_secret_key"
}

func (r *assistantSecretKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the secret key of an assistant, with which a backend creates session hashes, without storing it in state or plan. Needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"assistant_id": schema.StringAttribute{Required: true, MarkdownDescription: "Id of the assistant.", Validators: []validator.String{valid(parseID)}},
			"org_id":       organizationAttribute(),
			"timeouts":     timeoutsAttribute("open"),
			"secret_key":   schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The secret key. An assistant without one is an error."},
		},
	}
}

func (r *assistantSecretKeyEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	r.provider, _ = req.ProviderData.(*providerData)
}

func (r *assistantSecretKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Result.Raw, resp.Diagnostics = r.provider.run(ctx, req.Config, "open", openAssistantSecretKey)
}

func openAssistantSecretKey(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	assistant, err := o.assistantByID(ctx, argument[types.String](ctx, o, "assistant_id").ValueString(), "assistant_id")
	if err != nil {
		return nil, err
	}
	fields, err := o.decodeAssistant(ctx, assistant, types.BoolNull())
	if err != nil {
		return nil, err
	}
	secretKey := fields["secret_key"]
	if secretKey.IsNull() || secretKey.Equal(tftypes.NewValue(tftypes.String, "")) {
		return nil, diagnosticError{diag.NewErrorDiagnostic(o.target.summary, "The assistant has no secret key.")}
	}
	return map[string]tftypes.Value{"secret_key": secretKey}, nil
}
