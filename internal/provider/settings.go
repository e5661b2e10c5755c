package provider

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"
	"unicode"

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
	defaultMaxRetries     = 4
	mostRetries           = 10
)

// arguments are what the configuration says.
type arguments struct {
	APIKey         types.String `tfsdk:"api_key"`
	OrgID          types.String `tfsdk:"org_id"`
	BaseURL        types.String `tfsdk:"base_url"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Number `tfsdk:"max_retries"`
	CACertPEM      types.String `tfsdk:"ca_cert_pem"`
}

// settings are what holds after environment and defaults have been considered.
type settings struct {
	apiKey         string
	organizationID string
	baseURL        *url.URL
	requestTimeout time.Duration
	maxRetries     int
	rootCAs        *x509.CertPool
}

// settings resolves the arguments. Before the provider is configured (final is
// false), values may still be unknown and the key missing.
func (a arguments) settings(getenv func(name string) string, final bool) (settings, diag.Diagnostics) {
	var s settings
	r := resolver{getenv: getenv, final: final}

	r.text("api_key", a.APIKey, "INVENT_API_KEY", "", func(text string) error {
		s.apiKey = text
		return checkLine(text)
	})
	if final && s.apiKey == "" && !r.diags.HasError() {
		r.fail("api_key", "Missing API key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY to an API key of the organization. Keys are made in Invent's dashboard.")
	}
	r.text("org_id", a.OrgID, "INVENT_ORG_ID", defaultOrganizationID, func(text string) error {
		s.organizationID = text
		return invent.CheckID(text)
	})
	r.text("base_url", a.BaseURL, "INVENT_BASE_URL", defaultBaseURL, func(text string) (err error) {
		if err := checkLine(text); err != nil {
			return err
		}
		s.baseURL, err = invent.ParseBaseURL(text)
		return err
	})
	r.text("request_timeout", a.RequestTimeout, "", defaultRequestTimeout, func(text string) (err error) {
		s.requestTimeout, err = parseDuration(text)
		return err
	})
	r.text("ca_cert_pem", a.CACertPEM, "", "", func(text string) (err error) {
		s.rootCAs, err = withCertificates(text)
		return err
	})
	s.maxRetries = r.number("max_retries", a.MaxRetries, defaultMaxRetries, mostRetries)
	return s, r.diags
}

// resolver finds the value of one argument after the other: the configuration
// wins over the environment, the environment over the default, and an empty
// string counts as not set.
type resolver struct {
	getenv func(name string) string
	final  bool
	diags  diag.Diagnostics
}

// text hands the value to use, if there is one, and collects its error. The error
// must not quote a secret.
func (r *resolver) text(argument string, configured types.String, variable, fallback string, use func(text string) error) {
	if r.isUnknown(argument, configured) {
		return
	}
	text, source := configured.ValueString(), "argument "+argument
	if text == "" && variable != "" {
		text, source = r.getenv(variable), "environment variable "+variable
	}
	if text == "" {
		text = fallback
	}
	if text == "" {
		return
	}
	err := errBlank
	if strings.TrimSpace(text) != "" {
		err = use(text)
	}
	if err != nil {
		r.fail(argument, "Invalid "+argument, fmt.Sprintf("The %s cannot be used: %s.", source, err))
	}
}

func (r *resolver) number(argument string, configured types.Number, fallback, most int64) int {
	if r.isUnknown(argument, configured) || configured.IsNull() {
		return int(fallback)
	}
	number, accuracy := configured.ValueBigFloat().Int64()
	if accuracy != big.Exact || number < 0 || number > most {
		r.fail(argument, "Invalid "+argument, fmt.Sprintf("The argument %s is %s; it can be 0 to %d, in whole numbers.", argument, configured.ValueBigFloat().Text('g', 20), most))
		return int(fallback)
	}
	return int(number)
}

// isUnknown does not fall back to the environment: that could read another account.
func (r *resolver) isUnknown(argument string, configured attr.Value) bool {
	if configured.IsUnknown() && r.final {
		r.fail(argument, "Unknown "+argument, fmt.Sprintf("The argument %s depends on something that does not exist yet, so the provider cannot be configured. "+
			"Give it a value that is known when Terraform plans, or create what it depends on first with terraform apply -target.", argument))
	}
	return configured.IsUnknown()
}

func (r *resolver) fail(argument, summary, detail string) {
	r.diags.AddAttributeError(path.Root(argument), summary, detail)
}

// checkLine refuses what is no single line of a sane length. It has no other
// rules: keys have no documented form, and names can be anything.
func checkLine(text string) error {
	const longest = 4096 // a name of 1024 characters has at most so many bytes
	switch {
	case text == "":
		return errors.New("it is empty; leave the argument out if there is no value for it")
	case strings.TrimSpace(text) == "":
		return errBlank
	case strings.ContainsFunc(text, unicode.IsControl):
		return errors.New("it has a control character, such as a line break at its end")
	case len(text) > longest:
		return fmt.Errorf("it has %d bytes, at most %d are possible", len(text), longest)
	default:
		return nil
	}
}

var errBlank = errors.New("it is blank")

// parseDuration reads a duration that is neither too short for any request nor
// absurd.
func parseDuration(text string) (time.Duration, error) {
	const shortest, longest = time.Second, 24 * time.Hour
	duration, err := time.ParseDuration(text)
	if err != nil || duration < shortest || duration > longest {
		return 0, fmt.Errorf("%.40q is not a duration from 1s to 24h, written as 30s or 2m", text)
	}
	return duration, nil
}

// withCertificates adds certificates to the system's.
func withCertificates(text string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("it holds no certificate in PEM; give the certificate's text, as file() reads it, not its path")
	}
	for ; block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("it holds something else than certificates, such as a private key, which does not belong here")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("it holds a certificate that cannot be read")
		}
		pool.AddCert(certificate)
	}
	if strings.Contains(string(rest), "-----BEGIN") {
		return nil, errors.New("its last PEM block is not complete")
	}
	return pool, nil
}

// userAgent names who sends a request, with what TF_APPEND_USER_AGENT adds.
func userAgent(terraformVersion, version, appended string) string {
	agent := fmt.Sprintf("Terraform/%s terraform-provider-invent/%s %s", terraformVersion, version, appended)
	return strings.TrimSpace(withoutControl(agent))
}

// withoutControl takes out what a terminal would obey or a header cannot have.
func withoutControl(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}
