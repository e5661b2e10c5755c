// Package provider is what Terraform sees: the provider, its data sources and their schemas.
package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

const (
	defaultBaseURL        = "https://api.useinvent.com"
	defaultRequestTimeout = "30s"
)

var _ provider.ProviderWithEphemeralResources = (*inventProvider)(nil)

// New returns a constructor of the provider. The version is the provider's own; getenv looks up an environment variable,
// "" if it is not set.
func New(version string, getenv func(name string) string) func() provider.Provider {
	return func() provider.Provider {
		return &inventProvider{version, getenv, func(d *dataSource) datasource.DataSourceWithConfigure { return d }}
	}
}

type inventProvider struct {
	version string
	getenv  func(name string) string
	wrap    func(d *dataSource) datasource.DataSourceWithConfigure // what the framework gets for a data source
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
	agent := fmt.Sprintf("Terraform/%s terraform-provider-invent/%s %s", req.TerraformVersion, p.version, p.getenv("TF_APPEND_USER_AGENT"))
	config.UserAgent = strings.TrimSpace(strings.Map(printable, agent))
	config.Log = redactor.debug
	data := &providerData{invent.New(config), organizationID, redactor}
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

func (p *inventProvider) DataSources(context.Context) (constructors []func() datasource.DataSource) {
	for _, d := range []*dataSource{
		newAssistantDataSource(), newAssistantsDataSource(), newAssistantsSettingsDataSource(), newSubOrganizationsDataSource(),
	} {
		constructors = append(constructors, func() datasource.DataSource { return p.wrap(new(*d)) }) // its schema is made once
	}
	return constructors
}

func (p *inventProvider) Resources(context.Context) []func() resource.Resource {
	return nil
}

func (p *inventProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return &assistantSecretKeyEphemeralResource{} },
	}
}

// clientConfig returns what holds after the provider's arguments, the environment and the defaults have been considered.
func clientConfig(ctx context.Context, arguments tfsdk.Config, getenv func(name string) string) (config invent.Config, organizationID string, _ diag.Diagnostics) {
	r := resolver{arguments: arguments, getenv: getenv}
	organizationID = resolve(ctx, &r, "org_id", "INVENT_ORG_ID", "c", parseID)
	config = invent.Config{
		APIKey:         resolve(ctx, &r, "api_key", "INVENT_API_KEY", "", parseKey),
		BaseURL:        resolve(ctx, &r, "base_url", "INVENT_BASE_URL", defaultBaseURL, parseBaseURL),
		RequestTimeout: resolve(ctx, &r, "request_timeout", "", defaultRequestTimeout, parseDuration),
		MaxRetries:     resolve(ctx, &r, "max_retries", "", "4", parseRetries),
		Limiter:        resolve(ctx, &r, "requests_per_minute", "INVENT_REQUESTS_PER_MINUTE", "", parseRequestsPerMinute),
		RootCAs:        resolve(ctx, &r, "ca_cert_pem", "", "", parseCertificates),
	}
	if r.diags.HasError() {
		return config, organizationID, r.diags
	}
	if config.APIKey == "" {
		r.diags.AddAttributeError(path.Root("api_key"), "Missing API key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY "+
			"to an API key of the organization. Keys are made in Invent's dashboard.")
	}
	var err error
	if config.Proxy, err = proxyFor(config.BaseURL, getenv); err != nil {
		r.diags.AddError("Invalid proxy", sentence(err.Error()))
	}
	return config, organizationID, r.diags
}

// resolver finds the value of one argument after the other, and collects what is wrong.
type resolver struct {
	arguments tfsdk.Config
	getenv    func(name string) string
	diags     diag.Diagnostics
}

// resolve returns the argument of a name, else the environment's variable, else the fallback, else the zero value. A
// variable that is empty counts as not set.
func resolve[T any](ctx context.Context, r *resolver, name, variable, fallback string, rule func(value string) (T, error)) (parsed T) {
	var given attr.Value
	r.diags.Append(r.arguments.GetAttribute(ctx, path.Root(name), &given)...)
	value, source := cmp.Or(r.getenv(variable), fallback), "environment variable "+variable
	switch {
	case given.IsUnknown(): // falling back to the environment could read another account
		r.diags.AddAttributeError(path.Root(name), "Unknown "+name, fmt.Sprintf("The argument %s depends on something that does not exist yet, "+
			"so the provider cannot be configured. Give it a value that is known when Terraform plans, or create what it depends on first with terraform apply -target.", name))
		return parsed
	case !given.IsNull():
		value, source = valueString(given), "argument "+name
	case value == "":
		return parsed
	}
	parsed, err := applyRule(rule, value)
	if err != nil {
		r.diags.Append(invalid(path.Root(name), source, err))
	}
	return parsed
}
