package provider_test

import "testing"

// BenchmarkFilter compares reading one of 5,000 assistants through the filter with
// reading all of them.
func BenchmarkFilter(b *testing.B) {
	s := connect(b, serveGenerated(b, 5000))
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
