package invent

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
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

// Whatever an id is, all that leaves is a GET request to the configured origin.
func TestOnlyGETToTheOriginLeaves(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a", "..", "//other.example", "https://other.example", "@other.example", ":8443", "?a#b"} {
		sent := 0
		client := newFake(t, network(func(request *http.Request) (*http.Response, error) {
			sent++
			if got := request.Method + " " + request.URL.Scheme + "://" + request.URL.Host; got != "GET https://api.example.com" {
				t.Errorf("%q: sent %s", id, got)
			}
			return answers(http.StatusNotFound, "")(request)
		}))
		_, _ = client.Assistant(t.Context(), id, id)
		_, _ = client.Assistants(t.Context(), id, id)
		_, _ = client.SubOrganizations(t.Context(), id)
		if sent != 3 {
			t.Errorf("%q: sent %d requests", id, sent)
		}
	}
}

func TestOnTheWire(t *testing.T) {
	t.Parallel()
	const plain = "/orgs/c/assistants/a"
	for _, test := range []struct{ base, organizationID, id, want string }{
		{"/", "c", "a", plain},
		{"/invent/v1", "c", "a", "/invent/v1" + plain},
		{"/invent//", "c", "a", "/invent" + plain},
		{"/in%2Fvent", "c", "a", "/in%2Fvent" + plain},
		{"", "my org", "a b", "/orgs/my%20org/assistants/a%20b"},
		{"", "größe", "助手", "/orgs/gr%C3%B6%C3%9Fe/assistants/%E5%8A%A9%E6%89%8B"},
		{"", "..x%/", `"<b>[c]%2F/`, "/orgs/..x%25%2F/assistants/%22%3Cb%3E%5Bc%5D%252F%2F"},
	} {
		var got string
		var header http.Header
		server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got, header = r.RequestURI, r.Header
			w.WriteHeader(http.StatusNotFound)
		}))
		_, err := New(testConfig(t, server.URL+test.base)).Assistant(t.Context(), test.organizationID, test.id)
		wantError(t, err, KindNotFound, "GET "+test.want+": the API answered 404 Not Found")
		want := http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"gzip"},
			"Authorization": {"Bearer " + testKey}, "User-Agent": {"terraform-provider-invent/test"}}
		if got != test.want || !maps.EqualFunc(header, want, slices.Equal) {
			t.Errorf("got %q with the headers %v, want %q with %v", got, header, test.want, want)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for search, want := range map[string]string{"": "page=1&take=100", "a b&take=1": "page=1&search=a+b%26take%3D1&take=100"} {
		var sent []string
		_, err := newFake(t, network(func(request *http.Request) (*http.Response, error) {
			sent = append(sent, request.URL.RequestURI())
			return answers(http.StatusOK, `[]`)(request)
		})).Assistants(t.Context(), "c", search)
		if err != nil || !slices.Equal(sent, []string{"/orgs/c/assistants?" + want}) {
			t.Errorf("sent %q with the error %v, want one of %s", sent, err, want)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	const own, other = `the API redirects to https on host "api.example.com", which is base_url's own: only the path differs`, "the API redirects to https on host "
	for status, test := range map[int]struct{ location, want string }{
		301: {"/" + testKey, own},
		302: {"https://API.example.com/" + testKey, strings.Replace(own, "api", "API", 1)},
		303: {"?a=b", own},
		307: {"https://login.example.com/" + testKey, other + `"login.example.com"`},
		308: {"https://user:password@login.example.com:8443", other + `"login.example.com:8443"`},
		305: {"//login.example.com", other + `"login.example.com"`},
		300: {"http://api.example.com" + assistantPath, `the API redirects to http on host "api.example.com"`},
	} {
		got := play(t, setup{maxRetries: 2}, answers(status, "moved", "Location: "+test.location))
		e := wantError(t, got.err, KindRedirect)
		if e.Detail != "GET "+assistantPath+": "+test.want || len(got.sent) != 1 || e.Status != status || e.Body != nil {
			t.Errorf("got  %+v after %d requests\nwant %s", e, len(got.sent), test.want)
		}
	}
	wantError(t, play(t, setup{}, answers(302, "", "Location: https://["+testKey)).err, KindStatus, "the API answered 302 Found")
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	const limit = 64 << 20
	for _, packed := range []bool{false, true} {
		for beyond := range 2 { // bytes
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
			body, _, err := client.get(t.Context(), client.organization("c"))
			if beyond > 0 {
				wantError(t, err, KindAnswer, "GET /orgs/c: the answer has more than 64 MiB")
			} else if err != nil || len(body) != limit {
				t.Errorf("packed: %t: got %d bytes and the error %v", packed, len(body), err)
			}
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

// More reads at once than connections wait for their turn, and the wait is not part of the request timeout.
func TestReadsBeyondTheConnectionsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		config := testConfig(t, "https://api.example.com")
		config.RequestTimeout = 2 * time.Second
		client := fakeClient(config, network(func(request *http.Request) (*http.Response, error) {
			time.Sleep(1500 * time.Millisecond) // of the bubble's clock
			return answersWell()(request)
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
