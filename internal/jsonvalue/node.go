package jsonvalue

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// node is the compiled form of one type of the schema.
type node struct {
	path     string // in the schema: config.conversation
	name     string // of the field, if it is one
	tfType   tftypes.Type
	absent   tftypes.Value // what a missing or null value becomes
	required bool          // null is an error
	want     string        // the JSON type of what it is made from; "" is any

	// content makes of a tree of the wanted type what tftypes.NewValue takes; nil makes the value absent.
	content func(w walk, tree any) (any, error)

	element *node   // of a list, or a map by id
	fields  []*node // of an object, sorted by name
	others  *node   // of the root object: its field for what the model does not have
	order   Order   // of an object: of lists of it

	isLeftOut  bool     // the model has the field, the type has not
	isFreeForm bool     // it becomes leaves
	ignored    patterns // the whole value, or parts of a free-form value
	revealed   patterns // of a free-form value
}

// walk is what comes of one document beside its value.
type walk struct {
	leftOut map[string]tftypes.Value // of the root object
	unknown map[string]bool          // paths that the model does not have
}

func compile(ctx context.Context, t, model attr.Type, order Order, path string) (n *node, err error) {
	n = &node{tfType: t.TerraformType(ctx), path: path}
	n.absent = tftypes.NewValue(n.tfType, nil)
	same := func(_ walk, tree any) (any, error) { return tree, nil }
	switch t := t.(type) {
	case jsontypes.NormalizedType:
		n.content = n.jsonText
	case LeavesType:
		n.content, n.isFreeForm = n.leaves, true
	case FingerprintType:
		n.want, n.content = "a string", n.fingerprint
	case LinesType:
		n.want, n.content = "a string", n.lines
	case basetypes.StringType:
		n.want, n.content = "a string", same
	case basetypes.BoolType:
		n.want, n.content = "a boolean", same
	case basetypes.NumberType:
		n.want, n.content = "a number", n.number
	case basetypes.ListType:
		n.want, n.content = "an array", n.array
		n.absent = tftypes.NewValue(n.tfType, []tftypes.Value{})
		err = n.compileElement(ctx, t.ElemType, model, order)
	case basetypes.MapType:
		n.want, n.content = "an array", n.array
		n.absent = tftypes.NewValue(n.tfType, map[string]tftypes.Value{})
		err = n.compileElement(ctx, t.ElemType, model, order)
	case basetypes.ObjectType:
		n.want, n.content, n.order = "an object", n.object, order
		err = n.compileFields(ctx, t.AttrTypes, model)
	default:
		err = fmt.Errorf("%s: a %s cannot be made from JSON", path, t)
	}
	return n, err
}

func (n *node) compileElement(ctx context.Context, t, model attr.Type, order Order) (err error) {
	if list, ok := model.(attr.TypeWithElementType); ok {
		model = list.ElementType()
	}
	if n.element, err = compile(ctx, t, model, order, n.path); err == nil {
		n.element.required = n.element.fields != nil
	}
	return err
}

func (n *node) compileFields(ctx context.Context, types map[string]attr.Type, model attr.Type) error {
	var known map[string]attr.Type
	if object, ok := model.(attr.TypeWithAttributeTypes); ok {
		known = object.AttributeTypes()
	}
	all := map[string]attr.Type{}
	maps.Copy(all, known)
	maps.Copy(all, types)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		field, err := compile(ctx, all[name], known[name], n.order, join(n.path, name))
		if err != nil {
			return err
		}
		field.name, field.isLeftOut = name, types[name] == nil
		if leaves, ok := all[name].(LeavesType); ok && leaves.OfOtherFields {
			n.others = field
		} else {
			n.fields = append(n.fields, field)
		}
	}
	return nil
}

// field returns the field of an object that has a name; nil if there is none.
func (n *node) field(name string) *node {
	i, found := slices.BinarySearchFunc(n.fields, name, func(field *node, name string) int { return strings.Compare(field.name, name) })
	if !found {
		return nil
	}
	return n.fields[i]
}

func (n *node) decode(w walk, tree any) (tftypes.Value, error) {
	if n.ignored.match() || tree == nil && !n.required {
		return n.absent, nil
	}
	if got := typeName(tree); n.want != "" && got != n.want {
		return n.absent, &TypeError{Want: n.want, Got: got}
	}
	content, err := n.content(w, tree)
	if err != nil || content == nil {
		return n.absent, err
	}
	return tftypes.NewValue(n.tfType, content), nil
}

func (n *node) object(w walk, tree any) (any, error) {
	members, _ := tree.(map[string]any)
	for name := range members {
		if n.field(name) == nil {
			w.unknown[join(n.path, name)] = true
		}
	}
	values := make(map[string]tftypes.Value, len(n.fields))
	for _, field := range n.fields {
		value, err := field.decode(w, members[field.name])
		switch {
		case err != nil:
			return nil, within(field.name, err)
		case !field.isLeftOut:
			values[field.name] = value
		case n.path == "":
			w.leftOut[field.name] = value
		}
	}
	if n.others == nil {
		return values, nil
	}
	var err error
	values[n.others.name], err = n.otherLeaves(tree)
	return values, err
}

func (n *node) array(w walk, tree any) (any, error) {
	elements, _ := tree.([]any)
	values := make([]tftypes.Value, len(elements))
	for i, element := range elements {
		var err error
		if values[i], err = n.element.decode(w, element); err != nil {
			return nil, within(index(i), err)
		}
	}
	if n.tfType.Is(tftypes.List{}) {
		return inOrder(values, n.element.places(elements)), nil
	}
	byKey := make(map[string]tftypes.Value, len(values))
	for i, key := range n.keys(elements) {
		byKey[key] = values[i]
	}
	return byKey, nil
}

func (n *node) number(_ walk, tree any) (any, error) {
	text, _ := tree.(json.Number)
	number, err := parseNumber(text)
	return number, err
}

func (n *node) jsonText(_ walk, tree any) (any, error) {
	value, err := freeForm(tree, 0)
	return canonical(value), err
}

func join(path, name string) string {
	return strings.TrimPrefix(path+"."+name, ".")
}
