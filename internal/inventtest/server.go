// Package inventtest has what the tests of several packages need: servers on loopback, certificates, the real CLI, and
// readers of what it stores and of what pages show.
package inventtest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// Serve serves the handler over plain HTTP until the test ends. What is to be changed of the server before it starts,
// prepare changes.
func Serve(t testing.TB, handler http.Handler, prepare ...func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := newServer(t, handler, prepare)
	server.Start()
	return server
}

// ServeTLS serves the handler over TLS with a certificate of the authority, over HTTP/1.1, or over HTTP/2 if http2 is
// set.
func ServeTLS(t testing.TB, ca *CA, http2 bool, handler http.Handler, prepare ...func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := newServer(t, handler, prepare)
	server.EnableHTTP2 = http2
	if server.TLS == nil {
		server.TLS = ServerTLS(ca.IssueFor(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour)))
	}
	server.StartTLS()
	return server
}

func newServer(t testing.TB, handler http.Handler, prepare []func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	for _, change := range prepare {
		change(server)
	}
	t.Cleanup(server.Close)
	return server
}

// Mock serves the sample data of the mock API over plain HTTP.
func Mock(t testing.TB) (mock *mockinvent.Server, baseURL string) {
	t.Helper()
	mock = mockinvent.New(mockinvent.Sample())
	return mock, Serve(t, mock).URL
}
