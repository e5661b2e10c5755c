package invent

import (
	"net/http"
	"strings"
	"testing"
)

// What is wrong with an answer is wrong with a page and with one assistant alike, but for its own type. No error quotes it.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	const (
		html   = "the answer is an HTML page, not JSON; a proxy or a login page may have sent it"
		noJSON = "bytes, is not valid JSON, or nested too deeply"
		noUTF8 = "the answer is not valid UTF-8"
	)
	object, deep := `{"id":"`+testKey+`"}`, strings.Repeat("[", 100_000)
	tests := []struct{ body, want string }{
		{"", "the answer, 0 bytes, is not valid JSON"},
		{"\n <html>" + testKey, html},
		{testKey, "the answer, 16 bytes, is not valid JSON"},
		{object[:10], noJSON},
		{`{"id":"` + testKey + `",}`, noJSON},
		{`{"id":"` + testKey + `","config":` + deep + strings.Repeat("]", 100_000) + "}", noJSON},
		{"\uFEFF[]", noJSON},
		{"\xff\xfe[\x00]\x00", noUTF8},
		{`[{"id":"` + testKey + `","name":"` + "G\xe4ste" + `"}]`, noUTF8},
		{" null", ", got null"},
		{`"` + testKey + `"`, ", got a string"},
		{`false`, ", got a boolean"},
	}
	for _, test := range tests {
		_, err := newFake(t, answers(http.StatusOK, test.body)).Assistant(t.Context(), "c", "ast_1")
		wantError(t, err, KindAnswer, test.want)
		body := test.body
		if strings.HasPrefix(body, "{") {
			body = "[" + body + "]"
		}
		_, err = newFake(t, answers(http.StatusOK, body)).Assistants(t.Context(), "c", "")
		wantError(t, err, KindAnswer, test.want)
	}
	_, err := newFake(t, answers(http.StatusOK, `{"data":[]}`)).Assistants(t.Context(), "c", "")
	wantError(t, err, KindAnswer, "expected an array, got an object")
}

func TestRows(t *testing.T) {
	t.Parallel()
	const object = "expected an object, got "
	const noID = "expected a string that is not empty as the id, got "
	tests := []struct{ document, want string }{
		{`{"id":"ast_1"}`, ""},
		{`{"id":"x","config":{"id":1},"ID":2,"id":"ast_1","new":[1,{"a":"}]"},null]}`, ""}, // the last of a name counts
		{`{"\u0069d":"ast\u005f1","name":"\ud800"}`, ""},
		{`{"id":"ast_2"}`, `the answer is another assistant, "ast_2"`},
		{`{"id":"AST_1"}`, `the answer is another assistant, "AST_1"`},
		{`null`, object + "null"},
		{`["ast_1"]`, object + "an array"},
		{`"ast_1"`, object + "a string"},
		{`{}`, noID + "none"},
		{`{"ID":"ast_1"}`, noID + "none"},
		{`{"id":null}`, noID + "null"},
		{`{"id":""}`, noID + "a string"},
		{`{"id":1}`, noID + "a number"},
		{`{"id":{"a":1e999}}`, noID + "an object"},
		{`{"id":{"a":1e999},"id":"ast_1"}`, ""},
		{`{"id":["ast_1"]}`, noID + "an array"},
	}
	for _, test := range tests {
		one, err := newFake(t, answers(http.StatusOK, test.document)).Assistant(t.Context(), "c", "ast_1")
		if test.want != "" {
			wantError(t, err, KindAnswer, test.want)
		} else if err != nil || one.ID != "ast_1" || string(one.Document) != test.document {
			t.Errorf("got %q of %s and the error %v", one.ID, one.Document, err)
		}
		page := answers(http.StatusOK, "[ {\"id\":\"ast_0\"},\n"+test.document+" ]", "pagination-count: 2", "pagination-take: 100")
		list, err := newFake(t, page).Assistants(t.Context(), "c", "")
		switch {
		case strings.HasPrefix(test.want, "the answer is another"): // not in a list
		case test.want != "":
			wantError(t, err, KindAnswer, "row 2: "+test.want)
		case err != nil || len(list.Rows) != 2 || list.Rows[1].ID != "ast_1" || string(list.Rows[1].Document) != test.document:
			t.Errorf("in a list: got %q and the error %v", list.Rows, err)
		}
	}
}
