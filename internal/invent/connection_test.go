package invent

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that a server works in
// a bubble of [synctest], which sees every goroutine.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func newPipes() *pipes {
	p := &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case connection := <-p.connections:
		return connection, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.close()
	return nil
}

func (p *pipes) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.connections <- server
	return client, nil
}

// After a read no connection stays open and no goroutine stays: the test's bubble
// does not end before all have.
func TestNothingStaysOpen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer http.HandlerFunc
		left   time.Duration // of the read's time, if set
		cancel bool
		later  bool // HTTP/2 closes the connection after it was idle for a while
		want   string
	}{
		{name: "list", answer: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("page") == "1" {
				fmt.Fprint(w, `[{"id":"ast_1"}]`)
			} else {
				fmt.Fprint(w, `[]`)
			}
		}, want: "<nil>"},
		{name: "status", answer: http.NotFound, want: "GET /orgs/c/assistants: the API answered 404 Not Found; the API says: 404 page not found"},
		{name: "retries used up", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
		}, want: "GET /orgs/c/assistants: the API answered 502 Bad Gateway (the last of 5 attempts)"},
		{name: "redirect", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com", http.StatusFound)
		}, want: `GET /orgs/c/assistants: the API redirects to https on host "example.com", which the key must not be sent to`},
		{name: "answer that is not JSON", answer: func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html>")
		}, want: "GET /orgs/c/assistants: the answer is an HTML page, not JSON; a proxy or a login page may have sent it"},
		{name: "cancelled before the answer", answer: func(_ http.ResponseWriter, r *http.Request) { hang(r) }, cancel: true, later: true, want: "context canceled"},
		{name: "cancelled in the body", answer: func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "[")
			w.(http.Flusher).Flush()
			hang(r)
		}, cancel: true, later: true, want: "context canceled"},
		{name: "cancelled in a wait", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusTooManyRequests)
		}, cancel: true, want: "context canceled"},
		{name: "request timeout", answer: func(_ http.ResponseWriter, r *http.Request) { hang(r) }, later: true, want: "GET /orgs/c/assistants: no complete answer within the request timeout of 30s (the last of 2 attempts)"},
		{name: "request timeout in the body", answer: func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "[")
			w.(http.Flusher).Flush()
			hang(r)
		}, later: true, want: "GET /orgs/c/assistants: no complete answer within the request timeout of 30s (the last of 2 attempts)"},
		{name: "read's timeout", answer: func(_ http.ResponseWriter, r *http.Request) { hang(r) }, left: 10 * time.Second, later: true, want: "GET /orgs/c/assistants: the time for the whole read ran out after 10s (requests: 1, for 10s; waits between attempts: 0s); the last: interrupted before the answer was complete"},
	}
	for _, tt := range tests {
		for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
			t.Run(tt.name+", "+protocol, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					open := newOpenConnections()
					listener := newPipes()
					server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.Proto != protocol {
							t.Errorf("the request came by %s", r.Proto)
						}
						tt.answer(w, r)
					}))
					_ = server.Listener.Close()
					server.Listener = listener
					server.EnableHTTP2 = protocol == "HTTP/2.0"
					server.Config.ConnState = open.count
					server.Config.ErrorLog = log.New(io.Discard, "", 0)
					server.StartTLS()

					roots := x509.NewCertPool()
					roots.AddCert(server.Certificate())
					network := newTransport(roots)
					network.DialContext = listener.dial

					ctx, cancel := context.WithCancel(t.Context())
					if tt.left > 0 {
						ctx, cancel = context.WithTimeout(ctx, tt.left)
					}
					defer cancel()
					if tt.cancel {
						time.AfterFunc(time.Second, cancel)
					}
					_, err := readAll(ctx, newClient(testConfig(t, server.URL), network), "c")
					if fmt.Sprint(err) != tt.want {
						t.Errorf("got  %v\nwant %s", err, tt.want)
					}

					if tt.later && protocol == "HTTP/2.0" {
						<-time.After(maxIdle)
					}
					synctest.Wait()
					if opened, left := open.numbers(); opened == 0 || left != 0 {
						t.Errorf("%d of %d connections are still open", left, opened)
					}
					server.Close()
				})
			})
		}
	}
}

// hang answers no more until the client gives up.
func hang(r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// openConnections follows the connections of a server.
type openConnections struct {
	mutex       sync.Mutex
	opened      int
	connections map[net.Conn]bool
}

func newOpenConnections() *openConnections {
	return &openConnections{connections: map[net.Conn]bool{}}
}

func (o *openConnections) count(connection net.Conn, state http.ConnState) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	switch state {
	case http.StateNew:
		o.opened++
		o.connections[connection] = true
	case http.StateClosed, http.StateHijacked:
		delete(o.connections, connection)
	}
}

func (o *openConnections) numbers() (opened, open int) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.opened, len(o.connections)
}
