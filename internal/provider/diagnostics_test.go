package provider

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

func TestTooLarge(t *testing.T) {
	t.Parallel()
	mebibyte := invent.Row{ID: "ast_1", Document: make([]byte, 1<<20)}
	if diags := tooLarge(subject{}, slices.Repeat([]invent.Row{mebibyte}, 100)); diags != nil {
		t.Errorf("100 MiB: %v", diags)
	}
	diags := tooLarge(subject{summary: "Unable"}, slices.Repeat([]invent.Row{mebibyte}, 101))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "The 101 assistants to be read have 101 MiB of JSON") || !strings.Contains(diags[0].Detail(), "name_regex") {
		t.Errorf("101 MiB: %v", diags)
	}
}

// The client's own errors are asserted where they come from; the decoder's end of time comes from no client.
func TestNoTimeToDecode(t *testing.T) {
	t.Parallel()
	of := subject{summary: "Unable", timeout: "timeouts.open"}
	d := (&connection{redactor: newRedactor("key")}).apiError(of, of.rowError(invent.Row{}, context.DeadlineExceeded))
	if got := d.Detail(); !strings.Contains(got, "The time for the whole read ran out.") || !strings.Contains(got, "more time in timeouts.open") {
		t.Errorf("got %s", got)
	}
}
