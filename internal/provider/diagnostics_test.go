package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

func TestCheckSize(t *testing.T) {
	t.Parallel()
	mebibyte := invent.Row{ID: "ast_1", Document: make([]byte, 1<<20)}
	if err := new(operation).checkSize(slices.Repeat([]invent.Row{mebibyte}, 100)); err != nil {
		t.Errorf("100 MiB: %v", err)
	}
	err := new(operation).checkSize(slices.Repeat([]invent.Row{mebibyte}, 101))
	if got := fmt.Sprint(err); !strings.Contains(got, "The 101 assistants to be read have 101 MiB of JSON") || !strings.Contains(got, "name_regex") {
		t.Errorf("101 MiB: %s", got)
	}
}

// The client's own errors are asserted where they come from; the decoder's end of time comes from no client.
func TestNoTimeToDecode(t *testing.T) {
	t.Parallel()
	o := &operation{providerData: providerData{redactor: newKeyRedactor("key")}, timeout: path.Root("timeouts").AtName("open")}
	got := o.diagnostic(fmt.Errorf("assistant: %w", context.DeadlineExceeded)).Detail()
	if !strings.Contains(got, "The time for the whole read ran out.") || !strings.Contains(got, "more time in timeouts.open") {
		t.Errorf("got %s", got)
	}
}
