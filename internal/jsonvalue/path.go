package jsonvalue

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// parsePath takes a path apart: the names of the schema, without indexes and keys, and in a free-form value a JSON Pointer
// (RFC 6901), in which * stands for any one segment and ~2 for a * that is meant: actions.config.input/headers/*/value.
// The pointer is nil if there is none.
func parsePath(path string) (names []string, pointer []segment, err error) {
	field, rest, hasPointer := strings.Cut(path, "/")
	names = strings.Split(field, ".")
	if !hasPointer {
		return names, nil, nil
	}
	if regexp.MustCompile("~([^012]|$)").MatchString(rest) {
		return nil, nil, errors.New("a ~ stands before 0, 1 or 2 only: ~0 is ~, ~1 is /, ~2 is *")
	}
	for escaped := range strings.SplitSeq(rest, "/") {
		name := strings.NewReplacer("~0", "~", "~1", "/", "~2", "*").Replace(escaped)
		pointer = append(pointer, segment{name: name, any: escaped == "*"})
	}
	return names, pointer, nil
}

// Ignore leaves out what is at a path. A field is null then; a list of objects or a map by id is empty. An error says what
// is wrong with the path, and what there is.
func (d *Decoder) Ignore(path string) error {
	field, pointer, err := d.find(path, false)
	if err != nil {
		return err
	}
	if field.element == nil || field.element.fields == nil {
		field.absent = tftypes.NewValue(field.tfType, nil)
	}
	field.ignored = append(field.ignored, pointer)
	return nil
}

// Reveal shows the strings of a free-form value as they are, at a path and below. An error says what is wrong with the
// path, and what there is.
func (d *Decoder) Reveal(path string) error {
	field, pointer, err := d.find(path, true)
	if err == nil {
		field.revealed = append(field.revealed, pointer)
	}
	return err
}

// find returns the field that a path names, and the Pointer that follows.
func (d *Decoder) find(path string, toReveal bool) (field *node, pointer []segment, err error) {
	names, pointer, err := parsePath(path)
	field = d.root
	for i := 0; err == nil && i < len(names); i++ {
		if field.element != nil && field.element.fields != nil {
			field = field.element
		}
		field, err = field.named(names[i])
	}
	switch {
	case err != nil, field.form == asLeaves:
	case toReveal:
		err = fmt.Errorf("%s is %s: only free-form values can be revealed", field.path, field.describe())
	case pointer != nil:
		err = fmt.Errorf("%s is %s: only free-form values have parts after a /", field.path, field.describe())
	}
	return field, pointer, err
}

// named returns a field that a path can name.
func (n *node) named(name string) (*node, error) {
	field := n.fields[name]
	if n.others != nil && name == n.others.path {
		field = n.others
	}
	switch {
	case n.form == asLeaves:
		return nil, fmt.Errorf("%s is %s: what is below it follows a /", n.path, n.describe())
	case n.fields == nil:
		return nil, fmt.Errorf("%s is %s: nothing is below it", n.path, n.describe())
	case field == nil && name == "" && n.path == "":
		return nil, fmt.Errorf("it names no field; there are %s", n.listNames())
	case field == nil:
		return nil, fmt.Errorf("there is no %s; there are %s", join(n.path, name), n.listNames())
	case field.isLeftOut:
		return nil, fmt.Errorf("%s is always left out", field.path)
	}
	return field, nil
}

func (n *node) listNames() string {
	names := slices.DeleteFunc(slices.Clone(n.names), func(name string) bool { return n.fields[name].isLeftOut })
	if n.others != nil {
		names = append(names, n.others.path)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// describe tells what a field is, and what it has.
func (n *node) describe() string {
	switch {
	case n.form == asLeaves:
		return "a free-form value"
	case n.fields != nil:
		return "an object with " + n.listNames()
	case n.tfType.Is(tftypes.Map{}):
		return "a map of objects with " + n.element.listNames()
	case n.element != nil && n.element.fields != nil:
		return "a list of objects with " + n.element.listNames()
	default:
		return n.want
	}
}

// patterns are the segments of each Pointer that are still to be matched at this place.
type patterns [][]segment

// segment is one segment of a Pointer.
type segment struct {
	name string
	any  bool // it was *
}

// match tells whether a pattern ends here or has ended above.
func (p patterns) match() bool {
	for _, pattern := range p {
		if len(pattern) == 0 {
			return true
		}
	}
	return false
}

func (p patterns) below(name string) (below patterns) {
	for _, pattern := range p {
		switch {
		case len(pattern) == 0:
			below = append(below, pattern)
		case pattern[0].any, pattern[0].name == name:
			below = append(below, pattern[1:])
		}
	}
	return below
}
