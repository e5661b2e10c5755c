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
)

// connectionError describes why no complete answer came. The library's own reason is kept where it quotes nothing that a
// server sent.
func (c *Client) connectionError(err error) *Error {
	const incomplete = "the connection failed before the answer was complete"
	where, tlsKind := "the API", KindTLS
	network, isNetwork := errors.AsType[*net.OpError](err)
	if isNetwork && network.Op == "proxyconnect" {
		where, tlsKind, err = "the proxy", KindProxy, network.Err
	}
	refusal, isRefused := errors.AsType[*Error](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	number, isSystem := errors.AsType[syscall.Errno](err)
	http2 := regexp.MustCompile(`^(?:stream error: stream ID \d+; |connection error: |http2: .*?, ErrCode=)([A-Z_]+)`).FindStringSubmatch(err.Error())
	switch {
	case isRefused:
		return refusal
	case errors.Is(err, context.DeadlineExceeded):
		return errorf(KindRequestTimeout, "no complete answer came within the request timeout of %s", c.config.RequestTimeout)
	case certificateReason(err) != "":
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

// certificateReason is empty if the error is not about a certificate.
func certificateReason(err error) string {
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	name, isName := errors.AsType[x509.HostnameError](err)
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case !isCertificate:
		return ""
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
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it answers without TLS"
	}
	if alert, ok := errors.AsType[*net.OpError](err); ok && (alert.Op == "remote error" || alert.Op == "local error") {
		return "alert: " + strings.TrimPrefix(alert.Err.Error(), "tls: ")
	}
	if reason, isTLS := strings.CutPrefix(err.Error(), "tls: "); isTLS {
		reason, _, _ = strings.Cut(reason, ":") // what follows can quote a certificate
		return reason
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
