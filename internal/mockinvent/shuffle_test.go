package mockinvent_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestShuffle(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		document string
		want     string // with two of a thing there is one other order
	}{
		{"members", `{"a": 1, "b": 2}`, `{"b":2,"a":1}`},
		{"members of an inner object", `{"a": {"b": 1, "c": 2}}`, `{"a":{"c":2,"b":1}}`},
		{"members of an object in an array", `{"a": [{"b": 1, "c": 2}]}`, `{"a":[{"c":2,"b":1}]}`},
		{"integrations", `{"integrations": [1, 2]}`, `{"integrations":[2,1]}`},
		{"actions", `{"actions": [1, 2]}`, `{"actions":[2,1]}`},
		{"boards", `{"boards": [{"id": 1}, {"id": 2}]}`, `{"boards":[{"id":2},{"id":1}]}`},
		{"other arrays keep their order", `{"suggested_messages": [1, 2, 3, [4, 5, 6]]}`, `{"suggested_messages":[1,2,3,[4,5,6]]}`},
		{"an array called actions in a free-form object", `{"config": {"actions": [1, 2, 3]}}`, `{"config":{"actions":[1,2,3]}}`},
		{"texts of values", `{"a": [1.50, 1e3, -0, "\u0041<b>", "\ud800", null, true]}`, `{"a":[1.50,1e3,-0,"\u0041<b>","\ud800",null,true]}`},
		{"a name with quotes", `{"a\"b": 1}`, `{"a\"b":1}`},
		{"the last duplicate stays", `{"a": 1, "a": 2}`, `{"a":2}`},
		{"null for a list", `{"integrations": null}`, `{"integrations":null}`},
		{"nothing to shuffle", ` {} `, `{}`},
		{"an array for an assistant", `[1, 2]`, `[1,2]`},
		{"null for an assistant", `null`, `null`},
		{"not JSON", `{"a": 1, "b"`, `{"a": 1, "b"`},
		{"nothing", ``, ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) {
				if got := texts(mockinvent.Shuffle(raw(test.document), seed)); !slices.Equal(got, []string{test.want}) {
					t.Errorf("seed %d: got %q, want %q", seed, got, test.want)
				}
			}
		})
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
	byID := func(assistants []json.RawMessage) map[string]any {
		all := map[string]any{}
		for _, assistant := range assistants {
			object := decode[map[string]any](t, assistant)
			for _, name := range []string{"integrations", "actions", "boards"} {
				if list, ok := object[name].([]any); ok {
					slices.SortFunc(list, func(a, b any) int {
						return slices.Compare([]byte(fmt.Sprint(a)), []byte(fmt.Sprint(b)))
					})
				}
			}
			all[fmt.Sprint(object["id"])] = object
		}
		return all
	}
	before := sampleAssistants()
	after := mockinvent.Shuffle(before, 1)
	if !reflect.DeepEqual(byID(before), byID(after)) {
		t.Error("other assistants")
	}
}
