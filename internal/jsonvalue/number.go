package jsonvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
)

// A number beyond these limits would eat memory when it is written out, as Terraform does.
const (
	maxExponent = 400
	maxDigits   = 1000
)

// parseNumber takes the number that was read last, with the precision that Terraform has for all numbers.
func (w *walk) parseNumber(text []byte) (*big.Float, error) {
	if got := tooLarge(text); got != "" {
		want := fmt.Sprintf("a number with an exponent of at most ±%d and at most %d digits", maxExponent, maxDigits)
		return nil, w.wrongType(want, got)
	}
	const precision = 512
	number, _, err := big.ParseFloat(string(text), 10, precision, big.ToNearestEven)
	return number, err
}

func tooLarge(text []byte) string {
	mantissa, exponent := text, []byte("0")
	if e := bytes.IndexAny(text, "eE"); e >= 0 {
		mantissa, exponent = text[:e], text[e+1:]
	}
	digits := len(mantissa) - bytes.Count(mantissa, []byte("-")) - bytes.Count(mantissa, []byte("."))
	if digits > maxDigits {
		return fmt.Sprintf("one with %d digits", digits)
	}
	if e, err := strconv.Atoi(string(exponent)); err != nil || e < -maxExponent || e > maxExponent {
		return "one with a larger exponent"
	}
	return ""
}

// writeOut takes the number that was read last and writes it without an exponent, as Terraform does.
func (w *walk) writeOut(text []byte) (json.Number, error) {
	const exact = 150 // digits, of the 153 that a precision of 512 bits always keeps
	if len(text) <= exact && !bytes.ContainsAny(text, ".eE") {
		return json.Number(text), nil // most of them, at a tenth of the cost
	}
	number, err := w.parseNumber(text)
	if err != nil {
		return "", err
	}
	return json.Number(number.Text('f', -1)), nil
}
