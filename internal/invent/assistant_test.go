package invent

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestAssistant(t *testing.T) {
	t.Parallel()
	yes, no, text, blank := true, false, "Gäste", ""
	tests := []struct {
		name string
		body string
		want Assistant
	}{
		{
			name: "all that is picked",
			body: `{"id":"ast_1","name":"Gäste","enabled":true,"deleted":false,"created_at":"Gäste"}`,
			want: Assistant{Name: &text, Enabled: &yes, Deleted: &no, CreatedAt: &text},
		},
		{name: "id alone", body: `{"id":"ast_1"}`},
		{name: "nulls", body: `{"id":"ast_1","name":null,"enabled":null,"deleted":null,"created_at":null}`},
		{name: "empty strings", body: `{"id":"ast_1","name":"","created_at":""}`, want: Assistant{Name: &blank, CreatedAt: &blank}},
		{name: "the last of duplicate keys", body: `{"id":"x","name":"x","enabled":true,"id":"ast_1","name":"Gäste","enabled":null}`, want: Assistant{Name: &text}},
		{name: "escapes", body: `{"\u0069d":"ast\u005f1","name":"G\u00e4ste"}`, want: Assistant{Name: &text}},
		{name: "white space", body: " {\n\t\"id\" : \"ast_1\" ,\r\n \"enabled\" : false } \n", want: Assistant{Enabled: &no}},
		{name: "the same names in other objects", body: `{"config":{"id":"x","name":1,"deleted":true},"integrations":[{"id":"x","enabled":true}],"id":"ast_1"}`},
		{name: "names in another case", body: `{"ID":"x","Name":"x","id":"ast_1","ENABLED":true}`},
		{name: "fields that nobody knows", body: `{"new":[1,{"a":"}]"},"\"",null,-1.5e9],"id":"ast_1"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one, err := inMemoryClient(t, says(http.StatusOK, tt.body)).Assistant(t.Context(), "c", "ast_1")
			if err != nil {
				t.Fatal(err)
			}
			wantAssistant(t, one, tt.want)
			if got, want := strings.TrimSpace(string(one.Document)), strings.TrimSpace(tt.body); got != want {
				t.Errorf("got the document %s, want %s", got, want)
			}

			pages := &script{attempts: []attempt{says(http.StatusOK, "[\n"+tt.body+" ]", "pagination-count: 1", "pagination-take: 100")}}
			list, err := readAll(t.Context(), inMemoryClient(t, pages), "c")
			if err != nil || len(list.Assistants) != 1 {
				t.Fatalf("got %d assistants and the error %v", len(list.Assistants), err)
			}
			wantAssistant(t, list.Assistants[0], tt.want)
			if got, want := string(list.Assistants[0].Document), strings.TrimSpace(tt.body); got != want {
				t.Errorf("in a list: got the document %s, want %s", got, want)
			}
		})
	}
}

// wantAssistant compares all but the document. The id is always the same.
func wantAssistant(t *testing.T, got, want Assistant) {
	t.Helper()
	if got.ID != "ast_1" {
		t.Errorf("got the id %q", got.ID)
	}
	wantPointer(t, "name", got.Name, want.Name)
	wantPointer(t, "enabled", got.Enabled, want.Enabled)
	wantPointer(t, "deleted", got.Deleted, want.Deleted)
	wantPointer(t, "created_at", got.CreatedAt, want.CreatedAt)
}

func wantPointer[T comparable](t *testing.T, name string, got, want *T) {
	t.Helper()
	switch {
	case (got == nil) != (want == nil):
		t.Errorf("%s is nil: got %t, want %t", name, got == nil, want == nil)
	case got != nil && *got != *want:
		t.Errorf("%s: got %v, want %v", name, *got, *want)
	}
}

// What is wrong with an answer is wrong with a page and with one assistant alike.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	const html = "the answer is an HTML page, not JSON; a proxy or a login page may have sent it"
	deep := strings.Repeat("[", 100_000)
	tests := []struct {
		name string
		body string
		want string
	}{
		{"empty", "", "the answer is empty"},
		{"white space", " \r\n\t", "the answer is empty"},
		{"HTML", "<!DOCTYPE html><html></html>", html},
		{"HTML after white space", "\n\n <html>", html},
		{"text", "no such thing", "the answer is not valid JSON, or nested too deeply, at byte 2 of 13"},
		{"half a document", `[{"id":"ast_1"},{"id`, "the answer is not valid JSON, or nested too deeply, at byte 20 of 20"},
		{"half a string", `{"id":"ast_1`, "the answer is not valid JSON, or nested too deeply, at byte 12 of 12"},
		{"two documents", `{"id":"ast_1"} {"id":"ast_2"}`, "the answer is not valid JSON, or nested too deeply, at byte 16 of 29"},
		{"a trailing comma", `[{"id":"ast_1"},]`, "the answer is not valid JSON, or nested too deeply, at byte 17 of 17"},
		{"nested 100,000 deep", deep, "the answer is not valid JSON, or nested too deeply, at byte 10001 of 100000"},
		{"nested 100,000 deep in a field", `[{"id":"ast_1","config":` + deep + strings.Repeat("]", 100_000) + "}]", "the answer is not valid JSON, or nested too deeply, at byte 10023 of 200026"},
		{"byte order mark", "\uFEFF[]", "the answer is not valid JSON, or nested too deeply, at byte 1 of 5"},
		{"UTF-16", "\xff\xfe[\x00]\x00", "the answer is not valid UTF-8"},
		{"invalid UTF-8", `[{"id":"ast_1","name":"` + "G\xe4ste" + `"}]`, "the answer is not valid UTF-8"},
		{"half a character", `[{"id":"ast_1","name":"` + "\xe5\x8a" + `"}]`, "the answer is not valid UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := inMemoryClient(t, says(http.StatusOK, tt.body))
			_, err := readAll(t.Context(), client, "c")
			wantError(t, err, KindAnswer, "GET /orgs/c/assistants: "+tt.want)
			_, err = client.Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindAnswer, "GET "+assistantPath+": "+tt.want)
		})
	}
}

func TestPageThatIsNoArray(t *testing.T) {
	t.Parallel()
	for body, got := range map[string]string{
		`{"data":[]}`: "an object",
		`null`:        "null",
		`"text"`:      "a string",
		`1`:           "a number",
		`-1`:          "a number",
		`true`:        "a boolean",
		`false`:       "a boolean",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			_, err := readAll(t.Context(), inMemoryClient(t, says(http.StatusOK, body)), "c")
			wantError(t, err, KindAnswer, "GET /orgs/c/assistants: expected an array of assistants, got "+got)
		})
	}
}

// brokenAssistants are documents that are no assistants, each with the error.
func brokenAssistants() map[string]string {
	return map[string]string{
		`null`:                                "expected an assistant as an object, got null",
		`[]`:                                  "expected an assistant as an object, got an array",
		`"ast_1"`:                             "expected an assistant as an object, got a string",
		`1`:                                   "expected an assistant as an object, got a number",
		`true`:                                "expected an assistant as an object, got a boolean",
		`{}`:                                  "the assistant has no id",
		`{"name":"x"}`:                        "the assistant has no id",
		`{"ID":"ast_1"}`:                      "the assistant has no id",
		`{"id":null}`:                         "the assistant has no id",
		`{"id":"ast_1","id":null}`:            "the assistant has no id",
		`{"id":""}`:                           "the assistant's id is empty",
		`{"id":1}`:                            "id: expected a string, got a number",
		`{"id":-1.5}`:                         "id: expected a string, got a number",
		`{"id":true}`:                         "id: expected a string, got a boolean",
		`{"id":{"a":"}"}}`:                    "id: expected a string, got an object",
		`{"id":["ast_1"]}`:                    "id: expected a string, got an array",
		`{"id":"ast_1","name":1}`:             `assistant "ast_1": name: expected a string, got a number`,
		`{"name":[],"id":"ast_1"}`:            `assistant "ast_1": name: expected a string, got an array`,
		`{"id":"ast_1","enabled":"true"}`:     `assistant "ast_1": enabled: expected a boolean, got a string`,
		`{"id":"ast_1","enabled":0}`:          `assistant "ast_1": enabled: expected a boolean, got a number`,
		`{"id":"ast_1","deleted":{}}`:         `assistant "ast_1": deleted: expected a boolean, got an object`,
		`{"id":"ast_1","created_at":170000}`:  `assistant "ast_1": created_at: expected a string, got a number`,
		`{"id":"ast_1","created_at":false}`:   `assistant "ast_1": created_at: expected a string, got a boolean`,
		`{"id":"ast_1","name":1,"enabled":1}`: `assistant "ast_1": name: expected a string, got a number`,
	}
}

func TestBrokenAssistant(t *testing.T) {
	t.Parallel()
	for body, want := range brokenAssistants() {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			_, err := inMemoryClient(t, says(http.StatusOK, body)).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindAnswer, "GET "+assistantPath+": "+want)
		})
		t.Run("second row "+body, func(t *testing.T) {
			t.Parallel()
			_, err := readAll(t.Context(), inMemoryClient(t, says(http.StatusOK, `[{"id":"ast_0"},`+body+`]`)), "c")
			wantError(t, err, KindAnswer, "GET /orgs/c/assistants: row 2: "+want)
		})
	}
}

func TestAssistantErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		api  inMemory
		kind Kind
		want string
	}{
		{"unknown", says(http.StatusNotFound, "no such assistant"), KindStatus, "the API answered 404 Not Found; the API says: no such assistant"},
		{"another assistant", says(http.StatusOK, `{"id":"ast_2"}`), KindAnswer, "the answer is another assistant than the one asked for"},
		{"an id in another case", says(http.StatusOK, `{"id":"AST_1"}`), KindAnswer, "the answer is another assistant than the one asked for"},
		{"a list", says(http.StatusOK, `[{"id":"ast_1"}]`), KindAnswer, "expected an assistant as an object, got an array"},
		{"nothing", says(http.StatusOK, ""), KindAnswer, "the answer is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := inMemoryClient(t, tt.api).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, tt.kind, "GET "+assistantPath+": "+tt.want)
			if e, ok := errors.AsType[*Error](err); ok && tt.kind == KindStatus && e.Status != http.StatusNotFound {
				t.Errorf("got the status %d", e.Status)
			}
		})
	}
}

// 200 is the only success that the API documents: a part is not the whole.
func TestOtherSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 202, 203, 204, 206} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			_, err := inMemoryClient(t, says(status, `{"id":"ast_1"}`)).Assistant(t.Context(), "c", "ast_1")
			wantError(t, err, KindStatus, answered(status))
		})
	}
}
