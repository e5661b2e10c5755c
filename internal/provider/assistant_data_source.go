package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

var (
	_ datasource.DataSource                     = (*assistantDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*assistantDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*assistantDataSource)(nil)
)

// assistantDataSource reads one assistant by its id or its name.
type assistantDataSource struct {
	dataSource
}

func (d *assistantDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistant"
}

func (d *assistantDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := assistantAttributes()
	attributes["id"] = lookup("Id of the assistant to read, by one request; a soft-deleted one is found too. Exactly one of `id` and `name` has to be set; the other one is read.", parseID)
	attributes["name"] = lookup("Name of the assistant to read, matched exactly among those that are not deleted. It reads the whole list: for many look-ups use `invent_assistants` and a map by name.", anyText)
	attributes["org_id"] = organizationAttribute()
	attributes["include_secret_key"] = schema.BoolAttribute{
		MarkdownDescription: "Whether to read `secret_key`. With `false` it is null, so that it reaches neither state nor plan. Default: `true`.",
		Optional:            true,
	}
	attributes["timeouts"] = timeoutsAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one assistant of an organization, by its id or its name.",
		Attributes:          attributes,
	}
}

// lookup is an attribute of the model that can also be given, to find the assistant.
func lookup(description string, rule func(text string) (string, error)) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          validText(rule),
	}
}

func (d *assistantDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
	}
}

func (d *assistantDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, "read", &resp.Diagnostics)
	defer cancel()
	var id, name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	if resp.Diagnostics.HasError() {
		return
	}
	decoder := d.decoder(ctx, req.Config, "include_secret_key", &resp.Diagnostics)
	assistant, of := d.find(ctx, organizationID, id, name, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	fields := d.decode(ctx, decoder, assistant, of, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	fields["org_id"] = tftypes.NewValue(tftypes.String, organizationID)
	resp.State.Raw = withValues(req.Config.Raw, fields)
}

func (d *assistantDataSource) find(ctx context.Context, organizationID string, id, name types.String, diags *diag.Diagnostics) (invent.Row, subject) {
	if !id.IsNull() {
		return d.byID(ctx, organizationID, id.ValueString(), "id", "timeouts.read", diags)
	}
	return d.byName(ctx, organizationID, name.ValueString(), diags)
}

// byID reads an assistant by an id that an argument of the given name has.
func (c *connection) byID(ctx context.Context, organizationID, id, argument, timeout string, diags *diag.Diagnostics) (invent.Row, subject) {
	name := fmt.Sprintf("assistant %q in organization %q", id, organizationID)
	of := subject{name: name, summary: "Unable to read " + name, element: "assistant", ids: argument + " and org_id", timeout: timeout}
	assistant, err := c.client.Assistant(ctx, organizationID, id)
	if err != nil {
		diags.Append(c.apiError(of, err))
	}
	return assistant, of
}

// byName compares names in NFC, because Terraform normalizes the one that it is given.
func (c *connection) byName(ctx context.Context, organizationID, name string, diags *diag.Diagnostics) (invent.Row, subject) {
	of := listing("assistant", organizationID)
	of.summary = fmt.Sprintf("Unable to read assistant %q in %s", name, of.name)
	list, err := c.client.Assistants(ctx, organizationID, "")
	if err != nil {
		diags.Append(c.apiError(of, err))
		return invent.Row{}, of
	}
	diags.Append(incomplete(of, list)...)
	var found []invent.Row
	var candidates []string
	for _, assistant := range list.Rows {
		summary, err := c.summarize(ctx, of, assistant)
		if err != nil {
			diags.Append(c.apiError(of, err))
			return invent.Row{}, of
		}
		if summary.name != nil && norm.NFC.String(*summary.name) == norm.NFC.String(name) && !summary.isDeleted() {
			found = append(found, assistant)
			candidates = append(candidates, summary.candidate(assistant.ID))
		}
	}
	switch len(found) {
	case 0:
		diags.AddAttributeError(path.Root("name"), of.summary, fmt.Sprintf("None of the %d assistants that %s lists has this name and is not deleted. "+
			"Names are compared exactly, with upper and lower case and spaces.", len(list.Rows), of.name))
		return invent.Row{}, of
	case 1:
		return found[0], of
	}
	slices.Sort(candidates)
	diags.AddAttributeError(path.Root("name"), of.summary, fmt.Sprintf("%d assistants have this name. Use the id of the one that is meant instead:\n%s",
		len(found), strings.Join(candidates, "\n")))
	return invent.Row{}, of
}

// decode makes the values of an assistant's fields.
func (c *connection) decode(ctx context.Context, decoder *jsonvalue.Decoder, assistant invent.Row, of subject, diags *diag.Diagnostics) map[string]tftypes.Value {
	fields, unknown, err := decoder.Object(ctx, assistant.Document)
	if err != nil {
		diags.Append(c.apiError(of, of.rowError(assistant, err)))
		return nil
	}
	c.logUnknown(ctx, unknown)
	return fields
}
