package provider_test

import (
	"context"
	"encoding/pem"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

const (
	testKey   = "key-for-tests-0123456789"
	secretKey = "invent_assistant_secret_key"
)

// server is the provider in this process, spoken to as Terraform does.
type server struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newServer(t testing.TB, environment map[string]string) *server {
	t.Helper()
	getenv := func(name string) string { return environment[name] }
	s := &server{ProviderServer: provider.NewServer("test", getenv)()}
	var err error
	s.schema, err = s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(s.schema.Diagnostics) > 0 {
		t.Fatalf("schema: %v %v", err, s.schema.Diagnostics)
	}
	return s
}

// connect returns a provider that is configured for a mock API.
func connect(t testing.TB, baseURL string) *server {
	t.Helper()
	s := newServer(t, nil)
	if diags := s.configure(t, attributes{"api_key": text(testKey), "base_url": text(baseURL)}); len(diags) > 0 {
		t.Fatalf("configure: %v", diags)
	}
	return s
}

// attributes are a configuration; what is not in it is null.
type attributes map[string]tftypes.Value

func text(s string) tftypes.Value {
	return tftypes.NewValue(tftypes.String, s)
}

func (a attributes) dynamic(t testing.TB, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	t.Helper()
	object := schema.ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attributeType := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
		if value, ok := a[name]; ok {
			values[name] = value
		}
	}
	dynamic, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

func (s *server) configure(t testing.TB, config attributes) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           config.dynamic(t, s.schema.Provider),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// read returns a data source's state as it comes over the wire, nil if there is none.
func (s *server) read(ctx context.Context, t testing.TB, dataSource string, config attributes) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	t.Helper()
	resp, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: dataSource,
		Config:   config.dynamic(t, s.schema.DataSourceSchemas[dataSource]),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.State, resp.Diagnostics
}

// open returns the result of the ephemeral resource, nil if there is none.
func (s *server) open(ctx context.Context, t testing.TB, config attributes) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	t.Helper()
	resp, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: secretKey,
		Config:   config.dynamic(t, s.schema.EphemeralResourceSchemas[secretKey]),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Result, resp.Diagnostics
}

// validate returns what is wrong with a configuration of a data source or of the
// ephemeral resource.
func (s *server) validate(t testing.TB, typeName string, config attributes) []*tfprotov6.Diagnostic {
	t.Helper()
	if schema, ok := s.schema.EphemeralResourceSchemas[typeName]; ok {
		resp, err := s.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
			TypeName: typeName,
			Config:   config.dynamic(t, schema),
		})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Diagnostics
	}
	resp, err := s.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName,
		Config:   config.dynamic(t, s.schema.DataSourceSchemas[typeName]),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// decode returns the state's value.
func (s *server) decode(t testing.TB, dataSource string, state *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	value, err := state.Unmarshal(s.schema.DataSourceSchemas[dataSource].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// message is all that a person sees of the diagnostics.
func message(diags []*tfprotov6.Diagnostic) string {
	var text string
	for _, d := range diags {
		text += d.Severity.String() + " " + d.Attribute.String() + ": " + d.Summary + ": " + d.Detail + "\n"
	}
	return text
}

// certificatePEM is what ca_cert_pem needs for a test server with TLS.
func certificatePEM(api *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw}))
}
