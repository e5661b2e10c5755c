package mockinvent_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// testData has a parent with 250 assistants, a sub-organization, and an organization apart.
func testData() mockinvent.Data {
	var many []json.RawMessage
	for i := range 250 {
		many = append(many, json.RawMessage(fmt.Sprintf(`{"id":"ast_%03d","name":"Row %03d"}`, i, i)))
	}
	return mockinvent.Data{Organizations: []mockinvent.Organization{
		{ID: "org_parent", APIKey: "mock-parent", Assistants: many},
		{ID: "org_sub", Parent: "org_parent", APIKey: "mock-sub", Assistants: raw(
			`{"id":"ast_ä b/c","name":"Gäste-Support"}`,
			` { "n" : 1.50, "name":"SALES", "id":"ast_sales" } `,
			`{"ID":"ast_capital","Name":"sales"}`,
			`{"id":"ast_null","name":null}`,
			`null`,
			`broken`,
		)},
		{ID: "org_apart", APIKey: "mock-apart"},
	}}
}

func raw(documents ...string) []json.RawMessage {
	var all []json.RawMessage
	for _, document := range documents {
		all = append(all, json.RawMessage(document))
	}
	return all
}

// send sends a request without a network, from any goroutine.
func send(t *testing.T, handler http.Handler, authorization, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	handler.ServeHTTP(recorder, request)
	return recorder
}

func get(t *testing.T, handler http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, handler, "Bearer mock-parent", http.MethodGet, target)
}

// page tells how many rows an answer has from which id, and its three pagination headers.
func page(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	rows := decode[[]struct{ ID string }](t, answer.Body.Bytes())
	text := fmt.Sprint(len(rows))
	if len(rows) > 0 {
		text += " from " + rows[0].ID
	}
	for _, name := range []string{"pagination-count", "pagination-page", "pagination-take"} {
		text += " " + cmp.Or(answer.Header().Get(name), "-")
	}
	return text
}

func TestRequests(t *testing.T) {
	t.Parallel()
	type switches = mockinvent.Switches
	const own, sub = "/orgs/c/assistants", "/orgs/org_sub/assistants/ast_sales"
	for _, test := range []struct {
		key, request string
		switches     switches
		want         string // an error's status, or a page, or nothing for one assistant
	}{
		// Keys and organizations.
		{"", own, switches{}, "401"},
		{"Bearer mock-other", own, switches{}, "401"},
		{"Bearer ", own, switches{}, "401"},
		{"mock-parent", own, switches{}, "401"},
		{"Basic mock-parent", own, switches{}, "401"},
		{"Bearer mock-other", "/other", switches{}, "401"},
		{"Bearer mock-parent", "/orgs/org_parent/assistants", switches{}, "100 from ast_000 250 1 100"},
		{"Bearer mock-parent", sub, switches{}, ""},
		{"Bearer mock-sub", sub, switches{}, ""},
		{"Bearer mock-sub", own + "/ast_sales", switches{}, ""},
		{"Bearer mock-parent", own + "/ast_sales", switches{}, "404"},
		{"Bearer mock-sub", "/orgs/org_parent/assistants", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/org_apart/assistants", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/org_apart/assistants", switches{ForeignStatus: 403}, "403"},
		{"Bearer mock-parent", "/orgs/org_x/assistants", switches{ForeignStatus: 403}, "404"},
		{"Bearer mock-parent", "/orgs/ORG_PARENT/assistants", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/c/orgs", switches{}, "1 from org_sub 1 1 100"},
		{"Bearer mock-sub", "/orgs/c/orgs", switches{}, "0 0 1 100"},
		{"Bearer mock-sub", "/orgs/org_parent/orgs", switches{ForeignStatus: 403}, "403"},
		{"Bearer mock-parent", "/orgs/c/orgs/org_sub", switches{}, "404"},
		// Methods and paths.
		{"Bearer mock-parent", "POST " + own, switches{}, "405"},
		{"Bearer mock-parent", "HEAD " + own, switches{}, "405"},
		{"Bearer mock-parent", "DELETE " + own + "/ast_000", switches{}, "405"},
		{"Bearer mock-parent", "POST /orgs/c/contacts", switches{}, "404"},
		{"Bearer mock-parent", "/", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/c/contacts", switches{}, "404"},
		{"Bearer mock-parent", "/users/c/assistants", switches{}, "404"},
		{"Bearer mock-parent", "/orgs//assistants", switches{}, "404"},
		{"Bearer mock-parent", own + "/", switches{}, "404"},
		{"Bearer mock-parent", own + "/ast_000/actions", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/%63/assistants", switches{}, "100 from ast_000 250 1 100"},
		// One assistant.
		{"Bearer mock-parent", own + "/ast_x", switches{}, "404"},
		{"Bearer mock-parent", own + "/AST_000", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/org_sub/assistants/ast_capital", switches{}, "404"},
		{"Bearer mock-parent", "/orgs/org_sub/assistants/ast_000", switches{}, "404"},
		// Pages.
		{"Bearer mock-parent", own + "?page=2", switches{}, "100 from ast_100 250 2 100"},
		{"Bearer mock-parent", own + "?page=3&take=100", switches{}, "50 from ast_200 250 3 100"},
		{"Bearer mock-parent", own + "?page=4", switches{}, "0 250 4 100"},
		{"Bearer mock-parent", own + "?page=21474836", switches{}, "0 250 21474836 100"},
		{"Bearer mock-parent", own + "?page=250&take=1", switches{}, "1 from ast_249 250 250 1"},
		{"Bearer mock-parent", own + "?next=abc", switches{}, "100 from ast_000 250 1 100"},
		{"Bearer mock-parent", own + "?search=row+24&take=4", switches{}, "4 from ast_240 10 1 4"},
		{"Bearer mock-parent", own + "?page=0", switches{}, "400"},
		{"Bearer mock-parent", own + "?page=-1", switches{}, "400"},
		{"Bearer mock-parent", own + "?page=%2B1", switches{}, "400"},
		{"Bearer mock-parent", own + "?page=", switches{}, "400"},
		{"Bearer mock-parent", own + "?page=99999999999999999999", switches{}, "400"},
		{"Bearer mock-parent", own + "?take=0", switches{}, "400"},
		{"Bearer mock-parent", own + "?take=101", switches{}, "400"},
		{"Bearer mock-parent", own + "?search=%zz", switches{}, "400"},
		// Switches.
		{"Bearer mock-parent", own + "?page=3", switches{NoPaginationHeaders: true}, "50 from ast_200 - - -"},
		{"Bearer mock-parent", own + "?page=3", switches{CountOfPage: true}, "50 from ast_200 50 3 100"},
		{"Bearer mock-parent", own + "?page=2&take=100", switches{MaxTake: 30}, "30 from ast_030 250 2 30"},
		{"Bearer mock-parent", own + "?page=2&take=20", switches{MaxTake: 30}, "20 from ast_020 250 2 20"},
		{"Bearer mock-parent", own + "?page=6&take=50", switches{NotFoundPastEnd: true}, "404"},
		{"Bearer mock-parent", own + "?page=3", switches{NotFoundPastEnd: true}, "50 from ast_200 250 3 100"},
		{"Bearer mock-parent", own + "?search=nobody", switches{NotFoundPastEnd: true}, "0 0 1 100"},
		{"Bearer mock-parent", own + "?page=7&take=2", switches{IgnorePage: true}, "250 from ast_000 - - -"},
	} {
		method, target, found := strings.Cut(test.request, " ")
		if !found {
			method, target = http.MethodGet, test.request
		}
		server := mockinvent.New(testData())
		server.SetSwitches(test.switches)
		answer := send(t, server, test.key, method, target)
		got := ""
		if answer.Code != http.StatusOK {
			got = fmt.Sprint(answer.Code)
		} else if test.want != "" {
			got = page(t, answer)
		}
		if header := answer.Header(); got != test.want || header.Get("Content-Type") != "application/json" || (header.Get("Allow") == "GET") != (got == "405") ||
			answer.Code != http.StatusOK && (!json.Valid(answer.Body.Bytes()) || header.Get("pagination-page") != "") {
			t.Errorf("%q %+v: got %q %v %s, want %q", test.request, test.switches, got, header, answer.Body, test.want)
		}
		if strings.Contains(answer.Body.String(), "mock-parent") {
			t.Errorf("%q: the body has the key: %s", test.request, answer.Body)
		}
	}
}

func TestDocumentsAreServedAsTheyAre(t *testing.T) {
	t.Parallel()
	const first, sales, many = `{"id":"ast_ä b/c","name":"Gäste-Support"}`, ` { "n" : 1.50, "name":"SALES", "id":"ast_sales" } `, "/orgs/org_sub/assistants"
	data := testData()
	for target, want := range map[string]string{
		many:                                "[" + strings.Join(texts(data.Organizations[1].Assistants), ",") + "]",
		many + "?page=2":                    "[]",
		many + "?search=G%C3%84STE":         "[" + first + "]",
		many + "?search=sales":              "[" + sales + "]",
		many + "?search=&take=1":            "[" + first + "]",
		many + "/ast_sales":                 sales,
		many + "/ast_%C3%A4%20b%2Fc":        first,
		"/orgs/c/assistants/ast_007?page=0": `{"id":"ast_007","name":"Row 007"}`,
	} {
		if got := get(t, mockinvent.New(data), target).Body.String(); got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	// The status of a request every 20.3 seconds, and its Retry-After. The clock of the bubble makes the minute pass at once.
	for retryAfter, want := range map[bool]string{false: "200/ 200/ 429/ 200/ 200/ ", true: "200/ 200/ 429/20 200/ 200/ "} {
		synctest.Test(t, func(t *testing.T) {
			server := mockinvent.New(testData())
			server.SetSwitches(mockinvent.Switches{RequestsPerMinute: 2, RetryAfter: retryAfter})
			got := ""
			for range 5 {
				answer := get(t, server, "/orgs/c/assistants")
				got += fmt.Sprintf("%d/%s ", answer.Code, answer.Header().Get("Retry-After"))
				time.Sleep(20300 * time.Millisecond)
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestNextAnswersInsteadOfTheData(t *testing.T) {
	t.Parallel()
	server := mockinvent.New(testData())
	server.SetSwitches(mockinvent.Switches{RequestsPerMinute: 1})
	server.Next(mockinvent.Fail(503, "<busy>", "Retry-After: 2", "X-Trace: a: b"), mockinvent.Fail(429, ""))
	server.Next(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "third") })

	var got []string
	for range 5 {
		a := get(t, server, "/other")
		got = append(got, fmt.Sprintf("%d %q %q %s", a.Code, a.Header().Get("Retry-After"), a.Header().Get("X-Trace"), a.Body))
	}
	want := []string{`503 "2" "a: b" <busy>`, `429 "" "" `, `200 "" "" third`}
	if !slices.Equal(got[:3], want) {
		t.Errorf("got %q, want %q", got[:3], want)
	}
	if !strings.HasPrefix(got[3], "404") || !strings.HasPrefix(got[4], "429") {
		t.Errorf("afterwards the data answers, and only then the limit counts: got %q", got[3:])
	}
}

func TestRequestsAreRecordedAsSent(t *testing.T) {
	t.Parallel()
	server := mockinvent.New(testData())
	if got := server.Requests(); len(got) != 0 {
		t.Fatalf("requests before the first: %v", got)
	}
	server.Next(mockinvent.Fail(500, ""))
	get(t, server, "/orgs/c/assistants?search=a%20b&page=1")
	send(t, server, "", http.MethodPost, "/orgs/org%5Fx%2F/assistants")

	var got []string
	for _, r := range server.Requests() {
		got = append(got, fmt.Sprintf("%s %s ?%s %q", r.Method, r.Path, r.Query, r.Header.Get("Authorization")))
	}
	want := []string{
		`GET /orgs/c/assistants ?search=a%20b&page=1 "Bearer mock-parent"`,
		`POST /orgs/org%5Fx%2F/assistants ? ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSetDataAndSetAssistants(t *testing.T) {
	t.Parallel()
	data := testData()
	server := mockinvent.New(data)
	defer func() {
		if recover() == nil {
			t.Error("no panic for an unknown organization")
		}
	}()
	server.SetAssistants("org_sub", raw(`{"id":"ast_new"}`))
	if got := page(t, get(t, server, "/orgs/org_sub/assistants")); got != "1 from ast_new 1 1 100" {
		t.Errorf("after SetAssistants: %s", got)
	}
	if got := page(t, get(t, server, "/orgs/c/assistants")); got != "100 from ast_000 250 1 100" {
		t.Errorf("another organization after SetAssistants: %s", got)
	}
	if len(data.Organizations[1].Assistants) != 6 {
		t.Error("SetAssistants changed the caller's data")
	}
	server.SetData(data)
	data.Organizations[1].Assistants = nil
	if got := get(t, server, "/orgs/org_sub/assistants/ast_sales").Code; got != 200 {
		t.Errorf("after SetData: %d", got)
	}
	server.SetAssistants("org_x", nil)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	server := mockinvent.New(testData())
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 100 {
				if got := get(t, server, "/orgs/org_sub/assistants").Code; got != 200 && got != 500 {
					t.Errorf("got %d", got)
				}
			}
		})
	}
	for _, change := range []func(){
		func() { server.SetAssistants("org_sub", raw(`{"id":"ast_new"}`)) },
		func() { server.SetData(testData()) },
		func() { server.SetSwitches(mockinvent.Switches{MaxTake: 7}) },
		func() { server.Next(mockinvent.Fail(500, "")) },
		func() { server.Requests() },
	} {
		work.Go(func() {
			for range 20 {
				change()
			}
		})
	}
	work.Wait()
	if got := len(server.Requests()); got != 400 {
		t.Errorf("recorded %d requests, want 400", got)
	}
}
