package jsonvalue

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
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

// wrongType is the error about the value that was read last.
func (w *walk) wrongType(want, got string) error {
	return &TypeError{Path: w.root.locate(w.StackPointer()), Want: want, Got: got}
}

// locate writes a pointer into a document as a path. What is inside a free-form value has the path of that: the names
// there are not the schema's.
func (n *node) locate(pointer jsontext.Pointer) (path string) {
	for step := range pointer.Tokens() {
		switch {
		case n.element != nil:
			path, n = path+"["+step+"]", n.element
		case n.fields != nil:
			path, n = join(path, step), n.fields[step]
		default:
			return path
		}
	}
	return path
}

// kindName is a JSON type as an error tells it.
func kindName(kind jsontext.Kind) string {
	return map[jsontext.Kind]string{
		jsontext.KindNull:        "null",
		jsontext.KindTrue:        "a boolean",
		jsontext.KindNumber:      "a number",
		jsontext.KindString:      "a string",
		jsontext.KindBeginArray:  "an array",
		jsontext.KindBeginObject: "an object",
	}[kind]
}
