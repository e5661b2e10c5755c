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

// answer is what a test compares of a response.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request without a network, from any goroutine.
func send(t *testing.T, handler http.Handler, method, authorization, target string) answer {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	handler.ServeHTTP(recorder, request)
	return answer{recorder.Code, recorder.Header(), recorder.Body.String()}
}

func get(t *testing.T, handler http.Handler, target string) answer {
	t.Helper()
	return send(t, handler, http.MethodGet, "Bearer mock-parent", target)
}

// pagination returns the three pagination headers, "-" for one that is absent.
func (a answer) pagination() string {
	var all []string
	for _, name := range []string{"pagination-count", "pagination-page", "pagination-take"} {
		all = append(all, cmp.Or(a.header.Get(name), "-"))
	}
	return strings.Join(all, " ")
}

// rows returns how many rows the body has and the id of the first.
func (a answer) rows(t *testing.T) string {
	t.Helper()
	var rows []struct{ ID string }
	if err := json.Unmarshal([]byte(a.body), &rows); err != nil {
		t.Fatalf("the body is not an array of assistants: %s", a.body)
	}
	if len(rows) == 0 {
		return "0"
	}
	return fmt.Sprintf("%d from %s", len(rows), rows[0].ID)
}

func TestKeysAndOrganizations(t *testing.T) {
	t.Parallel()
	const parent, sub, apart = "/orgs/org_parent/assistants", "/orgs/org_sub/assistants/ast_sales", "/orgs/org_apart/assistants"
	tests := []struct {
		name, authorization, target string
		want                        int
	}{
		{"no key", "", parent, 401},
		{"a wrong key", "Bearer mock-other", parent, 401},
		{"an empty key", "Bearer ", parent, 401},
		{"a key without Bearer", "mock-parent", parent, 401},
		{"another scheme", "Basic mock-parent", parent, 401},
		{"a wrong key on an unknown path", "Bearer mock-other", "/other", 401},
		{"the own organization by id", "Bearer mock-parent", parent, 200},
		{"the own organization as c", "Bearer mock-parent", "/orgs/c/assistants", 200},
		{"a sub-organization with the parent's key", "Bearer mock-parent", sub, 200},
		{"a sub-organization with its own key", "Bearer mock-sub", sub, 200},
		{"c is the sub-organization for its key", "Bearer mock-sub", "/orgs/c/assistants/ast_sales", 200},
		{"c is the parent for the parent's key", "Bearer mock-parent", "/orgs/c/assistants/ast_sales", 404},
		{"the parent with a sub-organization's key", "Bearer mock-sub", parent, 404},
		{"an organization apart", "Bearer mock-parent", apart, 404},
		{"an unknown organization", "Bearer mock-parent", "/orgs/org_x/assistants", 404},
		{"ids are case-sensitive", "Bearer mock-parent", "/orgs/ORG_PARENT/assistants", 404},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, mockinvent.New(testData()), http.MethodGet, test.authorization, test.target)
			if got.status != test.want {
				t.Errorf("got %d, want %d", got.status, test.want)
			}
			if got.header.Get("Content-Type") != "application/json" || !json.Valid([]byte(got.body)) && got.status != 200 {
				t.Errorf("not JSON: %s %s", got.header.Get("Content-Type"), got.body)
			}
			if strings.Contains(got.body, "mock-") {
				t.Errorf("the body has a key: %s", got.body)
			}
		})
	}
}

func TestMethodsAndPaths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, target string
		want                 int
	}{
		{"POST to the list", "POST", "/orgs/c/assistants", 405},
		{"HEAD of the list", "HEAD", "/orgs/c/assistants", 405},
		{"DELETE of an assistant", "DELETE", "/orgs/c/assistants/ast_000", 405},
		{"POST to an unknown path", "POST", "/orgs/c/contacts", 404},
		{"the root", "GET", "/", 404},
		{"another collection", "GET", "/orgs/c/contacts", 404},
		{"another root", "GET", "/users/c/assistants", 404},
		{"no organization", "GET", "/orgs//assistants", 404},
		{"a slash at the end", "GET", "/orgs/c/assistants/", 404},
		{"below an assistant", "GET", "/orgs/c/assistants/ast_000/actions", 404},
		{"an escaped letter", "GET", "/orgs/%63/assistants", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, mockinvent.New(testData()), test.method, "Bearer mock-parent", test.target)
			if got.status != test.want {
				t.Errorf("got %d, want %d", got.status, test.want)
			}
			if allow := got.header.Get("Allow"); (allow == "GET") != (test.want == 405) {
				t.Errorf("Allow: %q with %d", allow, got.status)
			}
		})
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query    string
		switches       mockinvent.Switches
		want           int
		rows, headings string
	}{
		{name: "by default", query: "", want: 200, rows: "100 from ast_000", headings: "250 1 100"},
		{name: "the second page", query: "?page=2", want: 200, rows: "100 from ast_100", headings: "250 2 100"},
		{name: "the last page", query: "?page=3&take=100", want: 200, rows: "50 from ast_200", headings: "250 3 100"},
		{name: "past the end", query: "?page=4", want: 200, rows: "0", headings: "250 4 100"},
		{name: "far past the end", query: "?page=21474836", want: 200, rows: "0", headings: "250 21474836 100"},
		{name: "one row", query: "?page=250&take=1", want: 200, rows: "1 from ast_249", headings: "250 250 1"},
		{name: "next is ignored", query: "?next=abc", want: 200, rows: "100 from ast_000", headings: "250 1 100"},
		{name: "search counts what it found", query: "?search=row+24&take=4", want: 200, rows: "4 from ast_240", headings: "10 1 4"},
		{name: "page zero", query: "?page=0", want: 400},
		{name: "negative page", query: "?page=-1", want: 400},
		{name: "page with a sign", query: "?page=%2B1", want: 400},
		{name: "empty page", query: "?page=", want: 400},
		{name: "page as text", query: "?page=one", want: 400},
		{name: "page too large", query: "?page=99999999999999999999", want: 400},
		{name: "take zero", query: "?take=0", want: 400},
		{name: "take above the limit", query: "?take=101", want: 400},
		{name: "take as a fraction", query: "?take=1.5", want: 400},
		{name: "a query that is not one", query: "?search=%zz", want: 400},

		{name: "NoPaginationHeaders", switches: mockinvent.Switches{NoPaginationHeaders: true}, query: "?page=3", want: 200, rows: "50 from ast_200", headings: "- - -"},
		{name: "CountOfPage", switches: mockinvent.Switches{CountOfPage: true}, query: "?page=3", want: 200, rows: "50 from ast_200", headings: "50 3 100"},
		{name: "MaxTake below take", switches: mockinvent.Switches{MaxTake: 30}, query: "?page=2&take=100", want: 200, rows: "30 from ast_030", headings: "250 2 30"},
		{name: "MaxTake above take", switches: mockinvent.Switches{MaxTake: 30}, query: "?page=2&take=20", want: 200, rows: "20 from ast_020", headings: "250 2 20"},
		{name: "NotFoundPastEnd past the end", switches: mockinvent.Switches{NotFoundPastEnd: true}, query: "?page=4", want: 404},
		{name: "NotFoundPastEnd just past a full page", switches: mockinvent.Switches{NotFoundPastEnd: true}, query: "?page=6&take=50", want: 404},
		{name: "NotFoundPastEnd on the last page", switches: mockinvent.Switches{NotFoundPastEnd: true}, query: "?page=3", want: 200, rows: "50 from ast_200", headings: "250 3 100"},
		{name: "NotFoundPastEnd of an empty list", switches: mockinvent.Switches{NotFoundPastEnd: true}, query: "?search=nobody", want: 200, rows: "0", headings: "0 1 100"},
		{name: "IgnorePage", switches: mockinvent.Switches{IgnorePage: true}, query: "?page=7&take=2", want: 200, rows: "250 from ast_000", headings: "- - -"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := mockinvent.New(testData())
			server.SetSwitches(test.switches)
			got := get(t, server, "/orgs/c/assistants"+test.query)
			if got.status != test.want {
				t.Fatalf("got %d, want %d", got.status, test.want)
			}
			if test.want != 200 {
				if got.pagination() != "- - -" {
					t.Errorf("an error with pagination headers: %s", got.pagination())
				}
				return
			}
			if rows := got.rows(t); rows != test.rows {
				t.Errorf("rows: got %s, want %s", rows, test.rows)
			}
			if got.pagination() != test.headings {
				t.Errorf("pagination headers: got %s, want %s", got.pagination(), test.headings)
			}
		})
	}
}

func TestListIsABareArrayOfTheDocumentsAsTheyAre(t *testing.T) {
	t.Parallel()
	data := testData()
	tests := []struct {
		name, target, want string
	}{
		{"all", "/orgs/org_sub/assistants", "[" + strings.Join(texts(data.Organizations[1].Assistants), ",") + "]"},
		{"none", "/orgs/org_sub/assistants?page=2", "[]"},
		{"search in another case", "/orgs/org_sub/assistants?search=G%C3%84STE", `[{"id":"ast_ä b/c","name":"Gäste-Support"}]`},
		{"search matches the member name only", "/orgs/org_sub/assistants?search=sales", `[ { "n" : 1.50, "name":"SALES", "id":"ast_sales" } ]`},
		{"search that is empty", "/orgs/org_sub/assistants?search=&take=1", `[{"id":"ast_ä b/c","name":"Gäste-Support"}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := get(t, mockinvent.New(data), test.target); got.body != test.want {
				t.Errorf("got %s, want %s", got.body, test.want)
			}
		})
	}
}

func TestOneAssistant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target string
		status       int
		body         string
	}{
		{"as it is", "/orgs/org_sub/assistants/ast_sales", 200, ` { "n" : 1.50, "name":"SALES", "id":"ast_sales" } `},
		{"an escaped id", "/orgs/org_sub/assistants/ast_%C3%A4%20b%2Fc", 200, `{"id":"ast_ä b/c","name":"Gäste-Support"}`},
		{"unknown", "/orgs/org_sub/assistants/ast_x", 404, ""},
		{"in another case", "/orgs/org_sub/assistants/AST_SALES", 404, ""},
		{"an id under another name", "/orgs/org_sub/assistants/ast_capital", 404, ""},
		{"of another organization", "/orgs/org_sub/assistants/ast_000", 404, ""},
		{"the query is ignored", "/orgs/c/assistants/ast_007?page=0", 200, `{"id":"ast_007","name":"Row 007"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := get(t, mockinvent.New(testData()), test.target)
			if got.status != test.status || test.status == 200 && got.body != test.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, test.status, test.body)
			}
			if got.pagination() != "- - -" {
				t.Errorf("pagination headers: %s", got.pagination())
			}
		})
	}
}

func TestForeignStatus(t *testing.T) {
	t.Parallel()
	server := mockinvent.New(testData())
	server.SetSwitches(mockinvent.Switches{ForeignStatus: 403})
	for target, want := range map[string]int{
		"/orgs/org_apart/assistants": 403,
		"/orgs/org_x/assistants":     404,
		"/orgs/org_sub/assistants":   200,
	} {
		if got := get(t, server, target); got.status != want {
			t.Errorf("%s: got %d, want %d", target, got.status, want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		retryAfter bool
		want       string // the status of a request every 20.3 seconds, with Retry-After where there is one
	}{
		{"without Retry-After", false, "200 200 429 200 200"},
		{"with Retry-After", true, "200 200 429/20 200 200"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// The clock of the bubble makes the minute pass at once; its requests go without a network.
			synctest.Test(t, func(t *testing.T) {
				server := mockinvent.New(testData())
				server.SetSwitches(mockinvent.Switches{RequestsPerMinute: 2, RetryAfter: test.retryAfter})
				var got []string
				for range 5 {
					answer := get(t, server, "/orgs/c/assistants")
					status := fmt.Sprint(answer.status)
					if after := answer.header.Get("Retry-After"); after != "" {
						status += "/" + after
					}
					got = append(got, status)
					time.Sleep(20300 * time.Millisecond)
				}
				if strings.Join(got, " ") != test.want {
					t.Errorf("got %v, want %s", got, test.want)
				}
			})
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
		got = append(got, fmt.Sprintf("%d %q %q %s", a.status, a.header.Get("Retry-After"), a.header.Get("X-Trace"), a.body))
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
	send(t, server, http.MethodPost, "", "/orgs/org%5Fx%2F/assistants")

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
	server.SetAssistants("org_sub", raw(`{"id":"ast_new"}`))
	if got := get(t, server, "/orgs/org_sub/assistants").rows(t); got != "1 from ast_new" {
		t.Errorf("after SetAssistants: %s", got)
	}
	if got := get(t, server, "/orgs/c/assistants").rows(t); got != "100 from ast_000" {
		t.Errorf("another organization after SetAssistants: %s", got)
	}
	if len(data.Organizations[1].Assistants) != 6 {
		t.Error("SetAssistants changed the caller's data")
	}
	server.SetData(data)
	data.Organizations[1].Assistants = nil
	if got := get(t, server, "/orgs/org_sub/assistants/ast_sales").status; got != 200 {
		t.Errorf("after SetData: %d", got)
	}
}

func TestSetAssistantsOfAnUnknownOrganization(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	mockinvent.New(testData()).SetAssistants("org_x", nil)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	server := mockinvent.New(testData())
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 100 {
				if got := get(t, server, "/orgs/org_sub/assistants").status; got != 200 && got != 500 {
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
