package provider_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// The server answers for every data source what the framework's own does.
func TestServerAnswersAsTheFramework(t *testing.T) {
	t.Parallel()
	const id, name = "ast_2L6r57UOYnhfu229hGY5U3", "Gäste-Support"
	// A data source that is not here is read without arguments.
	configs := map[string][]attributes{
		one:                          {{"id": id, "include_secret_key": false}, {"name": name, "timeouts": attributes{"read": "9s"}}},
		list:                         {{"include_secret_keys": false}, {"org_id": "org_29n7qOlJDxLFfLSBABawE1", "search": "a"}},
		"invent_assistants_settings": {{"ignore_paths": []string{"config.stt"}, "reveal_paths": []string{"integrations.config"}}, {"ignore_paths": unknown{}}},
	}
	ofOne := func(more string) http.Handler {
		assistants := documents(`{"id":"` + id + `","name":"` + name + `"` + more + `}`)
		return mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{{APIKey: sample.APIKey, Assistants: assistants}}})
	}
	answers := map[string]http.Handler{
		"sample":  mockinvent.New(mockinvent.Sample()),
		"sparse":  ofOne(""),
		"type":    ofOne(`,"config":[]`),
		"warning": mockinvent.Fail(http.StatusOK, `[]`, "pagination-count: 7"),
		"refused": mockinvent.Fail(http.StatusUnauthorized, `no`),
	}
	unread := maps.Clone(newServer(t, nil).schema.DataSourceSchemas)
	for what, answer := range answers {
		api := inventtest.Serve(t, answer)
		ours, framework := newServer(t, nil), newServer(t, nil)
		framework.ProviderServer = providerserver.NewProtocol6(provider.New("test", func(string) string { return "" })())()
		for _, s := range []*server{ours, framework} {
			s.configure(t, attributes{"api_key": sample.APIKey, "base_url": api.URL, "max_retries": 0})
		}
		for dataSource := range ours.schema.DataSourceSchemas {
			for _, config := range append(configs[dataSource], nil) {
				if got, want := sorted(ours.validate(t, dataSource, config)), sorted(framework.validate(t, dataSource, config)); got != want {
					t.Errorf("%s %v is validated:\ngot  %s\nwant %s", dataSource, config, got, want)
				}
				got, want := ours.reply(t, dataSource, config), framework.reply(t, dataSource, config)
				if got != want {
					t.Errorf("%s: %s %v:\ngot  %+v\nwant %+v", what, dataSource, config, got, want)
				}
				if !strings.Contains(got.diagnostics, "ERROR") {
					delete(unread, dataSource)
				}
			}
		}
	}
	if len(unread) > 0 {
		t.Errorf("never read without an error: %v", unread)
	}
}

// reply is all that Terraform gets to see. Bytes are counted, because those of a map have no order.
type reply struct {
	state       string
	bytes       int
	diagnostics string
}

func (s *server) reply(t testing.TB, dataSource string, config attributes) reply {
	t.Helper()
	dynamic, diags := s.call(t.Context(), t, dataSource, config)
	if dynamic == nil {
		return reply{diagnostics: message(diags)}
	}
	state, err := dynamic.Unmarshal(s.schemaOf(dataSource).ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return reply{state.String(), len(dynamic.MsgPack), message(diags)}
}

// sorted is [message] without the order, which the framework leaves to chance when it validates.
func sorted(diags []*tfprotov6.Diagnostic) string {
	lines := strings.Split(message(diags), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
