package provider_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// FuzzRead gives any bytes as any page, with any status and headers: each read
// ends in a state or in errors, and what is in the state has an id.
func FuzzRead(f *testing.F) {
	const counted = "pagination-count: 2\npagination-take: 1\npagination-page: 1"
	f.Add(uint16(200), "", rows(1, 2), "[]")
	f.Add(uint16(200), counted, rows(1, 1), rows(2, 2))
	f.Add(uint16(200), "pagination-count: 9\npagination-take: 9", rows(1, 1), "[]")
	f.Add(uint16(200), "Content-Encoding: gzip", "\x1f\x8b\x08\x00", "[]")
	f.Add(uint16(200), "", string(mockinvent.Sample().Organizations[0].Assistants[0]), "")
	f.Add(uint16(200), "", "["+string(mockinvent.Generate(1)[0])+"]", "[]")
	f.Add(uint16(200), "", free(`{"a":[1e400,"\ud800",{"a":1,"a":2}]}`), position("-0.0e-400"))
	f.Add(uint16(302), "Location: /orgs/c/assistants?page=2", "", "[]")
	f.Add(uint16(307), "Location: https://example.invalid/%zz", "", "[]")
	f.Add(uint16(429), "Retry-After: 99999999999999999999", `{"secret_key":"x"}`, "")
	f.Add(uint16(500), "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT", "\xff\x00<html>", "")
	f.Add(uint16(404), counted, "[]", "[]")

	var answer atomic.Pointer[http.HandlerFunc]
	api := serve(f, func(w http.ResponseWriter, r *http.Request) { (*answer.Load())(w, r) })
	s := newServer(f, nil)
	s.configure(f, attributes{"api_key": text(testKey), "base_url": text(api.url), "max_retries": tftypes.NewValue(tftypes.Number, 0)})

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
		state, diags := s.read(t.Context(), t, "invent_assistants", nil)
		for _, d := range diags {
			if d.Summary == "" || d.Detail == "" {
				t.Errorf("a diagnostic without a text: %s", message(diags))
			}
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				checkNoState(t, s, "invent_assistants", nil, state)
				return
			}
		}
		for _, id := range listedIDs(t, s.decode(t, "invent_assistants", state)) {
			if id == "" {
				t.Error("an assistant without an id")
			}
		}
	})
}
