package jsonvalue

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
)

// canonical decodes any JSON value to the text that Terraform's
// jsonencode(jsondecode(…)) makes of it, so that a configuration can compare it
// with a jsonencode of its own.
func (n *node) canonical(w *walk) (tftypes.Value, error) {
	c := canonicalText{walk: w, limit: MaxSize - w.size}
	c.value()
	if c.err != nil {
		return tftypes.Value{}, c.err
	}
	w.size += textSize(len(c.text)) + c.beyond
	return tftypes.NewValue(n.tfType, string(c.text)), nil
}

// canonical returns the canonical text of a valid JSON document, with numbers
// that are too large to be written out as they came.
func canonical(document []byte) string {
	c := canonicalText{walk: newWalk().into(context.Background(), document), limit: MaxSize}
	c.value()
	return string(c.text)
}

// canonicalText is written as the document is read; only the members of an object
// may have to be moved at its end.
type canonicalText struct {
	*walk
	text   []byte
	limit  int   // of text, in bytes
	beyond int   // bytes of the document for which there was no more room
	err    error // the first one; the text goes on with what came
}

func (c *canonicalText) value() {
	if err := c.step(); err != nil {
		c.err, c.limit = err, -1
	}
	if len(c.text) > c.limit {
		c.beyond += len(c.Raw())
		return
	}
	switch c.Kind() {
	case jsonscan.Object:
		c.object()
	case jsonscan.Array:
		c.array()
	case jsonscan.String:
		c.text = quote(c.text, c.Text())
	case jsonscan.Number:
		number, err := writeOut(c.Raw())
		c.err = cmp.Or(c.err, err)
		c.text = append(c.text, number...)
	default:
		c.text = append(c.text, c.Raw()...)
	}
}

func (c *canonicalText) array() {
	c.text = append(c.text, '[')
	c.Enter()
	for first := true; c.More(); first = false {
		if !first {
			c.text = append(c.text, ',')
		}
		c.value()
	}
	c.text = append(c.text, ']')
}

// member is where the text of an object's member stands.
type member struct {
	name       string
	start, end int
}

func (c *canonicalText) object() {
	c.text = append(c.text, '{')
	start := len(c.text)
	var members []member
	for c.Enter(); c.More(); {
		if len(members) > 0 {
			c.text = append(c.text, ',')
		}
		m := member{name: norm.NFC.String(string(c.Key())), start: len(c.text)}
		c.text = append(quote(c.text, m.name), ':')
		c.value()
		m.end = len(c.text)
		members = append(members, m)
	}
	c.arrange(start, members)
	c.text = append(c.text, '}')
}

// arrange sorts the members by name; of those with the same name the last stays.
func (c *canonicalText) arrange(start int, members []member) {
	inOrder := true
	for i := 1; i < len(members); i++ {
		inOrder = inOrder && members[i-1].name < members[i].name
	}
	if inOrder {
		return
	}
	c.err = cmp.Or(c.err, c.stop())
	if c.err != nil {
		return
	}
	slices.Reverse(members)
	slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	members = slices.CompactFunc(members, func(a, b member) bool { return a.name == b.name })
	before := slices.Clone(c.text[start:])
	c.text = c.text[:start]
	for i, m := range members {
		if i > 0 {
			c.text = append(c.text, ',')
		}
		c.text = append(c.text, before[m.start-start:m.end-start]...)
	}
}

// quote appends a string as Terraform writes it: in NFC, with <, >, & and the two line
// separators of Unicode escaped, which is what encoding/json does by itself.
func quote(to []byte, text string) []byte {
	if isPlain(text) {
		return append(append(append(to, '"'), text...), '"')
	}
	quoted, _ := json.Marshal(norm.NFC.String(text)) // a string can always be marshalled
	return append(to, quoted...)
}

// isPlain tells of most strings that they stay as they are.
func isPlain(text string) bool {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || strings.IndexByte(`"\<>&`, c) >= 0 {
			return false
		}
	}
	return true
}
