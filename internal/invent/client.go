// Package invent is a client for the part of the Invent API (https://docs.useinvent.com) that lists assistants and
// sub-organizations. It sends GET requests and nothing else. The errors of its methods are [*Error], or [context.Canceled].
package invent

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Config is what a [Client] works with.
type Config struct {
	BaseURL        *url.URL       // what the API's paths begin at
	APIKey         string         // visible ASCII characters; sent as a bearer token to the base URL's origin only
	UserAgent      string         // of every request
	RequestTimeout time.Duration  // for one HTTP request, its body included
	MaxRetries     int            // of one request, after the first attempt
	Limiter        *rate.Limiter  // asked before each attempt; nil: no limit
	Proxy          *url.URL       // nil: none
	RootCAs        *x509.CertPool // nil: the system's
	// Log receives one line for each attempt. Its fields show no more than the text of an [Error].
	Log func(ctx context.Context, message string, fields map[string]string)
}

// Client reads from the API. It is safe for concurrent use, and keeps its connections for the next read.
type Client struct {
	config  Config
	network http.RoundTripper
	slots   chan struct{} // one for each request under way
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	const maxRequests = 12      // under way at once: Terraform runs 10 reads by default
	network := &http.Transport{ // without timeouts: the request's own holds for all of it
		Proxy:                  http.ProxyURL(config.Proxy),
		OnProxyConnectResponse: checkProxy,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12},
		MaxConnsPerHost:        maxRequests,
		MaxIdleConnsPerHost:    maxRequests, // all are kept for the next read
		IdleConnTimeout:        90 * time.Second,
		// A connection that went silent between two reads is found out, not used for the retry too.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
	}
	return &Client{config: config, network: network, slots: make(chan struct{}, maxRequests)}
}

// send is the one place where requests leave. It lets GET requests to the configured origin through, gives them the
// key, and refuses everything else. It does not follow redirects.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet || !sameOrigin(request.URL, c.config.BaseURL) {
		return nil, fmt.Errorf("refused to send %s to %s", request.Method, request.URL.Host)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.config.APIKey)
	request.Header.Set("User-Agent", c.config.UserAgent)
	return c.network.RoundTrip(request)
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}
