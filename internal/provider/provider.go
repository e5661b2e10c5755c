// Package provider is what Terraform sees: the provider, its data sources and
// their schemas.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

var (
	_ provider.Provider                       = (*inventProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*inventProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*inventProvider)(nil)
)

// New returns a constructor of the provider. The version is the provider's own;
// getenv looks up an environment variable, "" if it is not set.
func New(version string, getenv func(name string) string) func() provider.Provider {
	return func() provider.Provider {
		return &inventProvider{version: version, getenv: getenv}
	}
}

type inventProvider struct {
	version string
	getenv  func(name string) string
}

// connection is what a configured provider hands to its data sources and its
// ephemeral resource.
type connection struct {
	client         *invent.Client
	organizationID string // where a data source names none
	assistant      *jsonvalue.Decoder
}

// organization returns the id to read from. It is the first that a read asks its
// connection, which is nil if the provider could not be configured.
func (c *connection) organization(configured types.String, diags *diag.Diagnostics) string {
	if c == nil {
		diags.AddError("Provider not configured", "The provider has not been configured, so there is no API to read from.")
		return ""
	}
	if configured.IsNull() {
		return c.organizationID
	}
	return configured.ValueString()
}

func (p *inventProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "invent"
	resp.Version = p.version
}

func (p *inventProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the AI assistants of an [Invent](https://useinvent.com) organization. The provider never writes: it sends GET requests and nothing else.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: "API key of the organization, made in Invent's dashboard. Can be set by the environment variable `INVENT_API_KEY` instead, which keeps it out of the configuration.",
				Optional:            true,
				Sensitive:           true,
			},
			"org_id": schema.StringAttribute{
				MarkdownDescription: "Organization that data sources read from if they name none. Can be set by the environment variable `INVENT_ORG_ID`. Default: `c`, the organization that the key was made for. A parent organization's key reads its sub-organizations by their ids.",
				Optional:            true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "Address of the API: `https`, or `http` to loopback (for a mock server). Can be set by the environment variable `INVENT_BASE_URL`. Default: `" + defaultBaseURL + "`.",
				Optional:            true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "Time for one HTTP request, its body included, as a duration such as `30s` or `2m`; from `1s` to `24h`. Default: `" + defaultRequestTimeout + "`. The time for a whole read, retries included, is the data source's `timeouts.read`.",
				Optional:            true,
			},
			"max_retries": schema.NumberAttribute{ // an Int64Attribute calls a fraction an error of the provider
				MarkdownDescription: "How often a request is sent again after the API limits the rate, fails with a passing error, or the connection breaks; from 0 to 10. Default: 4.",
				Optional:            true,
			},
			"ca_cert_pem": schema.StringAttribute{
				MarkdownDescription: "Certificates of authorities to trust in addition to the system's, in PEM, such as that of a corporate proxy.",
				Optional:            true,
			},
		},
	}
}

func (p *inventProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var arguments arguments
	resp.Diagnostics.Append(req.Config.Get(ctx, &arguments)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, diags := arguments.settings(p.getenv, false)
	resp.Diagnostics.Append(diags...)
}

func (p *inventProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var arguments arguments
	resp.Diagnostics.Append(req.Config.Get(ctx, &arguments)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := arguments.settings(p.getenv, true)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	assistant, err := jsonvalue.New(ctx, objectType(assistantAttributes()), assistantOrder())
	if err != nil {
		resp.Diagnostics.AddError("Unable to compile the assistant's schema", err.Error())
		return
	}
	connection := &connection{
		organizationID: settings.organizationID,
		assistant:      assistant,
		client: invent.New(invent.Config{
			BaseURL:        settings.baseURL,
			APIKey:         settings.apiKey,
			UserAgent:      userAgent(req.TerraformVersion, p.version, p.getenv("TF_APPEND_USER_AGENT")),
			RequestTimeout: settings.requestTimeout,
			MaxRetries:     settings.maxRetries,
			RootCAs:        settings.rootCAs,
			Log:            tflog.Debug,
		}),
	}
	resp.DataSourceData = connection
	resp.EphemeralResourceData = connection
}

func (p *inventProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newAssistantDataSource, newAssistantsDataSource}
}

func (p *inventProvider) Resources(context.Context) []func() resource.Resource {
	return nil
}

func (p *inventProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newSecretKeyEphemeralResource}
}
