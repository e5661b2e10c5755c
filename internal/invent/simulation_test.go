package invent

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// changingAPI is a list that is edited between any two requests: ids are added, deleted and moved, and deleted ones come back
// to where they were.
type changingAPI struct {
	random        *rand.Rand
	rate          float64 // the chance of one more edit before a request
	shuffles      bool    // the order within a page is not stable
	take          int     // rows per page, whatever is asked for
	headers       bool
	notFound      bool // past the end, instead of an empty page
	list, deleted []string
	places        []int    // of the deleted
	sets          []string // of ids, that the list had
}

func newChangingAPI(seed int, rate float64, shuffles bool) *changingAPI {
	random := rand.New(rand.NewPCG(uint64(seed), 1))
	api := &changingAPI{random: random, rate: rate, shuffles: shuffles, headers: random.IntN(3) > 0, notFound: random.IntN(3) == 0}
	api.take = 2 + random.IntN(6) // not 1: there, a row that moves twice looks like a service that knows no paging
	for id := range random.IntN(4 * api.take) {
		api.list = append(api.list, strconv.Itoa(id))
	}
	api.sets = []string{setOf(api.list)}
	return api
}

func (api *changingAPI) edit() {
	edit, place, to := api.random.IntN(4), api.random.IntN(max(1, len(api.list))), api.random.IntN(len(api.list)+1)
	last := len(api.deleted) - 1
	switch {
	case edit == 0 && last >= 0: // comes back
		api.list = slices.Insert(api.list, min(api.places[last], len(api.list)), api.deleted[last])
		api.deleted, api.places = api.deleted[:last], api.places[:last]
	case edit <= 1 || len(api.list) == 0:
		api.list = slices.Insert(api.list, to, fmt.Sprint("new", len(api.sets)))
	case edit == 2: // moves
		id := api.list[place]
		api.list = slices.Delete(api.list, place, place+1)
		api.list = slices.Insert(api.list, min(to, len(api.list)), id)
	default:
		api.deleted, api.places = append(api.deleted, api.list[place]), append(api.places, place)
		api.list = slices.Delete(api.list, place, place+1)
	}
	api.sets = append(api.sets, setOf(api.list))
}

func (api *changingAPI) RoundTrip(request *http.Request) (*http.Response, error) {
	for api.random.Float64() < api.rate {
		api.edit()
	}
	number, err := strconv.Atoi(request.URL.Query().Get("page"))
	if err != nil {
		return nil, err
	}
	first, last := min((number-1)*api.take, len(api.list)), min(number*api.take, len(api.list))
	if api.headers && api.notFound && number > 1 && first == last {
		return answers(http.StatusNotFound, "")(request)
	}
	rows := slices.Clone(api.list[first:last])
	if api.shuffles {
		api.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	p := page{ids: strings.Join(rows, " ")}
	if api.headers {
		p.number, p.per, p.count = fmt.Sprint(number), fmt.Sprint(api.take), fmt.Sprint(len(api.list))
	}
	return p.answer(request)
}

func setOf(ids []string) string {
	return strings.Join(slices.Sorted(slices.Values(ids)), " ")
}

// rules tell whether the last of some readings is taken. The last one is the provider's.
func rules() []func(readings []*reading) bool {
	equal := func(readings []*reading, n int, same func(a, b []string) bool) bool {
		last := readings[max(0, len(readings)-n):]
		return len(last) == n && !slices.ContainsFunc(last, func(r *reading) bool {
			return r.moved || !slices.EqualFunc(r.pages, last[0].pages, same)
		})
	}
	return []func(readings []*reading) bool{
		func(r []*reading) bool { return equal(r, 1, slices.Equal) },
		func(r []*reading) bool { return equal(r, 2, sameSet) },
		func(r []*reading) bool { return equal(r, 2, slices.Equal) },
		func(r []*reading) bool { return equal(r, 2, slices.Equal) || equal(r, 3, sameSet) },
	}
}

// taken returns the ids that each rule takes, nil if it takes no list, and whether the list ever had these ids.
func taken(t *testing.T, api *changingAPI) (ids [4][]string, right [4]bool) {
	t.Helper()
	client := newFake(t, api)
	var readings []*reading
	for range 5 {
		r, err := client.read(t.Context(), client.organization("c"), url.Values{})
		if err != nil {
			break
		}
		readings = append(readings, r)
		for i, rule := range rules() {
			if ids[i] == nil && (len(r.pages) == 1 || rule(readings)) { // one page is a snapshot
				ids[i], right[i] = idsOf(r.Rows), slices.Contains(api.sets, setOf(idsOf(r.Rows)))
			}
		}
	}
	return ids, right
}

func idsOf(rows []Row) []string {
	ids := []string{}
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids
}

// DESIGN.md has the numbers of SIMULATED_READS=10000 and -v. The edits are random, but the same with every run.
func TestSimulation(t *testing.T) {
	t.Parallel()
	runs, err := strconv.Atoi(cmp.Or(os.Getenv("SIMULATED_READS"), "200"))
	if err != nil {
		t.Fatal(err)
	}
	for _, shuffles := range []bool{false, true} {
		for _, rate := range []float64{0.02, 0.1, 0.3, 0.6} {
			t.Run(fmt.Sprintf("%.2f, stable %t", rate, !shuffles), func(t *testing.T) {
				t.Parallel()
				var wrong, none [4]int
				for run := range runs {
					ids, right := taken(t, newChangingAPI(run, rate, shuffles))
					for i := range ids {
						if ids[i] == nil {
							none[i]++
						} else if !right[i] {
							wrong[i]++
						}
					}
					list, err := newFake(t, newChangingAPI(run, rate, shuffles)).Assistants(t.Context(), "c", "")
					if (err == nil) != (ids[3] != nil) || !slices.Equal(idsOf(list.Rows), ids[3]) {
						t.Fatalf("run %d: the client took %q (%v), its rule takes %q", run, idsOf(list.Rows), err, ids[3])
					}
				}
				t.Logf("chance of an edit %.2f, stable order %t, %d reads: wrong lists %v, no list %v", rate, !shuffles, runs, wrong, none)
				if wrong[3]*10 > wrong[0] {
					t.Error("too many wrong lists")
				}
			})
		}
	}
}
