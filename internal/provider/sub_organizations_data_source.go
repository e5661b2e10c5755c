package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ datasource.DataSource              = (*subOrganizationsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*subOrganizationsDataSource)(nil)
)

// subOrganizationsDataSource reads the sub-organizations of an organization.
type subOrganizationsDataSource struct {
	dataSource
}

func (d *subOrganizationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_sub_organizations"
}

// subOrganizationAttributes are what is read of a sub-organization. The API also sends people and money, which stay out
// of everything, the log's unknown fields included.
func subOrganizationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         text("The identifier of the sub-organization, to be used as `org_id`."),
		"name":       text("The name of the sub-organization."),
		"plan":       text("The plan that it has: `free`, `business`; new ones may appear."),
		"created_at": text("When it was created, an RFC 3339 time or a bare date; null if the API gives none."),
	}
}

func (d *subOrganizationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads all sub-organizations of an organization: the whole list, or an error. A parent organization's key also reads their assistants, each by its `org_id`.",
		Attributes: map[string]schema.Attribute{
			"org_id":            organizationAttribute(),
			"timeouts":          timeoutsAttribute(),
			"sub_organizations": byID("The sub-organizations", subOrganizationAttributes()),
		},
	}
}

func (d *subOrganizationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, "read", &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	of := listing("sub-organization", organizationID)
	of.isPersonal = true
	found, err := d.client.SubOrganizations(ctx, organizationID)
	if err != nil {
		resp.Diagnostics.Append(d.apiError(of, err))
		return
	}
	resp.Diagnostics.Append(incomplete(of, found)...)
	list, ids := d.decodeAll(ctx, d.subOrganization, found.Rows, of, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":            tftypes.NewValue(tftypes.String, organizationID),
		"sub_organizations": list.Map(ids),
	})
}
