package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// dataSource is one of the provider's data sources.
type dataSource struct {
	name        string // without the provider's
	description string
	attributes  map[string]schema.Attribute // but for those that all have
	validators  []datasource.ConfigValidator
	read        readFunc
	provider    *providerData // nil while Terraform only validates
}

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource)(nil)
)

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	d.attributes["org_id"] = organizationAttribute()
	d.attributes["timeouts"] = timeoutsAttribute("read")
	resp.Schema = schema.Schema{MarkdownDescription: d.description, Attributes: d.attributes}
}

func (d *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return d.validators
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.provider, _ = req.ProviderData.(*providerData)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State.Raw, resp.Diagnostics = d.provider.run(ctx, req.Config, "read", d.read)
}

func organizationAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Organization to read from, instead of the provider's `org_id`; in the result, the one that was read. `c` is the organization that the key was made for.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{valid(parseID)},
	}
}

// timeoutsAttribute limits the operation of a name.
func timeoutsAttribute(name string) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Limits of the read.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			name: schema.StringAttribute{
				MarkdownDescription: "Time for the whole read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `" + defaultOperationTimeout + "`.",
				Optional:            true,
				Validators:          []validator.String{valid(parseDuration)},
			},
		},
	}
}
