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
)

// get sends a request until it is answered with 200, an error is final, or the retries are used up.
func (c *Client) get(ctx context.Context, address *url.URL) ([]byte, http.Header, error) {
	timedOut := false
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
		c.config.Log(ctx, "Invent API request", map[string]string{"path": address.EscapedPath(),
			"attempt": strconv.Itoa(attempt), "duration": time.Since(began).String(), "result": result})
		failure, failed := errors.AsType[*Error](err)
		if !failed {
			return body, header, err // complete, or canceled
		}
		failure.Path, failure.Attempts = address.EscapedPath(), attempt
		wait := c.backoff(ctx, failure, timedOut)
		if wait == 0 {
			return nil, nil, failure
		}
		timedOut = timedOut || failure.Kind == KindRequestTimeout
		select {
		case <-ctx.Done():
			return nil, nil, interrupted(ctx, "the time for the whole read ran out before the next attempt")
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
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, nil, interrupted(ctx, "the time for the whole read ran out before the answer was complete")
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
func (c *Client) backoff(ctx context.Context, failure *Error, timedOut bool) time.Duration {
	const longest = time.Minute
	if !failure.Kind.isTransient() || failure.Attempts > c.config.MaxRetries || timedOut && failure.Kind == KindRequestTimeout {
		return 0
	}
	wait := time.Second
	if failure.Kind == KindRateLimit {
		wait = 5 * time.Second // the documented limit is per minute
	}
	wait = max(min(wait<<(failure.Attempts-1), longest), failure.retryAfter)
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
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}
