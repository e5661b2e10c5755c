package invent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const testKey = "key-of-the-tests"

// testConfig is what most tests work with. Its log must never see the key.
func testConfig(t *testing.T, baseURL string) Config {
	t.Helper()
	base, err := ParseBaseURL(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		BaseURL:        base,
		APIKey:         testKey,
		UserAgent:      "terraform-provider-invent/test",
		RequestTimeout: 30 * time.Second,
		MaxRetries:     4,
		Log: func(_ context.Context, message string, fields ...map[string]any) {
			if line := fmt.Sprint(message, fields); strings.Contains(line, testKey) {
				t.Errorf("the log has the key: %s", line)
			}
		},
	}
}

// inMemory is a network without sockets.
type inMemory func(*http.Request) (*http.Response, error)

func (answer inMemory) RoundTrip(request *http.Request) (*http.Response, error) {
	return answer(request)
}

func inMemoryClient(t *testing.T, network http.RoundTripper) *Client {
	t.Helper()
	return newClient(testConfig(t, "https://api.example.com"), network)
}

// wantError fails the test unless the error is of that kind and its text contains
// all of the parts. Whatever it says, the key is not in it.
func wantError(t *testing.T, err error, kind Kind, parts ...string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got the error %v, want one of kind %d with %q", err, kind, parts)
	}
	if e.Kind != kind {
		t.Errorf("got an error of kind %d, want %d: %s", e.Kind, kind, e)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not contain %q", err, part)
		}
	}
	if strings.Contains(err.Error(), testKey) {
		t.Errorf("the error has the key: %s", err)
	}
}

func TestNewMakesNoRequest(t *testing.T) {
	t.Parallel()
	requests := 0
	newClient(testConfig(t, "https://api.example.com"), inMemory(func(*http.Request) (*http.Response, error) {
		requests++
		return nil, errors.New("unexpected")
	}))
	if requests != 0 {
		t.Errorf("made %d requests", requests)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	var sent http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header
		fmt.Fprint(w, `{"id":"ast_1"}`)
	}))
	defer server.Close()
	if _, err := New(testConfig(t, server.URL)).Assistant(t.Context(), "c", "ast_1"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Accept":          "application/json",
		"Accept-Encoding": "gzip",
		"Authorization":   "Bearer " + testKey,
		"User-Agent":      "terraform-provider-invent/test",
	} {
		if got := sent.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q once", name, got, want)
		}
		sent.Del(name)
	}
	if len(sent) > 0 {
		t.Errorf("unexpected headers: %v", sent)
	}
}

func TestPathOnTheWire(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		base           string // added to the server's address
		organizationID string
		assistantID    string
		want           string
	}{
		{name: "plain ids", organizationID: "c", assistantID: "ast_1", want: "/orgs/c/assistants/ast_1"},
		{name: "trailing slash", base: "/", organizationID: "c", assistantID: "a", want: "/orgs/c/assistants/a"},
		{name: "path", base: "/invent/v1", organizationID: "c", assistantID: "a", want: "/invent/v1/orgs/c/assistants/a"},
		{name: "path with trailing slashes", base: "/invent//", organizationID: "c", assistantID: "a", want: "/invent/orgs/c/assistants/a"},
		{name: "escaped path", base: "/in%2Fvent", organizationID: "c", assistantID: "a", want: "/in%2Fvent/orgs/c/assistants/a"},
		{name: "path with a space", base: "/in vent", organizationID: "c", assistantID: "a", want: "/in%20vent/orgs/c/assistants/a"},
		{name: "space", organizationID: "my org", assistantID: "a b", want: "/orgs/my%20org/assistants/a%20b"},
		{name: "unicode", organizationID: "größe", assistantID: "助手", want: "/orgs/gr%C3%B6%C3%9Fe/assistants/%E5%8A%A9%E6%89%8B"},
		{name: "semicolon", organizationID: "c", assistantID: "a;b=c", want: "/orgs/c/assistants/a%3Bb=c"},
		{name: "ampersand", organizationID: "c", assistantID: "a&b", want: "/orgs/c/assistants/a&b"},
		{name: "plus", organizationID: "c", assistantID: "a+b", want: "/orgs/c/assistants/a+b"},
		{name: "colon", organizationID: "c", assistantID: "a:b", want: "/orgs/c/assistants/a:b"},
		{name: "at sign", organizationID: "user@host", assistantID: "a", want: "/orgs/user@host/assistants/a"},
		{name: "begins with two dots", organizationID: "..x", assistantID: "...", want: "/orgs/..x/assistants/..."},
		{name: "quotes and brackets", organizationID: "c", assistantID: `a"<b>[c]`, want: "/orgs/c/assistants/a%22%3Cb%3E%5Bc%5D"},
		{name: "bytes that are not UTF-8", organizationID: "c", assistantID: "a\xff", want: "/orgs/c/assistants/a%FF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r.RequestURI
				w.WriteHeader(http.StatusNotFound)
			}))
			defer server.Close()
			_, err := New(testConfig(t, server.URL+tt.base)).Assistant(t.Context(), tt.organizationID, tt.assistantID)
			wantError(t, err, KindStatus, "GET "+tt.want+": the API answered 404")
			if got != tt.want {
				t.Errorf("got %q on the wire, want %q", got, tt.want)
			}
		})
	}
}

func TestListOnTheWire(t *testing.T) {
	t.Parallel()
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.RequestURI
		fmt.Fprint(w, `[]`)
	}))
	defer server.Close()
	if _, err := readAll(t.Context(), New(testConfig(t, server.URL+"/invent/")), "org;1"); err != nil {
		t.Fatal(err)
	}
	if want := "/invent/orgs/org%3B1/assistants?page=1&take=100"; got != want {
		t.Errorf("got %q on the wire, want %q", got, want)
	}
}

func TestIDsThatAreNotSent(t *testing.T) {
	t.Parallel()
	client := inMemoryClient(t, inMemory(func(r *http.Request) (*http.Response, error) {
		t.Errorf("sent %s", r.URL)
		return nil, errors.New("unexpected")
	}))
	for _, id := range []string{"", ".", "..", "../x", "a/b", `a\b`, "a?b", "a#b", "a%2Fb", "a\nb"} {
		_, err := readAll(t.Context(), client, id)
		wantError(t, err, KindRequest, "id")
		_, err = client.Assistant(t.Context(), id, "ast_1")
		wantError(t, err, KindRequest, "id")
		_, err = client.Assistant(t.Context(), "c", id)
		wantError(t, err, KindRequest, "id")
	}
}

func TestKeyGivenAsID(t *testing.T) {
	t.Parallel()
	client := inMemoryClient(t, inMemory(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
	}))
	_, err := readAll(t.Context(), client, testKey)
	wantError(t, err, KindStatus, "GET /orgs/(API key)/assistants")
	_, err = readAll(t.Context(), client, testKey+"/")
	wantError(t, err, KindRequest, "(API key)")
}
