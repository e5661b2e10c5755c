package jsonvalue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// parseNumber takes the number that was read last, with the precision that Terraform has for all numbers. One beyond the
// limits would eat memory when it is written out, as Terraform does.
func (w *walk) parseNumber(text []byte) (*big.Float, error) {
	const want = "a number with an exponent of at most ±400 and at most 1000 digits"
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(text)), "e")
	e, err := strconv.Atoi(cmp.Or(exponent, "0"))
	digits := len(strings.ReplaceAll(strings.TrimPrefix(mantissa, "-"), ".", ""))
	switch {
	case digits > 1000:
		return nil, w.wrongType(want, fmt.Sprintf("one with %d digits", digits))
	case err != nil || e < -400 || e > 400:
		return nil, w.wrongType(want, "one with a larger exponent")
	}
	const precision = 512
	number, _, err := big.ParseFloat(string(text), 10, precision, big.ToNearestEven)
	return number, err
}

// writtenOut reads a number into its text without an exponent, as Terraform writes it.
func (w *walk) writtenOut() (any, error) {
	text, err := w.ReadValue()
	if err != nil {
		return nil, err
	}
	const exact = 150                                         // characters, of the 153 digits that the precision always keeps
	if len(text) <= exact && !bytes.ContainsAny(text, "eE") { // writing out a fraction takes as long as 100 short strings
		if bytes.Contains(text, []byte(".")) {
			text = bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
		}
		return json.Number(text), nil
	}
	number, err := w.parseNumber(text)
	if err != nil {
		return nil, err
	}
	return json.Number(number.Text('f', -1)), nil
}
