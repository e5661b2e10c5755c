package provider

import (
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// wantRule fails the test unless a rule accepts the text, or refuses it with an error that says what is wanted. The text can
// be a secret: the error has no part of it that looks like one.
func wantRule[T any](t *testing.T, rule func(text string) (T, error), text, want string) {
	t.Helper()
	got := ""
	if _, err := applyRule(rule, text); err != nil {
		got = err.Error()
	}
	if (got == "") != (want == "") || !strings.Contains(got, want) || strings.Contains(got, "s3cr3t") {
		t.Errorf("%q: got the error %q, want %q", text, got, want)
	}
}

const isEmpty = "it is empty; leave it out, or make the argument null"

func TestParseKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"s3cr3t":               "",
		`sk-a"b'c\d/e+f=<&>~!`: "",
		"":                     isEmpty,
		"s3cr3t ":              "its character 7 of 7 is white space; a key consists of visible ASCII characters",
		" s3cr3t":              "its character 1 of 7 is white space",
		"s3c\tr3t":             "its character 4 of 7 is white space",
		"s3cr3t\n":             "its character 7 of 7 is a line break",
		"s3cr3t\r\n":           "its character 7 of 8 is a line break",
		"\uFEFFs3cr3t":         "its character 1 of 7 is a byte order mark",
		"s3cr3t\u00A0":         "its character 7 of 7 is a no-break space",
		"s3cr3t\u202F":         "its character 7 of 7 is a no-break space",
		"s3c\u200Br3t":         "its character 4 of 7 is a zero-width space or joiner",
		"s3c\u2060r3t":         "its character 4 of 7 is a zero-width space or joiner",
		"\u201Cs3cr3t\u201D":   "its character 1 of 8 is a typographic quotation mark, as editors type it",
		"s3cr3t\u2019":         "its character 7 of 7 is a typographic quotation mark",
		"s3c\x00r3t":           "its character 4 of 7 is not visible ASCII",
		"s3cr3t\x7f":           "its character 7 of 7 is not visible ASCII",
		"s3cr3té":              "its character 7 of 7 is not visible ASCII",
		"s3cr3t\xff":           "its character 7 of 7 is not visible ASCII",
	} {
		wantRule(t, parseKey, text, want)
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"c":                          "",
		"org_7wHuTTRIfOM537zxuAHi6g": "",
		"ast_1 ":                     "",
		"助手":                         "",
		"...":                        "",
		`a;b&c+d:e@f=g,h!i'j"k<l>m`:  "",
		strings.Repeat("a", 256):     "",
		"":                           isEmpty,
		strings.Repeat("ä", 129):     "an id has at most 256 bytes, and it has 258",
		".":                          `"." is not an id`,
		"..":                         `".." is not an id`,
		"a/b":                        `it has a '/', and an id has none of / \ ? # % and no control character`,
		`a\b`:                        `it has a '\\'`,
		"a?":                         `it has a '?'`,
		"#a":                         `it has a '#'`,
		"%2e%2e":                     `it has a '%'`,
		"a\n":                        `it has a '\n'`,
		"a\u0085":                    `it has a '\u0085'`,
	} {
		wantRule(t, parseID, text, want)
	}
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1s": "", "30s": "", "1h30m": "", "24h": "", "1500ms": "",
		"": isEmpty, "999ms": "is not a duration from 1s to 24h", "24h1ns": "is not", "-30s": "is not", "0": "is not", "30": "is not",
		"30 s": "is not", "1d": "is not", "soon": "it is not a duration from 1s to 24h, written as 30s or 2m", "NaNs": "is not",
	} {
		wantRule(t, parseDuration, text, want)
	}
}

func TestParseRetries(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "", "4": "", "10": "", "1e1": "",
		"11": "11 is not a whole number from 0 to 10", "-1": "-1 is not a whole number from 0 to 10", "1.5": "1.5 is not a whole number from 0 to 10",
		"1e400": "1e+400 is not", "1e-400": "is not", "many": "it is not a number", "18446744073709551617": "is not",
	} {
		wantRule(t, parseRetries, text, want)
	}
}

func TestParseCertificates(t *testing.T) {
	t.Parallel()
	one, other := inventtest.NewCA(t), inventtest.NewCA(t)
	const noCertificate = "it holds no certificate in PEM; give the certificate's text, as file() reads it, not its path"
	for text, want := range map[string]string{
		one.PEM():                              "",
		"\uFEFF" + one.PEM():                   "",
		"# ours\r\n" + one.PEM() + other.PEM(): "",
		"":                                     isEmpty,
		"/etc/ssl/s3cr3t.pem":                  noCertificate,
		strings.Replace(one.PEM(), "\nM", "\n!", 1):                          noCertificate,
		"-----BEGIN PRIVATE KEY-----\ns3cr3t00\n-----END PRIVATE KEY-----\n": noCertificate,
	} {
		wantRule(t, parseCertificates, text, want)
	}
}

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	const (
		notURL   = "it is not a URL"
		noHost   = "it has no scheme or no host"
		scheme   = "its scheme is not https (http, which sends the API key in clear, is for localhost, 127.0.0.0/8 and ::1)"
		query    = "it has a query or a fragment"
		userInfo = "it has user information"
		port     = "its port is not a number from 1 to 65535"
	)
	for text, want := range map[string]string{
		"https://api.useinvent.com":                 "",
		"https://api.useinvent.com/":                "",
		"https://api.useinvent.com:8443/invent/v1/": "",
		"HTTPS://API.USEINVENT.COM":                 "",
		"https://192.0.2.1":                         "",
		"https://[2001:db8::1]:8443":                "",
		"http://LocalHost:8080/path":                "",
		"http://127.255.255.254":                    "",
		"http://[::1]:8080":                         "",
		"":                                          isEmpty,
		"http://api.useinvent.com":                  scheme,
		"http://localhost.example.com":              scheme,
		"http://localhost.":                         scheme,
		"http://127.0.0.1.nip.io":                   scheme,
		"http://127.1":                              scheme,
		"http://2130706433":                         scheme,
		"http://0.0.0.0":                            scheme,
		"http://[::ffff:127.0.0.1]":                 scheme,
		"http://[::1%25lo]":                         scheme,
		"http://128.0.0.1":                          scheme,
		"http://192.168.0.1":                        scheme,
		"api.useinvent.com":                         noHost,
		"https://":                                  noHost,
		"https://:443":                              noHost,
		"https:api.useinvent.com":                   noHost,
		"ftp://api.useinvent.com":                   scheme,
		"//api.useinvent.com":                       scheme,
		"https://s3cr3t@api.useinvent.com":          userInfo,
		"https://user:s3cr3t@api.useinvent.com":     userInfo,
		"http://localhost@example.com":              userInfo,
		"https://api.useinvent.com?key=s3cr3t":      query,
		"https://api.useinvent.com/#":               query,
		"https://api.useinvent.com:":                port,
		"https://api.useinvent.com:0":               port,
		"https://api.useinvent.com:65536":           port,
		" https://api.useinvent.com":                notURL,
		"https://user:s3cr3t@api.useinvent.com:p":   notURL,
		"https://api.useinvent.com/%zz":             notURL,
		"https://[::1":                              notURL,
	} {
		wantRule(t, parseBaseURL, text, want)
	}
}
