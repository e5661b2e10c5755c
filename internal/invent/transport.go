package invent

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxBody      = 64 << 20 // bytes of one answer, unpacked
	maxRedirects = 3

	// maxIdle is for a connection that closeIdle leaves open: an HTTP/2 stream
	// that was given up keeps it busy a moment longer.
	maxIdle = 2 * time.Second
)

func newTransport(roots *x509.CertPool) *http.Transport {
	return &http.Transport{ // without other timeouts: the request's own holds for all of it
		Proxy:             http.ProxyFromEnvironment,
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		IdleConnTimeout:   maxIdle,

		OnProxyConnectResponse: checkProxy,
	}
}

// checkProxy is asked about a proxy's answer before a tunnel is used. The
// library's own error does not tell that it was the proxy who refused.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	kind := KindConnection
	if response.StatusCode < http.StatusInternalServerError {
		kind = KindProxy
	}
	return &Error{Kind: kind, Detail: "the proxy" + strings.TrimPrefix(answered(response.StatusCode), "the API")}
}

// transport is the one place where requests leave. It lets GET requests to the
// configured origin through, and reads the whole body while an attempt is still
// going on, so that a broken body is a failed attempt.
type transport struct {
	config  Config
	network http.RoundTripper
}

func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet || !sameOrigin(request.URL, t.config.BaseURL) {
		return nil, fmt.Errorf("refused to send %s to %s", request.Method, request.URL.Host)
	}
	request = request.Clone(request.Context())
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+t.config.APIKey)
	request.Header.Set("User-Agent", t.config.UserAgent)
	response, err := t.network.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if _, err := response.Location(); err != nil && !errors.Is(err, http.ErrNoLocation) {
		return nil, &Error{Kind: KindRedirect, Detail: "the API redirects to something that is not a URL"}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, &Error{Kind: KindAnswer, Detail: fmt.Sprintf("the answer has more than %d MiB", maxBody>>20)}
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

// CloseIdleConnections is found by [http.Client.CloseIdleConnections].
func (t *transport) CloseIdleConnections() {
	if network, ok := t.network.(interface{ CloseIdleConnections() }); ok {
		network.CloseIdleConnections()
	}
}

// checkRedirect is asked before a redirect is followed. The error names the host
// alone: a server can have put the key into the rest.
func checkRedirect(next *http.Request, via []*http.Request) error {
	switch {
	case !sameOrigin(next.URL, via[0].URL):
		return &Error{Kind: KindRedirect, Detail: fmt.Sprintf("the API redirects to %s on host %q, which the key must not be sent to", next.URL.Scheme, next.URL.Host)}
	case len(via) > maxRedirects:
		return &Error{Kind: KindRedirect, Detail: fmt.Sprintf("the API redirects more than %d times, last on host %q", maxRedirects, next.URL.Host)}
	default:
		return nil
	}
}
