package invent

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// listing is what a test gets of a list: all of it.
type listing struct {
	Count
	Assistants []Assistant
}

func (l *listing) Reset() {
	l.Assistants = nil
}

func (l *listing) Add(_ context.Context, assistant Assistant) error {
	l.Assistants = append(l.Assistants, assistant)
	return nil
}

// readAll reads a list without a search. Of one that failed it returns nothing.
func readAll(ctx context.Context, client *Client, organizationID string) (listing, error) {
	var list listing
	count, err := client.Assistants(ctx, organizationID, "", &list)
	if err != nil {
		return listing{}, err
	}
	list.Count = count
	return list, nil
}

// trace writes down what happens in which order: the page of a request as a
// number, a row as its id.
type trace struct {
	steps []string
	last  string // the row that is an error
}

var errLast = errors.New("that was the last row")

func (tr *trace) Reset() {
	tr.steps = append(tr.steps, "reset")
}

func (tr *trace) Add(_ context.Context, assistant Assistant) error {
	tr.steps = append(tr.steps, assistant.ID)
	if assistant.ID == tr.last {
		return errLast
	}
	return nil
}

func (tr *trace) follow(api http.RoundTripper) inMemory {
	return func(request *http.Request) (*http.Response, error) {
		tr.steps = append(tr.steps, request.URL.Query().Get("page"))
		return api.RoundTrip(request)
	}
}

// Rows are handed on before the next page is asked for, and only if they may be
// the list's.
func TestRows(t *testing.T) {
	t.Parallel()
	page := func(names string) page { return page{ids: ids(names), count: "2", per: "1"} }
	tests := []struct {
		name     string
		readings []reading
		last     string
		want     string
	}{
		{"snapshot", []reading{{{ids: ids("a b"), count: "2", per: "100"}}}, "", "reset 1 a b"},
		{"empty list", []reading{{{}}}, "", "reset 1"},
		{"the first reading is not used", []reading{{page("a"), page("b"), {}}}, "", "reset 1 2 3 reset 1 a 2 b 3"},
		{
			"a page that differs, and those behind it",
			[]reading{{page("a"), page("b"), {}}, {page("a"), page("c"), page("b"), {}}},
			"", "reset 1 2 3 reset 1 a 2 3 4 reset 1 a 2 c 3 b 4",
		},
		{
			"more pages than before",
			[]reading{{page("a"), {}}, {page("a"), page("b"), {}}},
			"", "reset 1 2 reset 1 a 2 3 reset 1 a 2 b 3",
		},
		{
			"becomes a snapshot",
			[]reading{{page("a"), page("b"), {}}, {{ids: ids("a"), count: "1", per: "100"}}},
			"", "reset 1 2 3 reset 1 a",
		},
		{
			"the page that a stub repeats",
			[]reading{{{ids: ids("a b")}}},
			"", "reset 1 2 reset 1 a b 2",
		},
		{"error in a snapshot", []reading{{{ids: ids("a b c"), count: "3", per: "100"}}}, "b", "reset 1 a b"},
		{"error in the second reading", []reading{{page("a"), page("b"), {}}}, "a", "reset 1 2 3 reset 1 a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tr := &trace{last: test.last}
			client := inMemoryClient(t, tr.follow(&pagedAPI{readings: test.readings}))
			count, err := client.Assistants(t.Context(), "c", "", tr)
			if got := strings.Join(tr.steps, " "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if (test.last != "") != errors.Is(err, errLast) || test.last != "" && count != (Count{}) {
				t.Errorf("got the error %v and %v", err, count)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, search, want string }{
		{"none", "", "page=1&take=100"},
		{"escaped", "a b&take=1", "page=1&search=a+b%26take%3D1&take=100"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sent []string
			client := inMemoryClient(t, inMemory(func(request *http.Request) (*http.Response, error) {
				sent = append(sent, request.URL.RawQuery)
				return says(http.StatusOK, `[]`)(request)
			}))
			if _, err := client.Assistants(t.Context(), "c", test.search, new(listing)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(sent, []string{test.want}) {
				t.Errorf("got %q, want %q", sent, test.want)
			}
		})
	}
}
