package provider_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// The server answers for every data source what the framework's own does.
func TestServerAnswersAsTheFramework(t *testing.T) {
	t.Parallel()
	const id, name = "ast_2L6r57UOYnhfu229hGY5U3", "Gäste-Support"
	without := tftypes.NewValue(tftypes.Bool, false)
	// A data source that is not here is read without arguments.
	configs := map[string][]attributes{
		"invent_assistant":  {{"id": text(id), "include_secret_key": without}, {"name": text(name), "timeouts": readTimeout(text("9s"))}},
		"invent_assistants": {{"include_secret_keys": without}, {"org_id": text("org_29n7qOlJDxLFfLSBABawE1"), "search": text("a")}},
	}
	answers := map[string]http.Handler{
		"sample":   mockinvent.New(mockinvent.Sample()),
		"sparse":   mockRow(id, `{"id":"`+id+`","name":"`+name+`"}`),
		"type":     mockRow(id, `{"id":"`+id+`","name":"`+name+`","config":[]}`),
		"empty":    mockinvent.Fail(http.StatusOK, `[]`),
		"warning":  mockinvent.Fail(http.StatusOK, `[]`, "pagination-count: 7"),
		"no JSON":  mockinvent.Fail(http.StatusOK, `<html>`),
		"refused":  mockinvent.Fail(http.StatusUnauthorized, `no`),
		"missing":  mockinvent.Fail(http.StatusNotFound, `no`),
		"trouble":  mockinvent.Fail(http.StatusInternalServerError, `no`),
		"redirect": mockinvent.Fail(http.StatusFound, ``, "Location: https://example.com/"),
		"broken":   closed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["),
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	read := map[string]bool{}
	for what, answer := range answers {
		api := httptest.NewServer(answer)
		t.Cleanup(api.Close)
		ours, framework := newServer(t, nil), newServer(t, nil)
		framework.ProviderServer = providerserver.NewProtocol6(provider.New("test", func(string) string { return "" })())()
		for _, s := range []*server{ours, framework} {
			s.configure(t, attributes{"api_key": text("mock-key-parent"), "base_url": text(api.URL), "max_retries": tftypes.NewValue(tftypes.Number, 0)})
		}
		for dataSource, schema := range ours.schema.DataSourceSchemas {
			for _, config := range withUnknown(schema, append(configs[dataSource], nil)) {
				if got, want := sorted(ours.validate(t, dataSource, config)), sorted(framework.validate(t, dataSource, config)); got != want {
					t.Errorf("%s %v is validated:\ngot  %s\nwant %s", dataSource, config, got, want)
				}
				for _, ctx := range []context.Context{t.Context(), canceled} {
					got, want := ours.reply(ctx, t, dataSource, config), framework.reply(ctx, t, dataSource, config)
					if got != want {
						t.Errorf("%s: %s %v:\ngot  %+v\nwant %+v", what, dataSource, config, got, want)
					}
					read[dataSource] = read[dataSource] || !strings.Contains(got.diagnostics, "ERROR")
				}
			}
		}
	}
	for dataSource := range newServer(t, nil).schema.DataSourceSchemas {
		if !read[dataSource] {
			t.Errorf("%s was never read without an error", dataSource)
		}
	}
}

// withUnknown adds the first configuration with each argument in turn unknown.
func withUnknown(schema *tfprotov6.Schema, configs []attributes) []attributes {
	for _, attribute := range schema.Block.Attributes {
		if attribute.Optional {
			config := attributes{}
			maps.Copy(config, configs[0])
			config[attribute.Name] = tftypes.NewValue(attribute.ValueType(), tftypes.UnknownValue)
			configs = append(configs, config)
		}
	}
	return configs
}

// mockRow serves a document by its id and as the only one of every list.
func mockRow(id, document string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := "[" + document + "]"
		if strings.HasSuffix(r.URL.Path, id) {
			body = document
		}
		mockinvent.Fail(http.StatusOK, body)(w, r)
	}
}

// reply is all that Terraform gets to see. Bytes are counted, because those of a map have no order.
type reply struct {
	state       string
	bytes       int
	diagnostics string
}

func (s *server) reply(ctx context.Context, t testing.TB, dataSource string, config attributes) reply {
	t.Helper()
	state, diags := s.read(ctx, t, dataSource, config)
	if state == nil {
		return reply{diagnostics: message(diags)}
	}
	return reply{s.decode(t, dataSource, state).String(), len(state.MsgPack), message(diags)}
}

// sorted is [message] without the order, which the framework leaves to chance when it validates.
func sorted(diags []*tfprotov6.Diagnostic) string {
	lines := strings.Split(message(diags), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
