package jsonvalue

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

// Order says which fields decide the place of an object in its list.
type Order struct {
	ID string   // lists of objects with this field are sorted; it is compared last, as bytes
	By []string // are compared first, in turn: numbers, or strings as times
}

// place is what one field says of an object's place.
type place struct {
	rank   rank
	number big.Float
	time   time.Time
	text   string
}

type rank int

// Texts come after times: comparing such a pair by its bytes would make the order depend on the one that the API sent.
const (
	isNumber rank = iota
	isTime
	isText
	isNull
)

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.rank, other.rank), p.number.Cmp(&other.number), p.time.Compare(other.time), cmp.Compare(p.text, other.text))
}

// place returns what the fields of an object say of its place in a list, the id at last; nil if its list keeps the order
// that it has.
func (n *node) place(object any) []place {
	if n.fields[n.order.ID] == nil {
		return nil
	}
	members, _ := object.(map[string]any)
	var places []place
	for _, name := range n.order.By {
		if n.fields[name] != nil {
			places = append(places, newPlace(members[name]))
		}
	}
	if id, ok := members[n.order.ID].(string); ok {
		return append(places, place{rank: isText, text: id})
	}
	return append(places, place{rank: isNull})
}

func (n *node) places(objects []any) [][]place {
	places := make([][]place, len(objects))
	for i, object := range objects {
		places[i] = n.place(object)
	}
	return places
}

func newPlace(value any) place {
	switch value := value.(type) {
	case json.Number:
		if number, err := parseNumber(value); err == nil {
			return place{rank: isNumber, number: *number}
		}
	case string:
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if t, err := time.Parse(layout, value); err == nil {
				return place{rank: isTime, time: t}
			}
		}
		return place{rank: isText, text: value}
	}
	return place{rank: isNull}
}

// inOrder returns the indexes of places in their order. What places do not tell apart stays as it came.
func inOrder(places [][]place) []int {
	indexes := make([]int, len(places))
	for i := range indexes {
		indexes[i] = i
	}
	slices.SortStableFunc(indexes, func(a, b int) int { return slices.CompareFunc(places[a], places[b], place.compare) })
	return indexes
}

// mapKey returns what an object is known by in a map: its id in NFC, as all strings of Terraform. An object without an id, or
// with one that is taken, has # and its place in the order appended, so that none is lost.
func mapKey(places []place, nth int, taken map[string]tftypes.Value) string {
	key := norm.NFC.String(places[len(places)-1].text) // the id
	for _, isTaken := taken[key]; isTaken || key == ""; _, isTaken = taken[key] {
		key += "#" + strconv.Itoa(nth)
	}
	return key
}
