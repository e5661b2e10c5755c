package invent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// page is what the API gives for one page of the list.
type page struct {
	ids                []string
	count, number, per string // the pagination headers -count, -page, -take; none if empty
	status             int    // 200 if not set; others have no rows
}

// reading is the pages of one pass over the list. Whatever comes after the last
// page is answered like that.
type reading []page

// pagedAPI gives one reading after another, the last for ever. A reading begins
// whenever the first page is asked for.
type pagedAPI struct {
	readings []reading
	pass     int
	asked    []string // the page of each request
}

func (api *pagedAPI) RoundTrip(request *http.Request) (*http.Response, error) {
	query := request.URL.Query()
	if query.Get("take") != "100" || len(query) != 2 {
		return nil, fmt.Errorf("unexpected query %s", request.URL.RawQuery)
	}
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		return nil, err
	}
	if number == 1 {
		api.pass++
	}
	api.asked = append(api.asked, query.Get("page"))
	current := api.readings[min(api.pass, len(api.readings))-1]
	return current[min(number, len(current))-1].answer(request)
}

func (p page) answer(request *http.Request) (*http.Response, error) {
	if p.status != 0 {
		return answers(p.status)(request)
	}
	rows := make([]map[string]string, len(p.ids))
	for i, id := range p.ids {
		rows[i] = map[string]string{"id": id}
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	var header []string
	for name, value := range map[string]string{"pagination-count": p.count, "pagination-page": p.number, "pagination-take": p.per} {
		if value != "" {
			header = append(header, name+": "+value)
		}
	}
	return says(http.StatusOK, string(body), header...)(request)
}

// span returns the ids a1, a2, … of a part of a long list.
func span(first, last int) []string {
	var ids []string
	for n := first; n <= last; n++ {
		ids = append(ids, fmt.Sprint("a", n))
	}
	return ids
}

func ids(text string) []string { return strings.Fields(text) }

func TestAssistants(t *testing.T) {
	t.Parallel()
	empty := page{}
	tests := []struct {
		name      string
		readings  []reading
		asked     string
		want      []string
		announced int
	}{
		{
			name:     "empty list",
			readings: []reading{{empty}},
			asked:    "1",
		},
		{
			name:     "empty list with headers",
			readings: []reading{{{count: "0", number: "1", per: "100"}}},
			asked:    "1",
		},
		{
			name:      "one request that gives all that is announced is a snapshot",
			readings:  []reading{{{ids: ids("a b c"), count: "3", number: "1", per: "100"}}},
			asked:     "1",
			want:      ids("a b c"),
			announced: 3,
		},
		{
			name:      "a snapshot needs no pagination-page",
			readings:  []reading{{{ids: ids("a b c"), count: "3", per: "100"}}},
			asked:     "1",
			want:      ids("a b c"),
			announced: 3,
		},
		{
			name:     "without headers a short page is not the last",
			readings: []reading{{{ids: ids("a b c")}, empty}},
			asked:    "1 2 1 2",
			want:     ids("a b c"),
		},
		{
			name:     "without headers smaller pages than asked for",
			readings: []reading{{{ids: ids("a b")}, {ids: ids("c d")}, {ids: ids("e")}, empty}},
			asked:    "1 2 3 4 1 2 3 4",
			want:     ids("a b c d e"),
		},
		{
			name:     "without headers a full page",
			readings: []reading{{{ids: span(1, 100)}, empty}},
			asked:    "1 2 1 2",
			want:     span(1, 100),
		},
		{
			name:     "without headers full pages and a short one",
			readings: []reading{{{ids: span(1, 100)}, {ids: span(101, 200)}, {ids: span(201, 250)}, empty}},
			asked:    "1 2 3 4 1 2 3 4",
			want:     span(1, 250),
		},
		{
			name:      "a short last page that is announced",
			readings:  []reading{{{ids: span(1, 100), count: "150", number: "1", per: "100"}, {ids: span(101, 150), count: "150", number: "2", per: "100"}}},
			asked:     "1 2 1 2",
			want:      span(1, 150),
			announced: 150,
		},
		{
			name:      "a full last page",
			readings:  []reading{{{ids: span(1, 100), count: "100", number: "1", per: "100"}, {count: "100", number: "2", per: "100"}}},
			asked:     "1 2 1 2",
			want:      span(1, 100),
			announced: 100,
		},
		{
			name:      "smaller pages than asked for",
			readings:  []reading{{{ids: ids("a b"), count: "5", per: "2"}, {ids: ids("c d"), count: "5", per: "2"}, {ids: ids("e"), count: "5", per: "2"}}},
			asked:     "1 2 3 1 2 3",
			want:      ids("a b c d e"),
			announced: 5,
		},
		{
			name:      "smaller pages than the header says",
			readings:  []reading{{{ids: ids("a b"), count: "5", per: "100"}, {ids: ids("c d"), count: "5", per: "100"}, {ids: ids("e"), count: "5", per: "100"}}},
			asked:     "1 2 3 1 2 3",
			want:      ids("a b c d e"),
			announced: 5,
		},
		{
			name:      "the count of the page",
			readings:  []reading{{{ids: span(1, 100), count: "100", per: "100"}, {ids: span(101, 103), count: "3", per: "100"}}},
			asked:     "1 2 1 2",
			want:      span(1, 103),
			announced: 3,
		},
		{
			name:      "only pagination-count",
			readings:  []reading{{{ids: ids("a b"), count: "2"}, empty}},
			asked:     "1 2 1 2",
			want:      ids("a b"),
			announced: 2,
		},
		{
			name:     "only pagination-take",
			readings: []reading{{{ids: ids("a b"), per: "100"}, empty}},
			asked:    "1 2 1 2",
			want:     ids("a b"),
		},
		{
			name:     "only pagination-page",
			readings: []reading{{{ids: ids("a b"), number: "1"}, {number: "2"}}},
			asked:    "1 2 1 2",
			want:     ids("a b"),
		},

		{
			name:      "more announced than listed",
			readings:  []reading{{{ids: ids("a b c"), count: "5", per: "100"}, {count: "5", per: "100"}}},
			asked:     "1 2 1 2",
			want:      ids("a b c"),
			announced: 5,
		},
		{
			name:      "more announced than an empty list has",
			readings:  []reading{{{count: "5", per: "100"}}},
			asked:     "1 1",
			announced: 5,
		},
		{
			name:      "more announced than listed in the first reading only",
			readings:  []reading{{{ids: ids("a b"), count: "3", per: "100"}, empty}, {{ids: ids("a b c"), count: "3", per: "100"}}},
			asked:     "1 2 1",
			want:      ids("a b c"),
			announced: 3,
		},
		{
			name:      "fewer announced than listed",
			readings:  []reading{{{ids: ids("a b c"), count: "1", per: "100"}}},
			asked:     "1",
			want:      ids("a b c"),
			announced: 1,
		},

		{
			name:     "a service that knows no paging",
			readings: []reading{{{ids: ids("a b c")}}},
			asked:    "1 2 1 2",
			want:     ids("a b c"),
		},
		{
			name:     "the short last page is repeated for ever",
			readings: []reading{{{ids: span(1, 100)}, {ids: span(101, 103)}}},
			asked:    "1 2 3 1 2 3",
			want:     span(1, 103),
		},

		{
			name:      "404 past the end, after all that is announced",
			readings:  []reading{{{ids: span(1, 100), count: "100", per: "100"}, {status: 404}}},
			asked:     "1 2 1 2",
			want:      span(1, 100),
			announced: 100,
		},
		{
			name:      "400 past the end, after all that is announced",
			readings:  []reading{{{ids: span(1, 100), count: "100", per: "100"}, {status: 400}}},
			asked:     "1 2 1 2",
			want:      span(1, 100),
			announced: 100,
		},

		{
			name:     "a row that moves to another page makes the list be read again",
			readings: []reading{{{ids: span(1, 100)}, {ids: span(100, 110)}, empty}, {{ids: span(1, 100)}, {ids: span(101, 110)}, empty}},
			asked:    "1 2 3 1 2 3 1 2 3",
			want:     span(1, 110),
		},
		{
			name:     "a change between two readings",
			readings: []reading{{{ids: ids("a b")}, {ids: ids("d")}, empty}, {{ids: ids("a b")}, {ids: ids("c d")}, empty}},
			asked:    "1 2 3 1 2 3 1 2 3",
			want:     ids("a b c d"),
		},
		{
			name:     "another order between two readings",
			readings: []reading{{{ids: ids("a b c")}, empty}, {{ids: ids("a c b")}, empty}},
			asked:    "1 2 1 2 1 2",
			want:     ids("a c b"),
		},
		{
			name:     "the same ids on other pages between two readings",
			readings: []reading{{{ids: ids("a b")}, {ids: ids("c")}, empty}, {{ids: ids("a")}, {ids: ids("b c")}, empty}},
			asked:    "1 2 3 1 2 3 1 2 3",
			want:     ids("a b c"),
		},
		{
			name:     "the third and the fourth reading are the same",
			readings: []reading{{{ids: ids("a")}, empty}, {{ids: ids("b")}, empty}, {{ids: ids("c")}, empty}},
			asked:    "1 2 1 2 1 2 1 2",
			want:     ids("c"),
		},
		{
			name:      "a reading that is the beginning of the one before",
			readings:  []reading{{{ids: ids("a"), count: "2", per: "1"}, {ids: ids("b"), count: "2", per: "1"}, {}}, {{ids: ids("a"), count: "1", per: "1"}, {status: 404}}},
			asked:     "1 2 3 1 2 1 2",
			want:      ids("a"),
			announced: 1,
		},
		{
			name:      "a list that shrinks to one page becomes a snapshot",
			readings:  []reading{{{ids: span(1, 100), count: "101", per: "100"}, {ids: ids("b"), count: "101", per: "100"}}, {{ids: span(1, 99), count: "99", per: "100"}}},
			asked:     "1 2 1",
			want:      span(1, 99),
			announced: 99,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: tt.readings}
			list, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			if err != nil {
				t.Fatal(err)
			}
			if got := listed(list); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if list.Listed != len(tt.want) {
				t.Errorf("listed: got %d, want %d", list.Listed, len(tt.want))
			}
			if list.Announced != tt.announced {
				t.Errorf("announced: got %d, want %d", list.Announced, tt.announced)
			}
			if got := strings.Join(api.asked, " "); got != tt.asked {
				t.Errorf("asked for the pages %s, want %s", got, tt.asked)
			}
		})
	}
}

func listed(list listing) []string {
	var ids []string
	for _, assistant := range list.Assistants {
		ids = append(ids, assistant.ID)
	}
	return ids
}

func TestAssistantsErrors(t *testing.T) {
	t.Parallel()
	const repeats = "repeats assistants of the pages before: the API ignores the page asked for, or the list changed meanwhile"
	const keepsChanging = "the list of assistants keeps changing: no two in a row of 4 readings gave the same"
	empty := page{}
	tests := []struct {
		name     string
		readings []reading
		asked    string
		kind     Kind
		want     string
	}{
		{
			name:     "a page number that is not the first",
			readings: []reading{{{ids: ids("a"), number: "0"}}},
			asked:    "1", kind: KindAnswer, want: "asked for page 1, got page 0",
		},
		{
			name:     "always the first page, and the header says so",
			readings: []reading{{{ids: ids("a"), number: "1"}}},
			asked:    "1 2", kind: KindAnswer, want: "asked for page 2, got page 1",
		},
		{
			name:     "the last page again, and the header says so",
			readings: []reading{{{ids: span(1, 100), number: "1"}, {ids: ids("b"), number: "2"}}},
			asked:    "1 2 3", kind: KindAnswer, want: "asked for page 3, got page 2",
		},
		{
			name:     "another page number on an empty page",
			readings: []reading{{{number: "2"}}},
			asked:    "1", kind: KindAnswer, want: "asked for page 1, got page 2",
		},
		{
			name:     "a service that knows no paging, with a full page",
			readings: []reading{{{ids: span(1, 100)}}},
			asked:    "1 2", kind: KindChanging, want: "page 2 " + repeats,
		},
		{
			name:     "the full last page is repeated for ever",
			readings: []reading{{{ids: span(1, 100)}, {ids: span(101, 200)}}},
			asked:    "1 2 3", kind: KindChanging, want: "page 3 " + repeats,
		},
		{
			name:     "rows of several pages before, after a full page",
			readings: []reading{{{ids: span(1, 100)}, {ids: span(101, 200)}, {ids: ids("a150 a50")}}},
			asked:    "1 2 3", kind: KindChanging, want: "page 3 " + repeats,
		},
		{
			name:     "a full page of the service's own size is repeated",
			readings: []reading{{{ids: span(1, 50), per: "50", count: "50"}, {ids: span(51, 100), per: "50", count: "50"}, {ids: span(51, 100), per: "50", count: "50"}}},
			asked:    "1 2 3", kind: KindChanging, want: "page 3 " + repeats,
		},
		{
			name:     "an id twice on a page",
			readings: []reading{{{ids: ids("a b a")}}},
			asked:    "1", kind: KindAnswer, want: `assistant "a" is on page 1 twice`,
		},
		{
			name:     "ids that take too much memory",
			readings: []reading{{{ids: []string{strings.Repeat("a", 40<<20)}}, {ids: []string{strings.Repeat("b", 40<<20)}}}},
			asked:    "1 2", kind: KindAnswer, want: "the ids of the assistants take more than 64 MiB",
		},
		{
			name:     "an id of another page twice on a page",
			readings: []reading{{{ids: ids("a b")}, {ids: ids("c a a")}}},
			asked:    "1 2", kind: KindAnswer, want: `assistant "a" is on page 2 twice`,
		},

		{
			name:     "another list with every reading",
			readings: []reading{{{ids: ids("a")}, empty}, {{ids: ids("b")}, empty}, {{ids: ids("c")}, empty}, {{ids: ids("d")}, empty}},
			asked:    "1 2 1 2 1 2 1 2", kind: KindChanging, want: keepsChanging,
		},
		{
			name:     "two lists in turn",
			readings: []reading{{{ids: ids("a")}, empty}, {{ids: ids("b")}, empty}, {{ids: ids("a")}, empty}, {{ids: ids("b")}, empty}},
			asked:    "1 2 1 2 1 2 1 2", kind: KindChanging, want: keepsChanging,
		},
		{
			name:     "a row on two pages with every reading",
			readings: []reading{{{ids: ids("a b")}, {ids: ids("b c")}, empty}},
			asked:    "1 2 3 1 2 3 1 2 3 1 2 3", kind: KindChanging, want: keepsChanging,
		},

		{
			name:     "404 for the first page",
			readings: []reading{{{status: 404}}},
			asked:    "1", kind: KindStatus, want: "the API answered 404 Not Found",
		},
		{
			name:     "404 past the end without a count",
			readings: []reading{{{ids: span(1, 100)}, {status: 404}}},
			asked:    "1 2", kind: KindStatus, want: "the API answered 404 Not Found",
		},
		{
			name:     "400 past the end without a count",
			readings: []reading{{{ids: span(1, 100), per: "100"}, {status: 400}}},
			asked:    "1 2", kind: KindStatus, want: "the API answered 400 Bad Request",
		},
		{
			name:     "404 before all that is announced",
			readings: []reading{{{ids: span(1, 100), count: "101", per: "100"}, {status: 404}}},
			asked:    "1 2", kind: KindStatus, want: "the API answered 404 Not Found",
		},
		{
			name:     "403 after all that is announced",
			readings: []reading{{{ids: span(1, 100), count: "100", per: "100"}, {status: 403}}},
			asked:    "1 2", kind: KindStatus, want: "the API answered 403 Forbidden",
		},
		{
			name:     "404 for the first page of the second reading",
			readings: []reading{{{ids: ids("a")}, empty}, {{status: 404}}},
			asked:    "1 2 1", kind: KindStatus, want: "the API answered 404 Not Found",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: tt.readings}
			list, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			wantError(t, err, tt.kind, "GET /orgs/c/assistants: "+tt.want)
			if got := strings.Join(api.asked, " "); got != tt.asked {
				t.Errorf("asked for the pages %s, want %s", got, tt.asked)
			}
			if len(list.Assistants) > 0 {
				t.Errorf("got %q with the error", listed(list))
			}
		})
	}
}

// A page of two rows ends the list if its three headers are taken for numbers;
// otherwise another page is asked for.
func TestPaginationHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value     string
		isNumber  bool
		announced int
	}{
		{"2", true, 2},
		{"0002", true, 2},
		{"", false, 0},
		{"two", false, 0},
		{"+2", false, 0},
		{"-2", false, 0},
		{"2.0", false, 0},
		{"2e0", false, 0},
		{"0x2", false, 0},
		{"2 of 2", false, 0},
		{"2,2", false, 0},
		{"٢", false, 0},
		{"1_0", false, 0},
		{"1000001", false, 0},
		{"18446744073709551617", false, 0},
		{strings.Repeat("9", 100), false, 0},
	}
	for _, tt := range tests {
		t.Run("count "+tt.value, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: []reading{{{ids: ids("a b"), count: tt.value, per: "100"}, {}}}}
			list, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			if err != nil || list.Announced != tt.announced || (len(api.asked) == 1) != tt.isNumber {
				t.Errorf("announced %d, error %v, %d requests", list.Announced, err, len(api.asked))
			}
		})
		t.Run("page "+tt.value, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: []reading{{{ids: ids("a b"), number: tt.value, count: "2", per: "100"}}}}
			_, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			if tt.isNumber {
				wantError(t, err, KindAnswer, "asked for page 1, got page 2")
			} else if err != nil {
				t.Error(err)
			}
		})
		t.Run("take "+tt.value, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: []reading{{{ids: ids("a"), count: "1", per: tt.value}, {}}}}
			_, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			if err != nil || (len(api.asked) == 1) != tt.isNumber {
				t.Errorf("error %v, %d requests", err, len(api.asked))
			}
		})
	}
	t.Run("the largest count", func(t *testing.T) {
		t.Parallel()
		api := &pagedAPI{readings: []reading{{{ids: ids("a"), count: "1000000", per: "100"}, {}}}}
		list, err := readAll(t.Context(), inMemoryClient(t, api), "c")
		if err != nil || list.Announced != 1_000_000 {
			t.Errorf("announced %d, error %v", list.Announced, err)
		}
	})
}

func TestMostPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pages    int // with a row each, before an empty one
		requests int
		want     string
	}{
		{pages: 999, requests: 2000},
		{pages: 1000, requests: 1000, want: "the list has more than 1000 pages"},
		{pages: 5000, requests: 1000, want: "the list has more than 1000 pages"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.pages), func(t *testing.T) {
			t.Parallel()
			var pages reading
			for _, id := range span(1, tt.pages) {
				pages = append(pages, page{ids: []string{id}})
			}
			api := &pagedAPI{readings: []reading{append(pages, page{})}}
			list, err := readAll(t.Context(), inMemoryClient(t, api), "c")
			if tt.want != "" {
				wantError(t, err, KindAnswer, "GET /orgs/c/assistants: "+tt.want)
			} else if err != nil || len(list.Assistants) != tt.pages {
				t.Errorf("got %d assistants and the error %v", len(list.Assistants), err)
			}
			if len(api.asked) != tt.requests {
				t.Errorf("made %d requests, want %d", len(api.asked), tt.requests)
			}
		})
	}
}
