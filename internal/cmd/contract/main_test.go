package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const key = "mock-key-parent"

// asked runs the program against a handler, and returns all that it printed and its exit code.
func asked(t *testing.T, handler http.Handler, variables map[string]string) (printed string, code int) {
	t.Helper()
	requests := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests++; r.Method != http.MethodGet {
			t.Errorf("a request with the method %s", r.Method)
		}
		handler.ServeHTTP(w, r)
	}))
	defer api.Close()
	getenv := func(name string) string {
		if value, found := variables[name]; found {
			return value
		}
		return map[string]string{"INVENT_API_KEY": key, "INVENT_BASE_URL": api.URL + "/"}[name]
	}
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), getenv, &stdout, &stderr)
	if requests > maxRequests || requests > 0 && !strings.Contains(stdout.String(), fmt.Sprintf("Sent %d GET requests.", requests)) {
		t.Errorf("%d requests, at most %d are allowed, and the report says:\n%.200s", requests, maxRequests, stdout.String())
	}
	return stderr.String() + stdout.String(), code
}

// checkReport looks for lines by their first columns, and for what is marked as not handled.
func checkReport(t *testing.T, report string, code, wantCode int, wrong string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(report, "\n| "+line) {
			t.Errorf("no line %q", line)
		}
	}
	var marked []string
	for _, match := range regexp.MustCompile(`(?m)^\| ([^|]+) \|.*\*\*no\*\* \|$`).FindAllStringSubmatch(report, -1) {
		marked = append(marked, match[1])
	}
	if got := strings.Join(marked, ", "); code != wantCode || got != wrong {
		t.Errorf("exit code %d, want %d; not handled: %q, want %q", code, wantCode, got, wrong)
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	const small, past = 8, "A page past the end"
	type lines []string
	tests := []struct {
		name       string
		assistants int
		subs       int
		switches   mockinvent.Switches
		code       int
		wrong      string
		lines      lines
	}{
		{"none", small, 2, mockinvent.Switches{}, 0, "", lines{
			"All pages | 200, an array of 8 (count 8, page 1, take 100)", past + " | 200, an array of 0", "`page=1&take=1` | 200, an array of 1 (count 8, page 1, take 1)",
			"`page=1&take=101` | 400", "`page=0&take=100` | 400", "Order of two readings | the same", "Order over smaller pages | the same",
			"Order by `created_at` | upwards: true, downwards: false", "Order by `name` | upwards: false, downwards: false",
			"Fields that differ between two readings | none", "A single assistant | 200, a JSON object: actions, ",
			"Fields that differ between row and single assistant | none", "`search` for an assistant's name | 200, an array of 1",
			"A key | 401, a JSON object: message, statusCode |", "An organization's id | 404, a JSON", "An assistant's id | 404, a JSON",
			"`deleted` | false: 8", "`boards[].initial_segment.color` | amber: 2, lime: 2, rose: 2, sky: 2",
			"`config.language` | auto: 2, de (not documented): 1, en (not documented): 4, fr (not documented): 1",
			"Version of HTTP, and compression by gzip | HTTP/1.1 (gzip: false): 26",
		}},
		{"several pages", 250, 2, mockinvent.Switches{}, 0, "", lines{"All pages | 200, an array of 100 (count 250, page 1, take 100) 200, an array of 100 (count 250, page 2"}},
		{"more pages than are read", 1000, 601, mockinvent.Switches{}, 0, "", lines{past + " | 200, an array of 0 (count 1000, page 100000, take 100)", past + " | 200, an array of 0 (count 601, "}},
		{"more pages than are read, and NotFoundPastEnd", 1000, 2, mockinvent.Switches{NotFoundPastEnd: true}, 0, "", lines{past + " | 404"}},
		{"no assistants", 0, 2, mockinvent.Switches{}, 0, "", lines{"The list | 200, an array of 0"}},
		{"NoPaginationHeaders", small, 2, mockinvent.Switches{NoPaginationHeaders: true}, 0, "", lines{"All pages | 200, an array of 8 (count 0, page 0, take 0)"}},
		{"CountOfPage", 250, 2, mockinvent.Switches{CountOfPage: true}, 0, "", lines{"`page=1&take=1` | 200, an array of 1 (count 1, page 1, take 1)", "All pages | 200, an array of 100 (count 100, "}},
		{"MaxTake", small, 2, mockinvent.Switches{MaxTake: 3}, 0, "", lines{"All pages | 200, an array of 3 (count 8, page 1, take 3) 200, an array of 3 (count 8, page 2, take 3)"}},
		{"NotFoundPastEnd", small, 2, mockinvent.Switches{NotFoundPastEnd: true}, 0, "", lines{past + " | 404"}},
		{"NotFoundPastEnd and NoPaginationHeaders", small, 2, mockinvent.Switches{NotFoundPastEnd: true, NoPaginationHeaders: true}, 1, past + ", " + past, lines{past + " | 404"}},
		{"NotFoundPastEnd and no answer later", small, 2, mockinvent.Switches{NotFoundPastEnd: true, NoPaginationHeaders: true, RequestsPerMinute: 3}, 1, past, nil},
		{"IgnorePage", small, 2, mockinvent.Switches{IgnorePage: true}, 0, "", lines{past + " | rows of the pages before", "`page=1&take=1` | 200, an array of 8"}},
		{"IgnorePage of a full page", 250, 2, mockinvent.Switches{IgnorePage: true}, 1, past, lines{past + " | rows of the pages before"}},
		{"RequestsPerMinute", small, 2, mockinvent.Switches{RequestsPerMinute: 3}, 2, "", lines{"A key | 429", "Order of two readings | 429", "Order over smaller pages | 429"}},
		{"RetryAfter", small, 2, mockinvent.Switches{RequestsPerMinute: 9, RetryAfter: true}, 2, "", lines{"Headers of rate limits, versions, redirects and other compression | `Retry-After`: 7"}},
		{"ForeignStatus", small, 2, mockinvent.Switches{ForeignStatus: 403}, 0, "", lines{"An organization's id | 403"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := mockinvent.GenerateFleet(test.subs, 1)
			data.Organizations[0].Assistants = mockinvent.Generate(test.assistants)
			data.Organizations = append(data.Organizations, mockinvent.Organization{ID: "org" + madeUpID, APIKey: "mock-key-apart"})
			server := mockinvent.New(data)
			server.SetSwitches(test.switches)
			report, code := asked(t, server, nil)
			checkReport(t, report, code, test.code, test.wrong, test.lines...)
		})
	}
}

// TestAnswers has an answer of each kind that no switch gives. An assistant is what its row alone would be.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const list, headers = "/orgs/c/assistants", "Headers of rate limits, versions, redirects and other compression"
	fail := mockinvent.Fail
	tests := []struct {
		name   string
		path   string // of the requests that are answered so, with page and take, or what it begins with
		answer http.HandlerFunc
		code   int
		wrong  string
		line   string
	}{
		{"another key", "", fail(401, `{"error": 1}`), 2, "", "The list | 401, a JSON object: error"},
		{"not JSON", "", fail(200, "<html>"), 1, "The list", "The list | 200, no JSON object, and no array of rows"},
		{"an envelope", "", fail(200, `{"data": []}`), 1, "The list", "The list | 200, a JSON object: data"},
		{"a redirect", "", fail(302, "", "Location: /elsewhere"), 1, "The list", "The list | 302"},
		{"no content", "", fail(204, ""), 1, "The list", "The list | 204"},
		{"trouble", "", fail(503, ""), 2, "", "The list | 503"},
		{"a body that breaks off", "", fail(200, "[", "Content-Length: 9"), 2, "", "The list | no answer: the connection failed or timed out"},
		{"the same id twice", list + " 1 100", fail(200, `[{"id":"a"},{"id":"a"}]`), 1, "All pages, A single assistant", "A single assistant | 404"},
		{"another page", list + " 1 100", fail(200, `[{"id":"a"}]`, "pagination-page: 2"), 1, "All pages, A single assistant", "All pages | 200, an array of 1 (count 0, page 2, take 0)"},
		{"pages from 0", list + " 1 100", fail(200, `[{"id":"a"}]`, "pagination-page: 0"), 1, "All pages, A single assistant", "All pages | 200, an array of 1 (count 0, page 0, take 0)"},
		{"headers that are no numbers", list + " 1 100", fail(200, `[{"id":"a"}]`, "pagination-page: 1/2", "pagination-take: 100", "pagination-count: many"), 1, "A single assistant", "A single assistant | 404"},
		{"a count of none", list + " 1 100", fail(200, `[{"id":"a"}]`, "pagination-take: 100", "pagination-count: 0"), 1, "All pages, A single assistant", "A single assistant | 404"},
		{"a short page that is not the last", list + " 1 100", fail(200, `[{"id":"a"}]`, "pagination-take: 100", "pagination-count: 1"), 1, "All pages, A single assistant", "A single assistant | 404"},
		{"400 past the end", list + " 3 100", fail(400, ""), 0, "", "A page past the end | 400"},
		{"416 past the end", list + " 3 100", fail(416, ""), 1, "A page past the end", "A page past the end | 416"},
		{"500 past the end", list + " 3 100", fail(500, ""), 2, "", "A page past the end | 500"},
		{"refused sub-organizations", "/orgs/c/orgs 1", fail(403, ""), 0, "", "The list | 403"},
		{"sub-organizations as an object", "/orgs/c/orgs 1", fail(200, "{}"), 1, "The list", "The list | 200, a JSON object"},
		{"another assistant", list + "/ast", fail(200, `{"id":"other"}`), 1, "A single assistant, An assistant's id", "A single assistant | 200, a JSON object: id"},
		{"400 for an organization", "/orgs/org" + madeUpID, fail(400, "[]"), 0, "", "An organization's id | 400, no JSON object, and"},
		{"501 for an organization", "/orgs/org" + madeUpID, fail(501, ""), 1, "An organization's id", "An organization's id | 501"},
		{"an empty list for an organization", "/orgs/org" + madeUpID, fail(200, "[]"), 1, "An organization's id", "An organization's id | 200, an array of 0"},
		{"a redirect later", "/orgs/org" + madeUpID, fail(302, "", "Location: /"), 1, "An organization's id, " + headers, headers + " | `Location`: 1"},
		{"search without effect", list + "  ", fail(200, `[{"id":"a"}]`), 1, "`search` for an assistant's name, A key", "`search` for an assistant's name | 200, an array of 1"},
		{"a search that is ignored", list + "  ", func(w http.ResponseWriter, r *http.Request) {
			r.URL.RawQuery = "take=100"
			mockinvent.New(mockinvent.GenerateFleet(1, 105)).ServeHTTP(w, r)
		}, 1, "`search` for an assistant's name", "`search` for an assistant's name | 200, an array of 100"},
		{"another compression", "/orgs/org" + madeUpID, fail(404, "x", "Content-Encoding: br"), 1, headers, headers + " | `Content-Encoding`: 1"},
		{"compressed", "/orgs/org" + madeUpID, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(404)
			compressed := gzip.NewWriter(w)
			_, _ = io.WriteString(compressed, `{"detail": 1}`)
			_ = compressed.Close()
		}, 0, "", "Version of HTTP, and compression by gzip | HTTP/1.1 (gzip: false): 22, HTTP/1.1 (gzip: true): 1 |"},
		{"headers", "/orgs/org" + madeUpID, fail(404, "", "X-RateLimit-Remaining: 1", "ETag: x", "X-Tenant: 1"), 0, "", headers + " | `Etag`: 1, `X-Ratelimit-Remaining`: 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := mockinvent.New(mockinvent.GenerateFleet(1, 105))
			report, code := asked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(fmt.Sprint(r.URL.Path, " ", r.URL.Query().Get("page"), " ", r.URL.Query().Get("take")), test.path) {
					test.answer(w, r)
					return
				}
				server.ServeHTTP(w, r)
			}), nil)
			checkReport(t, report, code, test.code, test.wrong, test.line)
		})
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		document string // an assistant, beside one that has all
		code     int
		line     string
	}{
		{`{"id": "ast_1", "name": 1}`, 1, "`name` | number (refused): 1, string: 1"},
		{`{"id": "ast_1", "integrations": {}}`, 1, "`integrations` | array: 1, object (refused): 1"},
		{`{"id": "ast_1", "boards": [null]}`, 1, "`boards[]` | null (refused): 1, object: 1"},
		{`{"id": "ast_1", "config": {"conversation": {"suggested_messages": [null]}}}`, 0, "`config.conversation.suggested_messages[]` | null: 1, string: 3"},
		{`{"name": "x"}`, 1, "`id` | missing (refused): 1, string: 1"},
		{`{"id": ""}`, 1, "`id` | empty (refused): 1, string: 1"},
		{`{"id": null}`, 1, "`id` | null (refused): 1, string: 1"},
		{`null`, 1, "`[]` | null (refused): 1, object: 1"},
		{`{"id": "ast_1", "deleted": true}`, 0, "`deleted` | false: 1, true: 1"},
		{`{"id": "ast_1", "avatar_url": "https://cdn.example/a?sig=1"}`, 0, "`avatar_url` | string: 1, string with a query: 1"},
		{`{"id": "ast_1", "new_field": 1, "camelCase": 1, "Not": 1}`, 0, "`(not shown)` | not documented: 1"},
		{`{"id": "ast_1", "new_field": 1}`, 0, "`new_field` | not documented: 1"},
		{`{"id": "ast_1", "config": {"language": "x1", "knowledge_scope": "some"}}`, 0, "`config.language` | auto: 1, other strings: 1"},
		{`{"id": "ast_1", "actions": [{"id": "a", "config": {"input": [1, "x"]}}]}`, 0, "`actions[].name` | missing: 1, null: 1, string: 1"},
	}
	for _, test := range tests {
		t.Run(test.document, func(t *testing.T) {
			t.Parallel()
			l := list{survey: &survey{}, model: assistants(t)}
			l.fields(rows(t, test.document, string(mockinvent.Generate(1)[0])))
			if l.code != test.code || !strings.Contains("\n"+l.lines.String(), "\n| "+test.line+" |") {
				t.Errorf("exit code %d, want %d, and want the line %q:\n%s", l.code, test.code, test.line, l.lines.String())
			}
		})
	}
}

// assistants is what the provider's schema says of a list of them.
func assistants(t *testing.T) field {
	t.Helper()
	schemas, err := configure(t.Context(), func(string) string { return key })
	if schemas == nil {
		t.Fatal(err)
	}
	return newFields(schemas["invent_assistants"].Block.Attributes)["assistants"]
}

func rows(t *testing.T, documents ...string) (all []any) {
	t.Helper()
	if err := json.Unmarshal([]byte("["+strings.Join(documents, ",")+"]"), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	tests := []struct{ before, after, want string }{
		{`{"id":"a","name":null,"actions":[{"id":"1"},{"id":"2"}]}`, `{"id":"a","actions":[{"id":"2"},{"id":"1"}]}`, "none"},
		{`{"id":"a","actions":[{"id":"1"}]}`, `{"id":"a","actions":[{"id":"2"}]}`, "`actions[].id`"},
		{`{"id":"a","avatar_url":"x?1","updated_at":"1"}`, `{"id":"a","avatar_url":"x?2","updated_at":"2"}`, "`avatar_url`, `updated_at`"},
		{`{"id":"a","integrations":[{"config":{"t":1}}]}`, `{"id":"a","integrations":[{"config":{"t":2}}]}`, "`integrations[].config`"},
		{`{"id":"a","new":1}`, `{"id":"a"}`, "`new`"},
		{`{"id":"a","updated_at":1,"integrations":[{"error":"x"}]}`, `{"id":"a","integrations":[{"error":null}]}`, "`integrations[].error`, `updated_at`"},
	}
	for _, test := range tests {
		l := list{survey: &survey{code: 2}, model: assistants(t)} // a question before had no answer
		l.differences("x", rows(t, test.before), rows(t, test.after), "")
		ok := test.want == "none" || strings.HasSuffix(test.want, "error`, `updated_at`")
		if got := l.lines.String(); !strings.HasPrefix(got, "| x | "+test.want+" |") || (l.code == 2) != ok {
			t.Errorf("%s and %s: got %q, exit code %d, want %q", test.before, test.after, got, l.code, test.want)
		}
	}
}

func TestOrderOfTwoReadings(t *testing.T) {
	t.Parallel()
	page := func(ids ...string) *answer {
		return &answer{rows: rows(t, ids...)}
	}
	const a, b, c = `{"id":"a"}`, `{"id":"b"}`, `{"id":"c"}`
	first := []*answer{page(a, b), page(c)}
	for want, again := range map[string]struct {
		pages []*answer
		end   int // status
	}{
		"the same, true":                                   {[]*answer{page(a, b), page(c)}, 200},
		"another order of the same rows, true":             {[]*answer{page(b, a), page(c)}, 200},
		"other rows, false":                                {[]*answer{page(a, c), page(b)}, 200},
		"503, no JSON object, and no array of rows, false": {[]*answer{page(a, b)}, 503},
	} {
		l := list{survey: &survey{}}
		same := l.order("x", first, again.pages, &answer{Response: &http.Response{StatusCode: again.end}})
		if got := fmt.Sprintf("%s, %t", strings.Split(l.lines.String(), " | ")[1], same); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestShowsNothingOfTheContent makes all that an organization has recognisable.
func TestShowsNothingOfTheContent(t *testing.T) {
	t.Parallel()
	const mark = "Unspoken7"
	data := mockinvent.GenerateFleet(2, 5)
	for i := range data.Organizations {
		organization := &data.Organizations[i]
		organization.Name, organization.Plan, organization.CreatedAt = mark, mark, mark
		for j, assistant := range organization.Assistants {
			row, err := json.Marshal(marked(rows(t, string(assistant))[0], fmt.Sprint(mark, j)))
			if err != nil {
				t.Fatal(err)
			}
			organization.Assistants[j] = row
		}
	}
	data.Organizations[0].ID, data.Organizations[0].APIKey = "org_"+mark, "key-"+mark
	for i := range data.Organizations[1:] {
		data.Organizations[i+1].ID, data.Organizations[i+1].Parent = fmt.Sprint("org_sub_", mark, i), "org_"+mark
	}
	server := mockinvent.New(data)
	var sent bytes.Buffer
	for _, status := range []int{200, 401, 418, 302} {
		printed, _ := asked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-"+mark, mark)
			w.Header().Set("X-RateLimit-"+mark, mark)
			w.Header().Set("Location", "/"+mark)
			w.Header().Set("Content-Language", mark)
			w.Header().Set("Content-Encoding", mark)
			if status == 200 {
				recorder := httptest.NewRecorder()
				server.ServeHTTP(recorder, r)
				w.WriteHeader(recorder.Code)
				_, _ = io.Copy(io.MultiWriter(w, &sent), recorder.Body)
				return
			}
			mockinvent.Fail(status, `{"`+mark+`":"`+mark+`"}`)(w, r)
		}), map[string]string{"INVENT_API_KEY": "key-" + mark, "INVENT_ORG_ID": "org_" + mark})
		if strings.Contains(strings.ToLower(printed), strings.ToLower(mark)) {
			t.Errorf("content is shown:\n%s", printed)
		}
		if status == 200 && (!strings.Contains(printed, "`(not shown)` | not documented: 5") || strings.Contains(printed, mockinvent.PrivateText) || strings.Contains(printed, "billing")) {
			t.Errorf("the marked content was not read, or private content is shown:\n%s", printed)
		}
	}
	if strings.Count(sent.String(), mark) < 1000 {
		t.Error("little of the content is marked")
	}
}

// marked puts the text in the place of every string, and gives every object a member of that name.
func marked(content any, text string) any {
	switch content := content.(type) {
	case string:
		return text
	case []any:
		for i := range content {
			content[i] = marked(content[i], text)
		}
	case map[string]any:
		for name := range content {
			content[name] = marked(content[name], text)
		}
		content[text] = text
	}
	return content
}

// What is wrong with the environment, the provider says. It quotes an id, which is no secret, and nothing else.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"INVENT_API_KEY":  {"", "unspoken ", "unspoken\n", "unspökn"},
		"INVENT_ORG_ID":   {"..", "ord/x"},
		"INVENT_BASE_URL": {"http://unspoken.example", "https://user:unspoken@api.example", "unspoken"},
		"HTTPS_PROXY":     {"https://user:unspoken/@proxy.example"},
	} {
		for _, value := range values {
			variables := map[string]string{name: value}
			if name == "HTTPS_PROXY" {
				variables["INVENT_BASE_URL"] = documented
			}
			printed, code := asked(t, http.NotFoundHandler(), variables)
			if code != 2 || !strings.HasPrefix(printed, "contract: nothing was sent. ") || !strings.Contains(printed, name) || strings.Contains(printed, "unsp") || strings.Contains(printed, "GET") {
				t.Errorf("%s=%q: exit code %d\n%s", name, value, code, printed)
			}
		}
	}
}
