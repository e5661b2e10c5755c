package invent

import (
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorder is a server that writes down what arrives.
type recorder struct {
	*httptest.Server
	mutex    sync.Mutex
	arrived  []string // method and path
	redirect func(path string) (status int, location string)
}

func newRecorder(t *testing.T, secure bool) *recorder {
	t.Helper()
	r := &recorder{redirect: func(string) (int, string) { return 0, "" }}
	r.Server = httptest.NewUnstartedServer(r)
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		r.StartTLS()
	} else {
		r.Start()
	}
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mutex.Lock()
	r.arrived = append(r.arrived, request.Method+" "+request.URL.Path+" "+request.Header.Get("Authorization"))
	r.mutex.Unlock()
	if status, location := r.redirect(request.URL.Path); status != 0 {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(status)
		return
	}
	fmt.Fprint(w, `{"id":"ast_1"}`)
}

func (r *recorder) client(t *testing.T) *Client {
	t.Helper()
	config := testConfig(t, r.URL)
	if r.TLS != nil {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AddCert(r.Certificate())
	}
	return New(config)
}

const assistantPath = "/orgs/c/assistants/ast_1"

func TestRedirectWithinTheOrigin(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for hops := range 5 {
			for _, absolute := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d, %d times, absolute %t", status, hops, absolute), func(t *testing.T) {
					t.Parallel()
					api := newRecorder(t, false)
					next := map[string]string{assistantPath: "/1", "/1": "/2", "/2": "/3", "/3": "/4"}
					api.redirect = func(path string) (int, string) {
						to, ok := next[path]
						if !ok || to == fmt.Sprintf("/%d", hops+1) {
							return 0, ""
						}
						if absolute {
							to = api.URL + to
						}
						return status, to
					}
					_, err := api.client(t).Assistant(t.Context(), "c", "ast_1")
					if hops <= 3 && err != nil {
						t.Error(err)
					}
					if hops > 3 {
						wantError(t, err, KindRedirect, "GET "+assistantPath+": the API redirects more than 3 times, last on host "+fmt.Sprintf("%q", api.Listener.Addr()))
					}
					var want []string
					for _, path := range []string{assistantPath, "/1", "/2", "/3"}[:min(hops, 3)+1] {
						want = append(want, "GET "+path+" Bearer "+testKey)
					}
					if !slices.Equal(api.arrived, want) {
						t.Errorf("arrived: %q, want %q", api.arrived, want)
					}
				})
			}
		}
	}
}

func TestRedirectElsewhere(t *testing.T) {
	t.Parallel()
	const plain, secure = false, true
	tests := []struct {
		name     string
		from, to bool // the servers
		target   func(api, other *recorder) string
		want     func(api, other *recorder) string // a part of the error
	}{
		{
			name: "another port", from: plain, to: plain,
			target: func(_, other *recorder) string { return other.URL + assistantPath },
			want: func(_, other *recorder) string {
				return fmt.Sprintf("the API redirects to http on host %q, which the key must not be sent to", other.Listener.Addr())
			},
		},
		{
			name: "another host name", from: plain, to: plain,
			target: func(api, _ *recorder) string { return "http://localhost:" + api.port() + "/stolen" },
			want:   func(api, _ *recorder) string { return fmt.Sprintf("http on host %q", "localhost:"+api.port()) },
		},
		{
			name: "without a scheme", from: plain, to: plain,
			target: func(_, other *recorder) string { return "//" + other.Listener.Addr().String() },
			want:   func(_, other *recorder) string { return fmt.Sprintf("http on host %q", other.Listener.Addr()) },
		},
		{
			name: "http to https", from: plain, to: secure,
			target: func(_, other *recorder) string { return other.URL },
			want:   func(_, other *recorder) string { return fmt.Sprintf("https on host %q", other.Listener.Addr()) },
		},
		{
			name: "http to https on the same port", from: plain, to: secure,
			target: func(api, _ *recorder) string { return strings.Replace(api.URL, "http:", "https:", 1) },
			want:   func(api, _ *recorder) string { return fmt.Sprintf("https on host %q", api.Listener.Addr()) },
		},
		{
			name: "https to http", from: secure, to: plain,
			target: func(_, other *recorder) string { return other.URL },
			want:   func(_, other *recorder) string { return fmt.Sprintf("http on host %q", other.Listener.Addr()) },
		},
		{
			name: "https to another port", from: secure, to: secure,
			target: func(_, other *recorder) string { return other.URL },
			want:   func(_, other *recorder) string { return fmt.Sprintf("https on host %q", other.Listener.Addr()) },
		},
		{
			name: "the key in the target", from: plain, to: plain,
			target: func(_, other *recorder) string { return other.URL + "/" + testKey + "?key=" + testKey },
			want:   func(_, other *recorder) string { return fmt.Sprintf("http on host %q", other.Listener.Addr()) },
		},
		{
			name: "the key as the target's host", from: plain, to: plain,
			target: func(_, _ *recorder) string { return "http://" + testKey + ".example.com/" },
			want:   func(_, _ *recorder) string { return `http on host "(API key).example.com"` },
		},
		{
			name: "another scheme", from: plain, to: plain,
			target: func(api, _ *recorder) string { return "ftp://" + api.Listener.Addr().String() },
			want:   func(api, _ *recorder) string { return fmt.Sprintf("ftp on host %q", api.Listener.Addr()) },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api, other := newRecorder(t, tt.from), newRecorder(t, tt.to)
			api.redirect = func(path string) (int, string) {
				if path == "/stolen" {
					return 0, ""
				}
				return http.StatusTemporaryRedirect, tt.target(api, other)
			}
			_, err := api.client(t).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindRedirect, "GET "+assistantPath+": ", tt.want(api, other))
			if want := []string{"GET " + assistantPath + " Bearer " + testKey}; !slices.Equal(api.arrived, want) {
				t.Errorf("arrived: %q, want %q", api.arrived, want)
			}
			if len(other.arrived) > 0 {
				t.Errorf("arrived at the other server: %q", other.arrived)
			}
		})
	}
}

// A redirect that leaves the origin with its second hop is refused too.
func TestRedirectElsewhereAfterOneWithin(t *testing.T) {
	t.Parallel()
	api, other := newRecorder(t, false), newRecorder(t, false)
	api.redirect = func(path string) (int, string) {
		if path == "/1" {
			return http.StatusFound, other.URL
		}
		return http.StatusFound, "/1"
	}
	_, err := api.client(t).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindRedirect, fmt.Sprintf("%q", other.Listener.Addr()))
	if len(api.arrived) != 2 || len(other.arrived) != 0 {
		t.Errorf("arrived: %q and %q", api.arrived, other.arrived)
	}
}

func TestRedirectWithUserInformation(t *testing.T) {
	t.Parallel()
	api := newRecorder(t, false)
	api.redirect = func(path string) (int, string) {
		if path == "/1" {
			return 0, ""
		}
		return http.StatusFound, strings.Replace(api.URL, "//", "//user:password@", 1) + "/1"
	}
	if _, err := api.client(t).Assistant(t.Context(), "c", "ast_1"); err != nil {
		t.Fatal(err)
	}
	if want := "GET /1 Bearer " + testKey; api.arrived[1] != want {
		t.Errorf("arrived: %q, want %q", api.arrived[1], want)
	}
}

func TestRedirectWithoutTarget(t *testing.T) {
	t.Parallel()
	api := newRecorder(t, false)
	api.redirect = func(string) (int, string) { return http.StatusFound, "" }
	_, err := api.client(t).Assistant(t.Context(), "c", "ast_1")
	wantError(t, err, KindStatus, "the API answered 302 Found")
	if len(api.arrived) != 1 {
		t.Errorf("arrived: %q, want one request", api.arrived)
	}
}

func (r *recorder) port() string {
	address, _ := url.Parse(r.URL)
	return address.Port()
}

func TestRedirectToNoURL(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"https://[::1", "https://api.example.com:bad/" + testKey, "%zz"} {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			api := newRecorder(t, false)
			api.redirect = func(string) (int, string) { return http.StatusFound, location }
			_, err := api.client(t).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindRedirect, "the API redirects to something that is not a URL")
			if len(api.arrived) != 1 {
				t.Errorf("%d requests, want one", len(api.arrived))
			}
		})
	}
}
