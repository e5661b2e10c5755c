package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext" // encoding/json/jsontext, once Go 1.27 is the oldest in go.mod
	"golang.org/x/text/unicode/norm"
)

// parse reads a document into maps, slices, strings, [json.Number], booleans and nil. Names are in NFC, and of one that
// comes twice the last counts. No error is the library's own: those quote values.
func parse(document []byte) (any, error) {
	if !utf8.Valid(document) {
		return nil, errors.New("not valid UTF-8")
	}
	// Half a pair of surrogates is taken, too, as U+FFFD: the library counts it as invalid UTF-8.
	d := jsontext.NewDecoder(bytes.NewBuffer(document), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	tree, err := readValue(d)
	if _, end := d.ReadToken(); err != nil || !errors.Is(end, io.EOF) {
		return nil, errors.New("not valid JSON")
	}
	return tree, nil
}

func readValue(d *jsontext.Decoder) (any, error) {
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case jsontext.KindBeginObject:
		object := map[string]any{}
		for d.PeekKind() != jsontext.KindEndObject {
			token, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			name := norm.NFC.String(token.String())
			if object[name], err = readValue(d); err != nil {
				return nil, err
			}
		}
		_, err := d.ReadToken()
		return object, err
	case jsontext.KindBeginArray:
		array := []any{}
		for d.PeekKind() != jsontext.KindEndArray {
			element, err := readValue(d)
			if err != nil {
				return nil, err
			}
			array = append(array, element)
		}
		_, err := d.ReadToken()
		return array, err
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return json.Number(token.String()), nil
	case jsontext.KindNull:
		return nil, nil
	default:
		return token.Bool(), nil
	}
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

// within puts the name or index of a value in front of the path of an error that is about something in it. What is inside
// a free-form value has the path of that: the names there are not the schema's.
func within(step string, err error) error {
	if wrong, ok := errors.AsType[*TypeError](err); ok {
		wrong.Path = strings.TrimSuffix(strings.Replace(step+"."+wrong.Path, ".[", "[", 1), ".")
	}
	return err
}

// typeName is a JSON type as an error tells it.
func typeName(tree any) string {
	switch tree.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}
