package provider_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// What a user is told to do.
const (
	todoNetwork     = "Check base_url, the network and the proxy variables (HTTPS_PROXY, NO_PROXY)."
	todoSlow        = todoNetwork + " A slow answer needs a longer request_timeout."
	todoTLS         = "Check base_url. The provider speaks TLS 1.2 and later and has no client certificate."
	todoCertificate = "If a proxy signs its own certificates, give the provider its authority in ca_cert_pem. Otherwise check base_url."
	todoRedirect    = "Redirects are not followed. Set base_url to the address that the API itself has."
	todoArguments   = "Check base_url and org_id. If they are right, run Terraform again later."
	todoKey         = `The API key is wrong, or may not use this endpoint or organization "c". Check api_key or INVENT_API_KEY, and org_id.`
	todoIDs         = `The API knows no organization "c", or the key may not see it. Check org_id, and base_url.`
	todoRate        = "The documented limit is 500 requests a minute for each IP address, which machines behind one address share. Run Terraform again later, or raise max_retries."
	todoWait        = "Run Terraform again after that time."
	todoTrouble     = "The service has trouble. Run Terraform again later, or raise max_retries."
	todoTime        = "Give the read more time in timeouts.read. Retries (max_retries) and the limit of requests (requests_per_minute) take some of it."
	todoChanging    = "Run Terraform again when nobody is adding or removing. Taking such a list could leave something out."
	todoAnswer      = "Nothing of the answer is used: a list that silently lacks something can do harm. Check that base_url is the Invent API; if it is, this version of the provider does not understand its answer: look for a newer one."
)

// One fault of each kind, as a user sees it: what could not be done, what happened in the client's words (asserted in
// internal/invent), what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	fail := mockinvent.Fail
	page := func(body string) http.HandlerFunc { return fail(http.StatusOK, body) }
	status := func(code int, todo string) fault {
		return fault{name: strconv.Itoa(code), answers: []http.HandlerFunc{fail(code, "")}, what: "the API answered " + strconv.Itoa(code), todo: todo}
	}
	readings := []http.HandlerFunc{}
	for n := range 8 {
		readings = append(readings, page(fmt.Sprintf(`[{"id":"ast_%d"}]`, n)), page("[]"))
	}
	faults := []fault{
		status(400, todoArguments), status(401, todoKey), status(403, todoKey), status(404, todoIDs), status(409, todoArguments),
		status(429, todoRate), status(500, todoTrouble), status(501, todoArguments), status(502, todoTrouble), status(503, todoTrouble), status(504, todoTrouble),
		{name: "a later page", answers: []http.HandlerFunc{page(`[{"id":"ast_1"}]`), fail(401, "No.")}, what: "the API answered 401 Unauthorized. The API says: No", todo: todoKey},
		{name: "connection", answers: []http.HandlerFunc{breakOff}, what: "the connection", todo: todoNetwork},
		{name: "request timeout", config: attributes{"request_timeout": "1s"}, answers: []http.HandlerFunc{hang}, what: "no complete answer came within the request timeout of 1s", todo: todoSlow},
		{name: "redirect", answers: []http.HandlerFunc{fail(302, "", "Location: https://example.com/")}, what: `the API redirects to https on host "example.com"`, todo: todoRedirect},
		{name: "too long a wait", config: attributes{"max_retries": 4}, answers: []http.HandlerFunc{fail(429, "", "Retry-After: 86400")}, what: "asks to wait 24h0m0s", todo: todoWait},
		{name: "the read's timeout", arguments: attributes{"timeouts": attributes{"read": "1s"}}, answers: []http.HandlerFunc{hang}, what: "the time for the whole read ran out before the answer was complete", todo: todoTime},
		{name: "the own limit", config: attributes{"requests_per_minute": 1}, arguments: attributes{"timeouts": attributes{"read": "1s"}}, answers: []http.HandlerFunc{page(`[{"id":"ast_1"}]`)}, what: "requests_per_minute, 1, lets no further request through", todo: todoTime},
		{name: "changing", answers: readings, what: "the list of assistants keeps changing", todo: todoChanging},
		{name: "answer", answers: []http.HandlerFunc{page("<html>")}, what: "the answer is an HTML page, not JSON", todo: todoAnswer},
		{name: "value", answers: []http.HandlerFunc{alone(`{"id":"ast_1","boards":[{},7]}`)}, what: `assistant "ast_1": boards[1]: expected an object, got a number`, todo: todoAnswer},
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.Next(f.answers...)
			f.check(t, connect(t, baseURL, f.config))
		})
	}
	t.Run("no TLS", func(t *testing.T) {
		t.Parallel()
		_, baseURL := inventtest.Mock(t)
		f := fault{what: "there is no TLS connection to the API: it answers without TLS", todo: todoTLS}
		f.check(t, connect(t, strings.Replace(baseURL, "http:", "https:", 1)))
	})
	t.Run("certificate", func(t *testing.T) {
		t.Parallel()
		ca := inventtest.NewCA(t)
		expired := func(server *httptest.Server) {
			server.TLS = inventtest.ServerTLS(ca.IssueFor(t, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)))
		}
		api := inventtest.ServeTLS(t, ca, true, http.NotFoundHandler(), expired)
		f := fault{what: "the certificate of the API could not be verified", todo: todoCertificate}
		f.check(t, connect(t, api.URL, attributes{"ca_cert_pem": ca.PEM(), "max_retries": 4}))
	})
}

// fault is one thing that goes wrong in a list, and what a user sees of it.
type fault struct {
	name              string
	config, arguments attributes // of the provider and of the data source
	answers           []http.HandlerFunc
	what, todo        string
}

func (f fault) check(t *testing.T, s *server) {
	t.Helper()
	_, diags := s.read(t.Context(), t, list, f.arguments)
	got, failed := message(diags), `ERROR : Unable to list the assistants of organization "c": `
	what, todo, _ := strings.Cut(strings.TrimPrefix(got, failed), "\n\n")
	if !strings.HasPrefix(got, failed) || !strings.Contains(strings.ToLower(what), strings.ToLower(f.what)) || todo != f.todo+"\n" {
		t.Errorf("got %s\nwant %s%s\n\n%s", got, failed, f.what, f.todo)
	}
}

// alone answers with a list of one assistant, which is whole.
func alone(assistant string) http.HandlerFunc {
	return mockinvent.Fail(http.StatusOK, "["+assistant+"]", "pagination-count: 1", "pagination-take: 100")
}

func breakOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Other reads have other summaries and subjects.
func TestFaultsOfOne(t *testing.T) {
	t.Parallel()
	const byID = `Unable to read assistant "ast_1" in organization "c": `
	cases := []struct {
		typeName string
		config   attributes
		answer   http.HandlerFunc
		want     []string
	}{
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(404, ""), []string{byID, `The API knows no assistant "ast_1" in organization "c", or the key may not see it. Check id and org_id, and base_url.`}},
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(200, `{"id":"ast_2"}`), []string{byID, `the answer is another assistant, "ast_2"`, todoAnswer}},
		{one, attributes{"id": "ast_1"}, mockinvent.Fail(200, `{"id":"ast_1","boards":["s3cr3t"]}`), []string{byID, `Assistant "ast_1": boards[0]: expected an object, got a string.`, todoAnswer}},
		{one, attributes{"name": "One"}, mockinvent.Fail(401, ""), []string{`Unable to read assistant "One" in organization "c": `, todoKey}},
		{one, attributes{"name": "One"}, alone(`{"id":"ast_1","name":7}`), []string{`Unable to read assistant "One"`, `Assistant "ast_1": name: expected a string, got a number.`}},
		{list, attributes{"enabled": true}, alone(`{"id":"ast_1","enabled":"s3cr3t"}`), []string{"Unable to list", `Assistant "ast_1": enabled: expected a boolean, got a string.`}},
		{secretKey, attributes{"assistant_id": "ast_1"}, mockinvent.Fail(403, ""), []string{byID, `or assistant "ast_1" in organization "c". Check api_key or INVENT_API_KEY, and assistant_id and org_id.`}},
		{secretKey, attributes{"assistant_id": "ast_1"}, mockinvent.Fail(200, "["), []string{byID, todoAnswer}},
		{secretKey, attributes{"assistant_id": "ast_1", "timeouts": attributes{"open": "1s"}}, hang, []string{byID, "more time in timeouts.open."}},
	}
	for _, c := range cases {
		t.Run(c.typeName+" "+c.want[1], func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.Next(c.answer)
			_, diags := connect(t, baseURL).read(t.Context(), t, c.typeName, c.config)
			for _, want := range c.want {
				if got := message(diags); len(diags) != 1 || !strings.Contains(got, want) || strings.Contains(got, "s3cr3t") {
					t.Errorf("got %s\nwant %q in it", got, want)
				}
			}
		})
	}
}

// The provider's own arguments reach the client: a transient error is retried, over TLS and both versions of HTTP,
// with the authority of ca_cert_pem.
func TestRetriesOverTLS(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprint(http2), func(t *testing.T) {
			t.Parallel()
			ca, mock := inventtest.NewCA(t), mockinvent.New(mockinvent.Sample())
			mock.Next(mockinvent.Fail(503, ""))
			version := make(chan int, 2)
			api := inventtest.ServeTLS(t, ca, http2, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				version <- r.ProtoMajor
				mock.ServeHTTP(w, r)
			}))
			state := connect(t, api.URL, attributes{"ca_cert_pem": ca.PEM(), "max_retries": 1}).must(t, list, nil)
			checkEqual(t, "assistants", state["assistants"], expectList(t, sample.Assistants))
			if want := map[bool]int{false: 1, true: 2}[http2]; <-version != want || len(mock.Requests()) != 2 {
				t.Errorf("%d requests, want 2 by HTTP/%d", len(mock.Requests()), want)
			}
		})
	}
}

// A list that is shorter than announced is taken, with a warning, by both data sources that read it.
func TestFewerThanAnnounced(t *testing.T) {
	t.Parallel()
	for typeName, config := range map[string]attributes{list: nil, one: {"name": "One"}} {
		mock, baseURL := inventtest.Mock(t)
		for range 2 {
			mock.Next(mockinvent.Fail(200, `[{"id":"ast_1","name":"One"}]`, "pagination-count: 3"), mockinvent.Fail(200, "[]", "pagination-count: 3"))
		}
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
	answers := map[string]http.HandlerFunc{
		"in a request": hang,
		"in a wait":    mockinvent.Fail(429, "", "Retry-After: 50"),
	}
	for way, stop := range stops {
		for when, answer := range answers {
			t.Run(way+" "+when, func(t *testing.T) {
				t.Parallel()
				mock, baseURL := inventtest.Mock(t)
				s := connect(t, baseURL, attributes{"max_retries": 1})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				mock.Next(func(w http.ResponseWriter, r *http.Request) {
					go stop(s, cancel)
					answer(w, r)
				})
				begin := time.Now()
				_, diags := s.read(ctx, t, list, nil)
				if got, want := message(diags), `ERROR : Unable to list the assistants of organization "c": The read was interrupted.`+"\n"; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if took := time.Since(begin); took > 20*time.Second {
					t.Errorf("it took %s", took)
				}
				s.must(t, list, nil)
			})
		}
	}
}

// The key is taken out wherever a server puts it: into an answer, a name, an id, the name of a field.
func TestKeyIsHidden(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, typeName string
		config         attributes
		answer         http.HandlerFunc
		want           string
	}{
		{"the API's message", list, nil, mockinvent.Fail(401, "no "+testKey), "The API says: no (API key)"},
		{"an id", list, nil, alone(`{"id":"` + testKey + `","name":7}`), `Assistant "(API key)": name: expected a string, got a number`},
		{"an id among several", one, attributes{"name": "One"}, mockinvent.Fail(200, `[{"id":"`+testKey+`","name":"One"},{"id":"b","name":"One"}]`, "pagination-count: 2", "pagination-take: 100"), `ERROR AttributeName("name"): Unable to read`},
		{"an argument", one, attributes{"id": testKey}, mockinvent.Fail(404, ""), `The API knows no assistant "(API key)" in`},
		{"an argument of the ephemeral resource", secretKey, attributes{"assistant_id": testKey}, mockinvent.Fail(404, ""), `The API knows no assistant "(API key)" in`},
		{"a warning", list, attributes{"org_id": testKey}, nil, `WARNING : Fewer assistants than announced in organization "(API key)"`},
		{"a field", list, nil, alone(`{"id":"ast_1","` + testKey + `":0}`), `"fields":"\"(API key)\""`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			answers := []http.HandlerFunc{c.answer}
			if c.answer == nil {
				announce := mockinvent.Fail(200, "[]", "pagination-count: 3")
				answers = []http.HandlerFunc{announce, announce}
			}
			mock.Next(answers...)
			var log bytes.Buffer
			_, diags := connect(t, baseURL, attributes{"api_key": testKey}).read(tflogtest.RootLogger(t.Context(), &log), t, c.typeName, c.config)
			seen := message(diags) + log.String()
			if !strings.Contains(seen, c.want) || strings.Contains(seen, testKey) || !strings.Contains(seen, "(API key)") {
				t.Errorf("got %s\nwant %q in it, and no key", seen, c.want)
			}
		})
	}
}
