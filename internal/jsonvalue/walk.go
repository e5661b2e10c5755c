package jsonvalue

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// walk goes through one document after another, for one object or list.
type walk struct {
	*jsontext.Decoder
	root    *node
	unknown map[string]struct{}
}

func newWalk(root *node) *walk {
	return &walk{Decoder: jsontext.NewDecoder(new(bytes.Buffer)), root: root, unknown: map[string]struct{}{}}
}

// document reads one document into the values of its fields. No error is the library's own: those quote values.
func (w *walk) document(ctx context.Context, document []byte) (map[string]tftypes.Value, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !utf8.Valid(document) {
		return nil, errors.New("not valid UTF-8")
	}
	// Lone halves of surrogate pairs are taken too, as U+FFFD. They count as invalid UTF-8 here.
	w.Reset(bytes.NewBuffer(document), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	content, err := w.root.content(w)
	if wrong, ok := errors.AsType[*TypeError](err); ok {
		return nil, wrong
	}
	if _, end := w.ReadToken(); err != nil || !errors.Is(end, io.EOF) {
		return nil, errors.New("not valid JSON")
	}
	fields, _ := content.(map[string]tftypes.Value)
	return fields, nil
}

// kind tells the next value's. There is one for both booleans.
func (w *walk) kind() jsontext.Kind {
	if kind := w.PeekKind(); kind != jsontext.KindFalse {
		return kind
	}
	return jsontext.KindTrue
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

// maxUnknown keeps a hostile answer from filling the log.
const maxUnknown = 100

// meet takes down a field that the schema does not have.
func (w *walk) meet(path string) {
	if len(w.unknown) < maxUnknown {
		w.unknown[path] = struct{}{}
	}
}

func (w *walk) unknownPaths() []string {
	return slices.Sorted(maps.Keys(w.unknown))
}
