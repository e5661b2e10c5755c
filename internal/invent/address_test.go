package invent

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	const (
		inClear  = "http would send the API key in clear"
		notURL   = "not a URL"
		noHost   = "no host"
		scheme   = "its scheme"
		query    = "a query or a fragment"
		userInfo = "user information"
	)
	tests := []struct {
		text string
		want string // in the error; empty: accepted
	}{
		{"https://api.useinvent.com", ""},
		{"https://api.useinvent.com/", ""},
		{"https://api.useinvent.com:8443/invent/v1/", ""},
		{"HTTPS://API.USEINVENT.COM", ""},
		{"https://192.0.2.1", ""},
		{"https://[2001:db8::1]:8443", ""},
		{"http://localhost", ""},
		{"http://LocalHost:8080/path", ""},
		{"http://127.0.0.1:8080", ""},
		{"http://127.255.255.254", ""},
		{"http://[::1]:8080", ""},
		{"http://[0:0:0:0:0:0:0:1]", ""},

		{"http://api.useinvent.com", inClear},
		{"http://localhost.example.com", inClear},
		{"http://localhost.", inClear},
		{"http://notlocalhost", inClear},
		{"http://127.0.0.1.nip.io", inClear},
		{"http://127.1", inClear},
		{"http://127.0.0.01", inClear},
		{"http://0x7f.0.0.1", inClear},
		{"http://2130706433", inClear},
		{"http://0.0.0.0", inClear},
		{"http://[::]", inClear},
		{"http://[::ffff:127.0.0.1]", inClear},
		{"http://[::1%25lo]", inClear},
		{"http://128.0.0.1", inClear},
		{"http://126.255.255.255", inClear},
		{"http://10.0.0.1", inClear},
		{"http://192.168.0.1", inClear},
		{"http://[fe80::1]", inClear},

		{"", noHost},
		{"api.useinvent.com", noHost},
		{"localhost:8080", noHost},
		{"/path", noHost},
		{"https://", noHost},
		{"https:///path", noHost},
		{"https://:443", noHost},
		{"https:api.useinvent.com", noHost},

		{"ftp://api.useinvent.com", scheme},
		{"ws://localhost", scheme},
		{"//api.useinvent.com", scheme},
		{"file://localhost/etc/hosts", scheme},

		{"https://user@api.useinvent.com", userInfo},
		{"https://user:hunter2@api.useinvent.com", userInfo},
		{"https://:@api.useinvent.com", userInfo},
		{"http://localhost@example.com", userInfo},

		{"https://api.useinvent.com?a=b", query},
		{"https://api.useinvent.com/?", query},
		{"https://api.useinvent.com/#", query},
		{"https://api.useinvent.com/#a", query},

		{" https://api.useinvent.com", notURL},
		{"https://api.useinvent.com\n", notURL},
		{"https://api useinvent.com", notURL},
		{"https://user:hunter2@api.useinvent.com:port", notURL},
		{"https://api.useinvent.com/%zz", notURL},
		{"https://[::1", notURL},
		{"://", notURL},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			base, err := ParseBaseURL(tt.text)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want == "" && !strings.EqualFold(base.String(), tt.text):
				t.Errorf("came out as %s", base)
			case tt.want != "" && err == nil:
				t.Errorf("accepted as %s", base)
			case tt.want != "" && !strings.Contains(err.Error(), tt.want):
				t.Errorf("got the error %q, want %q", err, tt.want)
			case tt.want != "" && strings.Contains(err.Error(), "hunter2"):
				t.Errorf("the error has the password: %s", err)
			}
		})
	}
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		id   string
		want string // the error; empty: accepted
	}{
		{"organization of the key", "c", ""},
		{"organization", "org_7wHuTTRIfOM537zxuAHi6g", ""},
		{"UUID", "4b7cbd0e-9a5b-4f0c-8d7e-0c0c4f0f0a11", ""},
		{"blank", " ", ""},
		{"unicode", "助手", ""},
		{"three dots", "...", ""},
		{"begins with two dots", "..x", ""},
		{"punctuation", `a;b&c+d:e@f=g,h!i'j"k<l>m{n}o|p^q~r$s*t(u)`, ""},
		{"256 bytes", strings.Repeat("a", 256), ""},

		{"empty", "", "the id is empty"},
		{"257 bytes", strings.Repeat("a", 257), "the id has 257 bytes, at most 256 are possible"},
		{"129 characters of two bytes", strings.Repeat("ä", 129), "the id has 258 bytes, at most 256 are possible"},
		{"dot", ".", `"." is not an id`},
		{"two dots", "..", `".." is not an id`},
		{"slash", "a/b", `the id "a/b" has one of the characters / \ ? # %`},
		{"backslash", `a\b`, `the id "a\\b" has one of the characters / \ ? # %`},
		{"question mark", "a?", `the id "a?" has one of the characters / \ ? # %`},
		{"number sign", "#a", `the id "#a" has one of the characters / \ ? # %`},
		{"percent sign", "%2e%2e", `the id "%2e%2e" has one of the characters / \ ? # %`},
		{"line feed", "a\n", `the id "a\n" has a control character`},
		{"null character", "\x00", `the id "\x00" has a control character`},
		{"delete character", "a\x7f", `the id "a\x7f" has a control character`},
		{"control character of Latin-1", "a\u0085", `the id "a\u0085" has a control character`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := CheckID(tt.id); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://example.com/a", "https://example.com/b?c#d", true},
		{"https://example.com", "https://example.com:443", true},
		{"https://example.com:", "https://example.com:443", true},
		{"http://localhost", "http://localhost:80", true},
		{"https://Example.com", "https://eXAMPLE.com", true},
		{"https://example.com", "http://example.com", false},
		{"https://example.com", "http://example.com:443", false},
		{"https://example.com", "https://example.com:8443", false},
		{"https://example.com", "https://www.example.com", false},
		{"https://example.com", "https://example.com.", false},
		{"https://example.com", "https://example.com@example.org", false},
		{"http://localhost", "http://127.0.0.1", false},
		{"https://example.com", "mailto:a@example.com", false},
	}
	for _, tt := range tests {
		t.Run(tt.a+" "+tt.b, func(t *testing.T) {
			t.Parallel()
			a, b := parseURL(t, tt.a), parseURL(t, tt.b)
			if got := sameOrigin(a, b); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
			if got := sameOrigin(b, a); got != tt.want {
				t.Errorf("the other way round: got %t, want %t", got, tt.want)
			}
		})
	}
}

func parseURL(t *testing.T, text string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
