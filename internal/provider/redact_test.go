package provider

import (
	"strings"
	"testing"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const key = `k"<y`
	cases := map[string]string{
		"":                                      "",
		"No\x1b[2J\r\n such\xff key.":           "No[2J such\uFFFD key.",
		"plain " + key:                          "plain (API key)",
		`json k\"\u003cy k\"<y`:                 "json (API key) (API key)",
		"URL k%22%3Cy k%22%3cy":                 "URL (API key) (API key)",
		"K\"<Y in another case":                 "(API key) in another case",
		strings.Repeat("ä", 200):                strings.Repeat("ä", 200),
		strings.Repeat("ä", 201):                strings.Repeat("ä", 200) + "…",
		strings.Repeat("-", 198) + key:          strings.Repeat("-", 198) + "(A…",
		`{"Secret_Key":"x"}`:                    "",
		strings.Repeat("-", 300) + "SECRET_KEY": "",
	}
	for body, want := range cases {
		if got := newRedactor(key).excerpt([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}
