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
// nothing.
func (n *node) otherFields(tree any) (map[string]any, error) {
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
	var err error
	switch {
	case n.ignored.match():
	case n.fields != nil:
		for _, name := range slices.Sorted(maps.Keys(members)) {
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
	case n.element != nil:
		keys := n.keys(elements)
		for i, element := range elements {
			if err := below(n.element, keys[i], index(i), element); err != nil {
				return nil, err
			}
		}
	}
	return others, nil
}
