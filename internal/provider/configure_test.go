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

// One case for each rule and each place that has it; the rules of ids and addresses are asserted in internal/invent. None of
// the errors quotes a value that could be a secret.
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
		{"blank", "api_key", "  ", "The argument api_key cannot be used: it is blank."},
		{"a line break", "api_key", "s3cr3t\n", "The argument api_key cannot be used: it has a control character"},
		{"too long", "api_key", strings.Repeat("x", 4097), "it has 4097 bytes, at most 4096 are possible"},
		{"unknown", "api_key", unknown{}, notYet},
		{"elsewhere", "org_id", "../keys", `The argument org_id cannot be used: the id "../keys" has one of the characters / \ ? # %.`},
		{"blank", "org_id", " ", "it is blank"},
		{"unknown", "org_id", unknown{}, notYet},
		{"in clear", "base_url", "http://api.useinvent.com", "The argument base_url cannot be used: http would send the API key in clear"},
		{"no scheme", "base_url", "api.useinvent.com", "it has no host; write it as https://host"},
		{"no port", "base_url", "https://localhost:70000", "its port is not a number from 1 to 65535"},
		{"a password", "base_url", "https://me:s3cr3t@api.useinvent.com", "user information"},
		{"a line break", "base_url", "https://api.useinvent.com\n", "control character"},
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
		{"too many", "max_retries", 11, "The argument max_retries is 11; it can be 0 to 10, in whole numbers."},
		{"negative", "max_retries", -1, "is -1; it can be 0 to 10"},
		{"a fraction", "max_retries", big.NewFloat(1.5), "is 1.5; it can be 0 to 10"},
		{"beyond 64 bit", "max_retries", large, "is 1e+400; it can be 0 to 10"},
		{"unknown", "max_retries", unknown{}, notYet},
		{"two certificates", "ca_cert_pem", caCert + "# comment\n" + caCert, ""},
		{"a path", "ca_cert_pem", "/etc/ca.pem", "The argument ca_cert_pem cannot be used: it holds no certificate in PEM"},
		{"a key beside", "ca_cert_pem", caCert + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "something else than certificates"},
		{"broken", "ca_cert_pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"},
		{"cut off", "ca_cert_pem", caCert + "-----BEGIN CERTIFICATE-----\nAAAA", "not complete"},
		{"unknown", "ca_cert_pem", unknown{}, notYet},
	}
	for _, c := range cases {
		t.Run(c.argument+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, nil).configure(t, attributes{"api_key": testKey}.with(attributes{c.argument: c.value}))
			checkAttributeError(t, diags, c.argument, c.want)
		})
	}
}

func TestBadEnvironment(t *testing.T) {
	t.Parallel()
	cases := []struct{ variable, value, attribute, want string }{
		{"INVENT_API_KEY", "", "api_key", "Set the provider's argument api_key or the environment variable INVENT_API_KEY"},
		{"INVENT_API_KEY", " \t", "api_key", "The environment variable INVENT_API_KEY cannot be used: it is blank."},
		{"INVENT_API_KEY", "s3cr3t\n", "api_key", "The environment variable INVENT_API_KEY cannot be used: it has a control character"},
		{"INVENT_ORG_ID", "..", "org_id", `The environment variable INVENT_ORG_ID cannot be used: ".." is not an id.`},
		{"INVENT_BASE_URL", "ftp://api.useinvent.com", "base_url", "The environment variable INVENT_BASE_URL cannot be used: its scheme is neither https nor"},
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

// What is wrong with an argument of a data source or the ephemeral resource is found at validate time, without a key and a
// request; what is not known yet is not.
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
		{one, "empty id", attributes{"id": ""}, "id", "The argument id cannot be used: the id is empty."},
		{one, "empty name", attributes{"name": ""}, "name", "it is empty; leave the argument out"},
		{one, "blank name", attributes{"name": " "}, "name", "it is blank"},
		{one, "empty org_id", attributes{"id": "ast_1", "org_id": ""}, "org_id", "the id is empty"},
		{one, "timeout", attributes{"id": "ast_1"}.with(timeout("0s")), "timeouts.read", `The argument timeouts.read cannot be used: "0s" is not a duration from 1s to 24h`},
		{list, "nothing", nil, "", ""},
		{list, "unknown", attributes{"search": unknown{}, "org_id": unknown{}, "ids": unknown{}, "enabled": unknown{}, "deleted": unknown{}, "name_regex": unknown{}}, "", ""},
		{list, "org_id", attributes{"org_id": ".."}, "org_id", `".." is not an id`},
		{list, "search", attributes{"search": "Früh & Spa"}, "", ""},
		{list, "empty search", attributes{"search": ""}, "search", "it is empty; leave the argument out"},
		{list, "a NUL in search", attributes{"search": "a\x00b"}, "search", "control character"},
		{list, "timeout", timeout("5 minutes"), "timeouts.read", `"5 minutes" is not a duration`},
		{list, "expression", regex(`^(?i:sales)\b.*\p{L}$`), "", ""},
		{list, "an expression of a blank", regex(" "), "", ""},
		{list, "an empty one of ids", attributes{"ids": []string{"ast_1", ""}}, "ids", `ids: "": it is no id; leave it out.`},
		{list, "no expression", regex("("), "name_regex", "error parsing regexp: missing closing ): `(`"},
		{list, "empty expression", regex(""), "name_regex", "it is empty"},
		{secretKey, "both", attributes{"assistant_id": "ast_1", "org_id": "org_1"}, "", ""},
		{secretKey, "unknown", attributes{"assistant_id": unknown{}, "org_id": unknown{}}, "", ""},
		{secretKey, "empty", attributes{"assistant_id": ""}, "assistant_id", "the id is empty"},
		{secretKey, "org_id", attributes{"assistant_id": "ast_1", "org_id": "a/b"}, "org_id", "one of the characters"},
	}
	s := newServer(t, nil)
	for _, c := range cases {
		t.Run(c.typeName+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			checkAttributeError(t, s.validate(t, c.typeName, c.config), c.path, c.want)
		})
	}
}
