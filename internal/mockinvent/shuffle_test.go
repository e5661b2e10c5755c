package mockinvent_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestShuffle(t *testing.T) {
	t.Parallel()
	tests := []struct{ document, want string }{ // with two of a thing there is one other order
		{`{"a": 1, "b": 2}`, `{"b":2,"a":1}`},
		{`{"a": {"b": 1, "c": 2}}`, `{"a":{"c":2,"b":1}}`},
		{`{"a": [{"b": 1, "c": 2}]}`, `{"a":[{"c":2,"b":1}]}`},
		{`{"integrations": [1, 2]}`, `{"integrations":[2,1]}`},
		{`{"actions": [1, 2]}`, `{"actions":[2,1]}`},
		{`{"boards": [{"id": 1}, {"id": 2}]}`, `{"boards":[{"id":2},{"id":1}]}`},
		{`{"suggested_messages": [1, 2, 3, [4, 5, 6]]}`, `{"suggested_messages":[1,2,3,[4,5,6]]}`},
		{`{"config": {"actions": [1, 2, 3]}}`, `{"config":{"actions":[1,2,3]}}`},
		{`{"a": [1.50, 1e3, -0, "\u0041<b>", "\ud800", null, true]}`, `{"a":[1.50,1e3,-0,"\u0041<b>","\ud800",null,true]}`},
		{`{"a\"b": 1}`, `{"a\"b":1}`},
		{`{"a": 1, "a": 2}`, `{"a":2}`},
		{`{"integrations": null}`, `{"integrations":null}`},
		{` {} `, `{}`},
		{`[1, 2]`, `[1,2]`},
		{`null`, `null`},
		{`{"a": 1, "b"`, `{"a": 1, "b"`},
		{``, ``},
	}
	for _, test := range tests {
		for seed := range uint64(5) {
			if got := texts(mockinvent.Shuffle(raw(test.document), seed)); !slices.Equal(got, []string{test.want}) {
				t.Errorf("%s with seed %d: got %q, want %q", test.document, seed, got, test.want)
			}
		}
	}
}

func TestShuffleRows(t *testing.T) {
	t.Parallel()
	rows := raw(`1`, `2`, `3`, `4`)
	orders := map[string]bool{}
	for seed := range uint64(50) {
		shuffled := texts(mockinvent.Shuffle(rows, seed))
		orders[fmt.Sprint(shuffled)] = true
		if !slices.Equal(shuffled, texts(mockinvent.Shuffle(rows, seed))) {
			t.Errorf("seed %d: two orders", seed)
		}
		slices.Sort(shuffled)
		if !slices.Equal(shuffled, texts(rows)) {
			t.Errorf("seed %d: other rows: %v", seed, shuffled)
		}
	}
	if orders[fmt.Sprint(texts(rows))] || len(orders) < 10 {
		t.Errorf("the old order, or few others: %v", orders)
	}
}

func TestShuffledSampleIsTheSame(t *testing.T) {
	t.Parallel()
	// The bytes of each document, sorted.
	sorted := func(assistants []json.RawMessage) (all []string) {
		for _, assistant := range assistants {
			var compact bytes.Buffer
			if err := json.Compact(&compact, assistant); err != nil {
				t.Fatal(err)
			}
			all = append(all, string(slices.Sorted(slices.Values(compact.Bytes()))))
		}
		slices.Sort(all)
		return all
	}
	before := sampleAssistants()
	if !slices.Equal(sorted(before), sorted(mockinvent.Shuffle(before, 1))) {
		t.Error("other assistants")
	}
}
