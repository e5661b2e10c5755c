package jsonvalue

import (
	"errors"
	"fmt"
)

// MaxSize is the largest list or object, in bytes of the encoding that the plugin protocol
// uses, that a [Decoder] makes. The protocol ends at 256 MiB.
const MaxSize = 200 << 20

// headerSize is what the encoding takes for an element beside its bytes, at most.
const headerSize = 5

// textSize is what the encoding takes for a text of so many bytes.
func textSize(bytes int) int {
	switch {
	case bytes < 1<<5:
		return 1 + bytes
	case bytes < 1<<8:
		return 2 + bytes
	case bytes < 1<<16:
		return 3 + bytes
	default:
		return 5 + bytes
	}
}

// TypeError says that a value in a document is not of the schema's type. It tells
// JSON types, never the value.
type TypeError struct {
	Path string // in the document: actions[2].config.input
	Want string // "a string"
	Got  string // "a number"
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("%s: expected %s, got %s", e.Path, e.Want, e.Got)
}

// SizeError says that a list would be larger than [MaxSize].
type SizeError struct {
	Size int // bytes
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the value takes %d MiB, more than %d MiB", (e.Size-1)>>20+1, MaxSize>>20)
}

// inside puts a step before the path of an error on its way up: the name of a
// member, or an index.
func inside(step string, err error) error {
	wrong, ok := errors.AsType[*TypeError](err)
	switch {
	case !ok:
	case wrong.Path == "" || wrong.Path[0] == '[':
		wrong.Path = step + wrong.Path
	default:
		wrong.Path = step + "." + wrong.Path
	}
	return err
}

func index(i int) string {
	return fmt.Sprintf("[%d]", i)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
