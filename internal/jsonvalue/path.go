package jsonvalue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// parsedPath names a field: the names of the schema, without indexes and keys. In a free-form value, a JSON Pointer
// (RFC 6901) goes on, in which * stands for any one segment and ~2 for a * that is meant:
// actions.config.input/headers/*/value.
type parsedPath struct {
	names   []string
	pointer []segment // nil if there is none
}

func parsePath(text string) (parsedPath, error) {
	names, pointer, hasPointer := strings.Cut(text, "/")
	p := parsedPath{names: strings.Split(names, ".")}
	if !hasPointer {
		return p, nil
	}
	for _, escaped := range strings.Split(pointer, "/") {
		if rest := strings.NewReplacer("~0", "", "~1", "", "~2", "").Replace(escaped); strings.Contains(rest, "~") {
			return p, errors.New("a ~ stands before 0, 1 or 2 only: ~0 is ~, ~1 is /, ~2 is *")
		}
		name := strings.NewReplacer("~0", "~", "~1", "/", "~2", "*").Replace(escaped)
		p.pointer = append(p.pointer, segment{name: name, any: escaped == "*"})
	}
	return p, nil
}

// Omit returns a decoder that also knows these fields (their types by path), and leaves them out. The schema must have
// their parents. They cannot be ignored or revealed.
func (d *Decoder) Omit(ctx context.Context, fields map[string]attr.Type) (*Decoder, error) {
	return d.change(slices.Sorted(maps.Keys(fields)), func(object *node, name string, _ parsedPath) error {
		at := join(object.path, name)
		field, err := compile(ctx, fields[at], Order{}, at)
		field.name, field.omitted = name, true
		object.fields[name] = field
		return err
	})
}

// Ignore returns a decoder that leaves out what is at the paths. A field is null then; a list of objects or a map is
// empty. An error says which path is wrong, and what there is.
func (d *Decoder) Ignore(paths ...string) (*Decoder, error) {
	return d.change(paths, func(object *node, name string, p parsedPath) error {
		field, err := object.field(name)
		switch {
		case err != nil:
			return err
		case p.pointer != nil && !field.isFreeForm:
			return fmt.Errorf("%s is %s, not a free-form value: no / can follow", field.path, field.describe())
		case name == object.order.ID, slices.Contains(object.order.By, name):
			object.hidden = append(slices.Clone(object.hidden), name)
		default:
			field.ignored = append(slices.Clone(field.ignored), p.pointer)
		}
		if field.element == nil || field.element.fields == nil {
			field.absent = tftypes.NewValue(field.tfType, nil)
		}
		object.set(field)
		return nil
	})
}

// Reveal returns a decoder that shows the strings of free-form values as they are at the paths and below. An error says
// which path is wrong, and what there is.
func (d *Decoder) Reveal(paths ...string) (*Decoder, error) {
	return d.change(paths, func(object *node, name string, p parsedPath) error {
		field, err := object.field(name)
		switch {
		case err != nil:
			return err
		case !field.isFreeForm:
			return fmt.Errorf("%s is %s, not a free-form value: only those can be revealed", field.path, field.describe())
		}
		field.revealed = append(slices.Clone(field.revealed), p.pointer)
		object.set(field)
		return nil
	})
}

// change returns a decoder with a copy of the object that each path's last name belongs to.
func (d *Decoder) change(paths []string, edit func(object *node, name string, p parsedPath) error) (*Decoder, error) {
	root := d.root
	for _, text := range paths {
		p, err := parsePath(text)
		if err == nil {
			last := len(p.names) - 1
			root, err = root.change(p.names[:last], func(object *node) error { return edit(object, p.names[last], p) })
		}
		if err != nil {
			return nil, err
		}
	}
	return &Decoder{root: root}, nil
}

// change returns a copy of the node in which the object at a path is edited.
func (n *node) change(names []string, edit func(object *node) error) (*node, error) {
	changed := *n
	var err error
	if n.element != nil && n.element.fields != nil {
		changed.element, err = n.element.change(names, edit)
		return &changed, err
	}
	switch {
	case n.isFreeForm:
		return nil, fmt.Errorf("%s is %s: what is below it follows a /", n.path, n.describe())
	case n.fields == nil:
		return nil, fmt.Errorf("%s is %s: nothing is below it", n.path, n.describe())
	}
	changed.fields, changed.missing = maps.Clone(n.fields), maps.Clone(n.missing)
	if len(names) == 0 {
		return &changed, edit(&changed)
	}
	field, err := n.field(names[0])
	if err == nil {
		field, err = field.change(names[1:], edit)
	}
	if err != nil {
		return nil, err
	}
	changed.set(field)
	return &changed, nil
}

// field returns a copy of a field.
func (n *node) field(name string) (*node, error) {
	field := n.fields[name]
	if n.rest != nil && name == n.rest.name {
		field = n.rest
	}
	switch {
	case field == nil && name == "" && n.path == "":
		return nil, fmt.Errorf("it names nothing; there are %s", n.names())
	case field == nil:
		return nil, fmt.Errorf("there is no %s; there are %s", strings.TrimPrefix(n.path+"."+name, "."), n.names())
	case field.omitted:
		return nil, fmt.Errorf("%s is always left out", field.path)
	}
	return new(*field), nil
}

func (n *node) names() string {
	return strings.Join(slices.Sorted(maps.Keys(n.missing)), ", ")
}

// describe tells what a field is, and what it has.
func (n *node) describe() string {
	switch {
	case n.isFreeForm:
		return "a free-form value"
	case n.fields != nil:
		return "an object with " + n.names()
	case n.tfType.Is(tftypes.Map{}):
		return "a map of objects with " + n.element.names()
	case n.element != nil && n.element.fields != nil:
		return "a list of objects with " + n.element.names()
	default:
		return kindName(n.want)
	}
}

func (n *node) set(field *node) {
	n.missing[field.name] = field.absent
	if n.rest != nil && field.name == n.rest.name {
		n.rest = field
		return
	}
	n.fields[field.name] = field
}
