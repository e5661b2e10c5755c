package jsonvalue

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// otherLeaves makes the leaves of all that the model does not have of the root object.
func (n *node) otherLeaves(tree any) (tftypes.Value, error) {
	if n.others.ignored.match() {
		return n.others.absent, nil
	}
	others, err := n.otherFields(tree)
	if err != nil || len(others) == 0 {
		return n.others.absent, err
	}
	return tftypes.NewValue(n.others.tfType, n.others.flatten(others)), nil
}

// otherFields returns what the model does not have of a tree, as free-form values in the same nesting; empty if there is
// nothing. Names are taken in order, so that of two errors it is always the same one.
func (n *node) otherFields(tree any) (map[string]any, error) {
	if n.fields == nil && n.element == nil || n.ignored.match() {
		return nil, nil
	}
	others := map[string]any{}
	below := func(n *node, key, step string, tree any) error {
		found, err := n.otherFields(tree)
		if len(found) > 0 {
			others[key] = found
		}
		return within(step, err)
	}
	members, _ := tree.(map[string]any)
	elements, _ := tree.([]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var err error
		if field := n.field(name); field != nil {
			err = below(field, name, name, members[name])
		} else {
			others[name], err = freeForm(members[name], 0)
			err = within(fmt.Sprintf("%.100q", name), err)
		}
		if err != nil {
			return nil, err
		}
	}
	if n.element == nil {
		return others, nil
	}
	for i, key := range n.keys(elements) {
		if err := below(n.element, key, index(i), elements[i]); err != nil {
			return nil, err
		}
	}
	return others, nil
}
