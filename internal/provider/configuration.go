package provider

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

const (
	defaultBaseURL        = "https://api.useinvent.com"
	defaultOrganizationID = "c" // the key's own
	defaultRequestTimeout = "30s"
	defaultMaxRetries     = "4"
)

// providerArguments are what the provider's configuration says.
type providerArguments struct {
	APIKey            types.String `tfsdk:"api_key"`
	OrgID             types.String `tfsdk:"org_id"`
	BaseURL           types.String `tfsdk:"base_url"`
	RequestTimeout    types.String `tfsdk:"request_timeout"`
	MaxRetries        types.Number `tfsdk:"max_retries"`
	RequestsPerMinute types.Number `tfsdk:"requests_per_minute"`
	CACertPEM         types.String `tfsdk:"ca_cert_pem"`
}

// clientConfig returns what holds after the environment and the defaults have been considered.
func (a providerArguments) clientConfig(getenv func(name string) string) (config invent.Config, organizationID string, _ diag.Diagnostics) {
	r := resolver{getenv: getenv}
	organizationID = resolve(&r, "org_id", a.OrgID, "INVENT_ORG_ID", defaultOrganizationID, parseID)
	config = invent.Config{
		APIKey:         resolve(&r, "api_key", a.APIKey, "INVENT_API_KEY", "", parseKey),
		BaseURL:        resolve(&r, "base_url", a.BaseURL, "INVENT_BASE_URL", defaultBaseURL, parseBaseURL),
		RequestTimeout: resolve(&r, "request_timeout", a.RequestTimeout, "", defaultRequestTimeout, parseDuration),
		MaxRetries:     resolve(&r, "max_retries", a.MaxRetries, "", defaultMaxRetries, parseRetries),
		Limiter:        resolve(&r, "requests_per_minute", a.RequestsPerMinute, "INVENT_REQUESTS_PER_MINUTE", "", parseRequestsPerMinute),
		RootCAs:        resolve(&r, "ca_cert_pem", a.CACertPEM, "", "", parseCertificates),
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
	getenv func(name string) string
	diags  diag.Diagnostics
}

// resolve returns the configuration's value, else the environment's, else the fallback, else the zero value. An
// environment variable that is empty counts as not set.
func resolve[T any](r *resolver, argument string, configured attr.Value, variable, fallback string, rule func(value string) (T, error)) (parsed T) {
	var value, source string
	switch {
	case configured.IsUnknown(): // falling back to the environment could read another account
		r.diags.AddAttributeError(path.Root(argument), "Unknown "+argument, fmt.Sprintf("The argument %s depends on something that does not exist yet, "+
			"so the provider cannot be configured. Give it a value that is known when Terraform plans, or create what it depends on first with terraform apply -target.", argument))
		return parsed
	case !configured.IsNull():
		value, source = valueString(configured), "argument "+argument
	default:
		value, source = cmp.Or(r.getenv(variable), fallback), "environment variable "+variable
		if value == "" {
			return parsed
		}
	}
	parsed, err := applyRule(rule, value)
	if err != nil {
		r.diags.Append(invalid(path.Root(argument), source, err))
	}
	return parsed
}

// userAgent names who sends a request, with what TF_APPEND_USER_AGENT adds.
func userAgent(terraformVersion, version, appended string) string {
	agent := fmt.Sprintf("Terraform/%s terraform-provider-invent/%s %s", terraformVersion, version, appended)
	return strings.TrimSpace(strings.Map(printable, agent))
}
