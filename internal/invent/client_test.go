package invent

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

const (
	testKey       = "key-of-the-tests"
	assistantPath = "/orgs/c/assistants/ast_1"
)

// testConfig is what most tests work with. The client itself never puts the key into its log.
func testConfig(t *testing.T, baseURL string) Config {
	t.Helper()
	base, err := url.Parse(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		BaseURL:        base,
		APIKey:         testKey,
		UserAgent:      "terraform-provider-invent/test",
		RequestTimeout: 30 * time.Second,
		Log: func(_ context.Context, message string, fields map[string]string) {
			if line := fmt.Sprint(message, fields); strings.Contains(line, testKey) {
				t.Errorf("the log has the key: %s", line)
			}
		},
	}
}

// network is one without sockets.
type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(request *http.Request) (*http.Response, error) {
	return n(request)
}

func fakeClient(config Config, network http.RoundTripper) *Client {
	client := New(config)
	client.network = network
	return client
}

// newFake returns a client that is not configured for more than one attempt.
func newFake(t *testing.T, network http.RoundTripper) *Client {
	t.Helper()
	return fakeClient(testConfig(t, "https://api.example.com"), network)
}

// answers with a status, a body, and headers as "Name: value".
func answers(status int, body string, header ...string) network {
	return func(request *http.Request) (*http.Response, error) {
		response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}
		for _, line := range header {
			name, value, _ := strings.Cut(line, ": ")
			response.Header.Set(name, value)
		}
		return response, nil
	}
}

// wantError returns the error if it is of that kind and has these texts somewhere. It never quotes the answer to a success.
func wantError(t *testing.T, err error, kind Kind, texts ...string) Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	ok = ok && e.Kind == kind && !strings.Contains(e.Error(), testKey) && (kind != KindAnswer || e.Body == nil)
	for _, text := range texts {
		ok = ok && strings.Contains(e.Error(), text)
	}
	if !ok {
		t.Fatalf("got  %v (%+v)\nwant %q, of kind %d", err, e, texts, kind)
	}
	return *e
}

func TestOnlyGETToTheOriginLeaves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, target string
		leaves         bool
	}{
		{http.MethodGet, "https://api.example.com/orgs", true},
		{http.MethodGet, "https://API.example.com/", true},
		{http.MethodHead, "https://api.example.com/orgs", false},
		{http.MethodPost, "https://api.example.com/orgs", false},
		{http.MethodPut, "https://api.example.com/orgs", false},
		{http.MethodDelete, "https://api.example.com/orgs", false},
		{"get", "https://api.example.com/orgs", false},
		{http.MethodGet, "http://api.example.com/orgs", false},
		{http.MethodGet, "https://api.example.com:8443/orgs", false},
		{http.MethodGet, "https://example.com/orgs", false},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.target, func(t *testing.T) {
			t.Parallel()
			left := false
			client := newFake(t, network(func(*http.Request) (*http.Response, error) {
				left = true
				return nil, io.EOF
			}))
			request, err := http.NewRequestWithContext(t.Context(), test.method, test.target, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = client.send(request) //nolint:bodyclose // there is none
			if left != test.leaves {
				t.Errorf("left: %t", left)
			}
		})
	}
}

func TestOnTheWire(t *testing.T) {
	t.Parallel()
	const plain = "/orgs/c/assistants/a"
	tests := []struct {
		base, organizationID, id string
		want                     string
	}{
		{"/", "c", "a", plain},
		{"/invent/v1", "c", "a", "/invent/v1" + plain},
		{"/invent//", "c", "a", "/invent" + plain},
		{"/in%2Fvent", "c", "a", "/in%2Fvent" + plain},
		{"", "my org", "a b", "/orgs/my%20org/assistants/a%20b"},
		{"", "größe", "助手", "/orgs/gr%C3%B6%C3%9Fe/assistants/%E5%8A%A9%E6%89%8B"},
		{"", "..x", `"<b>[c]`, "/orgs/..x/assistants/%22%3Cb%3E%5Bc%5D"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			var got string
			var header http.Header
			server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, header = r.RequestURI, r.Header
				w.WriteHeader(http.StatusNotFound)
			}))
			_, err := New(testConfig(t, server.URL+test.base)).Assistant(t.Context(), test.organizationID, test.id)
			wantError(t, err, KindNotFound, "GET "+test.want+": the API answered 404 Not Found")
			if got != test.want {
				t.Errorf("got %q on the wire", got)
			}
			want := fmt.Sprint(map[string][]string{"Accept": {"application/json"}, "Accept-Encoding": {"gzip"},
				"Authorization": {"Bearer " + testKey}, "User-Agent": {"terraform-provider-invent/test"}})
			if text := strings.TrimPrefix(fmt.Sprint(header), "http.Header"); text != want {
				t.Errorf("got the headers %s, want %s", text, want)
			}
		})
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for search, want := range map[string]string{"": "page=1&take=100", "a b&take=1": "page=1&search=a+b%26take%3D1&take=100"} {
		var sent []string
		client := newFake(t, network(func(request *http.Request) (*http.Response, error) {
			sent = append(sent, request.URL.RequestURI())
			return answers(http.StatusOK, `[]`)(request)
		}))
		if _, err := client.Assistants(t.Context(), "c", search); err != nil || !slices.Equal(sent, []string{"/orgs/c/assistants?" + want}) {
			t.Errorf("sent %q with the error %v, want one of %s", sent, err, want)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	const limit = 64 << 20
	for name, packed := range map[string]bool{"plain": false, "packed": true} {
		for beyond := range 2 { // bytes
			t.Run(fmt.Sprintf("%s, %d bytes beyond", name, beyond), func(t *testing.T) {
				t.Parallel()
				server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					var writer io.Writer = w
					if packed {
						w.Header().Set("Content-Encoding", "gzip")
						packer := gzip.NewWriter(w)
						defer func() { _ = packer.Close() }()
						writer = packer
					}
					_, _ = writer.Write(make([]byte, limit+beyond))
				}))
				client := New(testConfig(t, server.URL))
				body, _, err := client.get(t.Context(), client.endpoint("orgs"), nil)
				if beyond > 0 {
					wantError(t, err, KindAnswer, "GET /orgs: the answer has more than 64 MiB")
				} else if err != nil || len(body) != limit {
					t.Errorf("got %d bytes and the error %v", len(body), err)
				}
			})
		}
	}
}

// Reads find a connection again, also those that run side by side.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	const reads, sideBySide, most = 100, 25, 12
	ca, opened := inventtest.NewCA(t), new(counter)
	server := inventtest.ServeTLS(t, ca, false, answering(`[]`), opened.watch)
	config := testConfig(t, server.URL)
	config.RootCAs = ca.Pool()
	client := New(config)
	for range reads / sideBySide {
		var running sync.WaitGroup
		for range sideBySide {
			running.Go(func() {
				if _, err := client.Assistants(t.Context(), "c", ""); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
	}
	if got := opened.Load(); got > most {
		t.Errorf("opened %d connections, want %d at most", got, most)
	}
}

// An answer of status 101 leaves the library's care: it must end with the request timeout all the same.
func TestSwitchedProtocolsEndWithTheTimeout(t *testing.T) {
	t.Parallel()
	api := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		<-r.Context().Done()
		_ = connection.Close()
	}))
	config := testConfig(t, api.URL)
	config.RequestTimeout = 50 * time.Millisecond
	_, err := New(config).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindRequestTimeout, "no complete answer came within the request timeout of 50ms")
}

// More reads at once than connections wait for their turn, and the wait is not part of the request timeout.
func TestReadsBeyondTheConnectionsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		config := testConfig(t, "https://api.example.com")
		config.RequestTimeout = 2 * time.Second
		client := fakeClient(config, network(func(*http.Request) (*http.Response, error) {
			time.Sleep(1500 * time.Millisecond) // of the bubble's clock
			return answersWell()(nil)
		}))
		var reads sync.WaitGroup
		for range 60 {
			reads.Go(func() {
				if _, err := client.Assistant(t.Context(), "c", "ast_1"); err != nil {
					t.Error(err)
				}
			})
		}
		reads.Wait()
	})
}
