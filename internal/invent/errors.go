package invent

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
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
		status >= 500 && status <= 599 && status != http.StatusNotImplemented:
		return KindService
	}
	return KindStatus
}

// Error is what all methods of [Client] return, apart from [context.Canceled]. Its text quotes nothing that a server sent
// but ids and the host of a redirect; the API key has to be taken out, if somebody put it there.
type Error struct {
	Kind     Kind
	Path     string // of the request, escaped, without its query; empty if there was none
	Status   int    // of the last answer; 0 if there was none
	Attempts int    // of the request that failed
	Detail   string // what happened, in our own words
	Body     []byte // of an answer that is not 2xx, as it came: it can have secrets

	retryAfter time.Duration // that the answer asks for
}

func (e *Error) Error() string {
	text := e.Detail
	if e.Path != "" {
		text = "GET " + e.Path + ": " + text
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (the last of %d attempts)", e.Attempts)
	}
	return text
}

func errorf(kind Kind, format string, values ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, values...)}
}

// withPath says which endpoint an answer's error is about.
func (e *Error) withPath(endpoint *url.URL) error {
	e.Path = endpoint.EscapedPath()
	return e
}

// statusError describes an answer that is not 200. Of a redirect it does not show the path: a server can have put the key
// there.
func (c *Client) statusError(response *http.Response, body []byte) *Error {
	status := response.StatusCode
	e := &Error{Kind: statusKind(status), Status: status, Detail: "the API answered " + statusText(status), retryAfter: retryAfter(response.Header)}
	if status/100 != 2 {
		e.Body = body
	}
	if target, err := response.Location(); err == nil && status/100 == 3 {
		e.Kind = KindRedirect
		e.Detail = fmt.Sprintf("the API redirects to %s on host %q", target.Scheme, target.Host)
		if sameOrigin(target, c.config.BaseURL) {
			e.Detail += ", which is base_url's own: only the path differs"
		}
	}
	return e
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status))) // not all have a text
}
