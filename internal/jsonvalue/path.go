package jsonvalue

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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

// Ignore leaves out what is at a path. A field is null then; a list of objects or a map by id is empty. An error says what
// is wrong with the path, and what there is.
func (d *Decoder) Ignore(path string) error {
	field, pointer, err := d.find(path)
	switch {
	case err != nil:
		return err
	case pointer != nil && !field.isFreeForm:
		return fmt.Errorf("%s is %s, not a free-form value: no / can follow", field.path, field.describe())
	case field.element == nil || field.element.fields == nil:
		field.absent = tftypes.NewValue(field.tfType, nil)
	}
	field.ignored = append(field.ignored, pointer)
	return nil
}

// Reveal shows the strings of a free-form value as they are, at a path and below. An error says what is wrong with the
// path, and what there is.
func (d *Decoder) Reveal(path string) error {
	field, pointer, err := d.find(path)
	switch {
	case err != nil:
		return err
	case !field.isFreeForm:
		return fmt.Errorf("%s is %s, not a free-form value: only those can be revealed", field.path, field.describe())
	}
	field.revealed = append(field.revealed, pointer)
	return nil
}

// find returns the field that a path names, and the Pointer that follows.
func (d *Decoder) find(path string) (field *node, pointer []segment, err error) {
	p, err := parsePath(path)
	if err != nil {
		return nil, nil, err
	}
	field = d.root
	for _, name := range p.names {
		object := field
		if field.element != nil && field.element.fields != nil {
			object = field.element
		}
		if field, err = object.named(name); err != nil {
			return nil, nil, err
		}
	}
	return field, p.pointer, nil
}

// named returns a field that a path can name.
func (n *node) named(name string) (*node, error) {
	field := n.field(name)
	if n.others != nil && name == n.others.name {
		field = n.others
	}
	switch {
	case n.isFreeForm:
		return nil, fmt.Errorf("%s is %s: what is below it follows a /", n.path, n.describe())
	case n.fields == nil:
		return nil, fmt.Errorf("%s is %s: nothing is below it", n.path, n.describe())
	case field == nil && name == "" && n.path == "":
		return nil, fmt.Errorf("it names nothing; there are %s", n.names())
	case field == nil:
		return nil, fmt.Errorf("there is no %s; there are %s", join(n.path, name), n.names())
	case field.isLeftOut:
		return nil, fmt.Errorf("%s is always left out", field.path)
	}
	return field, nil
}

func (n *node) names() string {
	var names []string
	for _, field := range n.fields {
		if !field.isLeftOut {
			names = append(names, field.name)
		}
	}
	if n.others != nil {
		names = append(names, n.others.name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
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
		return n.want
	}
}
