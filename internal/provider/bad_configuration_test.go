package provider_test

import (
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// The rules that all text arguments share are in [TestConfigureText], and what
// else the data sources refuse in [TestValidateArguments]. Here are the addresses,
// ids and durations, in every argument that takes one.

func TestBadBaseURL(t *testing.T) {
	t.Parallel()
	const (
		scheme      = "its scheme is neither https nor, for loopback, http"
		inClear     = "http would send the API key in clear; use https (http is for localhost, 127.0.0.0/8 and ::1)"
		user        = "it has user information; the API key is all that is needed"
		query       = "it has a query or a fragment"
		noHost      = "it has no host; write it as https://host"
		noURL       = "it is not a URL"
		noPort      = "its port is not a number from 1 to 65535"
		controlChar = "it has a control character, such as a line break at its end"
	)
	cases := []struct {
		name, url string
		want      string // empty: none
	}{
		{"another scheme", "ftp://api.useinvent.com", scheme},
		{"a socket", "unix:///var/run/api", noHost},
		{"a file", "file:///etc/passwd", noHost},
		{"a script", "javascript:alert(1)", noHost},
		{"no scheme", "api.useinvent.com", noHost},
		{"no scheme but slashes", "//api.useinvent.com", scheme},
		{"a path alone", "/orgs", noHost},
		{"no host", "https://", noHost},
		{"a port without host", "https://:443", noHost},
		{"three slashes", "https:///orgs", noHost},
		{"one slash", "https:/api.useinvent.com", noHost},
		{"capitals", "HTTPS://API.USEINVENT.COM", ""},

		{"public host in clear", "http://api.useinvent.com", inClear},
		{"public host in clear, capitals", "HTTP://api.useinvent.com", inClear},
		{"localhost", "http://localhost:8080", ""},
		{"localhost in capitals", "http://LOCALHOST", ""},
		{"somewhere in 127.0.0.0/8", "http://127.255.0.9", ""},
		{"loopback of IPv6", "http://[::1]:8080/base/", ""},
		{"a name that begins like loopback", "http://localhost.example.com", inClear},
		{"a name that ends like loopback", "http://example.localhost", inClear},
		{"a name with an address in it", "http://127.0.0.1.example.com", inClear},
		{"a name that resolves to loopback", "http://localtest.me", inClear},
		{"a dot at the end", "http://localhost.", inClear},
		{"a short address", "http://127.1", inClear},
		{"an address as a number", "http://2130706433", inClear},
		{"an address in hexadecimal", "http://0x7f000001", inClear},
		{"an address in octal", "http://0177.0.0.1", inClear},
		{"any address", "http://0.0.0.0", inClear},
		{"any address of IPv6", "http://[::]", inClear},
		{"IPv4 in IPv6", "http://[::ffff:127.0.0.1]", inClear},
		{"loopback with a zone", "http://[::1%25eth0]", inClear},
		{"a private network", "http://10.0.0.1", inClear},
		{"full-width digits", "http://１２７.0.0.1", inClear},

		{"a name before the host", "https://me@api.useinvent.com", user},
		{"a password", "https://me:s3cr3t@api.useinvent.com", user},
		{"loopback before the host", "http://127.0.0.1@example.com", user},
		{"an empty name", "https://@api.useinvent.com", user},
		{"a query", "https://api.useinvent.com?key=s3cr3t", query},
		{"an empty query", "https://api.useinvent.com?", query},
		{"a fragment", "https://api.useinvent.com#s3cr3t", query},

		{"a port that is a word", "https://api.useinvent.com:https", noURL},
		{"port 0", "https://api.useinvent.com:0", noPort},
		{"a port past the last", "https://api.useinvent.com:65536", noPort},
		{"the last port", "https://api.useinvent.com:65535", ""},
		{"a space in the host", "https://api useinvent.com", noURL},
		{"half an escape", "https://api.useinvent.com/%zz", noURL},
		{"half an address", "https://[::1", noURL},
		{"a line break", "https://api.useinvent.com\n", controlChar},
		{"a NUL", "https://api.useinvent.com/\x00", controlChar},
		{"far too long", "https://api.useinvent.com/" + strings.Repeat("x", 10_000), "it has 10026 bytes, at most 4096 are possible"},
	}
	for _, c := range cases {
		for source, configured := range map[string]bool{"argument base_url": true, "environment variable INVENT_BASE_URL": false} {
			t.Run(c.name+"/"+source, func(t *testing.T) {
				t.Parallel()
				config, variables := attributes{"api_key": text(testKey)}, map[string]string{}
				if configured {
					config["base_url"] = text(c.url)
				} else {
					variables["INVENT_BASE_URL"] = c.url
				}
				diags := newServer(t, variables).configure(t, config)
				if c.want == "" {
					if len(diags) > 0 {
						t.Errorf("unexpected: %s", message(diags))
					}
					return
				}
				checkAttributeError(t, diags, "base_url", "The "+source+" cannot be used: "+c.want+".")
				if strings.Contains(message(diags), "s3cr3t") {
					t.Errorf("the error quotes the address: %s", message(diags))
				}
			})
		}
	}
}

func badIDs() map[string]string {
	const characters = `has one of the characters / \ ? # %`
	return map[string]string{
		".":                      `"." is not an id`,
		"..":                     `".." is not an id`,
		"a/b":                    `the id "a/b" ` + characters,
		"../c":                   `the id "../c" ` + characters,
		"/":                      `the id "/" ` + characters,
		`a\b`:                    `the id "a\\b" ` + characters,
		"a?take=1":               `the id "a?take=1" ` + characters,
		"a#b":                    `the id "a#b" ` + characters,
		"a%2Fb":                  `the id "a%2Fb" ` + characters,
		"%2e%2e":                 `the id "%2e%2e" ` + characters,
		"a\nb":                   `the id "a\nb" has a control character`,
		"a\r\nHost: b":           `the id "a\r\nHost: b" has a control character`,
		"a\x00":                  `the id "a\x00" has a control character`,
		"\x1b[2J":                `the id "\x1b[2J" has a control character`,
		"a\u0085":                `the id "a\u0085" has a control character`,
		"a\x7f":                  `the id "a\x7f" has a control character`,
		strings.Repeat("x", 257): "the id has 257 bytes, at most 256 are possible",
		strings.Repeat("ä", 129): "the id has 258 bytes, at most 256 are possible",
		strings.Repeat("x", 1e6): "the id has 1000000 bytes, at most 256 are possible",
	}
}

func TestBadIDs(t *testing.T) {
	t.Parallel()
	arguments := []struct {
		typeName, name string
		others         attributes
	}{
		{"invent_assistants", "org_id", nil},
		{"invent_assistant", "org_id", attributes{"id": text("ast_1")}},
		{"invent_assistant", "id", nil},
		{secretKey, "org_id", attributes{"assistant_id": text("ast_1")}},
		{secretKey, "assistant_id", nil},
	}
	ids := badIDs()
	ids[""] = "the id is empty"
	s := newServer(t, nil)
	for id, want := range ids {
		for _, argument := range arguments {
			t.Run(fmt.Sprintf("%s.%s/%.20q", argument.typeName, argument.name, id), func(t *testing.T) {
				t.Parallel()
				config := attributes{argument.name: text(id)}
				for name, value := range argument.others {
					config[name] = value
				}
				checkAttributeError(t, s.validate(t, argument.typeName, config), argument.name, "The argument "+argument.name+" cannot be used: "+want+".")
			})
		}
	}
	for id, want := range badIDs() {
		t.Run(fmt.Sprintf("provider.org_id/%.20q", id), func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, nil).configure(t, attributes{"api_key": text(testKey), "org_id": text(id)})
			checkAttributeError(t, diags, "org_id", "The argument org_id cannot be used: "+want+".")
		})
		t.Run(fmt.Sprintf("INVENT_ORG_ID/%.20q", id), func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, map[string]string{"INVENT_ORG_ID": id}).configure(t, attributes{"api_key": text(testKey)})
			checkAttributeError(t, diags, "org_id", "The environment variable INVENT_ORG_ID cannot be used: "+want+".")
		})
	}
}

// Ids have no documented form, so these are sent: one segment of the path each.
func TestStrangeIDs(t *testing.T) {
	t.Parallel()
	cases := map[string]string{ // as they are on the wire
		"...":                    "...",
		"a.b":                    "a.b",
		"~":                      "~",
		"a b":                    "a%20b",
		" a ":                    "%20a%20",
		"a+b":                    "a+b",
		"a&b=c":                  "a&b=c",
		"a;b,c":                  "a%3Bb%2Cc",
		"a:b@c":                  "a:b@c",
		`"'<>`:                   "%22%27%3C%3E",
		"{}[]|^`":                "%7B%7D%5B%5D%7C%5E%60",
		"' OR 1=1--":             "%27%20OR%201=1--",
		"ä":                      "%C3%A4",
		"助手":                     "%E5%8A%A9%E6%89%8B",
		"a\u202eb":               "a%E2%80%AEb",
		"a\u2028b":               "a%E2%80%A8b",
		"org_7wHuTTRIfOM537zxuA": "org_7wHuTTRIfOM537zxuA",
		strings.Repeat("x", 256): strings.Repeat("x", 256),
	}
	for id, want := range cases {
		t.Run(fmt.Sprintf("%.20q", id), func(t *testing.T) {
			t.Parallel()
			var seen []string
			api := serve(t, func(w http.ResponseWriter, r *http.Request) {
				seen = append(seen, r.RequestURI)
				if strings.HasSuffix(r.URL.Path, "/assistants") {
					mockinvent.Fail(200, "[]")(w, r)
					return
				}
				mockinvent.Fail(200, fmt.Sprintf(`{"id":%q,"secret_key":"x"}`, id))(w, r)
			})
			s := connect(t, api.url)
			var diags []*tfprotov6.Diagnostic
			for typeName, config := range map[string]attributes{
				"invent_assistants": {"org_id": text(id)},
				"invent_assistant":  {"org_id": text(id), "id": text(id)},
			} {
				diags = append(diags, s.validate(t, typeName, config)...)
				_, more := s.read(t.Context(), t, typeName, config)
				diags = append(diags, more...)
			}
			_, more := s.open(t.Context(), t, attributes{"org_id": text(id), "assistant_id": text(id)})
			if diags = append(diags, more...); len(diags) > 0 {
				t.Fatalf("unexpected: %s", message(diags))
			}
			one := "/orgs/" + want + "/assistants/" + want
			slices.Sort(seen)
			if want := []string{one, one, "/orgs/" + want + "/assistants?page=1&take=100"}; !slices.Equal(seen, want) {
				t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestBadDurations(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	for _, duration := range []string{" ", "0", "0s", "-5m", "-0.5s", "999ms", "1ns", "24h1ns", "25h", "9999999999h", "1e9s", "NaN", "Inf", "30", "30 s", "5m ", "5 minutes", "PT5M", "1d", "٣s", "5m\n", strings.Repeat("9", 100_000) + "s"} {
		what := fmt.Sprintf("%.40q is not a duration from 1s to 24h, written as 30s or 2m.", duration)
		t.Run(fmt.Sprintf("request_timeout/%.20q", duration), func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, nil).configure(t, attributes{"api_key": text(testKey), "request_timeout": text(duration)})
			if duration == " " {
				what = "it is blank."
			}
			checkAttributeError(t, diags, "request_timeout", "The argument request_timeout cannot be used: "+what)
		})
		for typeName, others := range map[string]attributes{"invent_assistants": nil, "invent_assistant": {"id": text("ast_1")}} {
			t.Run(fmt.Sprintf("%s.timeouts.read/%.20q", typeName, duration), func(t *testing.T) {
				t.Parallel()
				config := attributes{"timeouts": readTimeout(text(duration))}
				for name, value := range others {
					config[name] = value
				}
				diags := s.validate(t, typeName, config)
				if want := tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read"); len(diags) != 1 || !diags[0].Attribute.Equal(want) {
					t.Fatalf("want one error on %s, got %s", want, message(diags))
				}
				if got, want := diags[0].Detail, fmt.Sprintf("The argument timeouts.read cannot be used: %.40q is not a duration from 1s to 24h, written as 30s or 2m.", duration); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
	for _, duration := range []string{"1s", "1.5s", "1m30s", "24h", "86400s"} {
		t.Run("accepted/"+duration, func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, nil).configure(t, attributes{"api_key": text(testKey), "request_timeout": text(duration)})
			diags = append(diags, s.validate(t, "invent_assistants", attributes{"timeouts": readTimeout(text(duration))})...)
			if len(diags) > 0 {
				t.Errorf("unexpected: %s", message(diags))
			}
		})
	}
}

func TestBadNumberOfRetries(t *testing.T) {
	t.Parallel()
	large, _, _ := big.ParseFloat("1e400", 10, 512, big.ToNearestEven)
	cases := map[string]struct {
		value any
		want  string
	}{
		"a fraction":    {big.NewFloat(1.5), "The argument max_retries is 1.5; it can be 0 to 10, in whole numbers."},
		"beyond 64 bit": {large, "The argument max_retries is 1e+400; it can be 0 to 10, in whole numbers."},
		"absurd":        {int64(1_000_000_000), "The argument max_retries is 1000000000; it can be 0 to 10, in whole numbers."},
		"least of all":  {int64(-1 << 63), "The argument max_retries is -9223372036854775808; it can be 0 to 10, in whole numbers."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, nil).configure(t, attributes{"api_key": text(testKey), "max_retries": tftypes.NewValue(tftypes.Number, c.value)})
			checkAttributeError(t, diags, "max_retries", c.want)
		})
	}
}

// A key has no documented form: what a header can carry is sent as it is.
func TestStrangeKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a", "a b", "a:b/c+d==", `"'\`, "schlüssel", "鍵", "%41", strings.Repeat("x", 4096)} {
		t.Run(fmt.Sprintf("%.20q", key), func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 1)
			api := serve(t, func(w http.ResponseWriter, r *http.Request) {
				seen <- r.Header.Get("Authorization")
				mockinvent.Fail(200, "[]")(w, r)
			})
			s := newServer(t, nil)
			s.configure(t, attributes{"api_key": text(key), "base_url": text(api.url)})
			if _, diags := s.read(t.Context(), t, "invent_assistants", nil); len(diags) > 0 {
				t.Fatalf("unexpected: %s", message(diags))
			}
			if got, want := <-seen, "Bearer "+key; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What a person sees of a bad configuration, and that no request is sent. The CLI
// itself finds wrong types and arguments that do not exist.
func TestAccBadConfiguration(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, provider, config, want string }{
		{"no key", `api_key = ""`, all, "Missing API key"},
		{"blank key", `api_key = " "`, all, "The argument api_key cannot be used: it is blank."},
		{"key with a line break", `api_key = "a\n"`, all, "The argument api_key cannot be used: it has a control character, such as a line break at its end."},
		{"address in clear", `base_url = "http://127.0.0.1.example.com"`, all, "The argument base_url cannot be used: http would send the API key in clear"},
		{"organization", `org_id = "../keys"`, all, `The argument org_id cannot be used: the id "../keys" has one of the characters / \ ? # %.`},
		{"retries", `max_retries = -1`, all, "The argument max_retries is -1; it can be 0 to 10, in whole numbers."},
		{"a fraction of retries", `max_retries = 1.5`, all, "The argument max_retries is 1.5; it can be 0 to 10, in whole numbers."},
		{"retries as a word", `max_retries = "many"`, all, "a number is required"},
		{"request timeout", `request_timeout = "-5m"`, all, `The argument request_timeout cannot be used: "-5m" is not a duration from 1s to 24h`},
		{"certificate", `ca_cert_pem = "/etc/ca.pem"`, all, "The argument ca_cert_pem cannot be used: it holds no certificate in PEM"},
		{"an argument that does not exist", `token = "x"`, all, `An argument named "token" is not expected here.`},
		{"unknown key", `api_key = terraform_data.later.output`, `resource "terraform_data" "later" { input = "x" }` + "\n" + all, "The argument api_key depends on something that does not exist yet"},
		{"organization of a data source", "", `data "invent_assistants" "all" { org_id = ".." }`, `The argument org_id cannot be used: ".." is not an id.`},
		{"timeout of a data source", "", `data "invent_assistants" "all" { timeouts = { read = "0s" } }`, `The argument timeouts.read cannot be used: "0s" is not a duration from 1s to 24h`},
		{"timeout without its name", "", `data "invent_assistants" "all" { timeouts = "5m" }`, "object required"},
		{"a condition that does not exist", "", `data "invent_assistants" "all" { filter = { name = "x" } }`, ""},
		{"a flag as a word", "", `data "invent_assistants" "all" { include_secret_keys = "maybe" }`, "a bool is required"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := serve(t, mockinvent.Fail(200, "[]"))
			variables := map[string]string{"INVENT_API_KEY": testKey, "INVENT_BASE_URL": api.url}
			if c.name == "no key" {
				delete(variables, "INVENT_API_KEY")
			}
			terraform := newCLI(t, "provider \"invent\" {\n"+c.provider+"\n}\n"+c.config, variables)
			terraform.needsFeaturesOf(t, c.config)
			if c.want == "" { // Terraform drops what an object's type does not have
				terraform.must(t, 0, "plan")
				return
			}
			checkCLIError(t, terraform, c.want)
			if got := api.requests.Load(); got > 0 {
				t.Errorf("%d requests arrived, want none", got)
			}
		})
	}
}

// A value that is known only during apply is checked then, before any request.
func TestAccBadConfigurationLate(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, argument, value, want string }{
		{"negative timeout", "timeouts = { read = %s }", "-5m", `"-5m" is not a duration from 1s to 24h`},
		{"organization that leads elsewhere", "org_id = %s", "../keys", "has one of the characters"},
		{"search with a line break", "search = %s", "a\n", "it has a control character"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := serve(t, mockinvent.Fail(200, "[]"))
			config := fmt.Sprintf("resource \"terraform_data\" \"later\" { input = %q }\ndata \"invent_assistants\" \"all\" { %s }",
				c.value, fmt.Sprintf(c.argument, "terraform_data.later.output"))
			terraform := newCLI(t, config, environment(api.url))
			terraform.needsFeaturesOf(t, config)
			terraform.must(t, 0, "plan")
			if got := unwrapped(terraform.must(t, 1, "apply", "-auto-approve")); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %q in it", got, c.want)
			}
			if got := api.requests.Load(); got > 0 {
				t.Errorf("%d requests arrived, want none", got)
			}
		})
	}
}
