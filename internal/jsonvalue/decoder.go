// Package jsonvalue turns JSON documents into Terraform values by a schema's type. The schema is the only description
// of the documents: there is no struct of the model anywhere.
package jsonvalue

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Decoder makes Terraform values of one type. It is safe for concurrent use once [Decoder.Ignore] and [Decoder.Reveal]
// have been called.
type Decoder struct {
	root *node
}

// New compiles a decoder for the type of a JSON object. The model is the type of all that is known of the documents: what
// object does not have of it is read, and left out. What has another type in object than in the model is converted:
//
//   - an array of objects, a list in the model, to a map of them by their ids
//   - a string to the list of its lines, or to its fingerprint, which is a [FingerprintType]
//   - JSON text to a map of strings: from the JSON Pointer of every leaf of the value to the leaf's canonical JSON, but a
//     string is its fingerprint, unless it is revealed
//
// A map of strings that the model does not have takes the leaves of the fields that the model does not have. In their
// Pointers, an element of a map by id stands by its key. New panics at a type that has no counterpart in JSON documents,
// such as a set.
func New(ctx context.Context, object, model basetypes.ObjectType, order Order) *Decoder {
	root := compile(ctx, object, model, order, "")
	root.required = true
	return &Decoder{root: root}
}

// Object makes the values of one document's fields, and returns the unknown ones as [List.Unknown] does. The error is the
// context's if that has ended, a [*TypeError] if the document has a value of another type than the schema's, or says that
// the document is not JSON.
func (d *Decoder) Object(ctx context.Context, document []byte) (fields map[string]tftypes.Value, unknown []string, err error) {
	list := d.NewList()
	if err := list.Add(ctx, document); err != nil {
		return nil, nil, err
	}
	err = list.rows[0].As(&fields)
	return fields, list.Unknown(), err
}

// List is a list or a map in the making, of one value for each document.
type List struct {
	root    *node
	rows    []tftypes.Value
	places  [][]place
	leftOut map[string][]tftypes.Value // by the field's name
	unknown map[string]bool
}

// NewList returns an empty list.
func (d *Decoder) NewList() *List {
	return &List{root: d.root, leftOut: map[string][]tftypes.Value{}, unknown: map[string]bool{}}
}

// Add puts a document's value into the list. The errors are those of [Decoder.Object]; after one, the list is of no use.
func (l *List) Add(ctx context.Context, document []byte) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	tree, err := parse(document)
	if err != nil {
		return err
	}
	w := walk{List: l, steps: make([]string, 0, 16), leaves: map[string]tftypes.Value{}}
	row, err := l.root.decode(w, tree)
	l.rows = append(l.rows, row)
	l.places = append(l.places, l.root.place(tree))
	return err
}

// Value returns the list as a value, in the decoder's [Order].
func (l *List) Value() tftypes.Value {
	rows := make([]tftypes.Value, len(l.rows))
	for nth, i := range inOrder(l.places) {
		rows[nth] = l.rows[i]
	}
	return tftypes.NewValue(tftypes.List{ElementType: l.root.tfType}, rows)
}

// Map returns the list as a map by the documents' ids.
func (l *List) Map() tftypes.Value {
	return l.keyed(l.rows, l.root.tfType)
}

// LeftOut returns a map by the documents' ids of a string field that the model has and the decoder's type has not.
func (l *List) LeftOut(field string) tftypes.Value {
	return l.keyed(l.leftOut[field], tftypes.String)
}

func (l *List) keyed(values []tftypes.Value, t tftypes.Type) tftypes.Value {
	all := make(map[string]tftypes.Value, len(values))
	for nth, i := range inOrder(l.places) {
		all[mapKey(l.places[i], nth, all)] = values[i]
	}
	return tftypes.NewValue(tftypes.Map{ElementType: t}, all)
}

// Unknown returns the schema paths of the documents' fields that the model does not have, sorted; at most 100.
func (l *List) Unknown() []string {
	paths := slices.Sorted(maps.Keys(l.unknown))
	return paths[:min(len(paths), 100)]
}
