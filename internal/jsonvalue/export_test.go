package jsonvalue

import "github.com/useinvent/terraform-provider-invent/internal/jsonscan"

// Size returns what List counts for a document: too little to be seen in a
// SizeError.
func (d *Decoder) Size(document []byte) (int, error) {
	w := walk{Scanner: jsonscan.New(document), stop: func() error { return nil }, unknown: map[string]struct{}{}}
	_, err := d.root.object(&w)
	return w.size, err
}
