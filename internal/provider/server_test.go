package provider_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

const (
	list      = "invent_assistants"
	one       = "invent_assistant"
	secretKey = "invent_assistant_secret_key"

	testKey = "key-for-tests-0123456789"
)

func TestMain(m *testing.M) { inventtest.Main(m) }

// sample is the organization with most of the sample's assistants.
var sample = mockinvent.Sample().Organizations[0]

func environment(baseURL string) map[string]string {
	return variablesOf(mockinvent.Sample(), baseURL)
}

// variablesOf are the provider's variables for the first organization of data that the mock serves.
func variablesOf(data mockinvent.Data, baseURL string) map[string]string {
	return map[string]string{"INVENT_API_KEY": data.Organizations[0].APIKey, "INVENT_BASE_URL": baseURL}
}

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

// connect returns a provider that is configured for an API, without retries unless more says otherwise.
func connect(t testing.TB, baseURL string, more ...attributes) *server {
	t.Helper()
	config := attributes{"api_key": sample.APIKey, "base_url": baseURL, "max_retries": 0}
	for _, arguments := range more {
		config = config.with(arguments)
	}
	s := newServer(t, nil)
	if diags := s.configure(t, config); len(diags) > 0 {
		t.Fatalf("configure: %s", message(diags))
	}
	return s
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

func (s *server) schemaOf(typeName string) *tfprotov6.Schema {
	if typeName == secretKey {
		return s.schema.EphemeralResourceSchemas[typeName]
	}
	return s.schema.DataSourceSchemas[typeName]
}

func (s *server) validate(t testing.TB, typeName string, config attributes) []*tfprotov6.Diagnostic {
	t.Helper()
	dynamic := config.dynamic(t, s.schemaOf(typeName))
	if typeName == secretKey {
		resp, err := s.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: dynamic})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Diagnostics
	}
	resp, err := s.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: dynamic})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// read returns the state of a data source or the result of the ephemeral resource. Beside an error there must be none:
// the framework hands back the configuration.
func (s *server) read(ctx context.Context, t testing.TB, typeName string, config attributes) (state map[string]any, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	answer, diags := s.call(ctx, t, typeName, config)
	if answer == nil {
		return nil, diags
	}
	state = s.plain(t, typeName, answer)
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			checkEqual(t, "state beside an error", state, s.plain(t, typeName, config.dynamic(t, s.schemaOf(typeName))))
			return nil, diags
		}
	}
	return state, diags
}

func (s *server) call(ctx context.Context, t testing.TB, typeName string, config attributes) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	t.Helper()
	dynamic := config.dynamic(t, s.schemaOf(typeName))
	if typeName == secretKey {
		resp, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: dynamic})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Result, resp.Diagnostics
	}
	resp, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: dynamic})
	if err != nil {
		t.Fatal(err)
	}
	return resp.State, resp.Diagnostics
}

// must reads without any diagnostic.
func (s *server) must(t testing.TB, typeName string, config attributes) map[string]any {
	t.Helper()
	state, diags := s.read(t.Context(), t, typeName, config)
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	return state
}

// message is all that a person sees of the diagnostics.
func message(diags []*tfprotov6.Diagnostic) string {
	var text string
	for _, d := range diags {
		text += d.Severity.String() + " " + d.Attribute.String() + ": " + d.Summary + ": " + d.Detail + "\n"
	}
	return text
}

// attributes are a configuration as Go values; what is not in it is null.
type attributes map[string]any

// unknown is a value that is not known yet.
type unknown struct{}

func (a attributes) with(more attributes) attributes {
	all := attributes{}
	maps.Copy(all, a)
	maps.Copy(all, more)
	return all
}

func (a attributes) dynamic(t testing.TB, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	t.Helper()
	value := toValue(t, schema.ValueType(), a)
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

func toValue(t testing.TB, valueType tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case unknown:
		return tftypes.NewValue(valueType, tftypes.UnknownValue)
	case attributes:
		members := map[string]tftypes.Value{}
		for name, memberType := range valueType.(tftypes.Object).AttributeTypes {
			members[name] = toValue(t, memberType, value[name])
		}
		return tftypes.NewValue(valueType, members)
	case []string:
		elements := []tftypes.Value{}
		for _, element := range value {
			elements = append(elements, tftypes.NewValue(tftypes.String, element))
		}
		return tftypes.NewValue(valueType, elements)
	default:
		return tftypes.NewValue(valueType, value)
	}
}

// plain returns a value as Terraform reads it, in the form of [parseJSON].
func (s *server) plain(t testing.TB, typeName string, value *tfprotov6.DynamicValue) map[string]any {
	t.Helper()
	document, err := json.Marshal(s.schemaOf(typeName).ValueType())
	if err != nil {
		t.Fatal(err)
	}
	valueType, err := ctyjson.UnmarshalType(document)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := ctymsgpack.Unmarshal(value.MsgPack, valueType)
	if err != nil {
		t.Fatal(err)
	}
	if document, err = ctyjson.Marshal(decoded, valueType); err != nil {
		t.Fatal(err)
	}
	return parseJSON(t, string(document)).(map[string]any)
}

// parseJSON returns a document as maps, slices, strings, bools, nil, and numbers that are equal if they look alike.
func parseJSON(t testing.TB, document string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %.200s", err, document)
	}
	return withNumbers(value)
}

func withNumbers(value any) any {
	switch value := value.(type) {
	case json.Number:
		f, _, _ := big.ParseFloat(value.String(), 10, 512, big.ToNearestEven)
		return json.Number(f.Text('g', 60))
	case map[string]any:
		for name, member := range value {
			value[name] = withNumbers(member)
		}
	case []any:
		for i, element := range value {
			value[i] = withNumbers(element)
		}
	}
	return value
}
