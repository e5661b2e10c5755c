package jsonvalue

import "context"

// Size returns what a list counts for a document: too little to be seen in a
// SizeError.
func (d *Decoder) Size(document []byte) (int, error) {
	w := newWalk()
	_, err := d.root.object(w.into(context.Background(), document))
	return w.size, err
}
