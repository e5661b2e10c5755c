package provider

import (
	"net/url"
	"strings"
	"testing"
)

// environment looks up variables in a map.
func environment(variables map[string]string) func(name string) string {
	return func(name string) string { return variables[name] }
}

// wantProxy fails the test unless that proxy is chosen, "" for none. An error quotes nothing of its address.
func wantProxy(t *testing.T, base string, variables map[string]string, want string) {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := proxyFor(target, environment(variables))
	switch {
	case want != "error" && err != nil, want == "error" && err == nil:
		t.Errorf("%v: got %v and the error %v, want %s", variables, proxy, err, want)
	case want == "error":
		name := "HTTPS_PROXY"
		if variables[name] == "" {
			name = "https_proxy"
		}
		remedy := "the environment variable " + name + " is not the address of a proxy."
		if text := err.Error(); !strings.HasPrefix(text, remedy) || !strings.Contains(text, "percent-encode") || strings.Contains(text, "Horse") || strings.Contains(text, "squid") {
			t.Errorf("%v: got the error %s", variables, text)
		}
	case want == "" && proxy != nil, want != "" && (proxy == nil || proxy.String() != want):
		t.Errorf("%v: got %v, want %s", variables, proxy, want)
	}
}

func TestProxyAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"squid":                                "http://squid",
		"squid:3128":                           "http://squid:3128",
		"10.0.0.1:3128/":                       "http://10.0.0.1:3128/",
		"http://squid:3128":                    "http://squid:3128",
		"HTTP://Squid:3128":                    "http://Squid:3128",
		"https://squid":                        "https://squid",
		"socks5://squid:1080":                  "socks5://squid:1080",
		"SOCKS5H://squid:65535":                "socks5h://squid:65535",
		"http://[2001:db8::1]:3128":            "http://[2001:db8::1]:3128",
		"[::1]:1":                              "http://[::1]:1",
		"svc@squid:3128":                       "http://svc@squid:3128",
		"http://svc:Horse%40Battery%2F@squid/": "http://svc:Horse%40Battery%2F@squid/",
		"http://svc:Ho:rse@squid:3128":         "http://svc:Ho%3Arse@squid:3128",
		"http://svc:@squid:3128":               "http://svc:@squid:3128",

		"http://svc:Horse@Battery7/99@squid:3128": "error",
		"http://svc:Horse/99@squid:3128":          "error",
		"http://svc:1/Horse@squid:3128":           "error",
		"http://svc:Horse@99@squid:3128":          "error",
		"http://svc:Horse#99@squid:3128":          "error",
		"http://svc:1#Horse@squid:3128":           "error",
		"http://svc:Horse?99@squid:3128":          "error",
		"http://svc:1?Horse@squid:3128":           "error",
		"http://svc:Horse%off@squid:3128":         "error",
		"http://svc:Horse%@squid:3128":            "error",
		`http://svc:Horse\99@squid:3128`:          "error",
		"http://svc:Horse 99@squid:3128":          "error",
		"http://svc:Hörse@squid:3128":             "error",
		"http://squid:3128/Horse":                 "error",
		"http://squid:3128//":                     "error",
		"http://squid:3128#":                      "error",
		"http://squid:3128?":                      "error",
		" http://squid:3128":                      "error",
		"http://squid:3128\n":                     "error",
		"\uFEFFhttp://squid:3128":                 "error",
		"http://squid:":                           "error",
		"http://squid:0":                          "error",
		"http://squid:65536":                      "error",
		"http://squid:Horse":                      "error",
		"http://squid:-1":                         "error",
		"http://:3128":                            "error",
		"http://":                                 "error",
		"http://svc:Horse@":                       "error",
		"2001:db8::1":                             "error",
		"http://2001:db8::1:3128":                 "error",
		"http://[squid]:3128":                     "error",
		"http://[::1:3128":                        "error",
		"http://[10.0.0.1]:3128":                  "error",
		"ftp://squid:3128":                        "error",
		"socks4://squid:1080":                     "error",
		"http:squid:3128":                         "error",
		"http:/squid:3128":                        "error",
		"://squid:3128":                           "error",
	} {
		wantProxy(t, "https://api.useinvent.com", map[string]string{"HTTPS_PROXY": address}, want)
	}
}

func TestWhichProxy(t *testing.T) {
	t.Parallel()
	const api, squid, wrong = "https://api.useinvent.com", "http://squid:3128", "http://squid:Horse"
	for _, test := range []struct {
		base      string
		variables map[string]string
		want      string
	}{
		{api, nil, ""},
		{api, map[string]string{"https_proxy": squid}, squid},
		{api, map[string]string{"https_proxy": wrong}, "error"},
		{api, map[string]string{"HTTPS_PROXY": squid, "https_proxy": wrong}, squid},
		{api, map[string]string{"HTTPS_PROXY": wrong, "https_proxy": squid}, "error"},
		{api, map[string]string{"HTTP_PROXY": wrong, "http_proxy": wrong, "ALL_PROXY": wrong, "all_proxy": wrong}, ""},
		{api, map[string]string{"HTTPS_PROXY": squid, "REQUEST_METHOD": "GET"}, squid},

		{api, map[string]string{"HTTPS_PROXY": wrong, "NO_PROXY": "example.com, .useinvent.com"}, ""},
		{api, map[string]string{"HTTPS_PROXY": wrong, "no_proxy": "api.useinvent.com:443"}, ""},
		{api, map[string]string{"HTTPS_PROXY": wrong, "NO_PROXY": "*"}, ""},
		{api, map[string]string{"HTTPS_PROXY": squid, "NO_PROXY": "api.useinvent.com:8443", "no_proxy": "*"}, squid},
		{"https://10.1.2.3", map[string]string{"HTTPS_PROXY": wrong, "NO_PROXY": "10.0.0.0/8"}, ""},

		{"http://localhost:8080", map[string]string{"HTTPS_PROXY": wrong, "HTTP_PROXY": wrong}, ""},
		{"https://localhost:8443", map[string]string{"HTTPS_PROXY": wrong}, ""},
		{"https://127.0.0.1", map[string]string{"HTTPS_PROXY": wrong}, ""},
		{"https://[::1]:8443", map[string]string{"HTTPS_PROXY": wrong}, ""},
	} {
		wantProxy(t, test.base, test.variables, test.want)
	}
}
