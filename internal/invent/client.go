// Package invent is a client for the part of the Invent API (https://docs.useinvent.com) that lists assistants and
// sub-organizations. It sends GET requests and nothing else. The errors of its methods are [*Error], or [context.Canceled].
package invent

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
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
	network http.RoundTripper // follows no redirects
	slots   chan struct{}     // one for each request under way
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

// Assistants reads the whole list of an organization's assistants, or returns an error
// (https://docs.useinvent.com/api-reference/orgs-assistants/list-assistants). The search is handed to the API, if it is
// not empty.
func (c *Client) Assistants(ctx context.Context, organizationID, search string) (List, error) {
	query := url.Values{}
	if search != "" {
		query.Set("search", search)
	}
	return c.list(ctx, c.endpoint("orgs", organizationID, "assistants"), query)
}

// Assistant reads one assistant by its id, soft-deleted or not
// (https://docs.useinvent.com/api-reference/orgs-assistants/get-assistant).
func (c *Client) Assistant(ctx context.Context, organizationID, id string) (Row, error) {
	body, _, err := c.get(ctx, c.endpoint("orgs", organizationID, "assistants", id))
	if err != nil {
		return Row{}, err
	}
	assistant, err := parseRow(body)
	if err == nil && assistant.ID != id {
		return Row{}, errorf(KindAnswer, "the answer is another assistant, %q", assistant.ID)
	}
	return assistant, err
}

// SubOrganizations reads the whole list of an organization's sub-organizations, or returns an error
// (https://docs.useinvent.com/api-reference/orgs/list-sub-organizations). Their documents have personal data.
func (c *Client) SubOrganizations(ctx context.Context, organizationID string) (List, error) {
	return c.list(ctx, c.endpoint("orgs", organizationID, "orgs"), url.Values{})
}

// endpoint returns the address of a path below the base URL. The caller has checked the ids in it: no escape keeps . and
// .. from leading elsewhere.
func (c *Client) endpoint(segments ...string) *url.URL {
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return c.config.BaseURL.JoinPath("/").JoinPath(segments...) // without the slash, a base URL without a path has none here
}
