// Package invent is a client for the part of the Invent API (https://docs.useinvent.com) that lists assistants and
// sub-organizations. It sends GET requests and nothing else. Its errors are [*Error], or the context's own.
package invent

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
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
	return c.list(ctx, c.organization(organizationID).JoinPath("assistants"), query)
}

// Assistant reads one assistant by its id, soft-deleted or not
// (https://docs.useinvent.com/api-reference/orgs-assistants/get-assistant).
func (c *Client) Assistant(ctx context.Context, organizationID, id string) (Row, error) {
	body, _, err := c.get(ctx, c.organization(organizationID).JoinPath("assistants", url.PathEscape(id)))
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
	return c.list(ctx, c.organization(organizationID).JoinPath("orgs"), url.Values{})
}

// organization returns the address that an organization's paths begin at. The caller has checked the ids in them: no
// escape keeps . and .. from leading elsewhere.
func (c *Client) organization(id string) *url.URL {
	return c.config.BaseURL.JoinPath("/").JoinPath("orgs", url.PathEscape(id)) // without the slash, a base URL without a path has none here
}

// get sends a request until it is answered with 200, an error is final, or the retries are used up.
func (c *Client) get(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
	path, timedOut := address.EscapedPath(), false
	for attempt := 1; ; attempt++ {
		if err := c.waitForTurn(ctx); err != nil {
			return nil, nil, err
		}
		began := time.Now()
		body, header, err := c.attempt(ctx, address)
		<-c.slots
		result := "complete"
		if err != nil {
			result = err.Error()
		}
		c.config.Log(ctx, "Invent API request", map[string]string{"path": path,
			"attempt": strconv.Itoa(attempt), "duration": time.Since(began).String(), "result": result})
		failure, failed := errors.AsType[*Error](err)
		if !failed {
			return body, header, err // complete, or the end of the context
		}
		wait := c.backoff(ctx, failure, attempt, timedOut)
		if wait == 0 {
			failure.Detail = "GET " + path + ": " + failure.Detail
			if attempt > 1 {
				failure.Detail += fmt.Sprintf(" (the last of %d attempts)", attempt)
			}
			return nil, nil, failure
		}
		timedOut = timedOut || failure.Kind == KindRequestTimeout
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// waitForTurn waits until the limiter lets a request through, and takes one of the slots.
func (c *Client) waitForTurn(ctx context.Context) error {
	if limiter := c.config.Limiter; limiter != nil && limiter.Wait(ctx) != nil {
		return cmp.Or(ctx.Err(), error(errorf(KindTimeout, "the limit of requests_per_minute lets no request through within the time for the whole read")))
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.slots <- struct{}{}:
		return nil
	}
}

// attempt sends one request, reads the whole body of its answer, and says what is wrong if that is not what was asked for.
// It is the one place where requests leave: they are GET requests, and no redirect is followed.
func (c *Client) attempt(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
	const maxBody = 64 << 20 // bytes, unpacked
	requestCtx, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()
	request := &http.Request{Method: http.MethodGet, URL: address, Header: http.Header{
		"Accept":        {"application/json"},
		"Authorization": {"Bearer " + c.config.APIKey},
		"User-Agent":    {c.config.UserAgent},
	}}
	response, err := c.network.RoundTrip(request.WithContext(requestCtx))
	var body []byte
	if err == nil {
		defer response.Body.Close()
		if response.StatusCode != http.StatusSwitchingProtocols { // what follows would be no body, and need not end
			body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
			err = cmp.Or(requestCtx.Err(), err) // a server can end a body because the client gives up
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case len(body) > maxBody:
		return nil, nil, errorf(KindAnswer, "the answer has more than %d MiB", maxBody>>20)
	case err != nil:
		return nil, nil, c.connectionError(err)
	case response.StatusCode != http.StatusOK:
		return nil, nil, c.statusError(response, body)
	}
	return body, response.Header, nil
}

// backoff says how long to wait before the next attempt: 0 if there is none.
func (c *Client) backoff(ctx context.Context, failure *Error, attempt int, timedOut bool) time.Duration {
	const longest = time.Minute
	if !failure.Kind.isTransient() || attempt > c.config.MaxRetries || timedOut && failure.Kind == KindRequestTimeout {
		return 0
	}
	wait := time.Second
	if failure.Kind == KindRateLimit {
		wait = 5 * time.Second // the documented limit is per minute
	}
	wait = max(min(wait<<(attempt-1), longest), failure.retryAfter)
	wait += rand.N(wait / 4) // so that machines that were told the same do not come back together
	deadline, limited := ctx.Deadline()
	switch {
	case failure.retryAfter > longest:
		failure.Kind = KindRetryAfter
		failure.Detail += fmt.Sprintf(" and asks to wait %s, longer than the %s that the provider waits", failure.retryAfter.Round(time.Second), longest)
		return 0
	case limited && time.Until(deadline) <= wait:
		failure.Kind = KindTimeout
		failure.Detail += fmt.Sprintf("; the next attempt would be in %s, when the time for the whole read has run out", wait.Round(time.Second))
		return 0
	}
	return wait
}

// retryAfter reads the header of that name: seconds or a date. Anything else counts as absent.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second // 136 years at most
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}
