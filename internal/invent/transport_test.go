package invent

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyGETToTheOriginLeaves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, target string
		sent           bool
	}{
		{http.MethodGet, "https://api.example.com/orgs", true},
		{http.MethodGet, "https://API.example.com:443/", true},
		{http.MethodHead, "https://api.example.com/orgs", false},
		{http.MethodPost, "https://api.example.com/orgs", false},
		{http.MethodPut, "https://api.example.com/orgs", false},
		{http.MethodPatch, "https://api.example.com/orgs", false},
		{http.MethodDelete, "https://api.example.com/orgs", false},
		{http.MethodOptions, "https://api.example.com/orgs", false},
		{"get", "https://api.example.com/orgs", false},
		{http.MethodGet, "http://api.example.com/orgs", false},
		{http.MethodGet, "https://api.example.com:8443/orgs", false},
		{http.MethodGet, "https://example.com/orgs", false},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			t.Parallel()
			sent := false
			client := inMemoryClient(t, inMemory(func(*http.Request) (*http.Response, error) {
				sent = true
				return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
			}))
			request, err := http.NewRequestWithContext(t.Context(), tt.method, tt.target, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.http.Do(request)
			if err == nil {
				response.Body.Close()
			}
			if sent != tt.sent || (err == nil) != tt.sent {
				t.Errorf("sent: %t, error: %v; want sent: %t", sent, err, tt.sent)
			}
		})
	}
}

func TestTransportLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com/", nil)
	client := inMemoryClient(t, inMemory(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no network")
	}))
	if response, err := client.http.Transport.RoundTrip(request); err == nil {
		response.Body.Close()
		t.Error("got an answer without a network")
	}
	if len(request.Header) > 0 {
		t.Errorf("the caller's request got the headers %v", request.Header)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	const limit = 64 << 20
	mebibyte := bytes.Repeat([]byte(" "), 1<<20)
	tests := []struct {
		name   string
		packed bool
		beyond int // bytes more than the limit
	}{
		{name: "at the limit"},
		{name: "beyond the limit", beyond: 1},
		{name: "packed, at the limit", packed: true},
		{name: "packed, beyond the limit", packed: true, beyond: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			first, last := mebibyte, mebibyte[:tt.beyond]
			if tt.packed {
				first, last = packed(t, first), packed(t, last)
			}
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				if tt.packed {
					w.Header().Set("Content-Encoding", "gzip")
				}
				for range limit >> 20 {
					_, _ = w.Write(first)
				}
				_, _ = w.Write(last)
			}))
			defer server.Close()
			answer, err := New(testConfig(t, server.URL)).newRead().get(t.Context(), nil, "orgs")
			if tt.beyond > 0 {
				wantError(t, err, KindAnswer, "GET /orgs: the answer has more than 64 MiB")
			} else if err != nil || len(answer.body) != limit {
				t.Errorf("got %d bytes and the error %v, want %d", len(answer.body), err, limit)
			}
			if requests != 1 {
				t.Errorf("made %d requests, want 1", requests)
			}
		})
	}
}

// packed returns a member of a gzip file; such a file can have several.
func packed(t *testing.T, data []byte) []byte {
	t.Helper()
	var member bytes.Buffer
	packer := gzip.NewWriter(&member)
	if _, err := packer.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	return member.Bytes()
}

func TestBodyIsReadWithinTheAttempt(t *testing.T) {
	t.Parallel()
	closed := false
	client := inMemoryClient(t, inMemory(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: closing{strings.NewReader("[]"), &closed}}, nil
	}))
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com/", nil)
	response, err := client.http.Transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if !closed {
		t.Error("the network's body is still open")
	}
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "[]" {
		t.Errorf("got the body %q and the error %v", body, err)
	}
}

type closing struct {
	io.Reader
	closed *bool
}

func (c closing) Close() error {
	*c.closed = true
	return nil
}
