package provider

import (
	"context"

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

var (
	_ datasource.DataSource              = (*assistantsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*assistantsDataSource)(nil)
)

func newAssistantsDataSource() datasource.DataSource {
	return &assistantsDataSource{}
}

// assistantsDataSource reads all assistants of an organization.
type assistantsDataSource struct {
	dataSource
}

func (d *assistantsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistants"
}

func (d *assistantsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads all assistants of an organization: the whole list, or an error.",
		Attributes: map[string]schema.Attribute{
			"org_id": organizationAttribute(),
			"search": schema.StringAttribute{
				MarkdownDescription: "Term that the API itself searches for before it lists. What it is compared with is up to the API; for exact conditions use `filter`.",
				Optional:            true,
				Validators:          []validator.String{checked(checkLine)},
			},
			"filter": filterAttribute(),
			"include_secret_keys": schema.BoolAttribute{
				MarkdownDescription: "Whether to read each assistant's `secret_key`. With `false` it is null everywhere, so that no key reaches state or plan; the attribute stays sensitive. Default: `true`.",
				Optional:            true,
			},
			"timeouts":   timeoutsAttribute(),
			"assistants": list("The assistants, ordered by `created_at`, then `id`: a new one comes last. Soft-deleted ones are among them if the API lists them.", assistantAttributes()),
		},
	}
}

func (d *assistantsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	search, keep := d.query(ctx, req.Config, &resp.Diagnostics)
	decoder := d.decoder(ctx, req.Config, "include_secret_keys", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	failed := "Unable to list the assistants of organization " + organizationID
	assistants := &kept{decoder: decoder, keep: keep}
	count, err := d.client.Assistants(ctx, organizationID, search, assistants)
	if err != nil {
		resp.Diagnostics.Append(apiError(failed, organization(organizationID), err))
		return
	}
	resp.Diagnostics.Append(incomplete(organizationID, count)...)
	d.logUnknown(ctx, assistants.list.Unknown())
	resp.State.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":     tftypes.NewValue(tftypes.String, organizationID),
		"assistants": assistants.list.Value(),
	})
}

func (d *assistantsDataSource) query(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (_ string, keep func(invent.Assistant) bool) {
	var search types.String
	var filter *filter
	diags.Append(config.GetAttribute(ctx, path.Root("search"), &search)...)
	diags.Append(config.GetAttribute(ctx, path.Root("filter"), &filter)...)
	keep, err := filter.keep()
	if err != nil {
		diags.AddAttributeError(path.Root("filter").AtName("name_regex"), "Invalid name_regex", sentence(err.Error()))
	}
	return search.ValueString(), keep
}

// kept puts those rows into the list that the filter keeps.
type kept struct {
	decoder *jsonvalue.Decoder
	keep    func(invent.Assistant) bool
	list    *jsonvalue.List
}

func (k *kept) Reset() {
	k.list = k.decoder.NewList()
}

func (k *kept) Add(ctx context.Context, assistant invent.Assistant) error {
	if !k.keep(assistant) {
		return nil
	}
	return decodeError(assistant, k.list.Add(ctx, assistant.Document))
}
