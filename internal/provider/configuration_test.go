package provider

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

func TestClientConfig(t *testing.T) {
	t.Parallel()
	text, number := types.StringValue, func(n float64) types.Number { return types.NumberValue(big.NewFloat(n)) }
	all := map[string]string{"INVENT_API_KEY": "env-key", "INVENT_ORG_ID": "env-org", "INVENT_BASE_URL": "https://env.example.com/", "HTTPS_PROXY": "proxy:3128", "INVENT_REQUESTS_PER_MINUTE": "60"}
	tests := []struct {
		name        string
		arguments   providerArguments
		environment map[string]string
		want        string
	}{
		{"defaults", providerArguments{APIKey: text("key")}, map[string]string{"INVENT_API_KEY": "", "INVENT_ORG_ID": "", "INVENT_BASE_URL": ""}, "key c https://api.useinvent.com 30s 4 <nil> 0"},
		{"environment", providerArguments{}, all, "env-key env-org https://env.example.com/ 30s 4 http://proxy:3128 60"},
		{"configuration before environment", providerArguments{text("key"), text("org"), text("https://example.com"), text("2m"), number(0), number(500), types.StringNull()}, all, "key org https://example.com 2m0s 0 http://proxy:3128 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, organizationID, diags := test.arguments.clientConfig(environment(test.environment))
			if diags.HasError() {
				t.Fatal(diags)
			}
			perMinute := 0.0
			if c.Limiter != nil {
				perMinute = math.Round(float64(c.Limiter.Limit()) * 60)
			}
			if got := fmt.Sprint(c.APIKey, " ", organizationID, " ", c.BaseURL, c.RequestTimeout, c.MaxRetries, c.Proxy, perMinute); got != test.want || c.RootCAs != nil {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	c, _, diags := providerArguments{APIKey: text("key"), CACertPEM: text(inventtest.NewCA(t).PEM())}.clientConfig(environment(nil))
	if diags.HasError() || c.RootCAs == nil {
		t.Errorf("no certificates: %v", diags)
	}
}

// Each error is on the argument that is at fault, and says where the value came from.
func TestClientConfigErrors(t *testing.T) {
	t.Parallel()
	key := map[string]string{"INVENT_API_KEY": "other-key", "INVENT_ORG_ID": "other", "INVENT_BASE_URL": "https://other.example.com"}
	empty, unknown := types.StringValue(""), types.StringUnknown()
	const isEmpty = " cannot be used: it is empty; leave the argument out or set it to null if there is no value for it."
	tests := []struct {
		arguments   providerArguments
		environment map[string]string
		argument    string // "": none
		want        string
	}{
		{providerArguments{}, nil, "api_key", "Missing API key: Set the provider's argument api_key or the environment variable INVENT_API_KEY "},

		{providerArguments{APIKey: empty}, key, "api_key", "Invalid api_key: The argument api_key" + isEmpty},
		{providerArguments{OrgID: empty}, key, "org_id", "Invalid org_id: The argument org_id" + isEmpty},
		{providerArguments{BaseURL: empty}, key, "base_url", "Invalid base_url: The argument base_url" + isEmpty},
		{providerArguments{RequestTimeout: empty}, key, "request_timeout", "Invalid request_timeout: The argument request_timeout" + isEmpty},
		{providerArguments{CACertPEM: empty}, key, "ca_cert_pem", "Invalid ca_cert_pem: The argument ca_cert_pem" + isEmpty},

		{providerArguments{APIKey: unknown}, map[string]string{"INVENT_API_KEY": "s3cr3t "}, "api_key", "Unknown api_key: The argument api_key depends on something that does not exist yet"},
		{providerArguments{OrgID: unknown}, key, "org_id", "Unknown org_id: "},
		{providerArguments{BaseURL: unknown}, key, "base_url", "Unknown base_url: "},
		{providerArguments{RequestTimeout: unknown}, key, "request_timeout", "Unknown request_timeout: "},
		{providerArguments{MaxRetries: types.NumberUnknown()}, key, "max_retries", "Unknown max_retries: "},
		{providerArguments{RequestsPerMinute: types.NumberUnknown()}, key, "requests_per_minute", "Unknown requests_per_minute: "},
		{providerArguments{CACertPEM: unknown}, key, "ca_cert_pem", "Unknown ca_cert_pem: "},

		{providerArguments{MaxRetries: types.NumberValue(big.NewFloat(1.5))}, key, "max_retries", "Invalid max_retries: The argument max_retries cannot be used: 1.5 is not a whole number from 0 to 10."},
		{providerArguments{RequestsPerMinute: types.NumberValue(big.NewFloat(0))}, key, "requests_per_minute", "Invalid requests_per_minute: The argument requests_per_minute cannot be used: 0 is not a whole number from 1 to 100000."},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "key", "INVENT_REQUESTS_PER_MINUTE": "100001"}, "requests_per_minute", "Invalid requests_per_minute: The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: 100001 is not"},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "key", "INVENT_REQUESTS_PER_MINUTE": "many"}, "requests_per_minute", "Invalid requests_per_minute: The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: it is not a number."},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "s3cr3t "}, "api_key", "Invalid api_key: The environment variable INVENT_API_KEY cannot be used: its character 7 of 7 is white space; a key consists of visible ASCII characters."},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "key", "INVENT_ORG_ID": "a/b"}, "org_id", "Invalid org_id: The environment variable INVENT_ORG_ID cannot be used: it has a"},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "key", "INVENT_BASE_URL": "https://user:s3cr3t@host"}, "base_url", "Invalid base_url: The environment variable INVENT_BASE_URL cannot be used: it has user information"},
		{providerArguments{}, map[string]string{"INVENT_API_KEY": "key", "HTTPS_PROXY": "http://svc:s3cr3t@Battery7/99@proxy:3128"}, "", "Invalid proxy: The environment variable HTTPS_PROXY is not the address of a proxy."},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			_, _, diags := test.arguments.clientConfig(environment(test.environment))
			wantDiagnostic(t, diags, test.argument, test.want)
		})
	}
}

// wantDiagnostic fails the test unless there is one error, on that argument.
func wantDiagnostic(t *testing.T, diags diag.Diagnostics, argument, want string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityError {
		t.Fatalf("got %v, want %s", diags, want)
	}
	got := diags[0].Summary() + ": " + diags[0].Detail()
	if !strings.HasPrefix(got, want) || strings.Contains(got, "s3cr3t") || strings.Contains(got, "Battery7") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	at, ok := diags[0].(diag.DiagnosticWithPath)
	if ok != (argument != "") || ok && !at.Path().Equal(path.Root(argument)) {
		t.Errorf("the error is not on %q: %v", argument, diags[0])
	}
}

// Each argument has the validator of its rule.
func TestArgumentsAreValidated(t *testing.T) {
	t.Parallel()
	wrong := map[string]string{"api_key": "s3cr3t ", "org_id": "a/b", "base_url": "http://s3cr3t.example.com", "request_timeout": "1d", "ca_cert_pem": "/s3cr3t"}
	var resp provider.SchemaResponse
	new(inventProvider).Schema(t.Context(), provider.SchemaRequest{}, &resp)
	for name, attribute := range resp.Schema.Attributes {
		text, ok := attribute.(schema.StringAttribute)
		if !ok {
			continue
		}
		for _, value := range []types.String{types.StringValue(""), types.StringValue(wrong[name]), types.StringNull(), types.StringUnknown()} {
			var resp validator.StringResponse
			for _, v := range text.Validators {
				v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root(name), ConfigValue: value}, &resp)
			}
			if value.IsNull() || value.IsUnknown() {
				if resp.Diagnostics.HasError() {
					t.Errorf("%s: got %v without a value", name, resp.Diagnostics)
				}
				continue
			}
			wantDiagnostic(t, resp.Diagnostics, name, "Invalid "+name+": The argument "+name+" cannot be used: ")
		}
		delete(wrong, name)
	}
	if len(wrong) > 0 {
		t.Errorf("the provider has no such arguments: %v", wrong)
	}
	for _, name := range []string{"max_retries", "requests_per_minute"} {
		for value, isWrong := range map[types.Number]bool{types.NumberNull(): false, types.NumberUnknown(): false, types.NumberValue(big.NewFloat(1.5)): true, types.NumberValue(big.NewFloat(10)): false} {
			var number validator.NumberResponse
			for _, v := range resp.Schema.Attributes[name].(schema.NumberAttribute).Validators {
				v.ValidateNumber(t.Context(), validator.NumberRequest{Path: path.Root(name), ConfigValue: value}, &number)
			}
			if number.Diagnostics.HasError() != isWrong {
				t.Errorf("%s %s: got %v", name, value, number.Diagnostics)
			}
		}
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for appended, want := range map[string]string{
		"": "Terraform/1.11.4 terraform-provider-invent/1.0.0", "ci/7\r\nX: y": "Terraform/1.11.4 terraform-provider-invent/1.0.0 ci/7X: y",
	} {
		if got := userAgent("1.11.4", "1.0.0", appended); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
