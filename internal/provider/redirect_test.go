package provider_test

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// unvisited starts a server that nothing may connect to, and returns its address.
func unvisited(t *testing.T, start func(*httptest.Server)) string {
	t.Helper()
	other := httptest.NewUnstartedServer(http.NotFoundHandler())
	other.Config.ErrorLog = log.New(io.Discard, "", 0)
	other.Config.ConnState = func(connection net.Conn, state http.ConnState) {
		if state == http.StateNew {
			t.Errorf("a connection from %s to the other server", connection.RemoteAddr())
		}
	}
	start(other)
	t.Cleanup(other.Close)
	return other.URL
}

func TestRedirectElsewhere(t *testing.T) {
	t.Parallel()
	plain, secure := (*httptest.Server).Start, (*httptest.Server).StartTLS
	cases := []struct {
		name     string
		from, to func(*httptest.Server)
		location func(api, other string) string
	}{
		{"another port", plain, plain, func(_, other string) string { return other }},
		{"another port under https", secure, secure, func(_, other string) string { return other }},
		{"another port with the same path", plain, plain, func(_, other string) string { return other + "/orgs/c/assistants?page=1&take=100" }},
		{"another name of the host", plain, plain, func(_, other string) string { return strings.Replace(other, "127.0.0.1", "localhost", 1) }},
		{"another name of the host on the same port", plain, plain, func(api, _ string) string { return strings.Replace(api, "127.0.0.1", "localhost", 1) }},
		{"https to http", secure, plain, func(_, other string) string { return other }},
		{"http to https", plain, secure, func(_, other string) string { return other }},
		{"https to http on the same port", secure, plain, func(api, _ string) string { return strings.Replace(api, "https:", "http:", 1) }},
		{"http to https on the same port", plain, secure, func(api, _ string) string { return strings.Replace(api, "http:", "https:", 1) }},
		{"without a scheme", plain, plain, func(_, other string) string { return strings.TrimPrefix(other, "http:") }},
		{"the old host as user", plain, plain, func(api, other string) string { return api + "@" + strings.TrimPrefix(other, "http://") }},
	}
	for _, c := range cases {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprintf("%s %d", c.name, status), func(t *testing.T) {
				t.Parallel()
				mock := mockinvent.New(mockinvent.Sample())
				api := httptest.NewUnstartedServer(mock)
				c.from(api)
				t.Cleanup(api.Close)
				mock.Next(mockinvent.Fail(status, "", "Location: "+c.location(api.URL, unvisited(t, c.to))))
				config := attributes{"api_key": text(testKey), "base_url": text(api.URL)}
				if api.TLS != nil {
					config["ca_cert_pem"] = text(certificatePEM(api))
				}
				provider := newServer(t, nil)
				if diags := provider.configure(t, config); len(diags) > 0 {
					t.Fatal(message(diags))
				}
				_, diags := provider.read(t.Context(), t, "invent_assistants", nil)
				if got := message(diags); !strings.HasPrefix(got, "ERROR") || !strings.Contains(got, "which the key must not be sent to") {
					t.Errorf("got %q", got)
				}
				if requests := mock.Requests(); len(requests) != 1 {
					t.Errorf("%d requests, want the one that was redirected", len(requests))
				}
			})
		}
	}
}

// connectProxy tunnels every connection to one server, whatever host it is for:
// through it, names that do not resolve lead to a test's server.
type connectProxy struct {
	to    string // an address
	mutex sync.Mutex
	hosts []string // that were asked for
}

func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mutex.Lock()
	p.hosts = append(p.hosts, r.Method+" "+r.Host+r.Header.Get("Authorization"))
	p.mutex.Unlock()
	target, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = target.Close() }()
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = client.Close() }()
	_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		_, _ = io.Copy(target, client)
		_ = target.Close()
	}()
	_, _ = io.Copy(client, target)
}

// The API here is https://example.com, for which the test's certificate is too.
func TestAccRedirectToSubdomain(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, location, want string
		hosts                []string // which the key's connection was opened to
	}{
		{"the same host", "https://example.com/orgs/c/assistants", "", []string{"CONNECT example.com:443"}},
		{"the same host with its port", "https://example.com:443/orgs/c/assistants", "", []string{"CONNECT example.com:443"}},
		{"a subdomain", "https://api.example.com/orgs/c/assistants", `https on host "api.example.com"`, []string{"CONNECT example.com:443"}},
		{"http", "http://example.com/orgs/c/assistants", `http on host "example.com"`, []string{"CONNECT example.com:443"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock := mockinvent.New(mockinvent.Sample())
			api := httptest.NewUnstartedServer(mock)
			api.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
			api.StartTLS()
			t.Cleanup(api.Close)
			proxy := &connectProxy{to: api.Listener.Addr().String()}
			tunnel := httptest.NewServer(proxy)
			t.Cleanup(tunnel.Close)
			mock.Next(mockinvent.Fail(http.StatusFound, "", "Location: "+c.location))

			variables := environment("https://example.com")
			for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
				variables[name] = tunnel.URL
			}
			variables["NO_PROXY"], variables["no_proxy"] = "", ""
			terraform := newCLI(t, fmt.Sprintf(`
				provider "invent" { ca_cert_pem = base64decode(%q) }
				data "invent_assistants" "all" {}`, base64.StdEncoding.EncodeToString([]byte(certificatePEM(api)))), variables)
			output, _ := terraform.run(t, "plan")
			if c.want == "" && strings.Contains(output, "Error") || !wrapped(c.want).MatchString(output) {
				t.Errorf("got %s\nwant %q", output, c.want)
			}
			proxy.mutex.Lock()
			defer proxy.mutex.Unlock()
			if !slices.Equal(proxy.hosts, c.hosts) {
				t.Errorf("connections: %q, want %q", proxy.hosts, c.hosts)
			}
		})
	}
}

// The mock records whatever arrives, in every way in which the provider reads.
func TestAccOnlyGET(t *testing.T) {
	t.Parallel()
	server, baseURL := mock(t)
	for _, status := range []int{301, 302, 303, 503, 307, 308, 503} {
		server.Next(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", r.URL.RequestURI())
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(status)
		})
	}
	server.SetAssistants(sample.ID, mockinvent.Generate(3))
	terraform := newCLI(t, all+`
		data "invent_assistant" "by_name" { name = data.invent_assistants.all.assistants[1].name }
		data "invent_assistant" "by_id" { id = data.invent_assistants.all.assistants[1].id }
		ephemeral "invent_assistant_secret_key" "one" { assistant_id = data.invent_assistant.by_id.id }`, environment(baseURL))
	terraform.needs(t, 10, "an ephemeral resource")
	terraform.must(t, 0, "apply", "-auto-approve")
	terraform.must(t, 0, "plan", "-refresh-only")
	terraform.must(t, 0, "destroy", "-auto-approve")
	kinds := map[string]bool{}
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("%s %s", request.Method, request.Path)
		}
		kinds[request.Path] = true
	}
	if len(kinds) != 2 || len(server.Requests()) < 12 {
		t.Errorf("%d requests of %d kinds: not everything was read", len(server.Requests()), len(kinds))
	}
}
