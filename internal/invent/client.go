// Package invent is a client for the part of the Invent API
// (https://docs.useinvent.com) that reads assistants. It can send GET requests
// and nothing else.
package invent

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Config is what a [Client] works with.
type Config struct {
	BaseURL        *url.URL       // from [ParseBaseURL]
	APIKey         string         // sent as a bearer token to the base URL's origin only
	UserAgent      string         // of every request
	RequestTimeout time.Duration  // for one HTTP request, its body included
	MaxRetries     int            // of one request, after the first attempt
	RootCAs        *x509.CertPool // nil: the system's

	// Log receives one line for each attempt. All values of fields are strings
	// without secrets.
	Log func(ctx context.Context, message string, fields ...map[string]any)
}

// Client reads from the API. It is safe for concurrent use.
type Client struct {
	config Config
	http   *http.Client
	key    *regexp.Regexp // as [newRedactor] finds it
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	return newClient(config, newTransport(config.RootCAs))
}

func newClient(config Config, network http.RoundTripper) *Client {
	return &Client{
		config: config,
		key:    newRedactor(config.APIKey),
		http: &http.Client{
			Transport:     &transport{config: config, network: network},
			Timeout:       config.RequestTimeout,
			CheckRedirect: checkRedirect,
		},
	}
}

// Redact hides the API key in a text, in every form that a server could echo it
// in. The client's own errors and log lines have been through it.
func (c *Client) Redact(text string) string {
	if c.config.APIKey == "" {
		return text
	}
	return c.key.ReplaceAllLiteralString(text, hidden)
}

// closeIdle lets no connection outlive a read: a provider's process stays around
// for as long as Terraform runs.
func (c *Client) closeIdle() {
	c.http.CloseIdleConnections()
}

// url returns the address of a path below the base URL. A segment that is no id
// is refused: it could lead elsewhere.
func (c *Client) url(query url.Values, segments ...string) (string, error) {
	address := strings.TrimRight(c.config.BaseURL.String(), "/")
	for _, segment := range segments {
		if err := CheckID(segment); err != nil {
			return "", err
		}
		address += "/" + url.PathEscape(segment)
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address, nil
}
