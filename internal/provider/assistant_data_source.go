package provider

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

var (
	_ datasource.DataSource                     = (*assistantDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*assistantDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*assistantDataSource)(nil)
)

func newAssistantDataSource() datasource.DataSource {
	return &assistantDataSource{}
}

// assistantDataSource reads one assistant by its id or its name.
type assistantDataSource struct {
	dataSource
}

func (d *assistantDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistant"
}

func (d *assistantDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := assistantAttributes()
	attributes["id"] = lookup("Id of the assistant to read, by one request; a soft-deleted one is found too. Exactly one of `id` and `name` has to be set; the other one is read.", invent.CheckID)
	attributes["name"] = lookup("Name of the assistant to read, matched exactly among those that are not deleted. It reads the whole list: for many look-ups use `invent_assistants` and a map by name.", checkLine)
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
func lookup(description string, check checked) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{check},
	}
}

func (d *assistantDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
	}
}

func (d *assistantDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	decoder := d.decoder(ctx, req.Config, "include_secret_key", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	assistant, failed := d.find(ctx, req.Config, organizationID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	object, err := decoder.Object(ctx, assistant.Document)
	if err != nil {
		resp.Diagnostics.Append(apiError(failed, "", decodeError(assistant, err)))
		return
	}
	d.logUnknown(ctx, object.Unknown)
	object.Fields["org_id"] = tftypes.NewValue(tftypes.String, organizationID)
	resp.State.Raw = withValues(req.Config.Raw, object.Fields)
}

// find also returns what to say if the assistant cannot be used.
func (d *assistantDataSource) find(ctx context.Context, config tfsdk.Config, organizationID string, diags *diag.Diagnostics) (_ invent.Assistant, failed string) {
	var id, name types.String
	diags.Append(config.GetAttribute(ctx, path.Root("id"), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &name)...)
	if !id.IsNull() {
		return d.byID(ctx, organizationID, id.ValueString(), diags)
	}
	return d.byName(ctx, organizationID, name.ValueString(), diags)
}

func (c *connection) byID(ctx context.Context, organizationID, id string, diags *diag.Diagnostics) (_ invent.Assistant, failed string) {
	subject := fmt.Sprintf("assistant %s in organization %s", id, organizationID)
	failed = "Unable to read " + subject
	assistant, err := c.client.Assistant(ctx, organizationID, id)
	if err != nil {
		diags.Append(apiError(failed, subject, err))
	}
	return assistant, failed
}

func (d *assistantDataSource) byName(ctx context.Context, organizationID, name string, diags *diag.Diagnostics) (_ invent.Assistant, failed string) {
	failed = fmt.Sprintf("Unable to read assistant %q in organization %s", name, organizationID)
	found := namesakes{name: norm.NFC.String(name)}
	count, err := d.client.Assistants(ctx, organizationID, "", &found)
	diags.Append(incomplete(organizationID, count)...)
	switch {
	case err != nil:
		diags.Append(apiError(failed, organization(organizationID), err))
	case len(found.labels) == 0:
		diags.AddAttributeError(path.Root("name"), failed, fmt.Sprintf("None of the %d assistants that organization %s lists has this name and is not deleted. "+
			"Names are compared exactly, with upper and lower case and spaces.", count.Listed, organizationID))
	case len(found.labels) > 1:
		diags.AddAttributeError(path.Root("name"), failed, fmt.Sprintf("%d assistants have this name. Use the id of the one that is meant instead:\n%s",
			len(found.labels), found.candidates()))
	default:
		return found.first, failed
	}
	return invent.Assistant{}, failed
}

// namesakes are the assistants of a name that are not deleted. It is compared in
// NFC, because Terraform normalizes the name that it is given.
type namesakes struct {
	name   string
	first  invent.Assistant
	labels []string // of all of them: more than one is an error
}

func (n *namesakes) Reset() {
	n.labels = nil
}

func (n *namesakes) Add(_ context.Context, a invent.Assistant) error {
	if a.IsDeleted() || a.Name == nil || norm.NFC.String(*a.Name) != n.name {
		return nil
	}
	if len(n.labels) == 0 {
		n.first = a
		n.first.Document = bytes.Clone(a.Document) // lets its page go
	}
	const longest = 64 // far more than a time has; nothing is cut, as in Label
	created := "unknown"
	if a.CreatedAt != nil && len(*a.CreatedAt) <= longest {
		created = strconv.Quote(*a.CreatedAt)
	}
	n.labels = append(n.labels, fmt.Sprintf("  - %s, created: %s", a.Label(), created))
	return nil
}

func (n *namesakes) candidates() string {
	const most = 100
	labels := slices.Sorted(slices.Values(n.labels))
	if more := len(labels) - most; more > 0 {
		labels = append(labels[:most], fmt.Sprintf("  - and %d more", more))
	}
	return strings.Join(labels, "\n")
}
