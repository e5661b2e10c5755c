// Package jsonvalue turns JSON documents into Terraform values by a schema's type. The schema is the only description
// of the documents: there is no struct of the model anywhere.
package jsonvalue

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Decoder makes Terraform values of one type. It is compiled once for a schema and safe for concurrent use.
type Decoder struct {
	root *node
}

// New compiles a decoder for the type of a JSON object. It returns an error for a type that has no counterpart in JSON
// documents, such as a set.
func New(ctx context.Context, object basetypes.ObjectType, order Order) (*Decoder, error) {
	root, err := compile(ctx, object, order, "")
	if err != nil {
		return nil, err
	}
	root.required = true
	return &Decoder{root: root}, nil
}

// Object is what [Decoder.Object] returns.
type Object struct {
	Fields  map[string]tftypes.Value
	Unknown []string // as of [List.Unknown]
}

// Object makes the values of one document's fields. The error is the context's if that has ended, a [*TypeError] if the
// document has a value of another type than the schema's, or says that the document is not JSON.
func (d *Decoder) Object(ctx context.Context, document []byte) (Object, error) {
	w := walk{root: d.root}
	value, err := w.document(ctx, document)
	if err != nil {
		return Object{}, err
	}
	object := Object{Unknown: w.unknown}
	return object, value.As(&object.Fields)
}

// List is a list or a map in the making, of one value for each document.
type List struct {
	walk    walk
	rows    []tftypes.Value
	omitted []map[string]tftypes.Value
}

// NewList returns an empty list.
func (d *Decoder) NewList() *List {
	return &List{walk: walk{root: d.root}}
}

// Add puts a document's value into the list. The errors are those of [Decoder.Object].
func (l *List) Add(ctx context.Context, document []byte) error {
	row, err := l.walk.document(ctx, document)
	if err == nil {
		l.rows = append(l.rows, row)
		l.omitted = append(l.omitted, l.walk.omitted)
	}
	return err
}

// Value returns the list as a value, in the decoder's [Order].
func (l *List) Value() tftypes.Value {
	rows := slices.Clone(l.rows)
	l.walk.root.sort(rows)
	return tftypes.NewValue(tftypes.List{ElementType: l.walk.root.tfType}, rows)
}

// Map returns the list as a map, each document's value by its key. There are as many keys as documents.
func (l *List) Map(keys []string) tftypes.Value {
	rows := make(map[string]tftypes.Value, len(keys))
	for i, key := range keys {
		rows[key] = l.rows[i]
	}
	return tftypes.NewValue(tftypes.Map{ElementType: l.walk.root.tfType}, rows)
}

// Omitted returns the values of a string field of the root objects that [Decoder.Omit] left out, by the objects' keys.
func (l *List) Omitted(name string, keys []string) tftypes.Value {
	texts := make(map[string]tftypes.Value, len(keys))
	for i, key := range keys {
		texts[key] = tftypes.NewValue(tftypes.String, nil)
		if text, found := l.omitted[i][name]; found {
			texts[key] = text
		}
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, texts)
}

// Unknown returns the schema paths of the documents' fields that the schema does not have, sorted; at most 100.
func (l *List) Unknown() []string {
	return l.walk.unknown
}
