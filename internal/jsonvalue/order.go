package jsonvalue

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Order says which fields decide the place of an object in its list.
type Order struct {
	ID string   // lists of objects with this field are sorted; it is compared last, as bytes
	By []string // are compared first, in turn: numbers, or strings as times
}

// sort puts the objects of a list in order, if it has one. What the fields do not tell apart stays as it came.
func (n *node) sort(objects []tftypes.Value) {
	if n.fields[n.order.ID] != nil {
		slices.SortStableFunc(objects, n.order.compare)
	}
}

func (o Order) compare(a, b tftypes.Value) int {
	var these, those map[string]tftypes.Value
	_, _ = a.As(&these), b.As(&those)
	for _, name := range o.By {
		if c := compare(these[name], those[name], compareTimes); c != 0 {
			return c
		}
	}
	return compare(these[o.ID], those[o.ID], cmp.Compare)
}

// compare puts null last. What is neither a number nor a string does not decide.
func compare(a, b tftypes.Value, texts func(a, b string) int) int {
	switch {
	case a.IsNull() && b.IsNull():
		return 0
	case a.IsNull():
		return 1
	case b.IsNull():
		return -1
	case a.Type().Is(tftypes.Number):
		var these, those big.Float
		_, _ = a.As(&these), b.As(&those)
		return these.Cmp(&those)
	default:
		var these, those string
		_, _ = a.As(&these), b.As(&those)
		return texts(these, those)
	}
}

// compareTimes puts what is no time behind what is one: comparing such a pair by its bytes would make the order depend
// on the one that the API sent.
func compareTimes(a, b string) int {
	first, errFirst := parseTime(a)
	second, errSecond := parseTime(b)
	switch {
	case errFirst == nil && errSecond == nil:
		return first.Compare(second)
	case errFirst == nil:
		return -1
	case errSecond == nil:
		return 1
	default:
		return cmp.Compare(a, b)
	}
}

func parseTime(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Parse(time.DateOnly, text)
}
