package invent

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Kind tells what went wrong, and so what a user can do about it.
type Kind int

// The kinds of [Error].
const (
	KindDenied         Kind = iota + 1 // 401 or 403: the key is wrong, or may not do this
	KindNotFound                       // 404
	KindRateLimit                      // 429
	KindService                        // the service has trouble: 408, 425, every 5xx but 501
	KindStatus                         // any other status than 200
	KindRedirect                       // a redirect, which is not followed
	KindConnection                     // no complete answer came
	KindRequestTimeout                 // no complete answer came within the request timeout
	KindTLS                            // the server does not speak the TLS that the client does, or wants more
	KindCertificate                    // the server's certificate could not be verified
	KindProxy                          // the proxy refuses
	KindRetryAfter                     // the API asks to wait longer than the client does
	KindTimeout                        // the time for the whole read ran out, or would during the next wait
	KindAnswer                         // a 200 answer is not what the API documents
	KindChanging                       // the list changed during every attempt to read it
)

// isTransient tells whether the same request can succeed a moment later.
func (k Kind) isTransient() bool {
	return k == KindRateLimit || k == KindService || k == KindConnection || k == KindRequestTimeout
}

// statusKind sorts the statuses other than 200, the only one that the API documents for success.
func statusKind(status int) Kind {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return KindDenied
	case status == http.StatusNotFound:
		return KindNotFound
	case status == http.StatusTooManyRequests:
		return KindRateLimit
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly,
		status/100 == 5 && status != http.StatusNotImplemented:
		return KindService
	}
	return KindStatus
}

// Error is what all methods of [Client] return, apart from the context's own errors. Its text quotes nothing that a server
// sent but ids, and scheme and host of a redirect; the API key has to be taken out, if somebody put it there.
type Error struct {
	Kind   Kind
	Status int    // of the last answer; 0 if there was none
	Detail string // what happened, in our own words
	Body   []byte // of an answer that is neither 2xx nor 3xx, as it came: it can have secrets

	retryAfter time.Duration // that the answer asks for
}

func (e *Error) Error() string { return e.Detail }

func errorf(kind Kind, format string, values ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, values...)}
}

// statusError describes an answer that is not 200. Of a redirect it keeps neither path nor body, which has the path too: a
// server can have put the key there.
func (c *Client) statusError(response *http.Response, body []byte) *Error {
	status := response.StatusCode
	e := &Error{Kind: statusKind(status), Status: status, Detail: "the API answered " + statusText(status), retryAfter: retryAfter(response.Header)}
	if status/100 != 2 && status/100 != 3 {
		e.Body = body
	}
	if target, err := response.Location(); err == nil && status/100 == 3 {
		e.Kind = KindRedirect
		e.Detail = fmt.Sprintf("the API redirects to %s on host %q", target.Scheme, target.Host)
		if base := c.config.BaseURL; target.Scheme == base.Scheme && strings.EqualFold(target.Host, base.Host) {
			e.Detail += ", which is base_url's own: only the path differs"
		}
	}
	return e
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status))) // not all have a text
}

// connectionError describes why no complete answer came. The library's own reason is kept where it quotes nothing that a
// server sent.
func (c *Client) connectionError(err error) *Error {
	const incomplete = "the connection failed before the answer was complete"
	where, tlsKind := "the API", KindTLS
	network, isNetwork := errors.AsType[*net.OpError](err)
	if isNetwork && network.Op == "proxyconnect" {
		where, tlsKind, err = "the proxy", KindProxy, network.Err
	}
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	refusal, isRefused := errors.AsType[*Error](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	number, isSystem := errors.AsType[syscall.Errno](err)
	http2 := regexp.MustCompile(`^(?:stream error: stream ID \d+; |connection error: |http2: .*?, ErrCode=)([A-Z_]+)`).FindStringSubmatch(err.Error())
	switch {
	case isRefused:
		return refusal
	case errors.Is(err, context.DeadlineExceeded):
		return errorf(KindRequestTimeout, "no complete answer came within the request timeout of %s", c.config.RequestTimeout)
	case isCertificate:
		return errorf(KindCertificate, "the certificate of %s could not be verified: %s", where, certificateReason(err))
	case tlsReason(err) != "":
		return errorf(tlsKind, "there is no TLS connection to %s: %s", where, tlsReason(err))
	case isDNS:
		return errorf(KindConnection, "the name %q could not be resolved: %s", dns.Name, dns.Err)
	case isSystem:
		return errorf(KindConnection, "the connection to %s failed: %s", where, number.Error())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errorf(KindConnection, "%s: it was closed", incomplete)
	case http2 != nil: // what else such an error says can quote the server
		return errorf(KindConnection, "%s: HTTP/2 error %s", incomplete, http2[1])
	case isNetwork && strings.HasPrefix(network.Op, "socks"): // the library's own words for the proxy's answer
		return errorf(KindProxy, "the proxy refused: %s", network.Err)
	}
	return errorf(KindConnection, incomplete)
}

func certificateReason(err error) string {
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	name, isName := errors.AsType[x509.HostnameError](err)
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case isUnknown:
		return "it is signed by an unknown authority"
	case isName:
		return fmt.Sprintf("it is not for %q", name.Host)
	case invalid.Reason == x509.Expired:
		return "it has expired or is not valid yet"
	}
	return "it is not valid"
}

// tlsReason is empty if the error is not about TLS.
func tlsReason(err error) string {
	for ; err != nil; err = errors.Unwrap(err) {
		if reason, isTLS := strings.CutPrefix(err.Error(), "tls: "); isTLS {
			reason, _, _ = strings.Cut(reason, ":") // what follows can quote a certificate
			return reason
		}
	}
	return ""
}

// checkProxy is asked about a proxy's answer before a tunnel is used: the library's own error does not tell that it was
// the proxy who refused.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	status := response.StatusCode
	switch {
	case status == http.StatusOK:
		return nil
	case statusKind(status).isTransient():
		return errorf(KindConnection, "the proxy answered %s", statusText(status))
	}
	return errorf(KindProxy, "the proxy answered %s", statusText(status))
}
