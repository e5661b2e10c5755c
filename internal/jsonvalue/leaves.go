package jsonvalue

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// FingerprintType is the type of a string's fingerprint: sha256: and the first 16 hex digits of the SHA-256 of its canonical
// JSON. A value of it is a string without the mark, so the type equals that too.
type FingerprintType struct{ basetypes.StringType }

// Equal implements [attr.Type].
func (t FingerprintType) Equal(other attr.Type) bool {
	_, same := other.(FingerprintType)
	return same || t.StringType.Equal(other)
}

func fingerprint(text string) string {
	const bytes = 8
	return fmt.Sprintf("sha256:%.*x", bytes, sha256.Sum256([]byte(canonical(text))))
}

// addOther adds the leaves of what the model does not have, unless they are ignored.
func (w walk) addOther(value any) error {
	if w.others == nil {
		return nil
	}
	pointer, ignored, revealed := jsontext.Pointer(""), w.others.ignored, w.others.revealed
	for _, step := range w.steps {
		pointer = pointer.AppendToken(step)
		ignored, revealed = ignored.below(step), revealed.below(step)
	}
	if ignored.match() {
		return nil
	}
	value, err := freeForm(value, 0)
	addLeaves(w.leaves, pointer, value, ignored, revealed)
	return err
}

// orNil takes leaves that are none, because all is ignored, for no value.
func orNil(leaves map[string]tftypes.Value) any {
	if len(leaves) == 0 {
		return nil
	}
	return leaves
}

// addLeaves adds what is at a pointer and below.
func addLeaves(leaves map[string]tftypes.Value, pointer jsontext.Pointer, value any, ignored, revealed patterns) {
	if ignored.match() {
		return
	}
	below := func(name string, value any) {
		addLeaves(leaves, pointer.AppendToken(name), value, ignored.below(name), revealed.below(name))
	}
	var leaf string
	switch value := value.(type) {
	case string:
		if leaf = value; !revealed.match() {
			leaf = fingerprint(value)
		}
	case map[string]any:
		for name, member := range value {
			below(name, member)
		}
		if leaf = "{}"; len(value) > 0 {
			return
		}
	case []any:
		for i, element := range value {
			below(strconv.Itoa(i), element)
		}
		if leaf = "[]"; len(value) > 0 {
			return
		}
	default:
		leaf = canonical(value) // a number, a boolean or null
	}
	leaves[string(pointer)] = tftypes.NewValue(tftypes.String, leaf)
}

// patterns are the segments of each Pointer that are still to be matched at this place.
type patterns [][]segment

// segment is one segment of a Pointer.
type segment struct {
	name string
	any  bool // it was *
}

// match tells whether a pattern ends here or has ended above.
func (p patterns) match() bool {
	for _, pattern := range p {
		if len(pattern) == 0 {
			return true
		}
	}
	return false
}

func (p patterns) below(name string) (below patterns) {
	for _, pattern := range p {
		switch {
		case len(pattern) == 0:
			below = append(below, pattern)
		case pattern[0].any, pattern[0].name == name:
			below = append(below, pattern[1:])
		}
	}
	return below
}
