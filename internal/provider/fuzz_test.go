package provider_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// FuzzRead gives any bytes as any page, with any status and headers: each read ends in a state, in which every
// assistant has an id, or in errors with a text.
func FuzzRead(f *testing.F) {
	const counted = "pagination-count: 2\npagination-take: 1\npagination-page: 1"
	f.Add(uint16(0), "", `[{"id":"a"},{"id":"b"}]`, "[]")
	f.Add(uint16(0), counted, `[{"id":"a"}]`, `[{"id":"b"}]`)
	f.Add(uint16(0), "pagination-count: 9\npagination-take: 9", `[{"id":"a"}]`, "[]")
	f.Add(uint16(0), "Content-Encoding: gzip", "\x1f\x8b\x08\x00", "[]")
	f.Add(uint16(0), "", "["+string(mockinvent.Generate(1)[0])+"]", "[]")
	f.Add(uint16(0), "", `[{"id":"a","integrations":[{"config":{"a":[1e400,"\ud800",{"a":1,"a":2}]}}]}]`, `[{"id":"b","actions":[{"position":-0.0e-400}]}]`)
	f.Add(uint16(107), "Location: https://example.invalid/%zz", "", "[]")
	f.Add(uint16(229), "Retry-After: 99999999999999999999", `{"secret_key":"x"}`, "")
	f.Add(uint16(300), "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", "\xff\x00<html>", "")

	var answer atomic.Pointer[http.HandlerFunc]
	s := connect(f, inventtest.Serve(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*answer.Load())(w, r) })).URL)
	f.Fuzz(func(t *testing.T, status uint16, header, first, later string) {
		answer.Store(new(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for line := range strings.SplitSeq(header, "\n") {
				name, value, _ := strings.Cut(line, ":")
				w.Header().Add(name, strings.TrimSpace(value))
			}
			page := later
			if r.URL.Query().Get("page") == "1" {
				page = first
				w.WriteHeader(200 + int(status)%400)
			}
			_, _ = w.Write([]byte(page))
		})))
		state, diags := s.read(t.Context(), t, list, nil)
		for _, d := range diags {
			if d.Summary == "" || d.Detail == "" {
				t.Errorf("a diagnostic without a text: %s", message(diags))
			}
		}
		if state == nil {
			return
		}
		for _, id := range ids(state) {
			if id == "" {
				t.Error("an assistant without an id")
			}
		}
	})
}
