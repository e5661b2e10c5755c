package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// subject is what a read asks for, and which arguments it has: advice names no others.
type subject struct {
	name    string // assistant "ast_1" in organization "c"
	summary string // Unable to read assistant "ast_1" in organization "c"
	element string // what the answer has: assistant
	ids     string // the arguments that say what to read: id and org_id
	timeout string // the argument that limits the time: timeouts.read

	isPersonal bool // the API's answers have personal data: nothing of them is quoted
}

// apiError turns an error of the client or the decoder into a diagnostic: what could not be done, what happened, and what
// to do.
func (c *connection) apiError(s subject, err error) diag.Diagnostic {
	var e *invent.Error
	switch {
	case errors.Is(err, context.Canceled):
		return diag.NewErrorDiagnostic(s.summary, "The read was interrupted.")
	case errors.Is(err, context.DeadlineExceeded):
		e = &invent.Error{Kind: invent.KindTimeout, Detail: "the time for the whole read ran out"}
	case !errors.As(err, &e):
		e = &invent.Error{Kind: invent.KindAnswer, Detail: err.Error()}
	}
	detail := sentence(e.Error())
	if excerpt := c.excerpt(e.Body); excerpt != "" && !s.isPersonal {
		detail += " The API says: " + excerpt
	}
	return diag.NewErrorDiagnostic(s.summary, detail+"\n\n"+advice(e.Kind, s))
}

func advice(kind invent.Kind, s subject) string {
	switch kind {
	case invent.KindDenied:
		return fmt.Sprintf("The API key is wrong, or may not use this endpoint or %s. Check api_key or INVENT_API_KEY, and %s.", s.name, s.ids)
	case invent.KindNotFound:
		return fmt.Sprintf("The API knows no %s, or the key may not see it. Check %s, and base_url.", s.name, s.ids)
	case invent.KindRateLimit:
		return "The documented limit is 500 requests a minute for each IP address, which machines behind one address share. Run Terraform again later, or raise max_retries."
	case invent.KindService:
		return "The service has trouble. Run Terraform again later, or raise max_retries."
	case invent.KindStatus:
		return fmt.Sprintf("Check base_url and %s. If they are right, run Terraform again later.", s.ids)
	case invent.KindRedirect:
		return "Redirects are not followed. Set base_url to the address that the API itself has."
	case invent.KindConnection:
		return "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY)."
	case invent.KindRequestTimeout:
		return "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY). A slow answer needs a longer request_timeout."
	case invent.KindTLS:
		return "Check base_url. The provider speaks TLS 1.2 and later and has no client certificate."
	case invent.KindCertificate:
		return "If a proxy signs its own certificates, give the provider its authority in ca_cert_pem. Otherwise check base_url."
	case invent.KindProxy:
		return "Check the proxy's address and credentials in HTTPS_PROXY, or exempt the API's host from it in NO_PROXY."
	case invent.KindRetryAfter:
		return "Run Terraform again after that time."
	case invent.KindTimeout:
		return fmt.Sprintf("Give the read more time in %s. Retries (max_retries) and the limit of requests (requests_per_minute) take some of it.", s.timeout)
	case invent.KindChanging:
		return "Run Terraform again when nobody is adding or removing. Taking such a list could leave something out."
	case invent.KindAnswer:
	}
	return "Nothing of the answer is used: a list that silently lacks something can do harm. Check that base_url is the Invent API; " +
		"if it is, this version of the provider does not understand its answer: look for a newer one."
}

// rowError names the element whose document cannot be decoded.
func (s subject) rowError(row invent.Row, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &invent.Error{Kind: invent.KindAnswer, Detail: fmt.Sprintf("%s %q: %s", s.element, row.ID, err)}
}

// listing is the subject of a list.
func listing(element, organizationID string) subject {
	name := fmt.Sprintf("organization %q", organizationID)
	summary := fmt.Sprintf("Unable to list the %ss of %s", element, name)
	return subject{name: name, summary: summary, element: element, ids: "org_id", timeout: "timeouts.read"}
}

// tooLarge refuses what Terraform's plugin protocol, which ends at 256 MiB, could not carry.
func tooLarge(of subject, assistants []invent.Row) diag.Diagnostics {
	const mostMiB = 100 // of JSON
	size := 0
	for _, assistant := range assistants {
		size += len(assistant.Document)
	}
	if size <= mostMiB<<20 {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(of.summary, fmt.Sprintf(
		"The %d assistants to be read have %d MiB of JSON, and %d MiB is the most that can be handed to Terraform. Read fewer at once with ids, enabled, deleted or name_regex.",
		len(assistants), (size-1)>>20+1, mostMiB))}
}

// incomplete warns of a list that is shorter than the API says.
func incomplete(of subject, list invent.List) diag.Diagnostics {
	if list.Announced <= len(list.Rows) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Fewer %ss than announced in %s", of.element, of.name),
		fmt.Sprintf("The API announces %d, but its list has %d each time it is read. The %d are used.", list.Announced, len(list.Rows), len(list.Rows)),
	)}
}

// hideKey redacts all diagnostics of a read.
func (c *connection) hideKey(diags *diag.Diagnostics) {
	if c == nil {
		return
	}
	for i, d := range *diags {
		redacted := diag.Diagnostic(diag.NewErrorDiagnostic(c.redact(d.Summary()), c.redact(d.Detail())))
		if d.Severity() == diag.SeverityWarning {
			redacted = diag.NewWarningDiagnostic(redacted.Summary(), redacted.Detail())
		}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			redacted = diag.WithPath(at.Path(), redacted)
		}
		(*diags)[i] = redacted
	}
}

// logUnknown names fields that are new in the API, so that a missing one can be found in the debug log.
func (c *connection) logUnknown(ctx context.Context, paths []string) {
	if len(paths) == 0 {
		return
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = fmt.Sprintf("%.100q", c.redact(path))
	}
	c.debug(ctx, "The API sends fields that this version of the provider does not know", map[string]string{"fields": strings.Join(names, ", ")})
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
