package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

var (
	_ datasource.DataSource              = (*assistantsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*assistantsDataSource)(nil)
)

// assistantsDataSource reads all assistants of an organization.
type assistantsDataSource struct {
	dataSource
}

func (d *assistantsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistants"
}

func (d *assistantsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := filterAttributes()
	attributes["org_id"] = organizationAttribute()
	attributes["search"] = schema.StringAttribute{
		MarkdownDescription: "Term that the API itself searches for before it lists. What it is compared with is up to the API; for exact conditions use the filters.",
		Optional:            true,
		Validators:          validText(anyText),
	}
	attributes["include_secret_keys"] = schema.BoolAttribute{
		MarkdownDescription: "Whether to read each assistant's `secret_key`. With `false` it is null everywhere, so that no key reaches state or plan; the attribute stays sensitive. Default: `true`.",
		Optional:            true,
	}
	attributes["timeouts"] = timeoutsAttribute()
	attributes["assistants"] = list("The assistants, ordered by `created_at`, then `id`: a new one comes last. Soft-deleted ones are among them if the API lists them.", assistantAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads all assistants of an organization: the whole list, or an error.",
		Attributes:          attributes,
	}
}

func (d *assistantsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, "read", &resp.Diagnostics)
	defer cancel()
	var search types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("search"), &search)...)
	wanted := newFilter(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	decoder := d.decoder(ctx, req.Config, "include_secret_keys", &resp.Diagnostics)
	list, _ := d.list(ctx, organizationID, search.ValueString(), wanted, decoder, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":     tftypes.NewValue(tftypes.String, organizationID),
		"assistants": list.Value(),
	})
}

// list reads the assistants of an organization that are wanted, and returns their ids too.
func (c *connection) list(ctx context.Context, organizationID, search string, wanted filter, decoder *jsonvalue.Decoder, diags *diag.Diagnostics) (_ *jsonvalue.List, ids []string) {
	of := listing("assistant", organizationID)
	if search != "" {
		of.ids = "org_id and search"
	}
	found, err := c.client.Assistants(ctx, organizationID, search)
	if err != nil {
		diags.Append(c.apiError(of, err))
		return nil, nil
	}
	diags.Append(incomplete(of, found)...)
	kept, err := c.keep(ctx, of, wanted, found.Rows)
	if err != nil {
		diags.Append(c.apiError(of, err))
		return nil, nil
	}
	diags.Append(tooLarge(of, kept)...)
	if diags.HasError() {
		return nil, nil
	}
	list, ids := c.decodeAll(ctx, decoder, kept, of, diags)
	if !diags.HasError() {
		c.logUnknown(ctx, list.Unknown())
	}
	return list, ids
}

// decodeAll makes a list of rows, and returns their ids too.
func (c *connection) decodeAll(ctx context.Context, decoder *jsonvalue.Decoder, rows []invent.Row, of subject, diags *diag.Diagnostics) (list *jsonvalue.List, ids []string) {
	list = decoder.NewList()
	for _, row := range rows {
		if err := list.Add(ctx, row.Document); err != nil {
			diags.Append(c.apiError(of, of.rowError(row, err)))
			return nil, nil
		}
		ids = append(ids, row.ID)
	}
	return list, ids
}
