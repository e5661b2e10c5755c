package provider

import (
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	defaultBaseURL        = "https://api.useinvent.com"
	defaultOrganizationID = "c" // the key's own
	defaultRequestTimeout = "30s"
	defaultMaxRetries     = 4
)

// arguments are what the provider's configuration says.
type arguments struct {
	APIKey         types.String `tfsdk:"api_key"`
	OrgID          types.String `tfsdk:"org_id"`
	BaseURL        types.String `tfsdk:"base_url"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Number `tfsdk:"max_retries"`
	CACertPEM      types.String `tfsdk:"ca_cert_pem"`
	Requests       types.Number `tfsdk:"requests_per_minute"`
}

// settings are what holds after the environment and the defaults have been considered.
type settings struct {
	apiKey         string
	organizationID string
	baseURL        *url.URL
	requestTimeout time.Duration
	maxRetries     int
	requests       int // per minute; 0: not limited
	proxy          *url.URL
	rootCAs        *x509.CertPool
}

func (a arguments) settings(getenv func(name string) string) (settings, diag.Diagnostics) {
	r := resolver{getenv: getenv}
	s := settings{
		apiKey:         resolve(&r, "api_key", a.APIKey, "INVENT_API_KEY", "", parseKey),
		organizationID: resolve(&r, "org_id", a.OrgID, "INVENT_ORG_ID", defaultOrganizationID, parseID),
		baseURL:        resolve(&r, "base_url", a.BaseURL, "INVENT_BASE_URL", defaultBaseURL, parseBaseURL),
		requestTimeout: resolve(&r, "request_timeout", a.RequestTimeout, "", defaultRequestTimeout, parseDuration),
		rootCAs:        resolve(&r, "ca_cert_pem", a.CACertPEM, "", "", parseCertificates),
		maxRetries:     resolveNumber(&r, "max_retries", a.MaxRetries, "", defaultMaxRetries, parseRetries),
		requests:       resolveNumber(&r, "requests_per_minute", a.Requests, "INVENT_REQUESTS_PER_MINUTE", 0, parseRequestsPerMinute),
	}
	if r.diags.HasError() {
		return s, r.diags
	}
	if s.apiKey == "" {
		r.diags.AddAttributeError(path.Root("api_key"), "Missing API key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY "+
			"to an API key of the organization. Keys are made in Invent's dashboard.")
	}
	proxy, err := proxyFor(s.baseURL, getenv)
	if err != nil {
		r.diags.AddError("Invalid proxy", sentence(err.Error()))
	}
	s.proxy = proxy
	return s, r.diags
}

// resolver finds the value of one argument after the other, and collects what is wrong.
type resolver struct {
	getenv func(name string) string
	diags  diag.Diagnostics
}

// resolve returns the configuration's value, else the environment's, else the fallback. An environment variable that is
// empty counts as not set.
func resolve[T any](r *resolver, argument string, configured types.String, variable, fallback string, rule func(text string) (T, error)) (value T) {
	text, source := r.getenv(variable), "environment variable "+variable
	switch {
	case r.isSet(argument, configured):
		text, source = configured.ValueString(), "argument "+argument
	case configured.IsUnknown():
		return value
	case text == "" && fallback == "":
		return value
	case text == "":
		text = fallback
	}
	value, err := apply(rule, text)
	r.report(argument, source, err)
	return value
}

// resolveNumber does the same for a number.
func resolveNumber(r *resolver, argument string, configured types.Number, variable string, fallback int, rule func(number *big.Float) (int, error)) int {
	text := r.getenv(variable)
	number, source := configured.ValueBigFloat(), "argument "+argument
	switch {
	case r.isSet(argument, configured):
	case configured.IsUnknown(), text == "":
		return fallback
	default:
		var ok bool
		source = "environment variable " + variable
		if number, ok = new(big.Float).SetString(text); !ok {
			r.report(argument, source, errors.New("it is not a number"))
			return fallback
		}
	}
	value, err := rule(number)
	r.report(argument, source, err)
	return value
}

// isSet takes an unknown value for an error: falling back to the environment could read another account.
func (r *resolver) isSet(argument string, configured attr.Value) bool {
	if configured.IsUnknown() {
		r.diags.AddAttributeError(path.Root(argument), "Unknown "+argument, fmt.Sprintf("The argument %s depends on something that does not exist yet, "+
			"so the provider cannot be configured. Give it a value that is known when Terraform plans, or create what it depends on first with terraform apply -target.", argument))
	}
	return !configured.IsNull() && !configured.IsUnknown()
}

func (r *resolver) report(argument, source string, err error) {
	if err != nil {
		r.diags.AddAttributeError(path.Root(argument), "Invalid "+argument, fmt.Sprintf("The %s cannot be used: %s.", source, err))
	}
}

// userAgent names who sends a request, with what TF_APPEND_USER_AGENT adds.
func userAgent(terraformVersion, version, appended string) string {
	agent := fmt.Sprintf("Terraform/%s terraform-provider-invent/%s %s", terraformVersion, version, appended)
	return strings.TrimSpace(strings.Map(printable, agent))
}
