package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
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
			"org_id":     organizationAttribute(),
			"timeouts":   timeoutsAttribute(),
			"assistants": list("The assistants, ordered by `created_at`, then `id`: a new one comes last. Soft-deleted ones are among them if the API lists them.", assistantAttributes()),
		},
	}
}

func (d *assistantsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel, organizationID := d.begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	failed := "Unable to list the assistants of organization " + organizationID
	list, err := d.client.Assistants(ctx, organizationID)
	if err != nil {
		resp.Diagnostics.Append(apiError(failed, organizationID, err))
		return
	}
	resp.Diagnostics.Append(incomplete(organizationID, list)...)
	assistants, err := d.assistant.List(documents(list.Assistants))
	if err != nil {
		resp.Diagnostics.Append(valueError(failed, list.Assistants, err))
		return
	}
	logUnknown(ctx, assistants.Unknown)
	resp.State.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":     tftypes.NewValue(tftypes.String, organizationID),
		"assistants": assistants.Value,
	})
}

func documents(assistants []invent.Assistant) [][]byte {
	documents := make([][]byte, len(assistants))
	for i, assistant := range assistants {
		documents[i] = assistant.Document
	}
	return documents
}
