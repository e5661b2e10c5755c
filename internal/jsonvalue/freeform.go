package jsonvalue

import (
	"encoding/json"
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// freeForm makes a free-form value of a tree: numbers are written out, strings are in NFC. The error is a [*TypeError];
// names are taken in order, so that of two errors it is always the same one.
func freeForm(value any, level int) (_ any, err error) {
	const deepest = 100
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if value[name], err = freeForm(value[name], level+1); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, element := range value {
			if value[i], err = freeForm(element, level+1); err != nil {
				return nil, err
			}
		}
	case json.Number:
		return writtenOut(value)
	case string:
		return norm.NFC.String(value), nil
	default:
		return value, nil
	}
	if level == deepest {
		return nil, &TypeError{Want: "a value of at most 100 levels", Got: "one of more"}
	}
	return value, nil
}

// canonical makes of a free-form value the text that Terraform's jsonencode(jsondecode(…)) makes of it, so that a
// configuration can compare it with a jsonencode of its own. Sorted names and escaped <, >, &, U+2028 and U+2029 are
// what encoding/json does by itself.
func canonical(value any) string {
	text, _ := json.Marshal(value)       // a free-form value can always be marshalled
	return norm.NFC.String(string(text)) // as all strings of Terraform: what follows a \u003c can compose with its c
}
