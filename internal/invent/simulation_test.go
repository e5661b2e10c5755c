package invent

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"testing"
)

// changingAPI is a list that is edited between any two requests.
type changingAPI struct {
	random   *rand.Rand
	rate     float64 // the chance of one more edit before a request
	take     int     // rows per page, whatever is asked for
	paging   paging
	made     int        // ids, for new ones
	list     []string   // now
	versions [][]string // since the first request
}

// paging is what a service says of its pages.
type paging struct {
	name        string
	headers     bool
	countOfPage bool // pagination-count is the page's number of rows
	notFound    bool // past the end: 404 instead of an empty page
}

func (api *changingAPI) RoundTrip(request *http.Request) (*http.Response, error) {
	if api.versions == nil {
		api.versions = [][]string{slices.Clone(api.list)}
	}
	for api.random.Float64() < api.rate {
		api.edit()
		api.versions = append(api.versions, slices.Clone(api.list))
	}
	return api.answer(request)
}

// edit inserts, deletes or moves a row. An id never comes back.
func (api *changingAPI) edit() {
	edit := api.random.IntN(3)
	if len(api.list) == 0 || edit == 0 {
		api.insert(api.newID())
		return
	}
	row := api.random.IntN(len(api.list))
	id := api.list[row]
	api.list = slices.Delete(api.list, row, row+1)
	if edit == 1 {
		api.insert(id)
	}
}

func (api *changingAPI) insert(id string) {
	api.list = slices.Insert(api.list, api.random.IntN(len(api.list)+1), id)
}

func (api *changingAPI) newID() string {
	api.made++
	return strconv.Itoa(api.made)
}

func (api *changingAPI) answer(request *http.Request) (*http.Response, error) {
	number, err := strconv.Atoi(request.URL.Query().Get("page"))
	if err != nil {
		return nil, err
	}
	first, last := min((number-1)*api.take, len(api.list)), min(number*api.take, len(api.list))
	if api.paging.notFound && number > 1 && first == last {
		return answers(http.StatusNotFound)(request)
	}
	p := page{ids: api.list[first:last]}
	if api.paging.headers {
		p.number, p.per, p.count = fmt.Sprint(number), fmt.Sprint(api.take), fmt.Sprint(len(api.list))
	}
	if api.paging.countOfPage {
		p.count = fmt.Sprint(len(p.ids))
	}
	return p.answer(request)
}

// knows tells whether the list had these ids at one moment of the read, and
// whether in this order.
func (api *changingAPI) knows(ids []string) (set, order bool) {
	sorted := slices.Sorted(slices.Values(ids))
	for _, version := range api.versions {
		order = order || slices.Equal(version, ids)
		set = set || len(version) == len(ids) && slices.Equal(slices.Sorted(slices.Values(version)), sorted)
	}
	return set, order
}

// No read may return a list that never was. The edits are random, but the same
// with every run of the test.
func TestListThatChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	const runs = 2_500 // of each service
	services := []paging{
		{name: "no headers"},
		{name: "count of all", headers: true},
		{name: "count of the page", headers: true, countOfPage: true},
		{name: "404 past the end", headers: true, notFound: true},
	}
	for number, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			lists, failures := 0, map[Kind]int{}
			for run := range runs {
				api := newChangingAPI(rand.New(rand.NewPCG(uint64(number), uint64(run))), service)
				client := inMemoryClient(t, api)
				client.http.Timeout = 0 // saves a timer for each request
				list, err := readAll(t.Context(), client, "c")
				if err != nil {
					failures[kindOf(t, err)]++
					continue
				}
				lists++
				ids := listed(list)
				if set, order := api.knows(ids); !set || !order {
					t.Errorf("run %d, %d rows a page: got %q, which never was (ids: %t, order: %t), of %q", run, api.take, ids, set, order, api.versions)
				}
			}
			t.Logf("%d lists, failures by kind: %v", lists, failures)
			if lists < runs/2 || failures[KindChanging] < runs/20 {
				t.Errorf("%d lists and %d that keep changing of %d runs: the edits are too many or too few to test anything", lists, failures[KindChanging], runs)
			}
		})
	}
}

func newChangingAPI(random *rand.Rand, service paging) *changingAPI {
	// Not 1: there, a row that moves twice looks like a service that knows no paging.
	takes := []int{2, 3, 4, 5, 6, 7, take}
	rates := []float64{0.02, 0.1, 0.3, 0.6}
	api := &changingAPI{
		random: random,
		paging: service,
		take:   takes[random.IntN(len(takes))],
		rate:   rates[random.IntN(len(rates))],
	}
	for range random.IntN(4 * api.take) {
		api.list = append(api.list, api.newID())
	}
	return api
}

func kindOf(t *testing.T, err error) Kind {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatal(err)
	}
	return e.Kind
}
