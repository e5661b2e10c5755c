package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// The benchmarks measure one read of all assistants in process. Only ratios within one run say anything: the provider to
// the floor is what it saves compared with the framework's own server, to the structs what it saves compared with the
// conventional way. `make bench` runs each in a process of its own, in turns.

// BenchmarkAssistants has the form that benchstat makes a table of: a row for each number, a column for each way.
//
// The provider's read of n assistants consists of n/100 pages and an empty one, all of that twice (once if the first page
// is not full: it is the whole list), each checked as JSON and split into rows; then the list is assigned and encoded.
// The floor assigns a value that was made beforehand, in the framework's server: all that is left is the framework's.
func BenchmarkAssistants(b *testing.B) {
	for _, assistants := range []int{1, 100, 1000, 10000} {
		for _, way := range []string{"floor", "provider", "settings", "structs", "fetch", "decode"} {
			b.Run(fmt.Sprintf("assistants=%d/way=%s", assistants, way), func(b *testing.B) { benchmark(b, way, assistants) })
		}
	}
}

func benchmark(b *testing.B, way string, assistants int) {
	b.Helper()
	baseURL := serveGenerated(b, assistants)
	switch way {
	case "floor":
		benchmarkReads(b, newSubstitute(b, assign(connect(b, baseURL).readAll(b))), list, assistants)
	case "provider":
		benchmarkReads(b, connect(b, baseURL), list, assistants)
	case "settings":
		benchmarkReads(b, connect(b, baseURL), "invent_assistants_settings", assistants)
	case "structs":
		benchmarkReads(b, newSubstitute(b, readStructs(b, baseURL)), list, assistants)
	case "fetch":
		benchmarkFetch(b, baseURL, assistants)
	case "decode":
		benchmarkDecode(b, assistants)
	}
}

// benchmarkFetch fetches every page once and parses it with encoding/json, without Terraform.
func benchmarkFetch(b *testing.B, baseURL string, assistants int) {
	b.Helper()
	measure(b, assistants, func() error {
		var all []map[string]any
		return fetch(b.Context(), baseURL, func(body []byte) (int, error) {
			var page []map[string]any
			err := json.Unmarshal(body, &page)
			all = append(all, page...)
			return len(all), err
		})
	})
}

// benchmarkDecode turns documents that are in memory into the list that the provider assigns.
func benchmarkDecode(b *testing.B, assistants int) {
	b.Helper()
	assistantType := dataSourceType(b).AttrTypes["assistants"].(basetypes.ListType).ElemType.(basetypes.ObjectType)
	decoder := jsonvalue.New(b.Context(), assistantType, assistantType, jsonvalue.Order{ID: "id", By: []string{"position", "created_at"}})
	documents := mockinvent.Generate(assistants)
	measure(b, assistants, func() error {
		decoded := decoder.NewList()
		for _, document := range documents {
			if err := decoded.Add(b.Context(), document); err != nil {
				return err
			}
		}
		_ = decoded.Value()
		return nil
	})
}

// TestBenchmarksReadTheSame keeps the comparison honest: what is compared gives the same state.
func TestBenchmarksReadTheSame(t *testing.T) {
	t.Parallel()
	const assistants = 3
	baseURL := serveGenerated(t, assistants)
	s := connect(t, baseURL)
	want := s.must(t, list, nil)
	if got := ids(want); len(got) != assistants {
		t.Fatalf("the provider lists %q, want %d", got, assistants)
	}
	checkEqual(t, "floor", newSubstitute(t, assign(s.readAll(t))).must(t, list, nil), want)
	checkEqual(t, "structs", newSubstitute(t, readStructs(t, baseURL)).must(t, list, nil), want)
}

// benchmarkReads measures a provider as Terraform calls it, short of gRPC.
func benchmarkReads(b *testing.B, s *server, dataSource string, assistants int) {
	b.Helper()
	request := &tfprotov6.ReadDataSourceRequest{
		TypeName: dataSource,
		Config:   attributes{}.dynamic(b, s.schemaOf(dataSource)),
	}
	measure(b, assistants, func() error {
		response, err := s.ReadDataSource(b.Context(), request)
		if err == nil && len(response.Diagnostics) > 0 {
			b.Fatal(message(response.Diagnostics))
		}
		return err
	})
}

// measure reports time and allocations for each assistant, so that numbers of them can be compared, and the memory that
// the process has ever had from the system: set-up is in it, and whatever ran before.
func measure(b *testing.B, assistants int, read func() error) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		if err := read(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	all := float64(b.N * assistants)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/all, "ns/assistant")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/all, "allocs/assistant")
	b.ReportMetric(float64(after.Sys), "peak-B")
}

// readAll returns the state of the data source without any argument.
func (s *server) readAll(t testing.TB) tftypes.Value {
	t.Helper()
	state, diags := s.call(t.Context(), t, list, nil)
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	value, err := state.Unmarshal(s.schemaOf(list).ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// serveGenerated starts an API with so many assistants and returns its address. Each answer is the mock's own, headers
// included, but made once: the mock shall not be measured.
func serveGenerated(t testing.TB, assistants int) string {
	t.Helper()
	mock := mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{
		{ID: "org_generated", APIKey: sample.APIKey, Assistants: mockinvent.Generate(assistants)},
	}})
	var answers sync.Map
	return inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made, found := answers.Load(r.RequestURI)
		if !found {
			recorder := httptest.NewRecorder()
			mock.ServeHTTP(recorder, r)
			made, _ = answers.LoadOrStore(r.RequestURI, recorder)
		}
		answer := made.(*httptest.ResponseRecorder)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})).URL
}

// dataSourceType is the type of the data source that lists assistants.
func dataSourceType(t testing.TB) basetypes.ObjectType {
	t.Helper()
	for _, constructor := range provider.New("test", nil)().DataSources(t.Context()) {
		var response datasource.SchemaResponse
		constructor().Schema(t.Context(), datasource.SchemaRequest{}, &response)
		if _, found := response.Schema.Attributes["assistants"]; found {
			return response.Schema.Type().(basetypes.ObjectType)
		}
	}
	t.Fatal("no data source lists assistants")
	return basetypes.ObjectType{}
}

// readFunc is the Read of a data source.
type readFunc func(context.Context, datasource.ReadRequest, *datasource.ReadResponse)

// assign is a Read that does no work.
func assign(value tftypes.Value) readFunc {
	return func(_ context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
		resp.State.Raw = value
	}
}

// substitute is the provider with another Read, so that its schema need not be written again.
type substitute struct {
	fwprovider.Provider
	read readFunc
}

func newSubstitute(t testing.TB, read readFunc) *server {
	t.Helper()
	s := newServer(t, nil)
	s.ProviderServer = providerserver.NewProtocol6(substitute{provider.New("test", nil)(), read})()
	return s
}

func (s substitute) DataSources(ctx context.Context) []func() datasource.DataSource {
	constructors := s.Provider.DataSources(ctx)
	for i, constructor := range constructors {
		constructors[i] = func() datasource.DataSource { return substituteDataSource{constructor(), s.read} }
	}
	return constructors
}

type substituteDataSource struct {
	datasource.DataSource
	read readFunc
}

func (d substituteDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.read(ctx, req, resp)
}
