package jsonvalue

import (
	"bytes"
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// row is an element of a list with what its place is decided by.
type row struct {
	value     tftypes.Value
	hasID     bool // in the schema: without it the list keeps its order
	position  *big.Float
	createdAt *instant
	id        *string
	document  []byte // nil: not needed
	canonical string // of the document, if it was needed
}

func newRow(object *node, fields map[string]tftypes.Value, document []byte) *row {
	r := &row{value: tftypes.NewValue(object.tfType, fields), document: document}
	if _, r.hasID = object.fields["id"]; !r.hasID {
		return r
	}
	var createdAt *string
	as(fields["position"], &r.position)
	as(fields["created_at"], &createdAt)
	as(fields["id"], &r.id)
	r.createdAt = newInstant(createdAt)
	return r
}

// as reads a field into a pointer: nil if it is null, not in the schema, or of
// another type there.
func as[T *string | *big.Float](field tftypes.Value, target *T) {
	if field.Type() != nil && !field.IsNull() {
		_ = field.As(target)
	}
}

// inOrder returns the values of the rows. Rows whose type has an id are ordered
// by position, creation, id and last by their canonical JSON, so that the same
// elements in any order make the same list; null comes last. A list of anything
// else keeps its order, which means something.
func inOrder(rows []*row) []tftypes.Value {
	if len(rows) > 1 && rows[0].hasID {
		slices.SortStableFunc(rows, (*row).compare)
	}
	values := make([]tftypes.Value, len(rows))
	for i, r := range rows {
		values[i] = r.value
	}
	return values
}

func (r *row) compare(other *row) int {
	if c := nullLast(r.position, other.position, (*big.Float).Cmp); c != 0 {
		return c
	}
	if c := nullLast(r.createdAt, other.createdAt, (*instant).compare); c != 0 {
		return c
	}
	if c := nullLast(r.id, other.id, compareText); c != 0 {
		return c
	}
	if bytes.Equal(r.document, other.document) {
		return 0
	}
	return cmp.Compare(r.text(), other.text())
}

// text is made once, and only for a row that nothing else decides the place of.
func (r *row) text() string {
	if r.canonical == "" {
		r.canonical = canonical(r.document)
	}
	return r.canonical
}

func nullLast[T any](a, b *T, compare func(a, b *T) int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	default:
		return compare(a, b)
	}
}

func compareText(a, b *string) int {
	return cmp.Compare(*a, *b)
}

// instant is a time as the API wrote it, parsed if it can be.
type instant struct {
	text   string
	time   time.Time
	parsed bool
}

func newInstant(text *string) *instant {
	if text == nil {
		return nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, *text); err == nil {
			return &instant{text: *text, time: t, parsed: true}
		}
	}
	return &instant{text: *text}
}

// compare puts what is no time behind what is one: comparing such a pair by its
// bytes would make the order depend on the order that the API sent.
func (i *instant) compare(other *instant) int {
	switch {
	case i.parsed && other.parsed:
		return i.time.Compare(other.time)
	case i.parsed:
		return -1
	case other.parsed:
		return 1
	default:
		return cmp.Compare(i.text, other.text)
	}
}
