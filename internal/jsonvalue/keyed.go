package jsonvalue

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

// keyed makes of an array of objects a map by their ids.
func (n *node) keyed(w walk, tree any) (any, error) {
	values, elements, err := n.elements(w, tree)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]tftypes.Value, len(values))
	for i, key := range n.keys(elements) {
		byKey[key] = values[i]
	}
	return byKey, nil
}

// keys returns what an array's elements are known by: in a list by their indexes, in a map by their ids in NFC, as all
// strings of Terraform. An object without an id, or with one that is there already, has # and its place in the order
// appended, so that none is lost.
func (n *node) keys(elements []any) []string {
	keys, taken := make([]string, len(elements)), map[string]bool{}
	for place, i := range indexesInOrder(n.element.places(elements)) {
		if n.tfType.Is(tftypes.List{}) {
			keys[i] = strconv.Itoa(i)
			continue
		}
		members, _ := elements[i].(map[string]any)
		id, _ := members[n.element.order.ID].(string)
		key := norm.NFC.String(id)
		for key == "" || taken[key] {
			key += "#" + strconv.Itoa(place)
		}
		keys[i], taken[key] = key, true
	}
	return keys
}
