package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The rules for text arguments are the same for all of them, so each case runs
// for each argument that has them.
func TestConfigureText(t *testing.T) {
	t.Parallel()
	arguments := []struct {
		name, variable    string
		fromConfiguration string // valid values, each seen on the wire in its own way
		fromEnvironment   string
	}{
		{"api_key", "INVENT_API_KEY", "key-configured", "key-environment"},
		{"org_id", "INVENT_ORG_ID", "org_configured", "org_environment"},
		{"base_url", "INVENT_BASE_URL", "/configured", "/environment"},
	}
	null, unknown := tftypes.NewValue(tftypes.String, nil), tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	const configured, environment, fallback = "configured", "environment", "default"
	cases := []struct {
		name     string
		value    *tftypes.Value // nil: the argument's own valid one
		variable string         // "set": the argument's own valid one
		want     string         // where the value used comes from, or a part of the error
	}{
		{"null", &null, "", fallback},
		{"null, environment set", &null, "set", environment},
		{"null, environment blank", &null, " \t", "The environment variable {variable} cannot be used: it is blank."},
		{"null, environment with a line break", &null, "a\nb", "The environment variable {variable} cannot be used: "},
		{"empty", new(text("")), "", fallback},
		{"empty, environment set", new(text("")), "set", environment},
		{"blank", new(text("  ")), "", "The argument {name} cannot be used: it is blank."},
		{"blank, environment set", new(text("  ")), "set", "The argument {name} cannot be used: it is blank."},
		{"control character", new(text("a\x1bb")), "set", "The argument {name} cannot be used: "},
		{"unknown", &unknown, "", "The argument {name} depends on something that does not exist yet"},
		{"unknown, environment set", &unknown, "set", "The argument {name} depends on something that does not exist yet"},
		{"set", nil, "", configured},
		{"set, environment set", nil, "set", configured},
		{"set, environment blank", nil, " ", configured},
	}
	for _, argument := range arguments {
		for _, c := range cases {
			t.Run(argument.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				seen := make(chan *http.Request, 1)
				api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					seen <- r
					_, _ = w.Write([]byte("[]"))
				}))
				t.Cleanup(api.Close)
				expand := func(value string) string {
					if argument.name == "base_url" && strings.HasPrefix(value, "/") {
						return api.URL + value
					}
					return value
				}

				config := attributes{"api_key": text(testKey), "base_url": text(api.URL), "max_retries": tftypes.NewValue(tftypes.Number, 0)}
				config[argument.name] = text(expand(argument.fromConfiguration))
				if c.value != nil {
					config[argument.name] = *c.value
				}
				variables := map[string]string{argument.variable: c.variable}
				if c.variable == "set" {
					variables[argument.variable] = expand(argument.fromEnvironment)
				}

				s := newServer(t, variables)
				diags := s.configure(t, config)
				switch c.want {
				case configured, environment, fallback:
					if c.want == fallback && argument.name != "org_id" {
						checkFallback(t, argument.name, diags)
						return
					}
					if len(diags) > 0 {
						t.Fatalf("unexpected: %s", message(diags))
					}
					state, diags := s.read(t.Context(), t, "invent_assistants", nil)
					if state == nil {
						t.Fatalf("no state: %s", message(diags))
					}
					checkSource(t, <-seen, argument.name, c.want)
				default:
					want := strings.NewReplacer("{name}", argument.name, "{variable}", argument.variable).Replace(c.want)
					checkAttributeError(t, diags, argument.name, want)
				}
			})
		}
	}
}

// checkFallback is for the arguments whose default is no value, or an address
// that a test must not call.
func checkFallback(t *testing.T, argument string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if argument == "api_key" {
		checkAttributeError(t, diags, "api_key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY")
	} else if len(diags) > 0 {
		t.Errorf("unexpected: %s", message(diags))
	}
}

func checkSource(t *testing.T, r *http.Request, argument, source string) {
	t.Helper()
	got := map[string]string{
		"api_key":  r.Header.Get("Authorization"),
		"org_id":   r.URL.Path,
		"base_url": r.URL.Path,
	}[argument]
	want := map[string]string{"configured": "configured", "environment": "environment", "default": "/orgs/c/assistants"}[source]
	if !strings.Contains(got, want) {
		t.Errorf("used %q, want the one from: %s", got, source)
	}
}

// checkAttributeError asserts one error, on the attribute, with the text.
func checkAttributeError(t *testing.T, diags []*tfprotov6.Diagnostic, attribute, text string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("want one error, got %d: %s", len(diags), message(diags))
	}
	if want := tftypes.NewAttributePath().WithAttributeName(attribute); !diags[0].Attribute.Equal(want) {
		t.Errorf("the error is on %s, want %s", diags[0].Attribute, want)
	}
	if !strings.Contains(diags[0].Detail, text) {
		t.Errorf("got %q, want %q in it", diags[0].Detail, text)
	}
}

func TestConfigureOtherArguments(t *testing.T) {
	t.Parallel()
	whole := func(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	cases := []struct {
		name, argument string
		value          tftypes.Value
		want           string // a part of the error; empty: none
	}{
		{"shortest", "request_timeout", text("1s"), ""},
		{"longest", "request_timeout", text("24h"), ""},
		{"empty counts as not set", "request_timeout", text(""), ""},
		{"blank", "request_timeout", text(" "), "it is blank"},
		{"negative", "request_timeout", text("-5m"), `"-5m" is not a duration from 1s to 24h`},
		{"zero", "request_timeout", text("0"), `"0" is not a duration`},
		{"too short", "request_timeout", text("999ms"), `"999ms" is not a duration`},
		{"too long", "request_timeout", text("24h1s"), `"24h1s" is not a duration`},
		{"overflow", "request_timeout", text("9999999999h"), `is not a duration`},
		{"without unit", "request_timeout", text("30"), `"30" is not a duration`},
		{"words", "request_timeout", text("half a minute"), `is not a duration`},
		{"unknown", "request_timeout", tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "does not exist yet"},
		{"none", "max_retries", whole(0), ""},
		{"most", "max_retries", whole(10), ""},
		{"negative", "max_retries", whole(-1), "is -1; it can be 0 to 10"},
		{"too many", "max_retries", whole(11), "is 11; it can be 0 to 10"},
		{"unknown", "max_retries", tftypes.NewValue(tftypes.Number, tftypes.UnknownValue), "does not exist yet"},
		{"none", "ca_cert_pem", text(""), ""},
		{"a certificate", "ca_cert_pem", text(testCertificate(t)), ""},
		{"two certificates", "ca_cert_pem", text(testCertificate(t) + "# comment\n" + testCertificate(t)), ""},
		{"a path", "ca_cert_pem", text("/etc/ca.pem"), "no certificate in PEM"},
		{"blank", "ca_cert_pem", text("\n"), "it is blank"},
		{"a key", "ca_cert_pem", text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "something else than certificates"},
		{"a certificate and a key", "ca_cert_pem", text(testCertificate(t) + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "something else than certificates"},
		{"a broken certificate", "ca_cert_pem", text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "cannot be read"},
		{"cut off", "ca_cert_pem", text(testCertificate(t) + "-----BEGIN CERTIFICATE-----\nAAAA"), "not complete"},
		{"unknown", "ca_cert_pem", tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "does not exist yet"},
		{"an id that leads elsewhere", "org_id", text("../keys"), "one of the characters"},
		{"too long", "org_id", text(strings.Repeat("x", 257)), "257 bytes"},
		{"too long", "api_key", text(strings.Repeat("x", 4097)), "4097 bytes"},
		{"public host in clear", "base_url", text("http://api.useinvent.com"), "in clear"},
		{"user information", "base_url", text("https://me:secret@api.useinvent.com"), "user information"},
	}
	for _, c := range cases {
		t.Run(c.argument+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			config := attributes{"api_key": text(testKey)}
			config[c.argument] = c.value
			diags := newServer(t, nil).configure(t, config)
			if c.want == "" && len(diags) > 0 {
				t.Errorf("unexpected: %s", message(diags))
			}
			if c.want != "" {
				checkAttributeError(t, diags, c.argument, c.want)
			}
		})
	}
}

// While Terraform only validates, values may be unknown and the key missing;
// what is known is checked already.
func TestValidateProviderConfig(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		config attributes
		want   string
	}{
		{"nothing set", nil, ""},
		{"unknown", attributes{"api_key": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, ""},
		{"wrong", attributes{"base_url": text("ftp://example.com")}, "scheme"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, nil)
			resp, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: c.config.dynamic(t, s.schema.Provider)})
			if err != nil {
				t.Fatal(err)
			}
			if got := message(resp.Diagnostics); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	cases := []struct{ appended, want string }{
		{"", "Terraform/1.11.4 terraform-provider-invent/test"},
		{"pipeline/7", "Terraform/1.11.4 terraform-provider-invent/test pipeline/7"},
		{"a\r\nInjected: header", "Terraform/1.11.4 terraform-provider-invent/test aInjected: header"},
	}
	for _, c := range cases {
		t.Run(c.appended, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 1)
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen <- r.UserAgent()
				_, _ = w.Write([]byte("[]"))
			}))
			t.Cleanup(api.Close)
			s := newServer(t, map[string]string{"TF_APPEND_USER_AGENT": c.appended, "INVENT_API_KEY": testKey, "INVENT_BASE_URL": api.URL})
			s.configure(t, nil)
			s.read(t.Context(), t, "invent_assistants", nil)
			if got := <-seen; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// testCertificate is the certificate of a test server.
func testCertificate(t *testing.T) string {
	t.Helper()
	api := httptest.NewTLSServer(nil)
	defer api.Close()
	return certificatePEM(api)
}
