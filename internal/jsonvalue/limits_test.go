package jsonvalue_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// A text that grows when it is written out is given up where there is no more
// room: what is behind that is only counted.
func TestFreeFormTooLarge(t *testing.T) {
	t.Parallel()
	grows := `"` + strings.Repeat("<", 1<<20) + `"` // to six times as much
	document := []byte(`{"json":[` + grows + strings.Repeat(","+grows, 49) + `]}`)
	_, err := newDecoder(t, everything()).Object(t.Context(), document)
	tooLarge, ok := errors.AsType[*jsonvalue.SizeError](err)
	if !ok {
		t.Fatalf("got the error %v, want that of the size", err)
	}
	if tooLarge.Size > 240<<20 {
		t.Errorf("%d MiB were written out", tooLarge.Size>>20)
	}
}

func TestDecodingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	many := func(value string) string { return value + strings.Repeat(","+value, 5000) }
	tests := []struct{ name, document string }{
		{"texts", `{"texts":[` + many(`"a"`) + `]}`},
		{"objects", `{"objects":[` + many(`{}`) + `]}`},
		{"free-form array", `{"json":[` + many(`1`) + `]}`},
		{"free-form objects", `{"json":[` + many(`{"a":1,"b":{}}`) + `]}`},
		{"a free-form object to be sorted, of whatever size", `{"json":{"b":1,"a":2}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			decoder := newDecoder(t, everything())
			if _, err := decoder.Object(ctx, []byte(test.document)); err != nil {
				t.Fatal(err)
			}
			cancel()
			if _, err := decoder.Object(ctx, []byte(test.document)); !errors.Is(err, context.Canceled) {
				t.Errorf("got the error %v", err)
			}
		})
	}
}

// A list holds no byte of its documents: each is a part of a whole page.
func TestListLetsDocumentsGo(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, document string }{
		{"read", `{"text":"a","texts":["b"],"json":{"c":["d"]},"rows":[{"id":"e"},{"id":"f"}],"new":"g"}`},
		{"with an error", `{"text":"a","texts":7}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list := newDecoder(t, everything()).NewList()
			document := []byte(strings.Repeat(" ", 1<<20) + test.document)
			held := weak.Make(&document[0])
			_ = list.Add(t.Context(), document)
			document = nil
			runtime.GC()
			if held.Value() != nil {
				t.Error("the document is still in memory")
			}
			runtime.KeepAlive(list)
		})
	}
}

// Rows that only their own JSON tells apart are written out once each, not once
// for each comparison.
func BenchmarkTies(b *testing.B) {
	var rows []string
	for i := range 300 {
		rows = append(rows, fmt.Sprintf(`{"number":%d,"json":%q}`, (i*7)%300, strings.Repeat("x", 10_000)))
	}
	document := []byte(`{"rows":[` + strings.Join(rows, ",") + `]}`)
	decoder := newDecoder(b, everything())
	for b.Loop() {
		if _, err := decoder.Object(b.Context(), document); err != nil {
			b.Fatal(err)
		}
	}
}
