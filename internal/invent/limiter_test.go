package invent

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// inProcess asks a handler without a network, so that the clock of a bubble holds for it too.
type inProcess struct {
	handler http.Handler
}

func (p inProcess) RoundTrip(request *http.Request) (*http.Response, error) {
	select {
	case <-time.After(100 * time.Millisecond): // an answer's usual time
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

// limitedClient asks a fleet's parent.
func limitedClient(handler http.Handler, requestsPerMinute float64) *Client {
	config := Config{
		BaseURL: &url.URL{Scheme: "https", Host: "api.example.com"}, APIKey: mockinvent.GenerateFleet(0, 0).Organizations[0].APIKey, RequestTimeout: time.Minute, MaxRetries: 4,
		Log: func(context.Context, string, map[string]string) {},
	}
	if requestsPerMinute > 0 {
		config.Limiter = rate.NewLimiter(rate.Limit(requestsPerMinute/60), 1)
	}
	return fakeClient(config, inProcess{handler})
}

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
				client := limitedClient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					recorder := httptest.NewRecorder()
					mock.ServeHTTP(recorder, r)
					mutex.Lock()
					statuses[recorder.Code]++
					mutex.Unlock()
					maps.Copy(w.Header(), recorder.Header())
					w.WriteHeader(recorder.Code)
					_, _ = w.Write(recorder.Body.Bytes())
				}), c.requestsPerMinute)
				client.config.MaxRetries = c.maxRetries
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

// The limit ends with the read: Ctrl-C ends its wait, and a deadline before the next turn is an error at once.
func TestLimiterEndsWithTheRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := limitedClient(mockinvent.New(mockinvent.GenerateFleet(1, 0)), 1)
		client.config.Limiter.Allow() // the one request of this minute

		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err := client.Assistants(ctx, "c", "")
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Kind != KindTimeout || e.Detail != "the limit of requests_per_minute, 1, lets no further request through before the time for the whole read has run out" {
			t.Errorf("deadline: got %v", err)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("deadline: waited %s", waited)
		}

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err = client.Assistants(ctx, "c", "")
		if waited := time.Since(began); !errors.Is(err, context.Canceled) || waited != time.Second {
			t.Errorf("Ctrl-C: got %v after %s", err, waited)
		}
	})
}

func TestSubOrganizations(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(101, 0)
	list, err := limitedClient(mockinvent.New(fleet), 0).SubOrganizations(t.Context(), "c")
	var got, want []string
	for _, row := range list.Rows {
		got = append(got, row.ID)
	}
	for _, organization := range fleet.Organizations[1:] {
		want = append(want, organization.ID)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}
