package invent

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestCertificates(t *testing.T) {
	t.Parallel()
	now := time.Now()
	tests := []struct {
		name        string
		trusted     bool
		host        string // 127.0.0.1 if not set
		from, until time.Time
		want        string // in the error
	}{
		{name: "trusted", trusted: true, from: now.Add(-time.Hour), until: now.Add(time.Hour)},
		{name: "unknown authority", from: now.Add(-time.Hour), until: now.Add(time.Hour), want: "it is signed by an unknown authority"},
		{name: "wrong name", trusted: true, host: "localhost", from: now.Add(-time.Hour), until: now.Add(time.Hour), want: "it is not for localhost"},
		{name: "expired", trusted: true, from: now.Add(-2 * time.Hour), until: now.Add(-time.Hour), want: "it has expired or is not valid yet"},
		{name: "not valid yet", trusted: true, from: now.Add(time.Hour), until: now.Add(2 * time.Hour), want: "it has expired or is not valid yet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var connections, requests atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				fmt.Fprint(w, `{"id":"ast_1"}`)
			}))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			certificate := selfSigned(t, tt.from, tt.until)
			server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			defer server.Close()

			config := testConfig(t, server.URL)
			if tt.host != "" {
				config = testConfig(t, strings.Replace(server.URL, "127.0.0.1", tt.host, 1))
			}
			config.RootCAs = x509.NewCertPool()
			if tt.trusted {
				config.RootCAs.AddCert(certificate.Leaf)
			}
			_, err := New(config).Assistant(t.Context(), "c", "ast_1")
			if tt.want == "" {
				if err != nil || requests.Load() != 1 {
					t.Errorf("got the error %v and %d requests, want one that succeeds", err, requests.Load())
				}
				return
			}
			wantError(t, err, KindCertificate, "GET "+assistantPath+": the server's certificate could not be verified: "+tt.want)
			if connections.Load() != 1 || requests.Load() != 0 {
				t.Errorf("made %d connections and %d requests, want 1 and 0", connections.Load(), requests.Load())
			}
		})
	}
}

// selfSigned makes a certificate for 127.0.0.1.
func selfSigned(t *testing.T, from, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    from,
		NotAfter:     until,
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	document, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(document)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{document}, PrivateKey: key, Leaf: leaf}
}

func TestPlainServerBehindHTTPS(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	config := testConfig(t, strings.Replace(server.URL, "http:", "https:", 1))
	config.MaxRetries = 0
	_, err := New(config).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindConnection, "the server answered without TLS")
}
