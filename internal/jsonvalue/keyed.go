package jsonvalue

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

// element is an object of an array that becomes a map.
type element struct {
	value  tftypes.Value
	others otherFields
}

// keyed reads an array of objects into a map by their ids. An object without an id, or with one that is there already,
// has # and its place in the order appended, so that none is lost.
func (n *node) keyed(w *walk) (any, error) {
	var elements []element
	err := w.each(func() error {
		value, err := n.element.decode(w)
		elements = append(elements, element{value, w.others})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(elements, func(a, b element) int { return n.element.order.compare(a.value, b.value) })
	values := map[string]tftypes.Value{}
	var others otherFields
	for i, e := range elements {
		key := n.element.id(e.value)
		for _, taken := values[key]; taken || key == ""; _, taken = values[key] {
			key += "#" + strconv.Itoa(i)
		}
		values[key] = n.element.withoutHidden(e.value)
		others.setBelow(key, e.others)
	}
	w.others = others
	return values, nil
}

// id returns an object's id as Terraform has it, in NFC; "" if there is none.
func (n *node) id(object tftypes.Value) string {
	var fields map[string]tftypes.Value
	var id *string
	_ = object.As(&fields)
	_ = fields[n.order.ID].As(&id)
	if id == nil {
		return ""
	}
	return norm.NFC.String(*id)
}

// withoutHidden leaves out what is ignored of an object, but had to be read because it decides key and order.
func (n *node) withoutHidden(object tftypes.Value) tftypes.Value {
	if len(n.hidden) == 0 || object.IsNull() {
		return object
	}
	var fields map[string]tftypes.Value
	_ = object.As(&fields)
	fields = maps.Clone(fields)
	for _, name := range n.hidden {
		fields[name] = n.missing[name]
	}
	return tftypes.NewValue(n.tfType, fields)
}
