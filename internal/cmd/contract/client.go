package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const maxRequests = 40

// client sends GET requests, and keeps the answers.
type client struct {
	base, key string
	answers   []answer
}

// answer is what the service answered. Its status is 0 if nothing came, or not all of it.
type answer struct {
	*http.Response
	json any   // nil if the body is not JSON
	rows []any // if it is a list
}

// get is where all requests are sent and counted. An error of the library is not kept: it quotes the address.
func (c *client) get(ctx context.Context, key, target string) (a answer) {
	a.Response = &http.Response{}
	if len(c.answers) == maxRequests {
		return a
	}
	defer func() { c.answers = append(c.answers, a) }()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+target, nil)
	if err != nil {
		return a
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultTransport.RoundTrip(request) // follows no redirect
	if err != nil {
		return a
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20)) // what is longer is cut, and so no JSON
	if err != nil {
		return a
	}
	a.Response = response
	if json.Unmarshal(body, &a.json) == nil && a.StatusCode == http.StatusOK {
		a.rows, _ = a.json.([]any)
	}
	return a
}

// pagination is what a pagination header says, -1 if it is not there.
func (a answer) pagination(name string) int {
	if n, err := strconv.Atoi(a.Header.Get("pagination-" + name)); err == nil && n >= 0 {
		return n
	}
	return -1
}

// String says what an answer was, without its content.
func (a answer) String() string {
	switch {
	case a.StatusCode == 0:
		return "no answer: the connection failed or timed out"
	case a.StatusCode != http.StatusOK:
		return fmt.Sprint(a.StatusCode)
	case a.rows != nil:
		return fmt.Sprintf("200, an array of %d", len(a.rows))
	case jsonType(a.json) == "object":
		return "200, an object"
	}
	return "200, neither an array nor an object"
}
