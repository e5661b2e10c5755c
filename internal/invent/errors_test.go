package invent

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const (
		plain   = "key-of-the-tests"
		special = `k"e\y/<&+=>é ü`
	)
	tests := []struct {
		name string
		key  string
		body string
		want string
	}{
		{"text", plain, "No such organization", "No such organization"},
		{"JSON", plain, `{"message":"No such organization"}`, `{"message":"No such organization"}`},
		{"empty", plain, "", ""},
		{"unicode", plain, "Größe 助手", "Größe 助手"},

		{"key", plain, "bad key key-of-the-tests!", "bad key (API key)!"},
		{"key twice", plain, "key-of-the-tests=key-of-the-tests", "(API key)=(API key)"},
		{"key in the middle of a word", plain, "xkey-of-the-testsx", "x(API key)x"},
		{"special key, plain", special, "bad key " + special + "!", "bad key (API key)!"},
		{"special key, as JSON", special, `{"key":"k\"e\\y/<&+=>é ü"}`, `{"key":"(API key)"}`},
		{"special key, as JSON with HTML escaped", special, `{"key":"k\"e\\y/\u003c\u0026+=\u003eé ü"}`, `{"key":"(API key)"}`},
		{"special key, as JSON with slashes escaped", special, `{"key":"k\"e\\y\/<&+=>é ü"}`, `{"key":"(API key)"}`},
		{"special key, in a query", special, "?key=k%22e%5Cy%2F%3C%26%2B%3D%3E%C3%A9+%C3%BC&a=b", "?key=(API key)&a=b"},
		{"special key, in a path", special, "/k%22e%5Cy%2F%3C&+=%3E%C3%A9%20%C3%BC/", "/(API key)/"},
		{"key with slashes, as JSON", "a/b+c==", `{"key":"a\/b+c=="}`, `{"key":"(API key)"}`},
		{"key with slashes, escaped", "a/b+c==", "key=a%2Fb%2Bc%3D%3D", "key=(API key)"},
		{"key with slashes, escaped in lower case", "a/b+c==", "key=a%2fb%2bc%3d%3d", "key=(API key)"},
		{"key with slashes, partly escaped", "a/b+c==", "key=a/b%2bc=%3D", "key=(API key)"},
		{"key as JSON with code points", "a/b+c==", `{"key":"a\u002fb\u002Bc\u003d="}`, `{"key":"(API key)"}`},

		{"200 characters", plain, strings.Repeat("a", 200), strings.Repeat("a", 200)},
		{"201 characters", plain, strings.Repeat("a", 201), strings.Repeat("a", 200) + "…"},
		{"200 characters of three bytes", plain, strings.Repeat("助", 200), strings.Repeat("助", 200)},
		{"201 characters of three bytes", plain, strings.Repeat("助", 201), strings.Repeat("助", 200) + "…"},
		{"key across the cut", plain, strings.Repeat("a", 195) + plain, strings.Repeat("a", 195) + "(API …"},
		{"key behind the cut", plain, strings.Repeat("a", 200) + plain, strings.Repeat("a", 200) + "…"},
		{"200 characters after the key is replaced", plain, plain + strings.Repeat("a", 191), "(API key)" + strings.Repeat("a", 191)},

		{"line breaks and tabs", plain, "a\r\n\tb", "ab"},
		{"escape sequence of a terminal", plain, "a\x1b[31mb\x7f", "a[31mb"},
		{"control characters of Latin-1", plain, "a\u0085b\u009bc", "abc"},
		{"null characters", plain, "a\x00b", "ab"},
		{"control characters in the key", plain, "key\n-of\x00-the\u0085-tests", "(API key)"},
		{"key in UTF-16", plain, strings.Join(strings.Split(plain, ""), "\x00"), "(API key)"},
		{"control characters do not count", plain, strings.Repeat("a\n", 200), strings.Repeat("a", 200)},

		{"invalid UTF-8", plain, "a\xff\xfeb", "a\uFFFDb"},
		{"Latin-1", plain, "Gr\xf6\xdfe", "Gr\uFFFDe"},
		{"half a character at the end", plain, "a\xe5\x8a", "a\uFFFD"},

		{"secret_key", plain, `{"id":"ast_1","secret_key":"s3cr3t"}`, ""},
		{"secret_key in capitals", plain, `SECRET_KEY=s3cr3t`, ""},
		{"secret_key in mixed case", plain, `{"Secret_Key":"s3cr3t"}`, ""},
		{"secret_key alone", plain, "secret_key", ""},
		{"secret_key far behind the cut", plain, strings.Repeat("a", 10_000) + "secret_key", ""},
		{"secret_key after invalid UTF-8", plain, "\xff\"secret_key\":\"s3cr3t\"", ""},
		{"secret_key with control characters", plain, "secret\x00_\nkey s3cr3t", ""},
		{"secret_key in UTF-16", plain, strings.Join(strings.Split("secret_key s3cr3t", ""), "\x00"), ""},
		{"something else that is secret", plain, "the secret key is wrong", "the secret key is wrong"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprint(w, tt.body)
			}))
			defer server.Close()
			config := testConfig(t, server.URL)
			config.APIKey = tt.key
			_, err := readAll(t.Context(), New(config), "c")
			want := "GET /orgs/c/assistants: the API answered 403 Forbidden"
			if tt.want != "" {
				want += "; the API says: " + tt.want
			}
			if err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

// An answer of 2xx is the API's data: nothing of it is quoted.
func TestNoExcerptOfAnAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"s3cr3t", `{"name":"s3cr3t"`, `"s3cr3t"`, `[{"id":"a","name":["s3cr3t"]}]`, `[{"s3cr3t":"s3cr3t"}]`, "<s3cr3t>"} {
		client := inMemoryClient(t, says(http.StatusOK, body))
		_, err := readAll(t.Context(), client, "c")
		wantError(t, err, KindAnswer)
		if strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("body %s: the error quotes it: %s", body, err)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  Error
		want string
	}{
		{"detail alone", Error{Detail: "the id is empty"}, "the id is empty"},
		{"request", Error{Method: "GET", Path: "/orgs", Detail: "it failed"}, "GET /orgs: it failed"},
		{"one attempt", Error{Detail: "it failed", Attempts: 1}, "it failed"},
		{"attempts", Error{Detail: "it failed", Attempts: 5}, "it failed (the last of 5 attempts)"},
		{"excerpt", Error{Detail: "it failed", Excerpt: "no"}, "it failed; the API says: no"},
		{"all", Error{Method: "GET", Path: "/orgs", Detail: "it failed", Attempts: 5, Excerpt: "no"}, "GET /orgs: it failed (the last of 5 attempts); the API says: no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The retry rules are tested with errors made by hand; these come from sockets.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		breaks func(connection *net.TCPConn)
		want   string
	}{
		{"closed before the answer", func(*net.TCPConn) {}, "the connection was closed before the answer was complete"},
		{"closed in the head", writes("HTTP/1.1 200 OK\r\n"), "the connection was closed before the answer was complete"},
		{"closed in the body", writes("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + `{"id":`), "the connection was closed before the answer was complete"},
		{"closed in a chunk", writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n" + `{"id":`), "the connection was closed before the answer was complete"},
		{"closed in a packed body", writes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"), "the connection was closed before the answer was complete"},
		{"reset", func(connection *net.TCPConn) { _ = connection.SetLinger(0) }, "the connection to the API failed: connection reset by peer"},
		{"not HTTP", writes(testKey + "\r\n\r\n"), "the connection failed before the answer was complete"},
		{"not gzip", writes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\n" + `{"id":"ast_1"}`), "the connection failed before the answer was complete"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				tt.breaks(connection.(*net.TCPConn))
				_ = connection.Close()
			}))
			defer server.Close()
			config := testConfig(t, server.URL)
			config.MaxRetries = 0
			_, err := New(config).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindConnection, "GET "+assistantPath+": "+tt.want)
		})
	}
}

func writes(text string) func(*net.TCPConn) {
	return func(connection *net.TCPConn) { _, _ = connection.Write([]byte(text)) }
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	config := testConfig(t, server.URL)
	config.MaxRetries = 0
	_, err := New(config).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindConnection, "the connection to the API failed: connection refused")
}
