package provider

import (
	"cmp"
	"net/url"
	"strings"
	"testing"
)

func TestProxy(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name        string
		environment map[string]string
		base, want  string // the proxy; "error" for an error
	}{
		{"none", nil, "", ""},
		{"no scheme", map[string]string{"HTTPS_PROXY": "proxy.example:8080"}, "", "http://proxy.example:8080"},
		{"all parts", map[string]string{"HTTPS_PROXY": "HTTPS://me:p%40s%2Fs%25@Proxy.example:65535/"}, "", "https://me:p%40s%2Fs%25@Proxy.example:65535/"},
		{"no port", map[string]string{"HTTPS_PROXY": "socks5://proxy"}, "", "socks5://proxy"},
		{"IPv6", map[string]string{"HTTPS_PROXY": "socks5h://[2001:db8::1]:1080"}, "", "socks5h://[2001:db8::1]:1080"},
		{"upper case first", map[string]string{"HTTPS_PROXY": "upper:1", "https_proxy": "lower:1"}, "", "http://upper:1"},
		{"lower case", map[string]string{"https_proxy": "lower:1"}, "", "http://lower:1"},
		{"other variables", map[string]string{"HTTP_PROXY": "proxy:1", "ALL_PROXY": "proxy:1"}, "", ""},
		{"exempted", map[string]string{"HTTPS_PROXY": "proxy:1", "NO_PROXY": ".useinvent.com"}, "", ""},
		{"exempted in lower case", map[string]string{"HTTPS_PROXY": "proxy:1", "no_proxy": "api.useinvent.com"}, "", ""},
		{"bad, but not used", map[string]string{"HTTPS_PROXY": "s3cr3t@@", "NO_PROXY": "*"}, "", ""},
		{"loopback", map[string]string{"HTTPS_PROXY": "s3cr3t@@"}, "https://127.0.0.1", ""},
		{"an @ in the password", map[string]string{"HTTPS_PROXY": "http://me:s3@cr3t@proxy:1"}, "", "error"},
		{"a slash in the password", map[string]string{"HTTPS_PROXY": "http://me:s3/cr3t@proxy:1"}, "", "error"},
		{"a question mark in the password", map[string]string{"HTTPS_PROXY": "http://me:s3?cr3t@proxy:1"}, "", "error"},
		{"a hash in the password", map[string]string{"HTTPS_PROXY": "http://me:s3#cr3t@proxy:1"}, "", "error"},
		{"a percent sign in the password", map[string]string{"HTTPS_PROXY": "http://me:s3%cr3t@proxy:1"}, "", "error"},
		{"a path", map[string]string{"HTTPS_PROXY": "http://proxy:1/s3cr3t"}, "", "error"},
		{"white space", map[string]string{"HTTPS_PROXY": " http://proxy:1"}, "", "error"},
		{"a letter", map[string]string{"HTTPS_PROXY": "http://me:s3cr3té@proxy:1"}, "", "error"},
		{"port 0", map[string]string{"HTTPS_PROXY": "http://proxy:0"}, "", "error"},
		{"port 65536", map[string]string{"HTTPS_PROXY": "http://proxy:65536"}, "", "error"},
		{"no host", map[string]string{"HTTPS_PROXY": "http://:8080"}, "", "error"},
		{"IPv6 without brackets", map[string]string{"HTTPS_PROXY": "http://2001:db8::1"}, "", "error"},
		{"a name in brackets", map[string]string{"HTTPS_PROXY": "http://[proxy]:1"}, "", "error"},
		{"another scheme", map[string]string{"HTTPS_PROXY": "ftp://proxy:1"}, "", "error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base, err := parseBaseURL(cmp.Or(c.base, defaultBaseURL))
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := proxyFor(base, func(name string) string { return c.environment[name] })
			if err != nil {
				if text := err.Error(); c.want != "error" || !strings.Contains(text, "HTTPS_PROXY") || !strings.Contains(text, "percent-encode") || strings.Contains(text, "s3") {
					t.Errorf("got %v", err)
				}
				return
			}
			if proxy == nil {
				proxy = &url.URL{}
			}
			if proxy.String() != c.want {
				t.Errorf("got %q, want %q", proxy, c.want)
			}
		})
	}
}
