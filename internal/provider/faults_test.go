package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// One fault of each kind, as a user sees it: what could not be done, what happened in the client's words (asserted in
// internal/invent), what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	type answers []http.HandlerFunc
	fail := mockinvent.Fail
	page := func(body string) http.HandlerFunc { return fail(http.StatusOK, body) }
	var changing answers
	for n := range 8 {
		changing = append(changing, page(fmt.Sprintf(`[{"id":"ast_%d"}]`, n)), page("[]"))
	}
	second := attributes{"timeouts": attributes{"read": "1s"}}
	cases := []struct {
		config, arguments attributes // of the provider and of the data source
		answers           answers
		what, todo        string
	}{
		{nil, nil, answers{fail(400, "")}, "the API answered 400", "Check base_url and org_id. If they are right, run Terraform again later."},
		{nil, nil, answers{page(`[{"id":"ast_1"}]`), fail(401, "No.")}, "the API answered 401 Unauthorized. The API says: No",
			`The API key is wrong, or may not use this endpoint or organization "c". Check api_key or INVENT_API_KEY, and org_id.`},
		{nil, nil, answers{fail(404, "")}, "the API answered 404", `The API knows no organization "c", or the key may not see it. Check org_id, and base_url.`},
		{nil, nil, answers{fail(429, "")}, "the API answered 429", "The documented limit is 500 requests a minute"},
		{nil, nil, answers{fail(500, "")}, "the API answered 500", "The service has trouble."},
		{nil, nil, answers{breakOff}, "the connection", "(HTTPS_PROXY, NO_PROXY)."},
		{attributes{"request_timeout": "1s"}, nil, answers{hang}, "no complete answer came within the request timeout of 1s", "needs a longer request_timeout."},
		{nil, nil, answers{fail(302, "", "Location: https://example.com/")}, `the API redirects to https on host "example.com"`, "Redirects are not followed. Set base_url"},
		{attributes{"max_retries": 4}, nil, answers{fail(429, "", "Retry-After: 86400")}, "asks to wait 24h0m0s", "Run Terraform again after that time."},
		{nil, second, answers{hang}, "the time for the whole read ran out before the answer was complete", "Give the read more time in timeouts.read."},
		{attributes{"requests_per_minute": 1}, second, answers{page(`[{"id":"ast_1"}]`)}, "requests_per_minute, 1, lets no further request through", "(requests_per_minute) take some of it."},
		{nil, nil, changing, "the list of assistants keeps changing", "Run Terraform again when nobody is adding or removing."},
		{nil, nil, answers{page("<html>")}, "the answer is an HTML page, not JSON", "Nothing of the answer is used"},
		{nil, nil, answers{alone(`{"id":"ast_1","boards":[{},7]}`)}, `assistant "ast_1": boards[1]: expected an object, got a number`, "Nothing of the answer is used"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.Next(c.answers...)
			checkFault(t, connect(t, baseURL, c.config), c.arguments, c.what, c.todo)
		})
	}
}

// checkFault looks for one error when the list is read.
func checkFault(t *testing.T, s *server, arguments attributes, wantWhat, wantTodo string) {
	t.Helper()
	_, diags := s.read(t.Context(), t, list, arguments)
	const failed = `ERROR : Unable to list the assistants of organization "c": `
	what, todo, _ := strings.Cut(message(diags), "\n\n")
	if len(diags) != 1 || !strings.HasPrefix(what, failed) || !strings.Contains(strings.ToLower(what), strings.ToLower(wantWhat)) || !strings.Contains(todo, wantTodo) {
		t.Errorf("got %s\nwant %s%s\n\n%s", message(diags), failed, wantWhat, wantTodo)
	}
}

// alone answers with a list of one assistant, which is whole.
func alone(assistant string) http.HandlerFunc {
	return mockinvent.Fail(http.StatusOK, "["+assistant+"]", "pagination-count: 1", "pagination-take: 100")
}

func breakOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// The provider's own arguments reach the client: with the authority of ca_cert_pem, a transient error is retried.
func TestTLS(t *testing.T) {
	t.Parallel()
	ca, mock := inventtest.NewCA(t), mockinvent.New(mockinvent.Sample())
	baseURL := inventtest.ServeTLS(t, ca, true, mock).URL
	checkFault(t, connect(t, baseURL), nil, "the certificate of the API could not be verified", "give the provider its authority in ca_cert_pem.")
	mock.Next(mockinvent.Fail(503, ""))
	s := connect(t, baseURL, attributes{"ca_cert_pem": ca.PEM(), "max_retries": 1})
	checkEqual(t, "assistants", s.must(t, list, nil)["assistants"], expectList(t, sample.Assistants))

	_, baseURL = inventtest.Mock(t)
	s = connect(t, strings.Replace(baseURL, "http:", "https:", 1))
	checkFault(t, s, nil, "there is no TLS connection to the API: it answers without TLS", "The provider speaks TLS 1.2 and later")
}

// Other reads have other summaries and subjects.
func TestFaultsOfOne(t *testing.T) {
	t.Parallel()
	const byID, answer = `Unable to read assistant "ast_1" in organization "c": `, "Nothing of the answer is used"
	cases := []struct {
		typeName string
		config   attributes
		reply    http.HandlerFunc
		want     []string
	}{
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(404, ""), []string{byID, `The API knows no assistant "ast_1" in organization "c", or the key may not see it. Check id and org_id, and base_url.`}},
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(200, `{"id":"ast_2"}`), []string{byID, `the answer is another assistant, "ast_2"`, answer}},
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(200, `{"id":"ast_1","boards":["s3cr3t"]}`), []string{byID, `Assistant "ast_1": boards[0]: expected an object, got a string.`, answer}},
		{one, attributes{"name": "One"}, mockinvent.Fail(401, ""), []string{`Unable to read assistant "One" in organization "c": `, "Check api_key or INVENT_API_KEY, and org_id."}},
		{one, attributes{"name": "One"}, alone(`{"id":"ast_1","name":7}`), []string{`Unable to read assistant "One"`, `Assistant "ast_1": name: expected a string, got a number.`}},
		{list, attributes{"enabled": true}, alone(`{"id":"ast_1","enabled":"s3cr3t"}`), []string{"Unable to list", `Assistant "ast_1": enabled: expected a boolean, got a string.`}},
		{secretKey, attributes{"assistant_id": "ast_1"}, mockinvent.Fail(403, ""), []string{byID, `or assistant "ast_1" in organization "c". Check api_key or INVENT_API_KEY, and assistant_id and org_id.`}},
		{secretKey, attributes{"assistant_id": "ast_1"}, mockinvent.Fail(200, "["), []string{byID, answer}},
		{secretKey, attributes{"assistant_id": "ast_1", "timeouts": attributes{"open": "1s"}}, hang, []string{byID, "more time in timeouts.open."}},
	}
	for _, c := range cases {
		t.Run(c.typeName+" "+c.want[1], func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.Next(c.reply)
			_, diags := connect(t, baseURL).read(t.Context(), t, c.typeName, c.config)
			for _, want := range c.want {
				if got := message(diags); len(diags) != 1 || !strings.Contains(got, want) || strings.Contains(got, "s3cr3t") {
					t.Errorf("got %s\nwant %q in it", got, want)
				}
			}
		})
	}
}

// A list that is shorter than announced is taken, with a warning, by both data sources that read it.
func TestFewerThanAnnounced(t *testing.T) {
	t.Parallel()
	for typeName, config := range map[string]attributes{list: nil, one: {"name": "One"}} {
		mock, baseURL := inventtest.Mock(t)
		page, end := mockinvent.Fail(200, `[{"id":"ast_1","name":"One"}]`, "pagination-count: 3"), mockinvent.Fail(200, "[]", "pagination-count: 3")
		mock.Next(page, end, page, end)
		state, diags := connect(t, baseURL).read(t.Context(), t, typeName, config)
		const want = `WARNING : Fewer assistants than announced in organization "c": The API announces 3, but its list has 1 each time it is read. The 1 are used.` + "\n"
		if got := message(diags); got != want || state == nil {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

// A read is stopped by Terraform's own stop and by the end of the call, and only it: a later one works.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	stops := map[string]func(s *server, cancel func()){
		"StopProvider": func(s *server, _ func()) {
			_, _ = s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
		},
		"cancel": func(_ *server, cancel func()) { cancel() },
	}
	for name, stop := range stops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			s := connect(t, baseURL, attributes{"max_retries": 1})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			mock.Next(func(w http.ResponseWriter, r *http.Request) {
				go stop(s, cancel)
				hang(w, r)
			})
			_, diags := s.read(ctx, t, list, nil)
			checkEqual(t, "error", message(diags), `ERROR : Unable to list the assistants of organization "c": The read was interrupted.`+"\n")
			s.must(t, list, nil)
		})
	}
}

// Whatever is read hides the key, which could have been written where an id belongs.
func TestKeyIsHidden(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	s := connect(t, baseURL, attributes{"api_key": testKey})
	needed := map[string]attributes{one: {"id": "ast_1"}, secretKey: {"assistant_id": "ast_1"}}
	for _, typeName := range append(slices.Collect(maps.Keys(s.schema.DataSourceSchemas)), secretKey) {
		_, diags := s.read(t.Context(), t, typeName, needed[typeName].with(attributes{"org_id": testKey}))
		if got := message(diags); !strings.Contains(got, `organization "(API key)"`) || strings.Contains(got, testKey) {
			t.Errorf("%s: got %s", typeName, got)
		}
	}
}
