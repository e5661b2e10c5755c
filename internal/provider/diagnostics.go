package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// apiError turns an error of the client into a diagnostic: what could not be
// done, what happened, and what to do.
// The subject is what was asked for: "organization c".
func apiError(summary, subject string, err error) diag.Diagnostic {
	if errors.Is(err, context.Canceled) {
		return diag.NewErrorDiagnostic(summary, "The read was interrupted.")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return diag.NewErrorDiagnostic(summary, "The time for the whole read ran out while the answer was turned into values.\n\n"+advice(&invent.Error{Kind: invent.KindTimeout}, subject))
	}
	detail := sentence(err.Error())
	if e, ok := errors.AsType[*invent.Error](err); ok {
		detail += "\n\n" + advice(e, subject)
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

func advice(e *invent.Error, subject string) string {
	switch e.Kind {
	case invent.KindRequest:
		return "Correct the id."
	case invent.KindStatus:
		return statusAdvice(e.Status, subject)
	case invent.KindConnection:
		return "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY); a slow answer needs a longer request_timeout."
	case invent.KindCertificate:
		return "If a proxy signs its own certificates, give the provider its authority in ca_cert_pem. Otherwise check base_url."
	case invent.KindProxy:
		return "Check the proxy's address and credentials in HTTPS_PROXY, or except the API's host from it in NO_PROXY."
	case invent.KindRedirect:
		return "Set base_url to the address that the API itself has. Redirects are followed within one scheme, host and port only."
	case invent.KindWait:
		return "Run Terraform again later. The documented limit is 500 requests a minute for each IP address, which machines behind one address share."
	case invent.KindTimeout:
		return "Give the data source more time in timeouts.read, or let it retry less by the provider's max_retries."
	case invent.KindChanging:
		return "Run Terraform again when nobody is adding or removing assistants. Taking such a list could leave some of them out."
	default:
		return "Nothing of the answer is used: a list that silently lacks something can do harm. Check that base_url is the Invent API; if it is, this version of the provider does not understand its answer: look for a newer one."
	}
}

func statusAdvice(status int, subject string) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("The API key is wrong, or may not use this endpoint or %s. Check api_key or INVENT_API_KEY, and org_id.", subject)
	case http.StatusNotFound:
		return fmt.Sprintf("The API knows no %s, or the key may not see it. Check the ids, and base_url.", subject)
	case http.StatusTooManyRequests:
		return "The documented limit is 500 requests a minute for each IP address, which machines behind one address share. Run Terraform again later, or raise max_retries."
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "The service has trouble. Run Terraform again later, or raise max_retries."
	default:
		return "Check base_url, org_id and the other arguments. If they are right, run Terraform again later."
	}
}

// decodeError names the assistant whose document cannot be decoded.
func decodeError(assistant invent.Assistant, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &invent.Error{Kind: invent.KindAnswer, Detail: fmt.Sprintf("%s: %s", assistant.Label(), err)}
}

func organization(id string) string {
	return "organization " + id
}

// incomplete warns of a list that is shorter than the API says.
func incomplete(organizationID string, count invent.Count) diag.Diagnostics {
	if count.Announced <= count.Listed {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(
		fmt.Sprintf("Organization %s lists fewer assistants than announced", organizationID),
		fmt.Sprintf("The API announces %d assistants and lists %d, twice the same. The %d are used.", count.Announced, count.Listed, count.Listed),
	)}
}

// hideKey takes the API key out of all diagnostics of a read: a server can have
// put it into an id, a user into an argument of the data source.
func (c *connection) hideKey(diags *diag.Diagnostics) {
	if c == nil {
		return
	}
	for i, d := range *diags {
		hidden := diag.Diagnostic(diag.NewErrorDiagnostic(c.client.Redact(d.Summary()), c.client.Redact(d.Detail())))
		if d.Severity() == diag.SeverityWarning {
			hidden = diag.NewWarningDiagnostic(hidden.Summary(), hidden.Detail())
		}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			hidden = diag.WithPath(at.Path(), hidden)
		}
		(*diags)[i] = hidden
	}
}

// logUnknown names fields that are new in the API, so that a missing one can be
// found in the debug log.
func (c *connection) logUnknown(ctx context.Context, paths []string) {
	if len(paths) == 0 {
		return
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = fmt.Sprintf("%.100q", c.client.Redact(path))
	}
	tflog.Debug(ctx, "The API sends fields that this version of the provider does not know", map[string]any{
		"fields": strings.Join(names, ", "),
	})
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
