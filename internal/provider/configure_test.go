package provider_test

import (
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// Configuration before environment before default, for each argument that has a variable.
func TestSources(t *testing.T) {
	t.Parallel()
	const key, path = "key", "path"
	cases := []struct {
		name        string
		config      attributes
		environment map[string]string
		seen, want  string // in the request
	}{
		{"key of the configuration", attributes{"api_key": "configured"}, map[string]string{"INVENT_API_KEY": "other"}, key, "Bearer configured"},
		{"key of the environment", nil, map[string]string{"INVENT_API_KEY": "from-environment"}, key, "Bearer from-environment"},
		{"a bad variable is not looked at", attributes{"api_key": "configured"}, map[string]string{"INVENT_API_KEY": " "}, key, "Bearer configured"},
		{"organization of the configuration", attributes{"org_id": "org_1"}, map[string]string{"INVENT_ORG_ID": "org_2"}, path, "/orgs/org_1/assistants"},
		{"organization of the environment", nil, map[string]string{"INVENT_ORG_ID": "org_2"}, path, "/orgs/org_2/assistants"},
		{"the key's own organization", nil, map[string]string{"INVENT_ORG_ID": ""}, path, "/orgs/c/assistants"},
		{"address of the configuration", attributes{"base_url": "{url}/base/"}, map[string]string{"INVENT_BASE_URL": "{url}/other"}, path, "/base/orgs/c/assistants"},
		{"address of the environment", nil, map[string]string{"INVENT_BASE_URL": "{url}/other"}, path, "/other/orgs/c/assistants"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock := mockinvent.New(mockinvent.Data{})
			mock.Next(mockinvent.Fail(http.StatusOK, "[]"))
			baseURL := inventtest.Serve(t, mock).URL
			environment := map[string]string{"INVENT_API_KEY": testKey, "INVENT_BASE_URL": baseURL}
			for name, value := range c.environment {
				environment[name] = strings.ReplaceAll(value, "{url}", baseURL)
			}
			config := attributes{"max_retries": 0}.with(c.config)
			if address, ok := config["base_url"].(string); ok {
				config["base_url"] = strings.ReplaceAll(address, "{url}", baseURL)
			}
			s := newServer(t, environment)
			if diags := s.configure(t, config); len(diags) > 0 {
				t.Fatal(message(diags))
			}
			s.read(t.Context(), t, list, nil)
			request := mock.Requests()[0]
			if got := map[string]string{key: request.Header.Get("Authorization"), path: request.Path}[c.seen]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// One case for each rule and each place that has it. None of the errors quotes a value that could be a secret.
func TestBadArguments(t *testing.T) {
	t.Parallel()
	large, _, _ := big.ParseFloat("1e400", 10, 512, big.ToNearestEven)
	caCert := inventtest.NewCA(t).PEM()
	const notYet = "depends on something that does not exist yet"
	cases := []struct {
		name, argument string
		value          any
		want           string // in the detail; empty: no error
	}{
		{"visible ASCII", "api_key", "!09AZaz~" + strings.Repeat("x", 10000), ""},
		{"empty", "api_key", "", "The argument api_key cannot be used: it is empty; leave the argument out or set it to null"},
		{"a space", "api_key", "s3cr3t ", "The argument api_key cannot be used: its character 7 of 7 is white space; a key consists of visible ASCII characters."},
		{"a line break", "api_key", "s3cr3t\n", "its character 7 of 7 is a line break"},
		{"a byte order mark", "api_key", "\uFEFFs3cr3t", "its character 1 of 7 is a byte order mark"},
		{"a no-break space", "api_key", "s3\u00A0cr3t", "its character 3 of 7 is a no-break space"},
		{"a zero-width space", "api_key", "s3\u200Bcr3t", "a zero-width space"},
		{"a quotation mark", "api_key", "“s3cr3t”", "its character 1 of 8 is a typographic quotation mark"},
		{"a control character", "api_key", "s3cr3t\x00", "a control character"},
		{"a letter", "api_key", "s3cr3té", "is not ASCII"},
		{"unknown", "api_key", unknown{}, notYet},
		{"a space", "org_id", " ", ""},
		{"longest", "org_id", strings.Repeat("x", 256), ""},
		{"too long", "org_id", strings.Repeat("x", 257), "The argument org_id cannot be used: an id has at most 256 bytes, and it has 257."},
		{"empty", "org_id", "", "it is empty"},
		{"a slash", "org_id", "../keys", `an id is not . or .., and has none of / \ ? # % and no control character, and it is "../keys".`},
		{"a backslash", "org_id", `a\b`, "an id is"},
		{"a query", "org_id", "a?b", "an id is"},
		{"a fragment", "org_id", "a#b", "an id is"},
		{"an escape", "org_id", "a%2Fb", "an id is"},
		{"a line break", "org_id", "a\n", "an id is"},
		{"the same folder", "org_id", ".", "an id is"},
		{"the folder above", "org_id", "..", "an id is"},
		{"unknown", "org_id", unknown{}, notYet},
		{"a path", "base_url", "https://api.useinvent.com/a/b/", ""},
		{"loopback", "base_url", "http://127.9.9.9:8080", ""},
		{"loopback, IPv6", "base_url", "http://[::1]:8080", ""},
		{"loopback by name", "base_url", "http://LocalHost", ""},
		{"in clear", "base_url", "http://api.useinvent.com", "The argument base_url cannot be used: http would send the API key in clear"},
		{"a name that begins like loopback", "base_url", "http://127.0.0.1.example.com", "in clear"},
		{"another scheme", "base_url", "ftp://api.useinvent.com", "its scheme is neither https nor"},
		{"no scheme", "base_url", "api.useinvent.com", "it has no host; write it as https://host"},
		{"no such port", "base_url", "https://localhost:70000", "its port is not a number from 1 to 65535"},
		{"no port", "base_url", "https://localhost:", "its port is not"},
		{"a password", "base_url", "https://me:s3cr3t@api.useinvent.com", "user information"},
		{"a query", "base_url", "https://api.useinvent.com?key=s3cr3t", "a query or a fragment"},
		{"a fragment", "base_url", "https://api.useinvent.com#s3cr3t", "a query or a fragment"},
		{"a line break", "base_url", "https://api.useinvent.com\n", "it is not a URL"},
		{"unknown", "base_url", unknown{}, notYet},
		{"shortest", "request_timeout", "1s", ""},
		{"longest", "request_timeout", "24h", ""},
		{"too short", "request_timeout", "999ms", `The argument request_timeout cannot be used: "999ms" is not a duration from 1s to 24h, written as 30s or 2m.`},
		{"too long", "request_timeout", "24h1ns", `"24h1ns" is not a duration`},
		{"negative", "request_timeout", "-5m", `"-5m" is not a duration`},
		{"without unit", "request_timeout", "30", `"30" is not a duration`},
		{"unknown", "request_timeout", unknown{}, notYet},
		{"none", "max_retries", 0, ""},
		{"most", "max_retries", 10, ""},
		{"too many", "max_retries", 11, "The argument max_retries cannot be used: 11 is not a whole number from 0 to 10."},
		{"negative", "max_retries", -1, "-1 is not a whole number"},
		{"a fraction", "max_retries", big.NewFloat(1.5), "1.5 is not a whole number"},
		{"beyond 64 bit", "max_retries", large, "1e+400 is not a whole number"},
		{"unknown", "max_retries", unknown{}, notYet},
		{"two certificates", "ca_cert_pem", caCert + "# comment\n" + caCert, ""},
		{"least", "requests_per_minute", 1, ""},
		{"most", "requests_per_minute", 100_000, ""},
		{"none", "requests_per_minute", 0, "The argument requests_per_minute cannot be used: 0 is not a whole number from 1 to 100000."},
		{"too many", "requests_per_minute", 100_001, "100001 is not a whole number"},
		{"unknown", "requests_per_minute", unknown{}, notYet},
		{"empty", "ca_cert_pem", "", "it is empty"},
		{"a byte order mark", "ca_cert_pem", "\uFEFF" + caCert, ""},
		{"a path", "ca_cert_pem", "/etc/ca.pem", "The argument ca_cert_pem cannot be used: it holds no certificate in PEM"},
		{"unknown", "ca_cert_pem", unknown{}, notYet},
	}
	for _, c := range cases {
		t.Run(c.argument+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			// What is wrong in the configuration is never replaced by the environment's.
			diags := newServer(t, map[string]string{"INVENT_API_KEY": testKey, "INVENT_ORG_ID": "org_1"}).configure(t, attributes{"api_key": testKey}.with(attributes{c.argument: c.value}))
			checkAttributeError(t, diags, c.argument, c.want)
		})
	}
}

func TestBadEnvironment(t *testing.T) {
	t.Parallel()
	cases := []struct{ variable, value, attribute, want string }{
		{"INVENT_API_KEY", "", "api_key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY"},
		{"INVENT_API_KEY", "s3cr3t\n", "api_key", "The environment variable INVENT_API_KEY cannot be used: its character 7 of 7 is a line break"},
		{"INVENT_ORG_ID", "..", "org_id", `The environment variable INVENT_ORG_ID cannot be used: an id is not . or ..`},
		{"INVENT_BASE_URL", "ftp://api.useinvent.com", "base_url", "The environment variable INVENT_BASE_URL cannot be used: its scheme is neither https nor"},
		{"HTTPS_PROXY", "http://me:s3cr3t@@proxy:8080", "", "The environment variable HTTPS_PROXY is not the address of a proxy."},
		{"INVENT_REQUESTS_PER_MINUTE", "0", "requests_per_minute", "The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: 0 is not a whole number from 1"},
		{"INVENT_REQUESTS_PER_MINUTE", "many", "requests_per_minute", "The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: it is not a number."},
	}
	for _, c := range cases {
		t.Run(c.variable+"/"+c.value, func(t *testing.T) {
			t.Parallel()
			environment := map[string]string{"INVENT_API_KEY": testKey}
			environment[c.variable] = c.value
			checkAttributeError(t, newServer(t, environment).configure(t, nil), c.attribute, c.want)
		})
	}
}

// checkAttributeError asserts one error, on the attribute, with the text and without a secret; without a text, none.
func checkAttributeError(t *testing.T, diags []*tfprotov6.Diagnostic, attribute, text string) {
	t.Helper()
	path := tftypes.NewAttributePath()
	for name := range strings.SplitSeq(attribute, ".") {
		path = path.WithAttributeName(name)
	}
	switch {
	case text == "" && len(diags) == 0:
	case text == "" || len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError:
		t.Errorf("want one error with %q, got %d: %s", text, len(diags), message(diags))
	case attribute != "" && !diags[0].Attribute.Equal(path):
		t.Errorf("the error is on %s, want %s", diags[0].Attribute, path)
	case !strings.Contains(diags[0].Detail, text) || strings.Contains(message(diags), "s3cr3t"):
		t.Errorf("got %q, want %q in it", diags[0].Detail, text)
	}
}

// While Terraform only validates, values may be unknown and the key missing; what is known is checked already.
func TestValidateProviderConfig(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		config    attributes
		attribute string
		want      string
	}{
		{"nothing set", nil, "", ""},
		{"unknown", attributes{"api_key": unknown{}, "max_retries": unknown{}}, "", ""},
		{"wrong", attributes{"base_url": "ftp://example.com"}, "base_url", "scheme"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, nil)
			resp, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: c.config.dynamic(t, s.schema.Provider)})
			if err != nil {
				t.Fatal(err)
			}
			checkAttributeError(t, resp.Diagnostics, c.attribute, c.want)
		})
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for appended, want := range map[string]string{
		"":                        "Terraform/1.11.4 terraform-provider-invent/test",
		"pipeline/7":              "Terraform/1.11.4 terraform-provider-invent/test pipeline/7",
		"a\r\nInjected: header\n": "Terraform/1.11.4 terraform-provider-invent/test aInjected: header",
	} {
		t.Run(appended, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			variables := environment(baseURL)
			variables["TF_APPEND_USER_AGENT"] = appended
			s := newServer(t, variables)
			s.configure(t, nil)
			s.must(t, list, nil)
			if got := mock.Requests()[0].Header.Get("User-Agent"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What is wrong with an argument of a data source or the ephemeral resource is found at validate time, without a key
// and a request; what is not known yet is not.
func TestValidateArguments(t *testing.T) {
	t.Parallel()
	const exactlyOne = "Exactly one of these attributes must be configured: [id,name]"
	timeout := func(read any) attributes { return attributes{"timeouts": attributes{"read": read}} }
	regex := func(value any) attributes { return attributes{"name_regex": value} }
	cases := []struct {
		typeName, name string
		config         attributes
		path, want     string // of the error; none if empty
	}{
		{one, "id", attributes{"id": "ast_1"}, "", ""},
		{one, "name", attributes{"name": " 予約 🧖‍♀️ / ?#% "}, "", ""},
		{one, "both, one unknown", attributes{"id": "ast_1", "name": unknown{}}, "", ""},
		{one, "neither", nil, "", exactlyOne},
		{one, "both", attributes{"id": "ast_1", "name": "One"}, "id", exactlyOne},
		{one, "empty id", attributes{"id": ""}, "id", "The argument id cannot be used: it is empty; leave the argument out"},
		{one, "empty name", attributes{"name": ""}, "name", "it is empty; leave the argument out"},
		{one, "empty org_id", attributes{"id": "ast_1", "org_id": ""}, "org_id", "it is empty"},
		{one, "timeout", attributes{"id": "ast_1"}.with(timeout("0s")), "timeouts.read", `The argument timeouts.read cannot be used: "0s" is not a duration from 1s to 24h`},
		{list, "nothing", nil, "", ""},
		{list, "unknown", attributes{"search": unknown{}, "org_id": unknown{}, "ids": unknown{}, "enabled": unknown{}, "name_regex": unknown{}}, "", ""},
		{list, "org_id", attributes{"org_id": ".."}, "org_id", "an id is not . or .."},
		{list, "search", attributes{"search": "Früh & Spa"}, "", ""},
		{list, "empty search", attributes{"search": ""}, "search", "it is empty; leave the argument out"},
		{list, "a NUL in search", attributes{"search": "a\x00b"}, "search", "control character"},
		{list, "longest search", attributes{"search": strings.Repeat("x", 4096)}, "", ""},
		{list, "too long a search", attributes{"search": strings.Repeat("x", 4097)}, "search", "it has 4097 bytes, at most 4096 are possible"},
		{list, "timeout", timeout("5 minutes"), "timeouts.read", `"5 minutes" is not a duration`},
		{list, "expression", regex(`^(?i:sales)\b.*\p{L}$`), "", ""},
		{list, "an expression of a blank", regex(" "), "", ""},
		{list, "no expression", regex("("), "name_regex", "error parsing regexp: missing closing ): `(`"},
		{list, "empty expression", regex(""), "name_regex", "it is empty"},
		{secretKey, "both", attributes{"assistant_id": "ast_1", "org_id": "org_1"}, "", ""},
		{secretKey, "unknown", attributes{"assistant_id": unknown{}, "org_id": unknown{}}, "", ""},
		{secretKey, "empty", attributes{"assistant_id": ""}, "assistant_id", "it is empty"},
		{secretKey, "org_id", attributes{"assistant_id": "ast_1", "org_id": "a/b"}, "org_id", "an id is"},
		{secretKey, "timeout", attributes{"assistant_id": "ast_1", "timeouts": attributes{"open": "0s"}}, "timeouts.open", `"0s" is not a duration`},
	}
	s := newServer(t, nil)
	for _, c := range cases {
		t.Run(c.typeName+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			checkAttributeError(t, s.validate(t, c.typeName, c.config), c.path, c.want)
		})
	}
}
