package jsonvalue

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

func (n *node) fingerprint(_ walk, tree any) (any, error) {
	text, _ := tree.(string)
	return fingerprint(norm.NFC.String(text)), nil
}

func fingerprint(text string) string {
	const bytes = 8
	return fmt.Sprintf("sha256:%.*x", bytes, sha256.Sum256([]byte(canonical(text))))
}

func (n *node) lines(_ walk, tree any) (any, error) {
	text, _ := tree.(string)
	var lines []tftypes.Value
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, tftypes.NewValue(tftypes.String, line))
	}
	return lines, nil
}

func (n *node) leaves(_ walk, tree any) (any, error) {
	value, err := freeForm(tree, 0)
	if err != nil {
		return nil, err
	}
	return n.flatten(value), nil
}

// flatten makes the leaves of a free-form value; nil if there are none, because all is ignored.
func (n *node) flatten(value any) any {
	leaves := map[string]tftypes.Value{}
	addLeaves(leaves, "", value, n.ignored, n.revealed)
	if len(leaves) == 0 {
		return nil
	}
	return leaves
}

// addLeaves adds what is at a pointer and below.
func addLeaves(leaves map[string]tftypes.Value, pointer string, value any, ignored, revealed patterns) {
	if ignored.match() {
		return
	}
	below := func(name string, value any) {
		addLeaves(leaves, pointer+"/"+escapeSegment(name), value, ignored.below(name), revealed.below(name))
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
	leaves[pointer] = tftypes.NewValue(tftypes.String, leaf)
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

func escapeSegment(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
