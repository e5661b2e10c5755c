package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
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
