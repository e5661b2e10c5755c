package invent

import (
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
	want = "GET " + assistantPath + ": " + want
	if attempts := connections.Load(); attempts > 1 {
		want += fmt.Sprintf(" (the last of %d attempts)", attempts)
	}
	if got := wantError(t, err, kind).Detail; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	const certificate = "the certificate of the API could not be verified: "
	const noTLS = "there is no TLS connection to the API: "
	ca, now := inventtest.NewCA(t), time.Now()
	wantClientCertificate := func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }
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
		{name: "client certificate over HTTP/1.1", change: wantClientCertificate, kind: KindTLS, want: noTLS + "certificate required"},
		{name: "client certificate over HTTP/2", change: wantClientCertificate, http2: true, kind: KindTLS, want: noTLS + "certificate required"},
		{name: "client certificate over TLS 1.2", change: func(c *tls.Config) {
			wantClientCertificate(c)
			c.MaxVersion = tls.VersionTLS12
		}, kind: KindTLS, want: noTLS + "handshake failure"},
		{name: "TLS 1.1", change: func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS11, tls.VersionTLS11
		}, kind: KindTLS, want: noTLS + "protocol version not supported"},
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

// serveRaw answers each read of a connection with one of the texts. After the last it closes, or waits for the client to.
func serveRaw(t *testing.T, connections *counter, waits bool, asked string, texts ...string) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for connection, err := listener.Accept(); err == nil; connection, err = listener.Accept() {
			connections.Add(1)
			buffer := make([]byte, 4096)
			n, _ := connection.Read(buffer)
			if request := string(buffer[:n]); !strings.HasPrefix(request, asked) || asked != "GET " && strings.Contains(request, testKey) {
				t.Errorf("got %q, want %q", request, asked)
			}
			for i, text := range texts {
				if i > 0 {
					_, _ = connection.Read(buffer)
				}
				if text == reset {
					_ = connection.(*net.TCPConn).SetLinger(0)
				} else {
					_, _ = io.WriteString(connection, text)
				}
			}
			if waits {
				_, _ = connection.Read(buffer)
			}
			_ = connection.Close()
		}
	}()
	return listener.Addr().String()
}

const reset = "reset" // is not sent

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	const incomplete, closed, head = "the connection failed before the answer was complete", ": it was closed", "HTTP/1.1 200 OK\r\n"
	tests := []struct {
		name, proxy string // the scheme of the proxy; without one, the API itself answers
		waits       bool
		texts       []string
		kind        Kind
		want        string
	}{
		{name: "closed before the answer", kind: KindConnection, want: incomplete + closed},
		{name: "closed in the body", texts: []string{head + "Content-Length: 14\r\n\r\n" + `{"id":`}, kind: KindConnection, want: incomplete + closed},
		{name: "closed in a packed body", texts: []string{head + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"}, kind: KindConnection, want: incomplete + closed},
		{name: "reset", texts: []string{reset}, kind: KindConnection, want: "the connection to the API failed: connection reset by peer"},
		{name: "no HTTP", texts: []string{testKey + "\r\n\r\n"}, kind: KindConnection, want: incomplete},
		{name: "no gzip", texts: []string{head + "Content-Encoding: gzip\r\nContent-Length: 14\r\n\r\n" + `{"id":"ast_1"}`}, kind: KindConnection, want: incomplete},
		{name: "hangs in the body", waits: true, texts: []string{head + "Content-Length: 14\r\n\r\n" + `{"id":`}, kind: KindRequestTimeout, want: "no complete answer came within the request timeout of 50ms"},
		// After such an answer the library watches no context: waiting for a body could last for ever.
		{name: "101", waits: true, texts: []string{"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"}, kind: KindStatus, want: "the API answered 101 Switching Protocols"},
		{name: "password", proxy: "http", texts: []string{"HTTP/1.1 407 " + testKey + "\r\n\r\n"}, kind: KindProxy, want: "the proxy answered 407 Proxy Authentication Required"},
		{name: "forbidden", proxy: "http", texts: []string{"HTTP/1.1 403 " + testKey + "\r\n\r\n" + testKey}, kind: KindProxy, want: "the proxy answered 403 Forbidden"},
		{name: "success that is none", proxy: "http", texts: []string{"HTTP/1.1 204 " + testKey + "\r\n\r\n"}, kind: KindProxy, want: "the proxy answered 204 No Content"},
		{name: "overload", proxy: "http", texts: []string{"HTTP/1.1 503 " + testKey + "\r\n\r\n"}, kind: KindConnection, want: "the proxy answered 503 Service Unavailable"},
		{name: "tunnel to something without TLS", proxy: "http", texts: []string{"HTTP/1.1 200 OK\r\n\r\n", head + "\r\n"}, kind: KindTLS, want: "there is no TLS connection to the API: first record does not look like a TLS handshake"},
		{name: "rules", proxy: "socks5", texts: []string{"\x05\x00", "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"}, kind: KindProxy, want: "the proxy refused: unknown error connection not allowed by ruleset"},
		{name: "no way to authenticate", proxy: "socks5", texts: []string{"\x05\xff"}, kind: KindProxy, want: "the proxy refused: no acceptable authentication methods"},
		{name: "closed by a proxy", proxy: "socks5", kind: KindConnection, want: incomplete + closed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			opened := new(counter)
			asked := map[string]string{"": "GET ", "http": "CONNECT api.example.com:443 ", "socks5": "\x05"}[test.proxy]
			address := serveRaw(t, opened, test.waits, asked, test.texts...)
			config := testConfig(t, "http://"+address)
			if test.proxy != "" {
				config = testConfig(t, "https://api.example.com")
				config.Proxy = &url.URL{Scheme: test.proxy, Host: address}
			} else if test.waits {
				config.RequestTimeout = 50 * time.Millisecond
			}
			wantFailure(t, config, opened, test.kind, test.want)
		})
	}
}

// The debug data of a GOAWAY is a server's text: it is not quoted, whatever it looks like.
func TestBrokenHTTP2(t *testing.T) {
	t.Parallel()
	for code, answer := range map[string]func(framer *http2.Framer, stream uint32) error{
		"INTERNAL_ERROR": func(f *http2.Framer, stream uint32) error { return f.WriteRSTStream(stream, http2.ErrCodeInternal) },
		"ENHANCE_YOUR_CALM": func(f *http2.Framer, stream uint32) error {
			return f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte(", ErrCode=SECRET"))
		},
		"PROTOCOL_ERROR": func(f *http2.Framer, stream uint32) error {
			return f.WriteRawFrame(http2.FrameSettings, 0, stream, nil)
		}, // they belong to no stream
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			ca, opened := inventtest.NewCA(t), new(counter)
			speak := func(_ *http.Server, connection *tls.Conn, _ http.Handler) {
				defer func() { _ = connection.Close() }()
				_, _ = io.CopyN(io.Discard, connection, int64(len(http2.ClientPreface)))
				framer := http2.NewFramer(connection, connection)
				_ = framer.WriteSettings()
				for frame, err := framer.ReadFrame(); err == nil; frame, err = framer.ReadFrame() {
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
			wantFailure(t, config, opened, KindConnection, "the connection failed before the answer was complete: HTTP/2 error "+code)
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
