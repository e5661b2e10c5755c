package jsonvalue

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/go-json-experiment/json/jsontext" // encoding/json/jsontext, once Go 1.27 is the oldest in go.mod
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// anyKind is what a node wants that takes any JSON value.
const anyKind jsontext.Kind = 0

// node is the compiled form of one type of the schema.
type node struct {
	want     jsontext.Kind
	required bool // null is an error
	tfType   tftypes.Type
	absent   tftypes.Value // what a missing or null value becomes

	// read reads a value of the wanted kind and returns what tftypes.NewValue takes; nil makes the value absent.
	read func(n *node, w *walk) (content any, err error)

	path    string                   // in the schema: config.conversation
	name    string                   // of the field, if it is one
	element *node                    // of a list
	fields  map[string]*node         // of an object
	missing map[string]tftypes.Value // of an object: its fields where the document has none
	order   Order                    // of an object: of lists of it
	rest    *node                    // of the root object: its field for what the schema does not have

	omitted    bool     // the schema does not have the field
	isFreeForm bool     // it becomes leaves
	ignored    patterns // the whole value, or parts of a free-form value
	revealed   patterns // of a free-form value
	hidden     []string // of an object: fields that are ignored, but decide its key or its place
}

func compile(ctx context.Context, t attr.Type, order Order, path string) (*node, error) {
	n := &node{tfType: t.TerraformType(ctx), path: path}
	n.absent = tftypes.NewValue(n.tfType, nil)
	var err error
	switch t := t.(type) {
	case jsontypes.NormalizedType:
		n.want, n.read = anyKind, (*node).jsonText
	case FingerprintType:
		n.want, n.read = jsontext.KindString, (*node).fingerprint
	case LinesType:
		n.want, n.read = jsontext.KindString, (*node).lines
	case LeavesType, OtherFieldsType:
		n.want, n.read, n.isFreeForm = anyKind, (*node).leaves, true
	case basetypes.StringType:
		n.want, n.read = jsontext.KindString, (*node).text
	case basetypes.BoolType:
		n.want, n.read = jsontext.KindTrue, (*node).flag
	case basetypes.NumberType:
		n.want, n.read = jsontext.KindNumber, (*node).number
	case basetypes.ListType:
		n.want, n.read = jsontext.KindBeginArray, (*node).list
		n.absent = tftypes.NewValue(n.tfType, []tftypes.Value{})
		err = n.compileElement(ctx, t.ElemType, order)
	case basetypes.MapType:
		n.want, n.read = jsontext.KindBeginArray, (*node).keyed
		n.absent = tftypes.NewValue(n.tfType, map[string]tftypes.Value{})
		err = n.compileElement(ctx, t.ElemType, order)
	case basetypes.ObjectType:
		n.want, n.read = jsontext.KindBeginObject, (*node).object
		err = n.compileFields(ctx, t.AttrTypes, order)
	default:
		err = fmt.Errorf("%s: a %s cannot be made from JSON", path, t)
	}
	return n, err
}

func (n *node) compileElement(ctx context.Context, t attr.Type, order Order) (err error) {
	if n.element, err = compile(ctx, t, order, n.path); err == nil {
		n.element.required = n.element.want == jsontext.KindBeginObject
	}
	return err
}

func (n *node) compileFields(ctx context.Context, types map[string]attr.Type, order Order) error {
	n.fields = make(map[string]*node, len(types))
	n.missing = make(map[string]tftypes.Value, len(types))
	for name, t := range types {
		field, err := compile(ctx, t, order, join(n.path, name))
		if err != nil {
			return err
		}
		field.name = name
		n.missing[name] = field.absent
		if _, isRest := t.(OtherFieldsType); isRest {
			n.rest = field
			continue
		}
		n.fields[name] = field
	}
	n.order = order
	return nil
}

func (n *node) decode(w *walk) (tftypes.Value, error) {
	var content any
	var err error
	w.others = nil
	got := w.PeekKind()
	if got == jsontext.KindFalse {
		got = jsontext.KindTrue // which stands for both
	}
	switch {
	case n.ignored.match(), got == jsontext.KindNull && !n.required:
		err = w.SkipValue()
	case got == n.want || n.want == anyKind:
		content, err = n.read(n, w)
	default:
		err = w.SkipValue()
		err = cmp.Or(err, w.wrongType(kindName(n.want), kindName(got)))
	}
	if err != nil {
		return n.absent, err
	}
	return n.value(content), nil
}

// value makes a value of what [node.read] returns.
func (n *node) value(content any) tftypes.Value {
	if content == nil {
		return n.absent
	}
	return tftypes.NewValue(n.tfType, content)
}

func (n *node) object(w *walk) (any, error) {
	fields := maps.Clone(n.missing)
	var others otherFields
	err := w.each(func() error {
		name, err := w.normalized()
		if err != nil {
			return err
		}
		field, known := n.fields[name]
		if !known {
			w.noteUnknown(join(n.path, name))
			return w.other(&others, name)
		}
		value, err := field.decode(w)
		switch {
		case !field.omitted:
			fields[name] = field.withoutHidden(value)
		case n == w.root:
			w.omitted[name] = value
		}
		others.setBelow(name, w.others)
		return err
	})
	if n.rest != nil && len(others) > 0 {
		fields[n.rest.name] = n.rest.value(n.rest.flatten(map[string]any(others)))
	}
	w.others = others
	return fields, err
}

func (n *node) list(w *walk) (any, error) {
	values := []tftypes.Value{}
	var others otherFields
	err := w.each(func() error {
		value, err := n.element.decode(w)
		others.setBelow(strconv.Itoa(len(values)), w.others)
		values = append(values, value)
		return err
	})
	n.element.sort(values)
	for i, value := range values {
		values[i] = n.element.withoutHidden(value)
	}
	w.others = others
	return values, err
}

func (n *node) text(w *walk) (any, error) {
	token, err := w.ReadToken()
	return token.String(), err
}

func (n *node) flag(w *walk) (any, error) {
	token, err := w.ReadToken()
	return token.Kind() == jsontext.KindTrue, err
}

func (n *node) number(w *walk) (any, error) {
	text, err := w.ReadValue()
	if err != nil {
		return nil, err
	}
	return w.parseNumber(text)
}
