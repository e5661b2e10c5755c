// Package provider is what Terraform sees: the provider, its data sources and
// their schemas.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

var _ provider.ProviderWithEphemeralResources = (*inventProvider)(nil)

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

func (p *inventProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "invent"
	resp.Version = p.version
}

func (p *inventProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	apiKey := optionalText(parseKey, "API key of the organization, made in Invent's dashboard: visible ASCII characters. Can be set by the environment variable `INVENT_API_KEY` instead, which keeps it out of the configuration.")
	apiKey.Sensitive = true
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the AI assistants of an [Invent](https://useinvent.com) organization. The provider never writes: it sends GET requests and nothing else.",
		Attributes: map[string]schema.Attribute{
			"api_key":             apiKey,
			"org_id":              optionalText(parseID, "Organization to read from where nothing else is named. Can be set by the environment variable `INVENT_ORG_ID`. Default: `c`, the organization that the key was made for. A parent organization's key reads its sub-organizations by their ids."),
			"base_url":            optionalText(parseBaseURL, "Address of the API: `https`, or `http` to loopback (for a mock server). Can be set by the environment variable `INVENT_BASE_URL`. Default: `"+defaultBaseURL+"`."),
			"request_timeout":     optionalText(parseDuration, "Time for one HTTP request, its body included, as a duration such as `30s` or `2m`; from `1s` to `24h`. Default: `"+defaultRequestTimeout+"`. The time for a whole read, retries included, is the data source's `timeouts.read`."),
			"max_retries":         optionalNumber(parseRetries, "How often a request is sent again after the API limits the rate, the service has trouble, or the connection breaks; from 0 to 10. Default: 4."),
			"requests_per_minute": optionalNumber(parseRequestsPerMinute, "How many requests this provider block may send in a minute, retries included; from 1 to 100,000. Can be set by the environment variable `INVENT_REQUESTS_PER_MINUTE`. Not limited if neither is set. The service allows 500 for an IP address, which other jobs may share."),
			"ca_cert_pem":         optionalText(parseCertificates, "Certificates of authorities to trust in addition to the system's, in PEM, such as that of a corporate proxy."),
		},
	}
}

func (p *inventProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	config, organizationID, diags := clientConfig(ctx, req.Config, p.getenv)
	if resp.Diagnostics = diags; diags.HasError() {
		return
	}
	redactor := newKeyRedactor(config.APIKey)
	config.UserAgent = userAgent(req.TerraformVersion, p.version, p.getenv("TF_APPEND_USER_AGENT"))
	config.Log = redactor.debug
	data := &providerData{invent.New(config), organizationID, redactor}
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

func (p *inventProvider) DataSources(context.Context) []func() datasource.DataSource {
	var constructors []func() datasource.DataSource
	for _, newDataSource := range dataSources() {
		constructors = append(constructors, func() datasource.DataSource { return newDataSource() })
	}
	return constructors
}

func dataSources() []func() *dataSource {
	return []func() *dataSource{
		newAssistantDataSource, newAssistantsDataSource, newAssistantsSettingsDataSource, newSubOrganizationsDataSource,
	}
}

func (p *inventProvider) Resources(context.Context) []func() resource.Resource {
	return nil
}

func (p *inventProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return &assistantSecretKeyEphemeralResource{} },
	}
}
