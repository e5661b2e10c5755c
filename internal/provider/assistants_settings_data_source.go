package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

var (
	_ datasource.DataSource              = (*assistantsSettingsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*assistantsSettingsDataSource)(nil)
)

// assistantsSettingsDataSource reads the settings of an organization's assistants in a form that can be compared and
// stored.
type assistantsSettingsDataSource struct {
	dataSource
}

func (d *assistantsSettingsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_assistants_settings"
}

func (d *assistantsSettingsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := filterAttributes()
	attributes["org_id"] = organizationAttribute()
	attributes["timeouts"] = timeoutsAttribute()
	attributes["ignore_paths"] = pathsAttribute("What to leave out, as paths: it is null then; a list of objects or a map by id is empty.", (*jsonvalue.Decoder).Ignore)
	attributes["reveal_paths"] = pathsAttribute("Free-form values, or parts of them, as paths: strings there and below are shown as their text instead of as fingerprints, **in state, plan and log, and not marked as sensitive**.", (*jsonvalue.Decoder).Reveal)
	attributes["assistants"] = byID("The settings of the assistants", assistantSettings())
	attributes["updated_at"] = schema.MapAttribute{
		MarkdownDescription: "When each assistant was last edited, by `id`: for whoever looks into a drift. It is not part of what is compared.",
		Computed:            true,
		ElementType:         types.StringType,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the settings of all assistants of an organization in a form made for drift checks and policies: maps by `id`, without what changes by itself, and with fingerprints instead of secrets.",
		Attributes:          attributes,
	}
}

func (d *assistantsSettingsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.hideKey(&resp.Diagnostics)
	ctx, cancel, organizationID := d.begin(ctx, req.Config, "read", &resp.Diagnostics)
	defer cancel()
	wanted := newFilter(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() { // without a connection there is no decoder
		return
	}
	decoder, err := newSettingsDecoder(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Unable to compile the settings' schema", err.Error())
		return
	}
	applyPaths(ctx, req.Config, "ignore_paths", decoder.Ignore, &resp.Diagnostics)
	applyPaths(ctx, req.Config, "reveal_paths", decoder.Reveal, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	list, ids := d.list(ctx, organizationID, "", wanted, decoder, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = withValues(req.Config.Raw, map[string]tftypes.Value{
		"org_id":     tftypes.NewValue(tftypes.String, organizationID),
		"assistants": list.Map(ids),
		"updated_at": list.LeftOut("updated_at", ids),
	})
}

// newSettingsDecoder returns the decoder of one assistant's settings.
func newSettingsDecoder(ctx context.Context) (*jsonvalue.Decoder, error) {
	return jsonvalue.New(ctx, objectType(assistantSettings()), objectType(assistantAttributes()), assistantOrder())
}

// applyPaths ignores or reveals the paths of an argument.
func applyPaths(ctx context.Context, config tfsdk.Config, argument string, apply func(path string) error, diags *diag.Diagnostics) {
	var paths []string
	diags.Append(config.GetAttribute(ctx, path.Root(argument), &paths)...)
	for _, text := range paths {
		if err := apply(text); err != nil { // which the validator has seen before
			diags.AddAttributeError(path.Root(argument), "Invalid "+argument, sentence(err.Error()))
		}
	}
}

func pathsAttribute(description string, apply func(decoder *jsonvalue.Decoder, path string) error) schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: description + " See [paths](#paths).",
		Optional:            true,
		ElementType:         types.StringType,
		Validators: validTexts(func(ctx context.Context, text string) error {
			decoder, err := newSettingsDecoder(ctx)
			if err != nil {
				return err
			}
			return apply(decoder, text)
		}),
	}
}
