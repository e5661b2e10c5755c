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
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	where, tlsKind := "the API", KindTLS
	if proxy, ok := errors.AsType[*net.OpError](err); ok && proxy.Op == "proxyconnect" {
		where, tlsKind, err = "the proxy", KindProxy, proxy.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Kind: KindRequestTimeout, Detail: fmt.Sprintf("no complete answer came within the request timeout of %s", c.config.RequestTimeout)}
	}
	if reason := certificateReason(err); reason != "" {
		return &Error{Kind: KindCertificate, Detail: "the certificate of " + where + " could not be verified: " + reason}
	}
	if reason := tlsReason(err); reason != "" {
		return &Error{Kind: tlsKind, Detail: "there is no TLS connection to " + where + ": " + reason}
	}
	if network, ok := errors.AsType[*net.OpError](err); ok && !errors.Is(err, io.EOF) {
		return networkError(network, where)
	}
	detail := "the connection failed before the answer was complete"
	http2 := regexp.MustCompile(`^(?:stream error: stream ID \d+; |connection error: |http2: .*?, ErrCode=)([A-Z_]+)`).FindStringSubmatch(err.Error())
	if http2 != nil { // what else such an error says can quote the server
		detail += ": HTTP/2 error " + http2[1]
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		detail += ": it was closed"
	}
	return &Error{Kind: KindConnection, Detail: detail}
}

// certificateReason is empty if the error is not about a certificate.
func certificateReason(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		return ""
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "it is signed by an unknown authority"
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("it is not for %q", name.Host)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
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

// networkError is about connecting, reading and writing.
func networkError(err *net.OpError, where string) *Error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return &Error{Kind: KindConnection, Detail: fmt.Sprintf("the name %q could not be resolved: %s", dns.Name, dns.Err)}
	}
	detail := fmt.Sprintf("the connection to %s failed", where)
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		detail += ": " + number.Error()
	} else if strings.HasPrefix(err.Op, "socks") { // the library's own words for the proxy's answer
		return &Error{Kind: KindProxy, Detail: fmt.Sprintf("the proxy refused: %s", err.Err)}
	}
	return &Error{Kind: KindConnection, Detail: detail}
}

// checkProxy is asked about a proxy's answer before a tunnel is used: the library's own error does not tell that it was
// the proxy who refused.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	kind := KindProxy
	if statusKind(response.StatusCode).isTransient() {
		kind = KindConnection
	}
	if response.StatusCode != http.StatusOK {
		return &Error{Kind: kind, Detail: "the proxy answered " + statusText(response.StatusCode)}
	}
	return nil
}
