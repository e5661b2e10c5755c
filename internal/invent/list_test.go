package invent

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// page is what the API gives for one page of the list.
type page struct {
	ids                string // with spaces between; "a1-a100" is a hundred
	count, number, per string // the pagination headers -count, -page, -take; none if empty
	status             int    // 200 if not set; others have no rows
}

func (p page) rows() (ids []string) {
	for _, id := range strings.Fields(p.ids) {
		var first, last int
		if n, _ := fmt.Sscanf(id, "a%d-a%d", &first, &last); n < 2 {
			ids = append(ids, id)
			continue
		}
		for ; first <= last; first++ {
			ids = append(ids, fmt.Sprint("a", first))
		}
	}
	return ids
}

func (p page) answer(request *http.Request) (*http.Response, error) {
	if p.status != 0 {
		return answers(p.status, "")(request)
	}
	var rows []string
	for _, id := range p.rows() {
		rows = append(rows, fmt.Sprintf(`{"id":%q}`, id))
	}
	return answers(http.StatusOK, "["+strings.Join(rows, ",")+"]",
		"pagination-count: "+p.count, "pagination-page: "+p.number, "pagination-take: "+p.per)(request)
}

// pagedAPI gives one reading after another, the last for ever; a reading begins when the first page is asked for. Whatever
// comes after its last page is answered like that.
type pagedAPI struct {
	readings [][]page
	pass     int
	asked    []string // the page of each request
}

func (api *pagedAPI) RoundTrip(request *http.Request) (*http.Response, error) {
	number, err := strconv.Atoi(request.URL.Query().Get("page"))
	if err != nil {
		return nil, err
	}
	if number == 1 {
		api.pass++
	}
	api.asked = append(api.asked, strconv.Itoa(number))
	current := api.readings[min(api.pass, len(api.readings))-1]
	return current[min(number, len(current))-1].answer(request)
}

func TestLists(t *testing.T) {
	t.Parallel()
	const repeats = " repeats rows of the pages before: the API ignores the page asked for, or the list changed meanwhile"
	const keepsChanging = "the list keeps changing: each of 5 readings differed from the one before, or had a row on two pages"
	a, b, empty := page{ids: "a"}, page{ids: "b"}, page{}
	tests := []struct {
		name      string
		readings  [][]page
		asked     string
		want      string // ids, or the error
		announced int
		kind      Kind // of the error
	}{
		// One request is a snapshot, if nothing says that there is more.
		{"empty list", [][]page{{empty}}, "1", "", 0, 0},
		{"empty list with headers", [][]page{{{count: "0", number: "1", per: "100"}}}, "1", "", 0, 0},
		{"all that is announced", [][]page{{{ids: "a b c", count: "3", per: "100"}}}, "1", "a b c", 3, 0},
		{"fewer announced than listed", [][]page{{{ids: "a b c", count: "1", per: "100"}}}, "1", "a b c", 1, 0},
		// Where a list ends.
		{"without headers a short page is not the last", [][]page{{{ids: "a b"}, {ids: "c d"}, {ids: "e"}, empty}}, "1 2 3 4 1 2 3 4", "a b c d e", 0, 0},
		{"without headers a full page", [][]page{{{ids: "a1-a100"}, empty}}, "1 2 1 2", "a1-a100", 0, 0},
		{"short last page", [][]page{{{ids: "a1-a100", count: "150", number: "1", per: "100"}, {ids: "a101-a150", count: "150", number: "2", per: "100"}}}, "1 2 1 2", "a1-a150", 150, 0},
		{"full last page", [][]page{{{ids: "a1-a100", count: "100", per: "100"}, {count: "100", per: "100"}}}, "1 2 1 2", "a1-a100", 100, 0},
		{"pages of the service's own size", [][]page{{{ids: "a b", count: "5", per: "2"}, {ids: "c d", count: "5", per: "2"}, {ids: "e", count: "5", per: "2"}}}, "1 2 3 1 2 3", "a b c d e", 5, 0},
		{"the count of the page", [][]page{{{ids: "a1-a100", count: "100", per: "100"}, {ids: "a101-a103", count: "3", per: "100"}}}, "1 2 1 2", "a1-a103", 3, 0},
		{"only pagination-count", [][]page{{{ids: "a b", count: "2"}, empty}}, "1 2 1 2", "a b", 2, 0},
		{"only pagination-take", [][]page{{{ids: "a b", per: "100"}, empty}}, "1 2 1 2", "a b", 0, 0},
		{"a service that knows no paging", [][]page{{{ids: "a b c"}}}, "1 2 3 1 2 3", "a b c", 0, 0},
		{"the short last page again and again", [][]page{{{ids: "a1-a100"}, {ids: "a101-a103"}}}, "1 2 3 4 1 2 3 4", "a1-a103", 0, 0},
		{"404 past all that is announced", [][]page{{{ids: "a1-a100", count: "100", per: "100"}, {status: 404}}}, "1 2 1 2", "a1-a100", 100, 0},
		{"400 past all that is announced", [][]page{{{ids: "a1-a100", count: "100", per: "100"}, {status: 400}}}, "1 2 1 2", "a1-a100", 100, 0},
		// More announced than listed, twice the same.
		{"more announced than listed", [][]page{{{ids: "a b c", count: "5", per: "100"}, {count: "5", per: "100"}}}, "1 2 1 2", "a b c", 5, 0},
		{"more announced than an empty list has", [][]page{{{count: "5", per: "100"}}}, "1 1", "", 5, 0},
		{"more announced in the first reading only", [][]page{{{ids: "a b", count: "3", per: "100"}, empty}, {{ids: "a b c", count: "3", per: "100"}}}, "1 2 1", "a b c", 3, 0},
		// Which readings count.
		{"a row that moves to another page", [][]page{{{ids: "a b"}, {ids: "b c"}, empty}, {{ids: "a b"}, {ids: "c"}, empty}}, "1 2 3 1 2 3 1 2 3", "a b c", 0, 0},
		{"a change between two readings", [][]page{{{ids: "a b"}, empty}, {{ids: "a b c"}, empty}}, "1 2 1 2 1 2", "a b c", 0, 0},
		{"another order that then stays", [][]page{{{ids: "a b c"}, empty}, {{ids: "a c b"}, empty}}, "1 2 1 2 1 2", "a c b", 0, 0},
		{"another order each time", [][]page{{{ids: "a b c"}, {ids: "d"}, empty}, {{ids: "a c b"}, {ids: "d"}, empty}, {{ids: "c a b"}, {ids: "d"}, empty}}, "1 2 3 1 2 3 1 2 3", "c a b d", 0, 0},
		{"two other orders after a change", [][]page{{{ids: "a"}, empty}, {{ids: "a b"}, empty}, {{ids: "b a"}, empty}, {{ids: "a b"}, empty}}, "1 2 1 2 1 2 1 2", "a b", 0, 0},
		{"the same ids on other pages", [][]page{{{ids: "a b"}, {ids: "c"}, empty}, {{ids: "a"}, {ids: "b c"}, empty}}, "1 2 3 1 2 3 1 2 3", "a b c", 0, 0},
		{"the fourth and the fifth are the same", [][]page{{{ids: "a"}, empty}, {{ids: "b"}, empty}, {{ids: "c"}, empty}, {{ids: "d"}, empty}}, "1 2 1 2 1 2 1 2 1 2", "d", 0, 0},
		{"the beginning of the one before", [][]page{{{ids: "a", count: "2", per: "1"}, {ids: "b", count: "2", per: "1"}, empty}, {{ids: "a", count: "1", per: "1"}, {status: 404}}}, "1 2 3 1 2 1 2", "a", 1, 0},
		{"becomes a snapshot", [][]page{{{ids: "a1-a100", count: "101", per: "100"}, {ids: "b", count: "101", per: "100"}}, {{ids: "a1-a99", count: "99", per: "100"}}}, "1 2 1", "a1-a99", 99, 0},
		// What is an error.
		{"another page's number", [][]page{{{number: "2"}}}, "1", "asked for page 1, got page 2", 0, KindAnswer},
		{"a full page again", [][]page{{{ids: "a1-a100"}}}, "1 2", "page 2" + repeats, 0, KindChanging},
		{"a full page of the service's own size again", [][]page{{{ids: "a b", per: "2"}}}, "1 2", "page 2" + repeats, 0, KindChanging},
		{"rows of several pages after a full one", [][]page{{{ids: "a1-a100"}, {ids: "a101-a200"}, {ids: "a150 a50"}}}, "1 2 3", "page 3" + repeats, 0, KindChanging},
		{"an id twice on a page", [][]page{{{ids: "a b a"}}}, "1", `the id "a" is on page 1 twice`, 0, KindAnswer},
		{"an id of a page before twice on a page", [][]page{{{ids: "a b"}, {ids: "c a a"}}}, "1 2", `the id "a" is on page 2 twice`, 0, KindAnswer},
		{"more than 1,000 pages", [][]page{manyPages(1001)}, "", "the list has more than 1000 pages", 0, KindAnswer},
		{"two lists in turn", [][]page{{a, empty}, {b, empty}, {a, empty}, {b, empty}, {a, empty}}, "1 2 1 2 1 2 1 2 1 2", keepsChanging, 0, KindChanging},
		{"a row on two pages each time", [][]page{{{ids: "a b"}, {ids: "b c"}, empty}}, "1 2 3 1 2 3 1 2 3 1 2 3 1 2 3", keepsChanging, 0, KindChanging},
		{"the first page again before the end each time", [][]page{{a, a, b, empty}}, "1 2 3 4 1 2 3 4 1 2 3 4 1 2 3 4 1 2 3 4", keepsChanging, 0, KindChanging},
		{"a page again before the end each time", [][]page{{a, a, empty}}, "1 2 3 1 2 3 1 2 3 1 2 3 1 2 3", keepsChanging, 0, KindChanging},
		{"the same sets in two readings only", [][]page{{{ids: "a b"}, empty}, {{ids: "b a"}, empty}, {a, empty}, {{ids: "a b"}, empty}, {{ids: "b a"}, empty}}, "1 2 1 2 1 2 1 2 1 2", keepsChanging, 0, KindChanging},
		{"404 for the first page", [][]page{{{status: 404}}}, "1", "the API answered 404 Not Found", 0, KindNotFound},
		{"404 past the end without a count", [][]page{{{ids: "a1-a100"}, {status: 404}}}, "1 2", "the API answered 404 Not Found", 0, KindNotFound},
		{"400 before all that is announced", [][]page{{{ids: "a1-a100", count: "101", per: "100"}, {status: 400}}}, "1 2", "the API answered 400 Bad Request", 0, KindStatus},
		{"403 past all that is announced", [][]page{{{ids: "a1-a100", count: "100", per: "100"}, {status: 403}}}, "1 2", "the API answered 403 Forbidden", 0, KindDenied},
		{"404 for the first page of the second reading", [][]page{{a, empty}, {{status: 404}}}, "1 2 1", "the API answered 404 Not Found", 0, KindNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := &pagedAPI{readings: test.readings}
			list, err := newFake(t, api).Assistants(t.Context(), "c", "")
			if test.kind != 0 {
				wantError(t, err, test.kind, test.want)
				test.want = "" // no row comes with an error
			} else if err != nil {
				t.Fatal(err)
			}
			if got := idsOf(list.Rows); !slices.Equal(got, page{ids: test.want}.rows()) {
				t.Errorf("got  %q\nwant %s", got, test.want)
			}
			if asked := strings.Join(api.asked, " "); test.asked != "" && asked != test.asked || list.Announced != test.announced {
				t.Errorf("asked for the pages %s, want %s; announced: %d, want %d", asked, test.asked, list.Announced, test.announced)
			}
		})
	}
}

func manyPages(n int) []page {
	pages := make([]page, n, n+1)
	for i := range pages {
		pages[i].ids = fmt.Sprint("a", i)
	}
	return append(pages, page{})
}

func TestLimitsOfAReading(t *testing.T) {
	t.Parallel()
	r := &reading{bytes: 512<<20 - 1}
	if _, err := r.addPage(1, nil, []byte("[]")); err == nil || err.Error() != "the list has more than 512 MiB" {
		t.Errorf("a byte too many: %v", err)
	}
	list, err := newFake(t, &pagedAPI{readings: [][]page{manyPages(999)}}).Assistants(t.Context(), "c", "")
	if err != nil || len(list.Rows) != 999 {
		t.Errorf("got %d rows and the error %v", len(list.Rows), err)
	}
}

// A header that is not a plain number counts as absent.
func TestPaginationHeaders(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"2": 2, "0002": 2, "0": 0, "2147483647": 1<<31 - 1, "": -1, "two": -1, "+2": -1, "-2": -1, "2.0": -1, "2e0": -1,
		"0x2": -1, "2,2": -1, "٢": -1, "1_0": -1, "2147483648": -1, "18446744073709551617": -1} {
		if got := pagination(http.Header{"Pagination-Count": {value}}, "count", -1); got != want {
			t.Errorf("%q: got %d", value, got)
		}
	}
}
