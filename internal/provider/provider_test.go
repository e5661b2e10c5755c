package provider

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// given is a configuration of the provider; arguments that it does not have are null.
func given(t *testing.T, arguments map[string]any) tfsdk.Config {
	t.Helper()
	var resp provider.SchemaResponse
	new(inventProvider).Schema(t.Context(), provider.SchemaRequest{}, &resp)
	object := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, argumentType := range object.AttributeTypes {
		values[name] = tftypes.NewValue(argumentType, arguments[name])
	}
	return tfsdk.Config{Schema: resp.Schema, Raw: tftypes.NewValue(object, values)}
}

func TestClientConfig(t *testing.T) {
	t.Parallel()
	all := map[string]string{"INVENT_API_KEY": "env-key", "INVENT_ORG_ID": "env-org", "INVENT_BASE_URL": "https://env.example.com/", "HTTPS_PROXY": "proxy:3128", "INVENT_REQUESTS_PER_MINUTE": "60"}
	tests := []struct {
		name        string
		arguments   map[string]any
		environment map[string]string
		want        string
	}{
		{"defaults", map[string]any{"api_key": "key"}, map[string]string{"INVENT_API_KEY": "", "INVENT_ORG_ID": "", "INVENT_BASE_URL": ""}, "key c https://api.useinvent.com 30s 4 <nil> 0"},
		{"environment", nil, all, "env-key env-org https://env.example.com/ 30s 4 http://proxy:3128 60"},
		{"configuration before environment", map[string]any{"api_key": "key", "org_id": "org", "base_url": "https://example.com", "request_timeout": "2m", "max_retries": 0, "requests_per_minute": 500}, all, "key org https://example.com 2m0s 0 http://proxy:3128 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, organizationID, diags := clientConfig(t.Context(), given(t, test.arguments), environment(test.environment))
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
	c, _, diags := clientConfig(t.Context(), given(t, map[string]any{"api_key": "key", "ca_cert_pem": inventtest.NewCA(t).PEM()}), environment(nil))
	if diags.HasError() || c.RootCAs == nil {
		t.Errorf("no certificates: %v", diags)
	}
}

// Each error is on the argument that is at fault, and says where the value came from.
func TestClientConfigErrors(t *testing.T) {
	t.Parallel()
	key := map[string]string{"INVENT_API_KEY": "other-key", "INVENT_ORG_ID": "other", "INVENT_BASE_URL": "https://other.example.com"}
	unknown := tftypes.UnknownValue
	const isEmpty = " cannot be used: it is empty; leave it out, or make the argument null, if there is no value for it."
	tests := []struct {
		arguments   map[string]any
		environment map[string]string
		argument    string // "": none
		want        string
	}{
		{nil, nil, "api_key", "Missing API key: Set the provider's argument api_key or the environment variable INVENT_API_KEY "},

		{map[string]any{"api_key": ""}, key, "api_key", "Invalid api_key: The argument api_key" + isEmpty},
		{map[string]any{"org_id": ""}, key, "org_id", "Invalid org_id: The argument org_id" + isEmpty},
		{map[string]any{"base_url": ""}, key, "base_url", "Invalid base_url: The argument base_url" + isEmpty},
		{map[string]any{"request_timeout": ""}, key, "request_timeout", "Invalid request_timeout: The argument request_timeout" + isEmpty},
		{map[string]any{"ca_cert_pem": ""}, key, "ca_cert_pem", "Invalid ca_cert_pem: The argument ca_cert_pem" + isEmpty},

		{map[string]any{"api_key": unknown}, map[string]string{"INVENT_API_KEY": "s3cr3t "}, "api_key", "Unknown api_key: The argument api_key depends on something that does not exist yet"},
		{map[string]any{"org_id": unknown}, key, "org_id", "Unknown org_id: "},
		{map[string]any{"base_url": unknown}, key, "base_url", "Unknown base_url: "},
		{map[string]any{"request_timeout": unknown}, key, "request_timeout", "Unknown request_timeout: "},
		{map[string]any{"max_retries": unknown}, key, "max_retries", "Unknown max_retries: "},
		{map[string]any{"requests_per_minute": unknown}, key, "requests_per_minute", "Unknown requests_per_minute: "},
		{map[string]any{"ca_cert_pem": unknown}, key, "ca_cert_pem", "Unknown ca_cert_pem: "},

		{map[string]any{"max_retries": 1.5}, key, "max_retries", "Invalid max_retries: The argument max_retries cannot be used: 1.5 is not a whole number from 0 to 10."},
		{map[string]any{"requests_per_minute": 0}, key, "requests_per_minute", "Invalid requests_per_minute: The argument requests_per_minute cannot be used: 0 is not a whole number from 1 to 100000."},
		{nil, map[string]string{"INVENT_API_KEY": "key", "INVENT_REQUESTS_PER_MINUTE": "100001"}, "requests_per_minute", "Invalid requests_per_minute: The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: 100001 is not"},
		{nil, map[string]string{"INVENT_API_KEY": "key", "INVENT_REQUESTS_PER_MINUTE": "many"}, "requests_per_minute", "Invalid requests_per_minute: The environment variable INVENT_REQUESTS_PER_MINUTE cannot be used: it is not a number."},
		{nil, map[string]string{"INVENT_API_KEY": "s3cr3t "}, "api_key", "Invalid api_key: The environment variable INVENT_API_KEY cannot be used: its character 7 of 7 is white space; a key consists of visible ASCII characters."},
		{nil, map[string]string{"INVENT_API_KEY": "key", "INVENT_ORG_ID": "a/b"}, "org_id", "Invalid org_id: The environment variable INVENT_ORG_ID cannot be used: it has a"},
		{nil, map[string]string{"INVENT_API_KEY": "key", "INVENT_BASE_URL": "https://user:s3cr3t@host"}, "base_url", "Invalid base_url: The environment variable INVENT_BASE_URL cannot be used: it has user information"},
		{nil, map[string]string{"INVENT_API_KEY": "key", "HTTPS_PROXY": "http://svc:s3cr3t@Battery7/99@proxy:3128"}, "", "Invalid proxy: The environment variable HTTPS_PROXY is not the address of a proxy."},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			_, _, diags := clientConfig(t.Context(), given(t, test.arguments), environment(test.environment))
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
		if attribute.IsSensitive() != (name == "api_key") {
			t.Errorf("%s is sensitive: %t", name, attribute.IsSensitive())
		}
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
