package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/time/rate"
)

// The functions below make arguments of data sources. Those of the provider and of the ephemeral resource are the same
// to the framework.

func optionalText[T any](rule func(value string) (T, error), description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{valid(rule)}}
}

func optionalNumber[T any](rule func(value string) (T, error), description string) schema.Attribute {
	return schema.NumberAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.Number{valid(rule)}}
}

func optionalFlag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

func optionalTexts(rule ruleValidator, description string) schema.Attribute {
	return schema.SetAttribute{MarkdownDescription: description, Optional: true, ElementType: types.StringType, Validators: []validator.Set{rule}}
}

// lookup is an argument that says what to read, or is read itself.
func lookup(rule func(value string) (string, error), description string, more ...validator.String) schema.Attribute {
	attribute := optionalText(rule, description)
	attribute.Computed = true
	attribute.Validators = append(attribute.Validators, more...)
	return attribute
}

func organizationAttribute() schema.Attribute {
	return lookup(parseID, "Organization to read from, instead of the provider's `org_id`; in the result, the one that was read. `c` is the organization that the key was made for.")
}

// timeoutsAttribute limits the operation of a name.
func timeoutsAttribute(name string) schema.Attribute {
	limit := optionalText(parseDuration, "Time for the whole read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `"+defaultOperationTimeout+"`.")
	return schema.SingleNestedAttribute{MarkdownDescription: "Limits of the read.", Optional: true, Attributes: map[string]schema.Attribute{name: limit}}
}

// ruleValidator holds a string, a number written out, or each string of a set against a rule.
type ruleValidator func(ctx context.Context, value string) error

// valid makes a validator of a rule.
func valid[T any](rule func(value string) (T, error)) ruleValidator {
	return func(_ context.Context, value string) error {
		_, err := applyRule(rule, value)
		return err
	}
}

// applyRule refuses an empty value before the rule is asked: where a secret is missing in a pipeline, another account
// would be read.
func applyRule[T any](rule func(value string) (T, error), value string) (parsed T, err error) {
	if value == "" {
		return parsed, errors.New("it is empty; leave it out, or make the argument null, if there is no value for it")
	}
	return rule(value)
}

func (ruleValidator) Description(context.Context) string {
	return "has to be usable"
}

func (v ruleValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v ruleValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(v.validate(ctx, req.Path, req.ConfigValue)...)
}

// ValidateNumber takes the place of a validator of integers: the framework calls a fraction in an Int64 an error of the
// provider.
func (v ruleValidator) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	resp.Diagnostics.Append(v.validate(ctx, req.Path, req.ConfigValue)...)
}

func (v ruleValidator) validate(ctx context.Context, at path.Path, value attr.Value) (diags diag.Diagnostics) {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	if err := v(ctx, valueString(value)); err != nil {
		diags.Append(invalid(at, "argument "+at.String(), err))
	}
	return diags
}

// ValidateSet takes a null element for an empty one.
func (v ruleValidator) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if err := v(ctx, valueString(element)); err != nil && !element.IsUnknown() {
			resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("%s: %s: %s.", req.Path, element, err))
		}
	}
}

// valueString returns a string as it is, and a number that is set written out.
func valueString(value attr.Value) string {
	if n, ok := value.(types.Number); ok {
		return n.ValueBigFloat().Text('g', -1)
	}
	written, _ := value.(types.String)
	return written.ValueString()
}

func invalid(at path.Path, source string, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, fmt.Sprintf("Invalid %s", at), fmt.Sprintf("The %s cannot be used: %s.", source, err))
}

// Each rule is used by an attribute's validator, and where an environment variable takes the attribute's place. Its error
// completes the sentence "… cannot be used: …", and quotes nothing that can be a secret.

// parseKey wants visible ASCII characters, because a header carries the key: servers trim or refuse others.
func parseKey(key string) (string, error) {
	characters := []rune(key)
	for i, character := range characters {
		if character <= ' ' || character > '~' {
			return "", fmt.Errorf("its character %d of %d is %s; a key consists of visible ASCII characters", i+1, len(characters), characterKind(character))
		}
	}
	return key, nil
}

func characterKind(character rune) string {
	switch {
	case character == '\n', character == '\r':
		return "a line break"
	case character == '\uFEFF':
		return "a byte order mark"
	case character == '\u00A0', character == '\u2007', character == '\u202F':
		return "a no-break space"
	case unicode.IsSpace(character):
		return "white space"
	case character >= '\u200B' && character <= '\u200D', character == '\u2060':
		return "a zero-width space or joiner"
	case unicode.In(character, unicode.Quotation_Mark):
		return "a typographic quotation mark, as editors type it"
	default:
		return "not visible ASCII"
	}
}

// parseID wants what can be a segment of a request's path. The API's ids have no documented form, so all that is refused
// is what could lead elsewhere. The value is not quoted: it can be a key in the wrong place.
func parseID(id string) (string, error) {
	const longest = 256 // far more than any id has: a file's content instead of an id is a mistake
	isRefused := func(r rune) bool { return strings.ContainsRune(`/\?#%`, r) || unicode.IsControl(r) }
	if len(id) > longest {
		return "", fmt.Errorf("an id has at most %d bytes, and it has %d", longest, len(id))
	}
	if i := strings.IndexFunc(id, isRefused); i >= 0 {
		character, _ := utf8.DecodeRuneInString(id[i:])
		return "", fmt.Errorf("it has a %q, and an id has none of / \\ ? # %% and no control character", character)
	}
	if id == "." || id == ".." {
		return "", fmt.Errorf("%q is not an id", id)
	}
	return id, nil
}

// parseBaseURL is the rule for base_url: https, or http to loopback, with an optional path and without user information,
// query or fragment. Its error does not quote the address, which can have a password.
func parseBaseURL(address string) (*url.URL, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL")
	case base.User != nil:
		return nil, errors.New("it has user information; the API key is all that is needed")
	case strings.ContainsAny(address, "?#"):
		return nil, errors.New("it has a query or a fragment")
	case base.Hostname() == "":
		return nil, errors.New("it has no scheme or no host; write it as https://host")
	case !hasPort(base):
		return nil, errors.New("its port is not a number from 1 to 65535")
	case base.Scheme != "https" && (base.Scheme != "http" || !isLoopback(base.Hostname())):
		return nil, errors.New("its scheme is not https (http, which sends the API key in clear, is for localhost, 127.0.0.0/8 and ::1)")
	}
	return base, nil
}

// isLoopback goes by the spelling alone: a name that resolves to loopback today can resolve to anything tomorrow.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	isAddress := err == nil && (address == netip.IPv6Loopback() || address.Is4() && address.IsLoopback())
	return isAddress || strings.EqualFold(host, "localhost")
}

// anyText is the rule for what can be anything but empty.
func anyText(value string) (string, error) {
	return value, nil
}

// parseDuration wants a duration that is neither too short for any request nor absurd.
func parseDuration(value string) (time.Duration, error) {
	const shortest, longest = time.Second, 24 * time.Hour
	duration, err := time.ParseDuration(value)
	if err != nil || duration < shortest || duration > longest {
		return 0, errors.New("it is not a duration from 1s to 24h, written as 30s or 2m")
	}
	return duration, nil
}

func parseRetries(value string) (int, error) {
	return parseWhole(value, 0, 10)
}

// parseRequestsPerMinute returns a limiter that spreads requests evenly, so that no minute has more.
func parseRequestsPerMinute(value string) (*rate.Limiter, error) {
	perMinute, err := parseWhole(value, 1, 100_000)
	return rate.NewLimiter(rate.Limit(float64(perMinute)/60), 1), err
}

func parseWhole(value string, least, most int64) (int, error) {
	parsed, _, err := big.ParseFloat(value, 10, 512, big.ToNearestEven) // as Terraform does
	if err != nil {
		return 0, errors.New("it is not a number")
	}
	whole, accuracy := parsed.Int64()
	if accuracy != big.Exact || whole < least || whole > most {
		return 0, fmt.Errorf("%s is not a whole number from %d to %d", parsed.Text('g', 20), least, most)
	}
	return int(whole), nil
}

// parseCertificates adds certificates to the system's.
func parseCertificates(pem string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(strings.TrimPrefix(pem, "\uFEFF"))) {
		return nil, errors.New("it holds no certificate in PEM; give the certificate's text, as file() reads it, not its path")
	}
	return pool, nil
}
