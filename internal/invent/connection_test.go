package invent

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// counter counts the connections that a server accepts.
type counter struct{ atomic.Int32 }

func (c *counter) watch(server *httptest.Server) {
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.Add(1)
		}
	}
}

func answering(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
}

// wantFailure reads an assistant. A server that refuses a client over TLS 1.3 can be gone before its alert is read: that is
// retried, so that the alert is seen.
func wantFailure(t *testing.T, config Config, connections *counter, kind Kind, want string) {
	t.Helper()
	if kind == KindTLS {
		config.MaxRetries = 3
	}
	_, err := New(config).Assistant(t.Context(), "c", "ast_1")
	e := wantError(t, err, kind)
	if got := int(connections.Load()); e.Detail != want || got != e.Attempts {
		t.Errorf("got  %s after %d connections and %d attempts\nwant %s", e.Detail, got, e.Attempts, want)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	const certificate = "the certificate of the API could not be verified: "
	const noTLS = "there is no TLS connection to the API: "
	ca, now := inventtest.NewCA(t), time.Now()
	tests := []struct {
		name, host     string
		shift          time.Duration // of the time in which the certificate is valid
		unknown, http2 bool
		change         func(*tls.Config)
		kind           Kind
		want           string
	}{
		{name: "unknown authority", unknown: true, kind: KindCertificate, want: certificate + "it is signed by an unknown authority"},
		{name: "wrong name", host: "localhost", kind: KindCertificate, want: certificate + `it is not for "localhost"`},
		{name: "expired", shift: -2 * time.Hour, kind: KindCertificate, want: certificate + "it has expired or is not valid yet"},
		{name: "client certificate over HTTP/1.1", change: wantClientCertificate, kind: KindTLS, want: noTLS + "alert: certificate required"},
		{name: "client certificate over HTTP/2", change: wantClientCertificate, http2: true, kind: KindTLS, want: noTLS + "alert: certificate required"},
		{name: "client certificate over TLS 1.2", change: func(c *tls.Config) {
			wantClientCertificate(c)
			c.MaxVersion = tls.VersionTLS12
		}, kind: KindTLS, want: noTLS + "alert: handshake failure"},
		{name: "TLS 1.1", change: func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS11, tls.VersionTLS11
		}, kind: KindTLS, want: noTLS + "alert: protocol version not supported"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			valid := now.Add(test.shift)
			opened := new(counter)
			server := inventtest.ServeTLS(t, ca, test.http2, answering(`{"id":"ast_1"}`), opened.watch, func(server *httptest.Server) {
				server.TLS = inventtest.ServerTLS(ca.IssueFor(t, valid.Add(-time.Hour), valid.Add(time.Hour)))
				if test.change != nil {
					test.change(server.TLS)
				}
			})
			config := testConfig(t, strings.Replace(server.URL, "127.0.0.1", cmp.Or(test.host, "127.0.0.1"), 1))
			config.RootCAs = ca.Pool()
			if test.unknown {
				config.RootCAs = inventtest.NewCA(t).Pool()
			}
			wantFailure(t, config, opened, test.kind, test.want)
		})
	}
}

func wantClientCertificate(config *tls.Config) { config.ClientAuth = tls.RequireAnyClientCert }

func TestPlainServerBehindHTTPS(t *testing.T) {
	t.Parallel()
	opened := new(counter)
	server := inventtest.Serve(t, answering("{}"), opened.watch)
	config := testConfig(t, strings.Replace(server.URL, "http:", "https:", 1))
	wantFailure(t, config, opened, KindTLS, "there is no TLS connection to the API: it answers without TLS")
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	const incomplete = "the connection failed before the answer was complete"
	tests := []struct {
		name, sent string
		reset      bool
		want       string
	}{
		{name: "closed before the answer", want: incomplete + ": it was closed"},
		{name: "closed in the body", sent: "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + `{"id":`, want: incomplete + ": it was closed"},
		{name: "closed in a packed body", sent: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00", want: incomplete + ": it was closed"},
		{name: "reset", reset: true, want: "the connection to the API failed: connection reset by peer"},
		{name: "no HTTP", sent: testKey + "\r\n\r\n", want: incomplete},
		{name: "no gzip", sent: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\n" + `{"id":"ast_1"}`, want: incomplete},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			opened := new(counter)
			server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(connection, test.sent)
				if test.reset {
					_ = connection.(*net.TCPConn).SetLinger(0)
				}
				_ = connection.Close()
			}), opened.watch)
			wantFailure(t, testConfig(t, server.URL), opened, KindConnection, test.want)
		})
	}
}

// The debug data of a GOAWAY is a server's text: it is not quoted, whatever it looks like.
func TestBrokenHTTP2(t *testing.T) {
	t.Parallel()
	tests := map[string]func(framer *http2.Framer, stream uint32) error{
		"INTERNAL_ERROR": func(f *http2.Framer, stream uint32) error { return f.WriteRSTStream(stream, http2.ErrCodeInternal) },
		"ENHANCE_YOUR_CALM": func(f *http2.Framer, stream uint32) error {
			return f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte(", ErrCode=SECRET"))
		},
		"PROTOCOL_ERROR": func(f *http2.Framer, stream uint32) error {
			return f.WriteRawFrame(http2.FrameSettings, 0, stream, nil)
		}, // they belong to no stream
	}
	for code, answer := range tests {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			ca, opened := inventtest.NewCA(t), new(counter)
			speak := func(_ *http.Server, connection *tls.Conn, _ http.Handler) {
				defer func() { _ = connection.Close() }()
				_, _ = io.CopyN(io.Discard, connection, int64(len(http2.ClientPreface)))
				framer := http2.NewFramer(connection, connection)
				_ = framer.WriteSettings()
				for {
					frame, err := framer.ReadFrame()
					if err != nil {
						return
					}
					if headers, ok := frame.(*http2.HeadersFrame); ok {
						_ = answer(framer, headers.StreamID)
						_ = connection.CloseWrite()
					}
				}
			}
			server := inventtest.ServeTLS(t, ca, true, nil, opened.watch, func(server *httptest.Server) {
				server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": speak}
			})
			config := testConfig(t, server.URL)
			config.RootCAs = ca.Pool()
			_, err := New(config).Assistant(t.Context(), "c", "ast_1")
			if e := wantError(t, err, KindConnection); e.Detail != "the connection failed before the answer was complete: HTTP/2 error "+code {
				t.Error(e.Detail)
			}
		})
	}
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	server := inventtest.Serve(t, nil)
	server.Close()
	_, err := New(testConfig(t, server.URL)).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindConnection, "the connection to the API failed: connection refused")
	for _, scheme := range []string{"http", "https", "socks5"} {
		config := testConfig(t, "https://api.example.com")
		config.Proxy = &url.URL{Scheme: scheme, Host: server.Listener.Addr().String()}
		_, err = New(config).Assistant(t.Context(), "c", "ast_1")
		wantError(t, err, KindConnection, "the connection to the proxy failed: connection refused")
	}
}

func TestProxyThatRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		kind   Kind
		want   string
	}{
		{http.StatusProxyAuthRequired, KindProxy, "the proxy answered 407 Proxy Authentication Required"},
		{http.StatusForbidden, KindProxy, "the proxy answered 403 Forbidden"},
		{http.StatusNoContent, KindProxy, "the proxy answered 204 No Content"},
		{http.StatusServiceUnavailable, KindConnection, "the proxy answered 503 Service Unavailable"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			opened := new(counter)
			server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect || r.Host != "api.example.com:443" || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy got %s %s with the headers %v", r.Method, r.Host, r.Header)
				}
				http.Error(w, testKey, test.status)
			}), opened.watch)
			config := testConfig(t, "https://api.example.com")
			config.Proxy = testConfig(t, server.URL).BaseURL
			wantFailure(t, config, opened, test.kind, test.want)
		})
	}
}

func TestSOCKSProxyThatRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, greeting, reply string
		kind                  Kind
		want                  string
	}{
		{"rules", "\x05\x00", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", KindProxy, "the proxy refused: unknown error connection not allowed by ruleset"},
		{"no way to authenticate", "\x05\xff", "", KindProxy, "the proxy refused: no acceptable authentication methods"},
		{"closed", "", "", KindConnection, "the connection failed before the answer was complete: it was closed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				defer func() { _ = connection.Close() }()
				client := bufio.NewReader(connection)
				_, _ = client.Discard(3) // the version, and the one method that is offered
				_, _ = io.WriteString(connection, test.greeting)
				if test.reply != "" {
					_, _ = client.Discard(len("\x05\x01\x00\x03\x0fapi.example.com\x01\xbb"))
					_, _ = io.WriteString(connection, test.reply)
				}
			}()
			config := testConfig(t, "https://api.example.com")
			config.Proxy = &url.URL{Scheme: "socks5", Host: listener.Addr().String()}
			_, err = New(config).Assistant(t.Context(), "c", "ast_1")
			if e := wantError(t, err, test.kind); e.Detail != test.want {
				t.Errorf("got  %s\nwant %s", e.Detail, test.want)
			}
		})
	}
}
