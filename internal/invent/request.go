package invent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// answer is an answer whose body is complete.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get sends a GET request until it is answered with 200, an error is final, or the retries are used up.
func (c *Client) get(ctx context.Context, endpoint *url.URL, query url.Values) (answer, error) {
	timedOut := false
	for attempt := 1; ; attempt++ {
		if err := c.waitForTurn(ctx); err != nil {
			return answer{}, err
		}
		began := time.Now()
		answer, err := c.attempt(ctx, endpoint, query)
		<-c.slots
		if errors.Is(ctx.Err(), context.Canceled) {
			return answer, context.Canceled
		}
		failure := c.failure(ctx, answer, err)
		result := "complete"
		if failure != nil {
			result = failure.Detail
		}
		c.config.Log(ctx, "Invent API request", map[string]string{"path": endpoint.EscapedPath(),
			"attempt": strconv.Itoa(attempt), "duration": time.Since(began).String(), "result": result})
		if failure == nil {
			return answer, nil
		}
		failure.Path, failure.Attempts = endpoint.EscapedPath(), attempt
		wait, err := c.next(ctx, failure, answer.header, timedOut)
		if err != nil {
			return answer, err
		}
		timedOut = timedOut || failure.Kind == KindRequestTimeout
		select {
		case <-ctx.Done():
			return answer, interrupted(ctx, "the time for the whole read ran out before the next attempt")
		case <-time.After(wait):
		}
	}
}

// waitForTurn waits until the limiter lets a request through, and takes one of the slots.
func (c *Client) waitForTurn(ctx context.Context) error {
	if limiter := c.config.Limiter; limiter != nil && limiter.Wait(ctx) != nil {
		return interrupted(ctx, fmt.Sprintf("the limit of requests_per_minute, %.0f, lets no further request through before the time for the whole read has run out",
			float64(limiter.Limit())*60))
	}
	select {
	case <-ctx.Done():
		return interrupted(ctx, "the time for the whole read ran out while other reads were under way")
	case c.slots <- struct{}{}:
		return nil
	}
}

// interrupted is the error of a wait that ends with the read.
func interrupted(ctx context.Context, detail string) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return context.Canceled
	}
	return &Error{Kind: KindTimeout, Detail: detail}
}

// attempt sends one request and reads the whole body of its answer.
func (c *Client) attempt(ctx context.Context, endpoint *url.URL, query url.Values) (answer, error) {
	const maxBody = 64 << 20 // bytes, unpacked
	ctx, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()
	address := *endpoint
	address.RawQuery = query.Encode()
	request := (&http.Request{Method: http.MethodGet, URL: &address, Header: http.Header{}}).WithContext(ctx)
	response, err := c.transport.RoundTrip(request) // not by an http.Client, which follows redirects
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	defer context.AfterFunc(ctx, func() { _ = response.Body.Close() })() // the library does not watch the context after a 101
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if len(body) > maxBody {
		return answer{}, answerError("the answer has more than %d MiB", maxBody>>20)
	}
	return answer{response.StatusCode, response.Header, body}, cmp.Or(ctx.Err(), err)
}

// failure says what is wrong with the outcome of an attempt; nil if it succeeded.
func (c *Client) failure(ctx context.Context, answer answer, err error) *Error {
	switch {
	case ctx.Err() != nil: // whatever the request itself came to
		return &Error{Kind: KindTimeout, Detail: "the time for the whole read ran out before the answer was complete"}
	case err != nil:
		return c.connectionError(err)
	case answer.status != http.StatusOK:
		return c.statusError(answer)
	}
	return nil
}

// next says how long to wait before the next attempt, or returns the error that ends the read.
func (c *Client) next(ctx context.Context, failure *Error, header http.Header, timedOut bool) (time.Duration, error) {
	const longest = time.Minute
	if !failure.Kind.isTransient() || failure.Attempts > c.config.MaxRetries || timedOut && failure.Kind == KindRequestTimeout {
		return 0, failure
	}
	wait := time.Second
	if failure.Kind == KindRateLimit {
		wait = 5 * time.Second // the documented limit is per minute
	}
	asked := retryAfter(header)
	wait = max(min(wait<<(failure.Attempts-1), longest), asked)
	wait += rand.N(wait / 4) // so that machines that were told the same do not come back together
	deadline, limited := ctx.Deadline()
	switch {
	case asked > longest:
		failure.Kind = KindRetryAfter
		failure.Detail += fmt.Sprintf(" and asks to wait %s, longer than the %s that the provider waits", asked.Round(time.Second), longest)
		return 0, failure
	case limited && time.Until(deadline) <= wait:
		failure.Kind = KindTimeout
		failure.Detail += fmt.Sprintf("; the next attempt would be in %s, when the time for the whole read has run out", wait.Round(time.Second))
		return 0, failure
	}
	return wait, nil
}

// retryAfter reads the header of that name: seconds or a date. Anything else counts as absent.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		const century = 100 * 365 * 24 * 60 * 60 // more could overflow
		return time.Duration(min(n, century)) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}
