// Package jsonvalue turns JSON documents into Terraform values by a schema's
// type. The schema is the only description of the documents: there is no struct
// of the model anywhere.
package jsonvalue

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
)

// Decoder makes Terraform values of one type. It is compiled once for a schema
// and safe for concurrent use.
type Decoder struct {
	root *node
}

// node is the compiled form of one type of the schema.
type node struct {
	want      jsonscan.Kind
	tfType    tftypes.Type
	absent    tftypes.Value    // what a missing or null member becomes
	jsonText  bool             // any JSON value, kept as its canonical text
	fields    map[string]*node // of an object
	nameBytes int              // of an object: what its attributes' names take on the wire
	element   *node            // of a list
	name      string           // of the field, if it is one
	path      string           // in the schema: config.conversation
	dropped   bool             // always absent, whatever the document has
}

// New compiles a decoder for the type of a JSON object. It returns an error for
// a type that has no counterpart in JSON documents, such as a set.
func New(ctx context.Context, object basetypes.ObjectType) (*Decoder, error) {
	root, err := compile(ctx, object, "")
	if err != nil {
		return nil, err
	}
	return &Decoder{root: root}, nil
}

func compile(ctx context.Context, t attr.Type, path string) (*node, error) {
	n := &node{tfType: t.TerraformType(ctx), path: path}
	n.absent = tftypes.NewValue(n.tfType, nil)
	var err error
	switch t := t.(type) {
	case jsontypes.NormalizedType:
		n.jsonText = true
	case basetypes.StringType:
		n.want = jsonscan.String
	case basetypes.BoolType:
		n.want = jsonscan.Bool
	case basetypes.NumberType:
		n.want = jsonscan.Number
	case basetypes.ListType:
		n.want = jsonscan.Array
		n.absent = tftypes.NewValue(n.tfType, []tftypes.Value{})
		n.element, err = compile(ctx, t.ElemType, path)
	case basetypes.ObjectType:
		n.want = jsonscan.Object
		err = n.compileFields(ctx, t.AttrTypes)
	default:
		err = fmt.Errorf("%s: a %s cannot be made from JSON", path, t)
	}
	return n, err
}

func (n *node) compileFields(ctx context.Context, types map[string]attr.Type) error {
	n.fields = make(map[string]*node, len(types))
	for name, t := range types {
		field, err := compile(ctx, t, join(n.path, name))
		if err != nil {
			return err
		}
		field.name = name
		n.fields[name] = field
		n.nameBytes += textSize(len(name))
	}
	return nil
}

// Without returns a decoder that leaves fields of the object null: their values
// are passed over, and nothing is made of them. The names have to be the schema's.
func (d *Decoder) Without(names ...string) *Decoder {
	root := *d.root
	root.fields = maps.Clone(root.fields)
	for _, name := range names {
		field := *root.fields[name]
		field.dropped = true
		root.fields[name] = &field
	}
	return &Decoder{root: &root}
}

// Object is what [Decoder.Object] returns.
type Object struct {
	Fields  map[string]tftypes.Value
	Unknown []string // as of [List.Unknown]
}

// Object makes the values of one document's fields. The document has to be a
// valid JSON object.
//
// The error is the context's if that has ended, a [*TypeError] if the document has
// a value of another type than the schema's, or a [*SizeError] if the object would
// be larger than [MaxSize].
func (d *Decoder) Object(ctx context.Context, document []byte) (Object, error) {
	w := newWalk()
	fields, err := d.root.object(w.into(ctx, document))
	if err != nil {
		return Object{}, err
	}
	if w.size > MaxSize {
		return Object{}, &SizeError{Size: w.size}
	}
	return Object{Fields: fields, Unknown: w.unknownPaths()}, nil
}

// List is a list in the making, of one value for each document.
type List struct {
	root *node
	walk *walk
	rows []*row
}

// NewList returns an empty list.
func (d *Decoder) NewList() *List {
	return &List{root: d.root, walk: newWalk()}
}

// Reset empties the list.
func (l *List) Reset() {
	l.walk, l.rows = newWalk(), nil
}

// Add puts a document's value into the list. If the schema has an id, the list is
// ordered by position, creation and id; otherwise, and where these are the same,
// documents stay in the order in which they were added. The document, which has to
// be a valid JSON object, is not kept. The errors are those of [Decoder.Object], but
// for the size.
func (l *List) Add(ctx context.Context, document []byte) error {
	fields, err := l.root.object(l.walk.into(ctx, document))
	l.walk.Scanner = jsonscan.Scanner{} // lets the document go
	if err != nil {
		return err
	}
	if l.walk.size > MaxSize {
		l.rows = nil // the values go, the count of bytes goes on
		return nil
	}
	l.rows = append(l.rows, newRow(l.root, fields, nil))
	return nil
}

// Value returns the list as a value, or a [*SizeError] if that would be larger
// than [MaxSize].
func (l *List) Value() (tftypes.Value, error) {
	if l.walk.size > MaxSize {
		return tftypes.Value{}, &SizeError{Size: l.walk.size}
	}
	return tftypes.NewValue(tftypes.List{ElementType: l.root.tfType}, inOrder(l.rows)), nil
}

// Unknown returns the schema paths of the documents' fields that the schema does
// not have, sorted.
func (l *List) Unknown() []string {
	return l.walk.unknownPaths()
}

// walk is the state of going through the documents of one list.
type walk struct {
	jsonscan.Scanner
	stop    func() error // the context's
	steps   int
	size    int
	unknown map[string]struct{}
}

func newWalk() *walk {
	return &walk{unknown: map[string]struct{}{}}
}

// into goes on with another document.
func (w *walk) into(ctx context.Context, document []byte) *walk {
	w.Scanner, w.stop = jsonscan.New(document), ctx.Err
	return w
}

func (w *walk) unknownPaths() []string {
	return slices.Sorted(maps.Keys(w.unknown))
}

// step is called for every value: a document can keep the decoder busy for longer
// than a read may take.
func (w *walk) step() error {
	const interval = 1024
	w.steps++
	if w.steps%interval != 0 {
		return nil
	}
	return w.stop()
}

func (n *node) decode(w *walk) (tftypes.Value, error) {
	if err := w.step(); err != nil {
		return tftypes.Value{}, err
	}
	got := w.Kind()
	if got == jsonscan.Null || n.dropped {
		w.Raw()
		w.size++
		return n.absent, nil
	}
	if n.jsonText {
		return n.canonical(w)
	}
	if got != n.want {
		return tftypes.Value{}, &TypeError{Want: n.want.String(), Got: got.String()}
	}
	switch n.want {
	case jsonscan.Object:
		fields, err := n.object(w)
		if err != nil {
			return tftypes.Value{}, err
		}
		return tftypes.NewValue(n.tfType, fields), nil
	case jsonscan.Array:
		return n.list(w)
	case jsonscan.Number:
		return n.number(w)
	case jsonscan.Bool:
		w.size++
		return tftypes.NewValue(n.tfType, w.True()), nil
	default:
		return n.text(w, w.Text()), nil
	}
}

func (n *node) object(w *walk) (map[string]tftypes.Value, error) {
	w.size += headerSize + n.nameBytes
	fields := make(map[string]tftypes.Value, len(n.fields))
	for w.Enter(); w.More(); {
		name := w.Key()
		field, known := n.fields[string(name)]
		if !known {
			w.meet(join(n.path, string(name)))
			continue
		}
		value, err := field.decode(w)
		if err != nil {
			return nil, inside(field.name, err)
		}
		fields[field.name] = value
	}
	if len(fields) < len(n.fields) {
		n.complete(w, fields)
	}
	return fields, nil
}

func (n *node) complete(w *walk, fields map[string]tftypes.Value) {
	for name, field := range n.fields {
		if _, present := fields[name]; !present {
			fields[name] = field.absent
			w.size++
		}
	}
}

func (n *node) list(w *walk) (tftypes.Value, error) {
	w.size += headerSize
	if n.element.want == jsonscan.Object {
		return n.objects(w)
	}
	values := []tftypes.Value{}
	for w.Enter(); w.More(); {
		value, err := n.element.decode(w)
		if err != nil {
			return tftypes.Value{}, inside(index(len(values)), err)
		}
		values = append(values, value)
	}
	return tftypes.NewValue(n.tfType, values), nil
}

// objects keeps each element's own JSON beside its fields, for the last rule of
// the order.
func (n *node) objects(w *walk) (tftypes.Value, error) {
	var rows []*row
	w.Enter()
	for i := 0; w.More(); i++ {
		if err := w.step(); err != nil {
			return tftypes.Value{}, err
		}
		if got := w.Kind(); got != jsonscan.Object {
			return tftypes.Value{}, inside(index(i), &TypeError{Want: n.element.want.String(), Got: got.String()})
		}
		start := w.Scanner
		fields, err := n.element.object(w)
		if err != nil {
			return tftypes.Value{}, inside(index(i), err)
		}
		if w.size > MaxSize {
			rows = nil // as in [List.Add]: a short document can make a large value
			continue
		}
		rows = append(rows, newRow(n.element, fields, w.Since(start)))
	}
	return tftypes.NewValue(n.tfType, inOrder(rows)), nil
}

func (n *node) text(w *walk, text string) tftypes.Value {
	w.size += textSize(len(text))
	return tftypes.NewValue(n.tfType, text)
}

// maxUnknown keeps a hostile answer from filling the log.
const maxUnknown = 100

// meet passes over a field that the schema does not have.
func (w *walk) meet(path string) {
	w.Raw()
	if len(w.unknown) < maxUnknown {
		w.unknown[path] = struct{}{}
	}
}
