package jsonvalue

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

// node is the compiled form of one type of the schema.
type node struct {
	path     string // in the schema: config.conversation
	tfType   tftypes.Type
	absent   tftypes.Value // what a missing or null value becomes
	required bool          // null is an error
	want     string        // the JSON type that it is made from; "" is any
	form     form

	element *node            // of a list, or a map by id
	fields  map[string]*node // of an object
	names   []string         // of the fields, sorted
	others  *node            // of the root object: its field for what the model does not have
	order   Order            // of an object: of lists of it

	isLeftOut bool     // the model has the field, the type has not
	ignored   patterns // the whole value, or parts of leaves
	revealed  patterns // of leaves
}

// form is what a value becomes in Terraform.
type form int

const (
	asItIs form = iota
	asJSONText
	asFingerprint
	asLines
	asLeaves
)

func compile(ctx context.Context, t, model attr.Type, order Order, path string) *node {
	n := &node{tfType: t.TerraformType(ctx), path: path}
	n.absent = tftypes.NewValue(n.tfType, nil)
	switch t := t.(type) {
	case jsontypes.NormalizedType:
		n.form = asJSONText
	case FingerprintType:
		n.want, n.form = "a string", asFingerprint
	case basetypes.StringType:
		n.want = "a string"
	case basetypes.BoolType:
		n.want = "a boolean"
	case basetypes.NumberType:
		n.want = "a number"
	case basetypes.ListType:
		if _, isText := model.(basetypes.StringType); isText {
			n.want, n.form = "a string", asLines
			break
		}
		n.want, n.absent = "an array", tftypes.NewValue(n.tfType, []tftypes.Value{})
		n.compileElement(ctx, t.ElemType, model, order)
	case basetypes.MapType:
		if _, isText := t.ElemType.(basetypes.StringType); isText {
			n.form = asLeaves
			break
		}
		n.want, n.absent = "an array", tftypes.NewValue(n.tfType, map[string]tftypes.Value{})
		n.compileElement(ctx, t.ElemType, model, order)
	case basetypes.ObjectType:
		n.want, n.order = "an object", order
		n.compileFields(ctx, t.AttrTypes, model)
	default:
		panic(fmt.Sprintf("%s: a %s cannot be made from JSON", path, t))
	}
	return n
}

func (n *node) compileElement(ctx context.Context, t, model attr.Type, order Order) {
	if list, ok := model.(attr.TypeWithElementType); ok {
		model = list.ElementType()
	}
	n.element = compile(ctx, t, model, order, n.path)
	n.element.required = n.element.fields != nil
}

func (n *node) compileFields(ctx context.Context, types map[string]attr.Type, model attr.Type) {
	var known map[string]attr.Type
	if object, ok := model.(attr.TypeWithAttributeTypes); ok {
		known = object.AttributeTypes()
	}
	all := map[string]attr.Type{}
	maps.Copy(all, known)
	maps.Copy(all, types)
	n.fields = map[string]*node{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		field := compile(ctx, all[name], known[name], n.order, join(n.path, name))
		field.isLeftOut = types[name] == nil
		if field.form == asLeaves && known[name] == nil {
			n.others = field
		} else {
			n.fields[name], n.names = field, append(n.names, name)
		}
	}
}

// walk is where the decoder is in a document of a list, and what it makes of that beside the value.
type walk struct {
	*List
	steps  []string                 // names, and the indexes or keys of elements
	leaves map[string]tftypes.Value // of the fields that the model does not have
}

func (w walk) below(step string) walk {
	w.steps = append(w.steps, step)
	return w
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

// content makes of a tree of the wanted type what tftypes.NewValue takes; nil makes the value absent.
func (n *node) content(w walk, tree any) (any, error) {
	text, _ := tree.(string)
	switch n.form {
	case asJSONText:
		value, err := freeForm(tree, 0, nil)
		return canonical(value), err
	case asLeaves:
		value, err := freeForm(tree, 0, n.ignored)
		leaves := map[string]tftypes.Value{}
		addLeaves(leaves, "", value, n.ignored, n.revealed)
		if err != nil || len(leaves) == 0 { // all is ignored
			return nil, err
		}
		return leaves, nil
	case asFingerprint:
		return fingerprint(norm.NFC.String(text)), nil
	case asLines:
		var lines []tftypes.Value
		for line := range strings.SplitSeq(text, "\n") {
			lines = append(lines, tftypes.NewValue(tftypes.String, line))
		}
		return lines, nil
	case asItIs:
	}
	switch tree := tree.(type) {
	case map[string]any:
		return n.object(w, tree)
	case []any:
		if n.tfType.Is(tftypes.List{}) {
			return n.list(w, tree)
		}
		return n.mapByID(w, tree)
	case json.Number:
		return parseNumber(tree)
	default:
		return tree, nil
	}
}

func (n *node) object(w walk, members map[string]any) (any, error) {
	var others []string
	for name := range members {
		if n.fields[name] == nil {
			others = append(others, name)
		}
	}
	slices.Sort(others) // so that of two errors it is always the same one
	for _, name := range others {
		w.unknown[join(n.path, name)] = true
		if err := w.below(name).addOther(members[name]); err != nil {
			return nil, within(fmt.Sprintf("%.100q", name), err)
		}
	}
	values := make(map[string]tftypes.Value, len(n.fields))
	for _, name := range n.names {
		value, err := n.fields[name].decode(w.below(name), members[name])
		switch {
		case err != nil:
			return nil, within(name, err)
		case !n.fields[name].isLeftOut:
			values[name] = value
		case n.path == "":
			w.leftOut[name] = append(w.leftOut[name], value)
		}
	}
	if n.others != nil && len(w.leaves) > 0 {
		values[n.others.path] = tftypes.NewValue(n.others.tfType, w.leaves)
	} else if n.others != nil {
		values[n.others.path] = n.others.absent
	}
	return values, nil
}

func (n *node) list(w walk, elements []any) (any, error) {
	values := make([]tftypes.Value, 0, len(elements))
	for _, i := range inOrder(n.element.places(elements)) {
		value, err := n.element.decode(w.below(strconv.Itoa(i)), elements[i])
		if err != nil {
			return nil, within(fmt.Sprintf("[%d]", i), err)
		}
		values = append(values, value)
	}
	return values, nil
}

func (n *node) mapByID(w walk, elements []any) (any, error) {
	values := make(map[string]tftypes.Value, len(elements))
	places := n.element.places(elements)
	for nth, i := range inOrder(places) {
		key := mapKey(places[i], nth, values)
		value, err := n.element.decode(w.below(key), elements[i])
		if err != nil {
			return nil, within(fmt.Sprintf("[%d]", i), err)
		}
		values[key] = value
	}
	return values, nil
}

func join(path, name string) string {
	return strings.TrimPrefix(path+"."+name, ".")
}
