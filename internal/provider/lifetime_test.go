package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"go.uber.org/goleak"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// together holds the first requests back until so many are there at once.
func together(n int64, api http.Handler) http.Handler {
	var arrived atomic.Int64
	all := make(chan struct{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if arrived.Add(1) == n {
			close(all)
		}
		select {
		case <-all:
			api.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

func TestReadsAtOnce(t *testing.T) {
	t.Parallel()
	const aliases, reads = 5, 10
	api := httptest.NewServer(together(aliases*reads, mockinvent.New(mockinvent.Sample())))
	t.Cleanup(api.Close)
	organizations := mockinvent.Sample().Organizations
	states := make([][reads][]byte, aliases)
	var group sync.WaitGroup
	for i := range aliases {
		provider := newServer(t, nil)
		organization := organizations[i%len(organizations)]
		if diags := provider.configure(t, attributes{"api_key": text(organization.APIKey), "base_url": text(api.URL)}); len(diags) > 0 {
			t.Fatal(message(diags))
		}
		for j := range reads {
			group.Go(func() {
				state, diags := provider.read(t.Context(), t, "invent_assistants", nil)
				if len(diags) > 0 {
					t.Error(message(diags))
				}
				states[i][j] = state.MsgPack
			})
		}
	}
	group.Wait()
	seen := map[string]bool{}
	for i := range aliases {
		seen[string(states[i][0])] = true
		for j := range reads {
			if !bytes.Equal(states[i][0], states[i][j]) {
				t.Errorf("alias %d: read %d differs from the first", i, j)
			}
		}
	}
	if len(seen) != len(organizations) {
		t.Errorf("%d different results of %d organizations", len(seen), len(organizations))
	}
}

func TestAccReadsAtOnce(t *testing.T) {
	t.Parallel()
	const reads = 10 // of each alias
	organizations := mockinvent.Sample().Organizations
	api := httptest.NewServer(together(50, mockinvent.New(mockinvent.Sample())))
	t.Cleanup(api.Close)
	var configuration strings.Builder
	for i := range 5 {
		fmt.Fprintf(&configuration, `
			provider "invent" {
			  alias   = "p%[1]d"
			  api_key = %[2]q
			}
			data "invent_assistants" "d%[1]d" {
			  provider = invent.p%[1]d
			  count    = %[3]d
			}`, i, organizations[i%len(organizations)].APIKey, reads)
	}
	terraform := newCLI(t, configuration.String(), map[string]string{"INVENT_BASE_URL": api.URL})
	terraform.must(t, 0, "apply", "-auto-approve", "-parallelism=50")
	var state struct {
		Values struct {
			Root struct {
				Resources []struct {
					Name   string
					Values json.RawMessage
				}
			} `json:"root_module"`
		}
	}
	output := terraform.must(t, 0, "show", "-json")
	if err := json.Unmarshal([]byte(output), &state); err != nil {
		t.Fatal(err)
	}
	results, number := map[string]string{}, 0
	for _, resource := range state.Values.Root.Resources {
		number++
		first, known := results[resource.Name]
		if known && first != string(resource.Values) {
			t.Errorf("two reads of %s differ", resource.Name)
		}
		results[resource.Name] = string(resource.Values)
	}
	if number != 50 || len(results) != 5 {
		t.Errorf("%d results of %d data sources, want 50 of 5", number, len(results))
	}
}

// connections counts those that a server has.
type connections struct {
	mutex sync.Mutex
	open  map[net.Conn]bool
	none  chan struct{} // receives when the last one is closed
}

func (c *connections) note(connection net.Conn, state http.ConnState) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch state {
	case http.StateNew:
		c.open[connection] = true
	case http.StateClosed, http.StateHijacked:
		delete(c.open, connection)
		if len(c.open) == 0 {
			select {
			case c.none <- struct{}{}:
			default:
			}
		}
	}
}

func (c *connections) number() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.open)
}

// wait returns when there are none any more.
func (c *connections) wait(t *testing.T) {
	t.Helper()
	limit := time.After(soon)
	for c.number() > 0 {
		select {
		case <-c.none:
		case <-limit:
			t.Fatalf("%d connections are left", c.number())
		}
	}
}

func TestNothingLeftAfterRead(t *testing.T) { //nolint:paralleltest // goroutines of other tests would count
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	breakOff := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "[")
	}
	cases := []struct {
		name   string
		answer []http.HandlerFunc // before the mock's
		want   string             // in the diagnostics
	}{
		{"success", nil, ""},
		{"several pages", []http.HandlerFunc{mockinvent.Fail(200, `[{"id":"ast_1"}]`), mockinvent.Fail(200, "[]"), mockinvent.Fail(200, `[{"id":"ast_1"}]`), mockinvent.Fail(200, "[]")}, ""},
		{"after retries", []http.HandlerFunc{mockinvent.Fail(503, "later", "Retry-After: 0"), mockinvent.Fail(503, "later", "Retry-After: 0")}, ""},
		{"a failure", []http.HandlerFunc{mockinvent.Fail(401, strings.Repeat("no", 100_000))}, "401"},
		{"a failure on a later page", []http.HandlerFunc{mockinvent.Fail(200, `[{"id":"ast_1"}]`), mockinvent.Fail(401, "no")}, "401"},
		{"too long a wait", []http.HandlerFunc{mockinvent.Fail(429, "", "Retry-After: 100")}, "asks to wait"},
		{"garbage", []http.HandlerFunc{mockinvent.Fail(200, "garbage")}, "not valid JSON"},
		{"a redirect elsewhere", []http.HandlerFunc{mockinvent.Fail(302, "away", "Location: http://localhost:1/")}, "redirects"},
		{"a body that breaks off", []http.HandlerFunc{breakOff, mockinvent.Fail(401, "no")}, "401"},
		{"the time runs out", []http.HandlerFunc{hang}, "ran out"},
		{"cancelled", []http.HandlerFunc{hang}, "interrupted"},
	}
	for _, secure := range []bool{false, true} { //nolint:paralleltest // as above; true: HTTP/2
		for _, c := range cases {
			t.Run(fmt.Sprintf("%s, secure %t", c.name, secure), func(t *testing.T) {
				mock := mockinvent.New(mockinvent.Sample())
				mock.Next(c.answer...)
				conns := &connections{open: map[net.Conn]bool{}, none: make(chan struct{}, 1)}
				arrived := make(chan struct{}, 100)
				api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					arrived <- struct{}{}
					mock.ServeHTTP(w, r)
				}))
				api.Config.ConnState = conns.note
				config := attributes{"api_key": text(sample.APIKey)}
				if secure {
					api.EnableHTTP2 = true
					api.StartTLS()
					config["ca_cert_pem"] = text(certificatePEM(api))
				} else {
					api.Start()
				}
				defer api.Close()
				config["base_url"] = text(api.URL)
				provider := newServer(t, nil)
				if diags := provider.configure(t, config); len(diags) > 0 {
					t.Fatal(message(diags))
				}
				before := goleak.IgnoreCurrent()

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.want == "interrupted" {
					go func() {
						<-arrived
						cancel()
					}()
				}
				_, diags := provider.read(ctx, t, "invent_assistants", attributes{"timeouts": readTimeout(text("2s"))})
				if got := message(diags); !strings.Contains(got, c.want) || c.want == "" && got != "" {
					t.Errorf("got %q, want %q", got, c.want)
				}
				cancel()
				conns.wait(t)
				goleak.VerifyNone(t, before)
			})
		}
	}
}

// At the 1,000th read of a process there is no more on the heap than at the 100th.
func TestHeapStays(t *testing.T) { //nolint:paralleltest // other tests would count
	api := httptest.NewServer(mockinvent.Fail(http.StatusOK, `[{"id":"ast_1"}]`, "Pagination-Count: 1", "Pagination-Take: 100"))
	defer api.Close()
	provider := connect(t, api.URL)
	heap := func(reads int) uint64 {
		for range reads {
			ctx, cancel := context.WithCancel(t.Context()) // ends with the read, as a call of Terraform does
			if _, diags := provider.read(ctx, t, "invent_assistants", nil); len(diags) > 0 {
				t.Fatal(message(diags))
			}
			cancel()
		}
		// The framework keeps each call's context, less than half a KB, until
		// Terraform stops the provider. All the rest has to be gone without that.
		if _, err := provider.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
			t.Fatal(err)
		}
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	hundredth := heap(100)
	thousandth := heap(900)
	runtime.KeepAlive(provider) // or the last collection would take it and all that it has
	if thousandth > hundredth+hundredth/10 {
		t.Errorf("%d bytes after 100 reads, %d after 1,000", hundredth, thousandth)
	}
}
