package jsonvalue

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
)

// canonical decodes any JSON value to the text that Terraform's
// jsonencode(jsondecode(…)) makes of it, so that a configuration can compare it
// with a jsonencode of its own.
func (n *node) canonical(w *walk) (tftypes.Value, error) {
	text, err := canonical(w.Raw())
	if err != nil {
		return tftypes.Value{}, err
	}
	return n.text(w, text), nil
}

// canonical returns the canonical text of a valid JSON value. The error is about
// the first number that is too large to be written out; it stands in the text as
// it came.
func canonical(document []byte) (string, error) {
	t := textTree{Scanner: jsonscan.New(document)}
	root := t.read()
	return string(root.append(make([]byte, 0, len(document)))), t.err
}

// textTree reads a document into canonical pieces. The pieces are put together
// only at the end: doing it level by level would copy deep documents over and over.
type textTree struct {
	jsonscan.Scanner
	err error
}

type piece struct {
	name     string // of an object's member
	text     string // of a scalar
	open     byte   // of an object or array
	children []piece
}

func (t *textTree) read() piece {
	switch t.Kind() {
	case jsonscan.Object:
		return piece{open: '{', children: t.members()}
	case jsonscan.Array:
		var elements []piece
		for t.Enter(); t.More(); {
			elements = append(elements, t.read())
		}
		return piece{open: '[', children: elements}
	case jsonscan.String:
		return piece{text: quote(t.Text())}
	case jsonscan.Number:
		text, err := writeOut(t.Raw())
		t.err = cmp.Or(t.err, err)
		return piece{text: text}
	default:
		return piece{text: string(t.Raw())}
	}
}

// members are sorted by name; of those with the same name the last one stays.
func (t *textTree) members() []piece {
	var members []piece
	for t.Enter(); t.More(); {
		name := norm.NFC.String(string(t.Key()))
		member := t.read()
		member.name = name
		members = append(members, member)
	}
	slices.Reverse(members)
	slices.SortStableFunc(members, func(a, b piece) int { return cmp.Compare(a.name, b.name) })
	return slices.CompactFunc(members, func(a, b piece) bool { return a.name == b.name })
}

func (p piece) append(text []byte) []byte {
	if p.open == 0 {
		return append(text, p.text...)
	}
	text = append(text, p.open)
	for i, child := range p.children {
		if i > 0 {
			text = append(text, ',')
		}
		if p.open == '{' {
			text = append(append(text, quote(child.name)...), ':')
		}
		text = child.append(text)
	}
	return append(text, p.open+2) // } is { + 2, and ] is [ + 2
}

// quote writes a string as Terraform does: in NFC, with <, >, & and the two line
// separators of Unicode escaped, which is what encoding/json does by itself.
func quote(text string) string {
	quoted, _ := json.Marshal(norm.NFC.String(text)) // a string can always be marshalled
	return string(quoted)
}
