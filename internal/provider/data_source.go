package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// dataSource is one of the provider's data sources.
type dataSource struct {
	name        string // without the provider's
	description string
	attributes  map[string]schema.Attribute // but for those that all have
	read        readFunc
	provider    *providerData // nil while Terraform only validates
}

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	d.attributes["org_id"] = organizationAttribute()
	d.attributes["timeouts"] = timeoutsAttribute("read")
	resp.Schema = schema.Schema{MarkdownDescription: d.description, Attributes: d.attributes}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.provider, _ = req.ProviderData.(*providerData)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State.Raw, resp.Diagnostics = d.provider.run(ctx, req.Config, "read", d.read)
}

const defaultOperationTimeout = "5m"

// providerData is what a configured provider hands to its data sources and its ephemeral resource.
type providerData struct {
	client         *invent.Client
	organizationID string // where an operation names none
	redactor       keyRedactor
}

// operation is the Read of a data source, or the Open of the ephemeral resource.
type operation struct {
	providerData // with the operation's own organization
	config       tfsdk.Config
	timeout      path.Path // of the argument that limits the time
	target       readTarget
	diags        diag.Diagnostics
}

// readFunc returns the values of an operation's computed attributes, org_id apart.
type readFunc func(ctx context.Context, o *operation) (map[string]tftypes.Value, error)

// run performs the operation of a name. It returns the configuration with the values put in: what the user wrote stays
// as it is.
func (p *providerData) run(ctx context.Context, config tfsdk.Config, name string, read readFunc) (tftypes.Value, diag.Diagnostics) {
	if p == nil {
		return config.Raw, diag.Diagnostics{diag.NewErrorDiagnostic("Provider not configured", "The provider has not been configured, so there is no API to read from.")}
	}
	o := &operation{providerData: *p, config: config, timeout: path.Root("timeouts").AtName(name)}
	o.organizationID = cmp.Or(argument[types.String](ctx, o, "org_id").ValueString(), p.organizationID)
	values, err := o.readInTime(ctx, read)
	if err != nil {
		o.diags.Append(o.diagnostic(err))
	}
	state := config.Raw
	if !o.diags.HasError() {
		values["org_id"] = tftypes.NewValue(tftypes.String, o.organizationID)
		state = withValues(config.Raw, values)
	}
	return state, o.redactor.redactAll(o.diags)
}

func (o *operation) readInTime(ctx context.Context, read readFunc) (map[string]tftypes.Value, error) {
	var limit types.String
	o.diags.Append(o.config.GetAttribute(ctx, o.timeout, &limit)...)
	timeout, err := parseDuration(cmp.Or(limit.ValueString(), defaultOperationTimeout))
	if err != nil {
		return nil, diagnosticError{invalid(o.timeout, "argument "+o.timeout.String(), err)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return read(ctx, o)
}

// argument returns what the configuration says of an argument.
func argument[T any](ctx context.Context, o *operation, name string) (value T) {
	o.diags.Append(o.config.GetAttribute(ctx, path.Root(name), &value)...)
	return value
}

// withValues returns a configuration with values put in.
func withValues(config tftypes.Value, values map[string]tftypes.Value) tftypes.Value {
	var attributes map[string]tftypes.Value
	_ = config.Copy().As(&attributes) // a configuration is an object
	maps.Copy(attributes, values)
	return tftypes.NewValue(config.Type(), attributes)
}

// logUnknown names fields that are new in the API, so that a missing one can be found in the debug log.
func (o *operation) logUnknown(ctx context.Context, paths []string) {
	if len(paths) > 0 && !o.target.isPersonal {
		fields := map[string]string{"fields": fmt.Sprintf("%q", paths)}
		o.redactor.debug(ctx, "The API sends fields that this version of the provider does not know", fields)
	}
}
