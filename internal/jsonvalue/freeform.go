package jsonvalue

import (
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// maxLevels is how deep arrays and objects may be nested in a free-form value.
const maxLevels = 100

// jsonText reads a free-form value into the text that Terraform's jsonencode(jsondecode(…)) makes of it, so that a
// configuration can compare it with a jsonencode of its own. Sorted names and escaped <, >, &, U+2028 and U+2029 are
// what encoding/json does by itself.
func (n *node) jsonText(w *walk) (any, error) {
	value, err := w.freeForm(0)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// freeForm reads any value as encoding/json would, but with strings and names in NFC and numbers written out. Of a name
// that comes twice the last counts.
func (w *walk) freeForm(level int) (any, error) {
	switch kind := w.kind(); kind {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		if level == maxLevels {
			return nil, w.wrongType(fmt.Sprintf("a value of at most %d levels", maxLevels), "one of more")
		}
		if kind == jsontext.KindBeginArray {
			return w.freeArray(level + 1)
		}
		return w.freeObject(level + 1)
	case jsontext.KindNumber:
		text, err := w.ReadValue()
		if err != nil {
			return nil, err
		}
		return w.writeOut(text)
	case jsontext.KindString:
		return w.normalized()
	case jsontext.KindTrue:
		token, err := w.ReadToken()
		return token.Kind() == jsontext.KindTrue, err
	default:
		_, err := w.ReadToken()
		return nil, err
	}
}

func (w *walk) freeObject(level int) (any, error) {
	members := map[string]any{}
	return members, w.each(func() error {
		name, err := w.normalized()
		if err == nil {
			members[name], err = w.freeForm(level)
		}
		return err
	})
}

func (w *walk) freeArray(level int) (any, error) {
	elements := []any{}
	err := w.each(func() error {
		element, err := w.freeForm(level)
		elements = append(elements, element)
		return err
	})
	return elements, err
}

func (w *walk) normalized() (string, error) {
	token, err := w.ReadToken()
	return norm.NFC.String(token.String()), err
}
