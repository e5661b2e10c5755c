package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

const (
	defaultBaseURL        = "https://api.useinvent.com"
	defaultOrganizationID = "c" // the key's own
	defaultRequestTimeout = "30s"
	defaultMaxRetries     = "4"
)

// clientConfig returns what holds after the provider's arguments, the environment and the defaults have been considered.
func clientConfig(ctx context.Context, arguments tfsdk.Config, getenv func(name string) string) (config invent.Config, organizationID string, _ diag.Diagnostics) {
	r := resolver{arguments: arguments, getenv: getenv}
	organizationID = resolve(ctx, &r, "org_id", "INVENT_ORG_ID", defaultOrganizationID, parseID)
	config = invent.Config{
		APIKey:         resolve(ctx, &r, "api_key", "INVENT_API_KEY", "", parseKey),
		BaseURL:        resolve(ctx, &r, "base_url", "INVENT_BASE_URL", defaultBaseURL, parseBaseURL),
		RequestTimeout: resolve(ctx, &r, "request_timeout", "", defaultRequestTimeout, parseDuration),
		MaxRetries:     resolve(ctx, &r, "max_retries", "", defaultMaxRetries, parseRetries),
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

// userAgent names who sends a request, with what TF_APPEND_USER_AGENT adds.
func userAgent(terraformVersion, version, appended string) string {
	agent := fmt.Sprintf("Terraform/%s terraform-provider-invent/%s %s", terraformVersion, version, appended)
	return strings.TrimSpace(strings.Map(printable, agent))
}
