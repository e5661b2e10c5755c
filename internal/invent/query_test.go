package invent

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
)

// What is kept does not change what counts as the whole list.
func TestQuery(t *testing.T) {
	t.Parallel()
	const listed = `[{"id":"a","enabled":true},{"id":"b"},{"id":"c","enabled":true}]`
	tests := []struct {
		name       string
		query      Query
		wantQuery  string
		wantIDs    []string
		wantListed int
	}{
		{"nothing set", Query{}, "page=1&take=100", []string{"a", "b", "c"}, 3},
		{"search", Query{Search: "a b&take=1"}, "page=1&search=a+b%26take%3D1&take=100", []string{"a", "b", "c"}, 3},
		{"keep some", Query{Keep: func(a Assistant) bool { return a.Enabled != nil }}, "page=1&take=100", []string{"a", "c"}, 3},
		{"keep none", Query{Keep: func(Assistant) bool { return false }}, "page=1&take=100", nil, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 1)
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen <- r.URL.RawQuery
				w.Header().Set("pagination-count", "3")
				w.Header().Set("pagination-take", "100")
				_, _ = w.Write([]byte(listed))
			}))
			t.Cleanup(api.Close)
			baseURL, err := url.Parse(api.URL)
			if err != nil {
				t.Fatal(err)
			}
			client := New(Config{BaseURL: baseURL, APIKey: "key", Log: func(context.Context, string, ...map[string]any) {}})
			list, err := client.Assistants(t.Context(), "c", test.query)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, assistant := range list.Assistants {
				ids = append(ids, assistant.ID)
			}
			if got := <-seen; got != test.wantQuery {
				t.Errorf("query: got %s, want %s", got, test.wantQuery)
			}
			if !slices.Equal(ids, test.wantIDs) || list.Listed != test.wantListed {
				t.Errorf("got %q of %d, want %q of %d", ids, list.Listed, test.wantIDs, test.wantListed)
			}
		})
	}
}
