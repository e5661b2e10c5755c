package jsonvalue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// walk goes through one document after another, for one object or list.
type walk struct {
	jsontext.Decoder
	root    *node
	unknown []string                 // sorted
	omitted map[string]tftypes.Value // of the root object
	others  otherFields              // of the value that was read last
}

// otherFields are the fields of a value that the schema does not have, at any depth: free-form values by the steps to
// them.
type otherFields map[string]any

func (o *otherFields) set(step string, value any) {
	if *o == nil {
		*o = otherFields{}
	}
	(*o)[step] = value
}

// setBelow puts the other fields of a value in its place. Of a name that comes twice the last counts, even if it has none.
func (o *otherFields) setBelow(step string, found otherFields) {
	delete(*o, step)
	if len(found) > 0 {
		o.set(step, map[string]any(found))
	}
}

// document reads one document. No error is the library's own: those quote values.
func (w *walk) document(ctx context.Context, document []byte) (tftypes.Value, error) {
	switch {
	case ctx.Err() != nil:
		return tftypes.Value{}, ctx.Err()
	case !utf8.Valid(document):
		return tftypes.Value{}, errors.New("not valid UTF-8")
	}
	// Half a pair of surrogates is taken, too, as U+FFFD: the library counts it as invalid UTF-8.
	w.omitted = map[string]tftypes.Value{}
	w.Reset(bytes.NewBuffer(document), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := w.root.decode(w)
	value = w.root.withoutHidden(value)
	if wrong, ok := errors.AsType[*TypeError](err); ok {
		return value, wrong
	}
	if _, end := w.ReadToken(); err != nil || !errors.Is(end, io.EOF) {
		return value, errors.New("not valid JSON")
	}
	return value, nil
}

// each calls read at every member of the object, or element of the array, that comes next.
func (w *walk) each(read func() error) error {
	_, err := w.ReadToken()
	for err == nil && w.PeekKind() != jsontext.KindEndObject && w.PeekKind() != jsontext.KindEndArray {
		err = read()
	}
	if err == nil {
		_, err = w.ReadToken()
	}
	return err
}

// noteUnknown takes down a field that the schema does not have, up to a number that a log can hold.
func (w *walk) noteUnknown(path string) {
	const most = 100
	if i, known := slices.BinarySearch(w.unknown, path); !known && len(w.unknown) < most {
		w.unknown = slices.Insert(w.unknown, i, path)
	}
}

// other reads a field that the schema does not have.
func (w *walk) other(others *otherFields, name string) error {
	if w.root.rest == nil || w.root.rest.ignored.match() {
		return w.SkipValue()
	}
	value, err := w.freeForm(0)
	others.set(name, value)
	return err
}

// TypeError says that a value in a document is not of the schema's type. It tells JSON types, never the value.
type TypeError struct {
	Path string // in the document: actions[2].config.input; empty for the document itself
	Want string // "a string"
	Got  string // "a number"
}

func (e *TypeError) Error() string {
	return strings.TrimPrefix(fmt.Sprintf("%s: expected %s, got %s", e.Path, e.Want, e.Got), ": ")
}

// wrongType is the error about the value that was read last.
func (w *walk) wrongType(want, got string) error {
	return &TypeError{Path: w.root.locate(w.StackPointer()), Want: want, Got: got}
}

// locate writes a pointer into a document as a path. What is inside a free-form value, or a field that the schema does
// not have, has the path of that: the names there are not the schema's.
func (n *node) locate(pointer jsontext.Pointer) (path string) {
	for step := range pointer.Tokens() {
		switch {
		case n.element != nil:
			path, n = path+"["+step+"]", n.element
		case n.fields[step] != nil:
			path, n = join(path, step), n.fields[step]
		case n.fields != nil:
			return join(path, fmt.Sprintf("%.100q", step))
		default:
			return path
		}
	}
	return path
}

// kindName is a JSON type as an error tells it.
func kindName(kind jsontext.Kind) string {
	return map[jsontext.Kind]string{
		jsontext.KindNull: "null", jsontext.KindTrue: "a boolean", jsontext.KindNumber: "a number",
		jsontext.KindString: "a string", jsontext.KindBeginArray: "an array", jsontext.KindBeginObject: "an object",
	}[kind]
}

func join(path, name string) string {
	return strings.TrimPrefix(path+"."+name, ".")
}
