package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// readTarget is what an operation reads, in the words of its diagnostics.
type readTarget struct {
	name       string // assistant "ast_1" in organization "c"
	summary    string // Unable to read assistant "ast_1" in organization "c"
	element    string // what the answer has: assistant
	arguments  string // those that say what to read: id and org_id. Advice names no others
	isPersonal bool   // the API's answers have personal data: nothing of them is quoted
}

// listTarget is a list of an organization.
func listTarget(element, organizationID string) readTarget {
	name := fmt.Sprintf("organization %q", organizationID)
	return readTarget{name: name, summary: fmt.Sprintf("Unable to list the %ss of %s", element, name), element: element, arguments: "org_id"}
}

// diagnosticError is an error that is told as it is.
type diagnosticError struct {
	diag.Diagnostic
}

func (e diagnosticError) Error() string { return e.Detail() }

// diagnostic tells of an error: what could not be done, what happened, and what to do.
func (o *operation) diagnostic(err error) diag.Diagnostic {
	if told, ok := errors.AsType[diagnosticError](err); ok {
		return told.Diagnostic
	}
	failure, ok := errors.AsType[*invent.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		return diag.NewErrorDiagnostic(o.target.summary, "The read was interrupted.")
	case errors.Is(err, context.DeadlineExceeded):
		failure = &invent.Error{Kind: invent.KindTimeout, Detail: "the time for the whole read ran out"}
	case !ok: // the decoder's
		failure = &invent.Error{Kind: invent.KindAnswer, Detail: err.Error()}
	}
	detail := sentence(failure.Error())
	if excerpt := o.redactor.excerpt(failure.Body); excerpt != "" && !o.target.isPersonal {
		detail += " The API says: " + excerpt
	}
	return diag.NewErrorDiagnostic(o.target.summary, detail+"\n\n"+o.advice(failure.Kind))
}

func (o *operation) advice(kind invent.Kind) string {
	switch kind {
	case invent.KindDenied:
		return fmt.Sprintf("The API key is wrong, or may not use this endpoint or %s. Check api_key or INVENT_API_KEY, and %s.", o.target.name, o.target.arguments)
	case invent.KindNotFound:
		return fmt.Sprintf("The API knows no %s, or the key may not see it. Check %s, and base_url.", o.target.name, o.target.arguments)
	case invent.KindRateLimit:
		return "The documented limit is 500 requests a minute for each IP address, which machines behind one address share. Run Terraform again later, or raise max_retries."
	case invent.KindService:
		return "The service has trouble. Run Terraform again later, or raise max_retries."
	case invent.KindStatus:
		return fmt.Sprintf("Check base_url and %s. If they are right, run Terraform again later.", o.target.arguments)
	case invent.KindRedirect:
		return "Redirects are not followed. Set base_url to the address that the API itself has."
	case invent.KindConnection:
		return "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY)."
	case invent.KindRequestTimeout:
		return "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY). A slow answer needs a longer request_timeout."
	case invent.KindTLS:
		return "Check base_url: https needs a server with TLS 1.2 or later. The provider has no client certificate."
	case invent.KindCertificate:
		return "If a proxy signs its own certificates, give the provider its authority in ca_cert_pem. Otherwise check base_url."
	case invent.KindProxy:
		return "Check the proxy's address and credentials in HTTPS_PROXY, or exempt the API's host from it in NO_PROXY."
	case invent.KindRetryAfter:
		return "Run Terraform again after that time."
	case invent.KindTimeout:
		return fmt.Sprintf("Give the read more time in %s. Retries (max_retries) and the limit of requests (requests_per_minute) take some of it.", o.timeout)
	case invent.KindChanging:
		return "Run Terraform again when nobody is adding or removing. Taking such a list could leave something out."
	case invent.KindAnswer:
	}
	return "Nothing of the answer is used: a list that silently lacks something can do harm. Check that base_url is the Invent API; " +
		"if it is, this version of the provider does not understand its answer: look for a newer one."
}

// rowsOf returns the rows of a list, and warns if they are fewer than the API says.
func (o *operation) rowsOf(listed invent.List, err error) ([]invent.Row, error) {
	if listed.Announced > len(listed.Rows) {
		o.diags.AddWarning(fmt.Sprintf("Fewer %ss than announced in %s", o.target.element, o.target.name),
			fmt.Sprintf("The API announces %d, but its list has %d each time it is read. The %d are used.", listed.Announced, len(listed.Rows), len(listed.Rows)))
	}
	return listed.Rows, err
}

func sentence(message string) string {
	return strings.ToUpper(message[:1]) + strings.TrimSuffix(message[1:], ".") + "."
}
