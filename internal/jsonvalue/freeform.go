package jsonvalue

import (
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// jsonText reads a free-form value into the text that Terraform's jsonencode(jsondecode(…)) makes of it, so that a
// configuration can compare it with a jsonencode of its own. Sorted names and escaped <, >, &, U+2028 and U+2029 are
// what encoding/json does by itself.
func (n *node) jsonText(w *walk) (any, error) {
	value, err := w.freeForm(0)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(value)
	return norm.NFC.String(string(text)), err // as all strings of Terraform: what follows a \u003c can compose with its c
}

// freeForm reads any value as encoding/json would, but with strings and names in NFC and numbers written out. Of a name
// that comes twice the last counts.
func (w *walk) freeForm(level int) (any, error) {
	kind := w.PeekKind()
	if level == 100 && (kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray) {
		return nil, w.wrongType("a value of at most 100 levels", "one of more")
	}
	switch kind {
	case jsontext.KindBeginObject:
		members := map[string]any{}
		return members, w.each(func() error {
			name, err := w.normalized()
			if err == nil {
				members[name], err = w.freeForm(level + 1)
			}
			return err
		})
	case jsontext.KindBeginArray:
		elements := []any{}
		err := w.each(func() error {
			element, err := w.freeForm(level + 1)
			elements = append(elements, element)
			return err
		})
		return elements, err
	case jsontext.KindString:
		return w.normalized()
	case jsontext.KindNumber:
		return w.writtenOut()
	default:
		token, err := w.ReadToken()
		if token.Kind() == jsontext.KindNull {
			return nil, err
		}
		return token.Kind() == jsontext.KindTrue, err
	}
}

func (w *walk) normalized() (string, error) {
	token, err := w.ReadToken()
	return norm.NFC.String(token.String()), err
}
