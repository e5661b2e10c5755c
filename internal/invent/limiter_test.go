package invent

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// A fleet of 300 under the service's limit of 500 requests a minute, ten reads at once as Terraform does, four requests for
// each because the service sends no pagination headers. The times are in the guide on large organizations.
func TestFleetUnderTheLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		requestsPerMinute float64
		retryAfter        bool
		maxRetries        int
		longest           time.Duration
		refused           bool // 429 was seen
	}{
		"the limiter":                       {requestsPerMinute: 500, maxRetries: 4, longest: 150 * time.Second},
		"retries, with Retry-After":         {retryAfter: true, maxRetries: 4, longest: 5 * time.Minute, refused: true},
		"more retries, without Retry-After": {maxRetries: 10, longest: 5 * time.Minute, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fleet := mockinvent.GenerateFleet(300, 1)
				mock := mockinvent.New(fleet)
				mock.SetSwitches(mockinvent.Switches{RequestsPerMinute: 500, NoPaginationHeaders: true, RetryAfter: c.retryAfter})
				statuses := map[int]int{}
				var mutex sync.Mutex
				config := testConfig(t, "https://api.example.com")
				config.APIKey, config.MaxRetries = fleet.Organizations[0].APIKey, c.maxRetries
				if c.requestsPerMinute > 0 {
					config.Limiter = rate.NewLimiter(rate.Limit(c.requestsPerMinute/60), 1)
				}
				client := fakeClient(config, network(func(request *http.Request) (*http.Response, error) {
					time.Sleep(100 * time.Millisecond) // an answer's usual time, by the bubble's clock
					recorder := httptest.NewRecorder()
					mock.ServeHTTP(recorder, request)
					mutex.Lock()
					defer mutex.Unlock()
					statuses[recorder.Code]++
					return recorder.Result(), nil
				}))
				began := time.Now()
				found, err := client.SubOrganizations(t.Context(), "c")
				if err != nil || len(found.Rows) != 300 {
					t.Fatalf("%d sub-organizations, %v", len(found.Rows), err)
				}
				var reads sync.WaitGroup
				queue := make(chan Row)
				for range 10 {
					reads.Go(func() {
						for organization := range queue {
							if list, err := client.Assistants(t.Context(), organization.ID, ""); err != nil || len(list.Rows) != 1 {
								t.Errorf("%s: %d assistants, %v", organization.ID, len(list.Rows), err)
							}
						}
					})
				}
				for _, organization := range found.Rows {
					queue <- organization
				}
				close(queue)
				reads.Wait()
				took := time.Since(began)
				t.Logf("%s; answers by status: %v", took, statuses)
				if took > c.longest || (statuses[http.StatusTooManyRequests] > 0) != c.refused {
					t.Errorf("took %s, answers by status: %v", took, statuses)
				}
			})
		})
	}
}
