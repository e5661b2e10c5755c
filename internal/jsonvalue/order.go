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

// place returns what the fields of an object say of its place in a list; nil if its list keeps the order that it has.
func (n *node) place(object any) []place {
	if n.field(n.order.ID) == nil {
		return nil
	}
	members, _ := object.(map[string]any)
	var places []place
	for _, name := range n.order.By {
		if n.field(name) != nil {
			places = append(places, newPlace(members[name]))
		}
	}
	if id, ok := members[n.order.ID].(string); ok {
		return append(places, place{rank: isText, text: id})
	}
	return append(places, place{rank: isNull})
}

// inOrder returns the indexes of a list's elements in their order.
func (n *node) inOrder(elements []any) []int {
	places := make([][]place, len(elements))
	for i, element := range elements {
		places[i] = n.place(element)
	}
	return indexesInOrder(places)
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

// indexesInOrder keeps what places do not tell apart as it came.
func indexesInOrder(places [][]place) []int {
	indexes := make([]int, len(places))
	for i := range indexes {
		indexes[i] = i
	}
	slices.SortStableFunc(indexes, func(a, b int) int { return slices.CompareFunc(places[a], places[b], place.compare) })
	return indexes
}

// key returns what an object is known by in a map: its id in NFC, as all strings of Terraform. An object without an id, or
// with one that is taken, has # and its place in the order appended, so that none is lost.
func (n *node) key(object any, nth int, taken map[string]tftypes.Value) string {
	members, _ := object.(map[string]any)
	id, _ := members[n.order.ID].(string)
	key := norm.NFC.String(id)
	for _, isTaken := taken[key]; isTaken || key == ""; _, isTaken = taken[key] {
		key += "#" + strconv.Itoa(nth)
	}
	return key
}
