package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	maxRequests    = 40
	maxBody        = 64 << 20 // what is longer is cut, and so no JSON
	requestTimeout = 30 * time.Second
)

// client sends GET requests, and keeps the answers.
type client struct {
	http      *http.Client
	base, key string
	answers   []answer
}

// answer is what the service answered. Its status is 0 if nothing came, or not all of it.
type answer struct {
	*http.Response
	json any   // nil if the body is not JSON
	rows []any // if it is a list
}

func newClient(base, key string) *client {
	return &client{base: base, key: key, http: &http.Client{
		Timeout:       requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get is where all requests are sent and counted. An error of the library is not kept: it quotes the address.
func (c *client) get(ctx context.Context, key string, query url.Values, path ...string) (a answer) {
	a.Response = &http.Response{}
	if len(c.answers) == maxRequests {
		return a
	}
	defer func() { c.answers = append(c.answers, a) }()
	address := c.base
	for _, segment := range path {
		address += "/" + url.PathEscape(segment)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+query.Encode(), nil)
	if err != nil {
		return a
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := c.http.Do(request)
	if err != nil {
		return a
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return a
	}
	a.Response = response
	if json.Unmarshal(body, &a.json) == nil && a.StatusCode == http.StatusOK {
		a.rows, _ = a.json.([]any)
	}
	return a
}

// transient tells whether the same request can have another answer soon; the provider then repeats it.
func (a answer) transient() bool {
	return slices.Contains([]int{0, 408, 425, 429}, a.StatusCode) || a.StatusCode >= 500 && a.StatusCode != http.StatusNotImplemented
}

// number is what a pagination header says, -1 if it is not there.
func (a answer) number(name string) int {
	if n, err := strconv.Atoi(a.Header.Get("pagination-" + name)); err == nil && n >= 0 {
		return n
	}
	return -1
}

// String says what an answer was, without its content.
func (a answer) String() string {
	switch {
	case a.StatusCode == 0:
		return "none: the connection failed or timed out"
	case a.StatusCode != http.StatusOK:
		return fmt.Sprint(a.StatusCode)
	case a.rows == nil:
		return "200, without a JSON array"
	}
	return fmt.Sprintf("200, an array of %d", len(a.rows))
}
