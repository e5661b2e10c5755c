package jsonvalue

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

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
