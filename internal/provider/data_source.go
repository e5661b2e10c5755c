package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"

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
	name     string // without the provider's
	schema   schema.Schema
	read     readFunc
	provider *providerData // nil while Terraform only validates
}

// newDataSource adds the arguments that all data sources have.
func newDataSource(name, description string, attributes map[string]schema.Attribute, read readFunc) *dataSource {
	attributes["org_id"] = organizationAttribute()
	attributes["timeouts"] = timeoutsAttribute("read")
	return &dataSource{name: name, schema: schema.Schema{MarkdownDescription: description, Attributes: attributes}, read: read}
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema
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
	timeout      path.Path  // of the argument that limits the time
	target       readTarget // the organization's assistants, unless a read says otherwise
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
	o.target = listTarget("assistant", o.organizationID)
	var limit types.String
	o.diags.Append(config.GetAttribute(ctx, o.timeout, &limit)...)
	timeout, err := parseDuration(cmp.Or(limit.ValueString(), defaultOperationTimeout))
	if err != nil {
		return config.Raw, diag.Diagnostics{invalid(o.timeout, "argument "+o.timeout.String(), err)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	values, err := read(ctx, o)
	if err != nil {
		o.diags.Append(o.diagnostic(err))
	}
	if o.diags.HasError() {
		return config.Raw, o.redactor.redactAll(o.diags)
	}
	var state map[string]tftypes.Value
	_ = config.Raw.Copy().As(&state) // a configuration is an object
	maps.Copy(state, values)
	state["org_id"] = tftypes.NewValue(tftypes.String, o.organizationID)
	return tftypes.NewValue(config.Raw.Type(), state), o.redactor.redactAll(o.diags)
}

// argument returns what the configuration says of an argument.
func argument[T any](ctx context.Context, o *operation, name string) (value T) {
	o.diags.Append(o.config.GetAttribute(ctx, path.Root(name), &value)...)
	return value
}

// logUnknown names fields that are new in the API, so that a missing one can be found in the debug log.
func (o *operation) logUnknown(ctx context.Context, paths []string) {
	for i, name := range paths {
		paths[i] = fmt.Sprintf("%.100q", o.redactor.redact(name))
	}
	if len(paths) > 0 && !o.target.isPersonal {
		o.redactor.debug(ctx, "The API sends fields that this version of the provider does not know", map[string]string{"fields": strings.Join(paths, ", ")})
	}
}
