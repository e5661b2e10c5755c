// Package mockinvent is a mock of the part of the Invent API that the provider reads, made from its public
// documentation (https://docs.useinvent.com). It has not been compared with the live service: what the documentation
// leaves open is a switch.
package mockinvent

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is the mock API. It is an http.Handler that any number of goroutines can use.
type Server struct {
	mu       sync.Mutex
	api      api
	next     []http.HandlerFunc
	requests []Request
	minute   minute
}

// Request is a request as the mock received it.
type Request struct {
	Method string
	Path   string // escaped, as sent
	Query  string // escaped, as sent
	Header http.Header
}

// minute counts requests for the rate limit.
type minute struct {
	began    time.Time
	requests int
}

// New returns a mock that serves the data, with every switch off.
func New(data Data) *Server {
	s := &Server{}
	s.SetData(data)
	return s
}

// SetData replaces everything that the mock serves.
func (s *Server) SetData(data Data) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.api.organizations = slices.Clone(data.Organizations)
}

// SetAssistants replaces the assistants of one organization. It panics if the data has no such organization: the test
// that asks for it would go on with other assistants than it believes.
func (s *Server) SetAssistants(organizationID string, assistants []json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A request that is being answered keeps the slice it began with.
	organizations := slices.Clone(s.api.organizations)
	for i := range organizations {
		if organizations[i].ID == organizationID {
			organizations[i].Assistants = slices.Clone(assistants)
			s.api.organizations = organizations
			return
		}
	}
	panic("mockinvent: SetAssistants: no organization " + strconv.Quote(organizationID))
}

// SetSwitches replaces all switches.
func (s *Server) SetSwitches(switches Switches) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.api.switches = switches
}

// Next lets the handlers answer the next requests instead of the data, one each, in order, after those of earlier
// calls. The rate limit does not count these requests.
func (s *Server) Next(handlers ...http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, handlers...)
}

// Requests returns all requests received so far, in order, whatever their answer was.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Fail returns a handler for [Server.Next] that answers with the status, the body, and headers in the form
// "Name: value".
func Fail(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, field := range header {
			name, value, _ := strings.Cut(field, ":")
			w.Header().Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.receive(r)(w, r)
}

// receive records the request and decides what answers it. The answer itself is written without the lock.
func (s *Server) receive(r *http.Request) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Header: r.Header.Clone(),
	})
	if len(s.next) > 0 {
		handler := s.next[0]
		s.next = s.next[1:]
		return handler
	}
	if limit := s.api.switches.RequestsPerMinute; limit > 0 {
		if wait := s.minute.count(time.Now(), limit); wait > 0 {
			return rateLimited(wait, s.api.switches.RetryAfter)
		}
	}
	return s.api.answer
}

// count adds a request and returns how long to wait if it is past the limit.
func (m *minute) count(now time.Time, limit int) time.Duration {
	if now.Sub(m.began) >= time.Minute {
		*m = minute{began: now}
	}
	m.requests++
	if m.requests <= limit {
		return 0
	}
	return m.began.Add(time.Minute).Sub(now)
}

func rateLimited(wait time.Duration, retryAfter bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		}
		refuse(w, http.StatusTooManyRequests, "Too many requests.")
	}
}
