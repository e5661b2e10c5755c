package invent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	firstWait          = time.Second
	firstRateLimitWait = 5 * time.Second // the documented limit is per minute
	maxWait            = time.Minute
)

// read is one read of the API, of one request or many. It remembers where the
// time goes.
type read struct {
	client    *Client
	path      string // of the last request, escaped
	started   time.Time
	requests  int           // attempts count
	answering time.Duration // time spent in them; the rest is waits
}

func (c *Client) newRead() *read {
	return &read{client: c, started: time.Now()}
}

// answer is a complete answer with status 200, the only one that the API
// documents for success.
type answer struct {
	header http.Header
	body   []byte
}

// get sends one request, again if the retry rules say so. Its error is an
// [*Error], or the context's if that was cancelled.
func (r *read) get(ctx context.Context, query url.Values, segments ...string) (answer, error) {
	address, err := r.client.url(query, segments...)
	if err != nil {
		return answer{}, &Error{Kind: KindRequest, Detail: r.client.Redact(err.Error())}
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, &Error{Kind: KindRequest, Detail: "the request's address is not a URL"}
	}
	r.path = r.client.Redact(request.URL.EscapedPath())
	a := &attempts{read: r}
	response, err := a.client().Do(request)
	if response != nil {
		defer response.Body.Close()
	}
	if err != nil {
		return answer{}, a.failure(ctx, err)
	}
	body := make([]byte, response.ContentLength)
	if _, err := io.ReadFull(response.Body, body); err != nil { // from memory: the transport has read it
		return answer{}, a.failure(ctx, err)
	}
	if response.StatusCode != http.StatusOK {
		return answer{}, a.failure(ctx, r.client.statusError(response.StatusCode, body))
	}
	return answer{header: response.Header, body: body}, nil
}

// blame names the request whose answer is wrong.
func (r *read) blame(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Method, e.Path, e.Detail = http.MethodGet, r.path, r.client.Redact(e.Detail)
	}
	return err
}

// attempts applies the retry rules to one request.
type attempts struct {
	read     *read
	made     int
	begun    time.Time // of the current one
	timedOut bool      // one ran into the request timeout before
	last     string    // what the last one came to
}

func (a *attempts) client() *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:     a.read.client.http,
		RetryMax:       a.read.client.config.MaxRetries,
		RequestLogHook: a.begin,
		CheckRetry:     a.check,
		Backoff:        a.wait,
		ErrorHandler:   retryablehttp.PassthroughErrorHandler,
	}
}

func (a *attempts) begin(retryablehttp.Logger, *http.Request, int) {
	a.begun = time.Now()
	a.made++
	a.read.requests++
}

// check is asked after every attempt whether another one makes sense.
func (a *attempts) check(ctx context.Context, response *http.Response, err error) (bool, error) {
	a.end(ctx, response, err)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return a.checkConnection(err), nil
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return a.checkRetryAfter(ctx, response)
	default:
		return false, nil
	}
}

func (a *attempts) end(ctx context.Context, response *http.Response, err error) {
	duration := time.Since(a.begun)
	a.read.answering += duration
	switch {
	case ctx.Err() != nil: // the cause is not the request's
		a.last = "interrupted before the answer was complete"
	case err != nil:
		a.last = a.read.client.connectionError(err).Detail
	default:
		a.last = answered(response.StatusCode)
	}
	a.read.client.config.Log(ctx, "Invent API request", map[string]any{
		"method":   http.MethodGet,
		"path":     a.read.path,
		"attempt":  strconv.Itoa(a.made),
		"result":   a.last,
		"duration": duration.String(),
	})
}

// checkConnection retries whatever broke off. What would fail in the same way
// again (a certificate, a redirect, an answer that is too large) is final.
func (a *attempts) checkConnection(err error) bool {
	if isTimeout(err) {
		again := !a.timedOut
		a.timedOut = true
		return again
	}
	return a.read.client.connectionError(err).Kind == KindConnection
}

// checkRetryAfter ends the read at once if the API asks for more time than there is.
func (a *attempts) checkRetryAfter(ctx context.Context, response *http.Response) (bool, error) {
	wait, asked := retryAfter(response.Header)
	if !asked {
		return true, nil
	}
	kind, limit, name := KindWait, maxWait, "the provider waits"
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < limit {
		kind, limit, name = KindTimeout, time.Until(deadline), "the read's timeout leaves"
	}
	if wait > limit {
		return false, &Error{
			Kind:   kind,
			Status: response.StatusCode,
			Detail: fmt.Sprintf("%s and asks to wait %s, longer than the %s that %s",
				answered(response.StatusCode), seconds(wait), seconds(limit), name),
		}
	}
	return true, nil
}

// wait tells how long to wait before the next attempt. The jitter takes up to a
// quarter off, so that machines that share an address do not come back together.
func (a *attempts) wait(_, _ time.Duration, attempt int, response *http.Response) time.Duration {
	wait := firstWait
	if response != nil {
		if wait, asked := retryAfter(response.Header); asked {
			return wait
		}
		if response.StatusCode == http.StatusTooManyRequests {
			wait = firstRateLimitWait
		}
	}
	wait = min(wait<<attempt, maxWait)
	return wait - rand.N(wait/4)
}

// retryAfter reads the header of that name: seconds or a date. Anything else
// counts as absent.
func retryAfter(header http.Header) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		const day = 24 * 60 * 60 // more is refused anyway, and could overflow
		return time.Duration(min(n, day)) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(time.Until(date), 0), true
	}
	return 0, false
}

// failure completes an error with what is known of the request and the read.
func (a *attempts) failure(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	e := a.read.client.connectionError(err)
	if ctx.Err() != nil {
		e = a.timeoutError()
	}
	e.Method, e.Path, e.Attempts = http.MethodGet, a.read.path, a.made
	return e
}

// timeoutError says where the time of the whole read went.
func (a *attempts) timeoutError() *Error {
	elapsed := time.Since(a.read.started)
	return &Error{
		Kind: KindTimeout,
		Detail: fmt.Sprintf("the time for the whole read ran out after %s (requests: %d, for %s; waits between attempts: %s); the last: %s",
			seconds(elapsed), a.read.requests, seconds(a.read.answering), seconds(elapsed-a.read.answering), a.last),
	}
}
