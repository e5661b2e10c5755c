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
// internal/invent), what to do. Then other subjects.
func TestFaults(t *testing.T) {
	t.Parallel()
	const (
		failed = `ERROR : Unable to list the assistants of organization "c": `
		byID   = `ERROR : Unable to read assistant "ast_1" in organization "c": `
		byName = `ERROR : Unable to read assistant "One" in organization "c": `
		answer = "Nothing of the answer is used"
		fewer  = `WARNING : Fewer assistants than announced in organization "c": The API announces 3, but its list has 1 each time it is read. The 1 are used.`
	)
	type answers []http.HandlerFunc
	fail := mockinvent.Fail
	page := func(body string) http.HandlerFunc { return fail(http.StatusOK, body) }
	var changing answers
	for n := range 8 {
		changing = append(changing, page(fmt.Sprintf(`[{"id":"ast_%d"}]`, n)), page("[]"))
	}
	short, end := fail(200, `[{"id":"ast_1","name":"One"}]`, "pagination-count: 3"), fail(200, "[]", "pagination-count: 3")
	second, id, name, key := attributes{"timeouts": attributes{"read": "1s"}}, attributes{"id": "ast_1"}, attributes{"name": "One"}, attributes{"assistant_id": "ast_1"}
	cases := []struct {
		typeName          string
		config, arguments attributes // of the provider and of the read
		answers           answers
		want              []string
	}{
		{list, nil, nil, answers{fail(400, "")}, []string{failed, "the API answered 400", "\n\nCheck base_url and org_id. If they are right, run Terraform again later."}},
		{list, nil, nil, answers{page(`[{"id":"ast_1"}]`), fail(401, "No.")}, []string{failed, "the API answered 401 Unauthorized. The API says: No",
			"\n\n" + `The API key is wrong, or may not use this endpoint or organization "c". Check api_key or INVENT_API_KEY, and org_id.`}},
		{list, nil, nil, answers{fail(404, "")}, []string{failed, "the API answered 404", `The API knows no organization "c", or the key may not see it. Check org_id, and base_url.`}},
		{list, nil, attributes{"search": "x"}, answers{fail(400, "")}, []string{failed, "Check base_url and org_id and search."}},
		{list, nil, nil, answers{fail(429, "")}, []string{failed, "the API answered 429", "The documented limit is 500 requests a minute"}},
		{list, nil, nil, answers{fail(500, "")}, []string{failed, "the API answered 500", "The service has trouble."}},
		{list, nil, nil, answers{breakOff}, []string{failed, "the connection", "(HTTPS_PROXY, NO_PROXY)."}},
		{list, attributes{"request_timeout": "1s"}, nil, answers{hang}, []string{failed, "no complete answer came within the request timeout of 1s", "needs a longer request_timeout."}},
		{list, nil, nil, answers{fail(302, "", "Location: https://example.com/")}, []string{failed, `the API redirects to https on host "example.com"`, "Redirects are not followed. Set base_url"}},
		{list, attributes{"max_retries": 4}, nil, answers{fail(429, "", "Retry-After: 86400")}, []string{failed, "asks to wait 24h0m0s", "Run Terraform again after that time."}},
		{list, nil, second, answers{hang}, []string{failed, "The time for the whole read ran out.", "Give the read more time in timeouts.read."}},
		{list, attributes{"requests_per_minute": 1}, second, answers{page(`[{"id":"ast_1"}]`)}, []string{failed, "requests_per_minute lets no request through", "(requests_per_minute) take some of it."}},
		{list, nil, nil, changing, []string{failed, "The list keeps changing", "Run Terraform again when nobody is adding or removing."}},
		{list, nil, nil, answers{page("<html>")}, []string{failed, "Page 1: the answer is an HTML page, not JSON", answer}},
		{list, nil, nil, answers{alone(`{"id":"ast_1","boards":[{},7]}`)}, []string{failed, `Assistant "ast_1": boards[1]: expected an object, got a number`, answer}},
		{list, nil, attributes{"enabled": true}, answers{alone(`{"id":"ast_1","enabled":"s3cr3t"}`)}, []string{failed, `Assistant "ast_1": enabled: expected a boolean, got a string.`}},
		{list, nil, nil, answers{short, end, short, end}, []string{fewer}},

		{one, nil, id, answers{fail(404, "")}, []string{byID, `The API knows no assistant "ast_1" in organization "c", or the key may not see it. Check id and org_id, and base_url.`}},
		{one, nil, id, answers{page(`{"id":"ast_1","boards":["s3cr3t"]}`)}, []string{byID, `Assistant "ast_1": boards[0]: expected an object, got a string.`, answer}},
		{one, nil, name, answers{fail(401, "")}, []string{byName, "Check api_key or INVENT_API_KEY, and org_id."}},
		{one, nil, name, answers{alone(`{"id":"ast_1","name":7}`)}, []string{byName, `Assistant "ast_1": name: expected a string, got a number.`}},
		{one, nil, name, answers{short, end, short, end}, []string{fewer}},

		{secretKey, nil, key, answers{fail(403, "")}, []string{byID, `or assistant "ast_1" in organization "c". Check api_key or INVENT_API_KEY, and assistant_id and org_id.`}},
		{secretKey, nil, key.with(attributes{"timeouts": attributes{"open": "1s"}}), answers{hang}, []string{byID, "more time in timeouts.open."}},
		{secretKey, nil, key, answers{page(`{"id":"ast_1","secret_key":null}`)}, []string{byID, "The assistant has no secret key."}},
		{secretKey, nil, key, answers{page(`{"id":"ast_1","secret_key":""}`)}, []string{byID, "The assistant has no secret key."}},
		{secretKey, nil, key, answers{page(`{"id":"ast_1","secret_key":["s3cr3t"]}`)}, []string{byID, `Assistant "ast_1": secret_key: expected a string, got an array.`, answer}},
	}
	for _, c := range cases {
		t.Run(c.typeName+" "+strings.Join(c.want[1:], " "), func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.Next(c.answers...)
			checkFault(t, connect(t, baseURL, c.config), c.typeName, c.arguments, c.want...)
		})
	}
}

// checkFault looks for one diagnostic of a read, and for a state beside a warning.
func checkFault(t *testing.T, s *server, typeName string, arguments attributes, want ...string) {
	t.Helper()
	state, diags := s.read(t.Context(), t, typeName, arguments)
	got := message(diags)
	if len(diags) != 1 || (state == nil) != strings.HasPrefix(got, "ERROR") || strings.Contains(got, "s3cr3t") {
		t.Errorf("got %s\nand the state %v", got, state)
	}
	for _, text := range want {
		if !strings.Contains(got, text) {
			t.Errorf("got %s\nwant %q in it", got, text)
		}
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
	checkFault(t, connect(t, baseURL), list, nil, "the certificate of the API could not be verified", "give the provider its authority in ca_cert_pem.")
	mock.Next(mockinvent.Fail(503, ""))
	s := connect(t, baseURL, attributes{"ca_cert_pem": ca.PEM(), "max_retries": 1})
	checkEqual(t, "assistants", s.must(t, list, nil)["assistants"], expectList(t, sample.Assistants))

	_, baseURL = inventtest.Mock(t)
	s = connect(t, strings.Replace(baseURL, "http:", "https:", 1))
	checkFault(t, s, list, nil, "there is no TLS connection to the API: first record does not look like a TLS handshake", "https needs a server with TLS 1.2 or later")
}

// A read is stopped by Terraform's own stop and by the end of the call, and only it: a later one works.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(s *server, cancel func()){
		"StopProvider": func(s *server, _ func()) {
			_, _ = s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
		},
		"cancel": func(_ *server, cancel func()) { cancel() },
	} {
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
