package provider_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// BenchmarkFilter compares reading one of 5,000 assistants through the filter with
// reading all of them.
func BenchmarkFilter(b *testing.B) {
	s := connect(b, remembering(b, mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{
		{ID: "org_generated", APIKey: testKey, Assistants: mockinvent.Generate(5000)},
	}})))
	cases := []struct {
		name   string
		config attributes
		want   int
	}{
		{"all", nil, 5000},
		{"one", attributes{"filter": conditions(attributes{"name_regex": text("branch 2500$")})}, 1},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				state, diags := s.read(b.Context(), b, "invent_assistants", c.config)
				if len(diags) > 0 {
					b.Fatal(message(diags))
				}
				b.StopTimer()
				if got := len(listedIDs(b, s.decode(b, "invent_assistants", state))); got != c.want {
					b.Fatalf("%d assistants, want %d", got, c.want)
				}
				b.StartTimer()
			}
		})
	}
}

// remembering serves an API whose answers are made once, so that the mock's own
// work is not measured.
func remembering(t testing.TB, api http.Handler) (baseURL string) {
	t.Helper()
	var answers sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made, found := answers.Load(r.RequestURI)
		if !found {
			recorder := httptest.NewRecorder()
			api.ServeHTTP(recorder, r)
			made, _ = answers.LoadOrStore(r.RequestURI, recorder)
		}
		answer := made.(*httptest.ResponseRecorder)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL
}
