package jsonvalue

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A number beyond these limits would eat memory when it is written out, as
// Terraform does.
const (
	maxExponent = 400
	maxDigits   = 1000
)

func (n *node) number(w *walk) (tftypes.Value, error) {
	text := w.Raw()
	number, err := parseNumber(text)
	if err != nil {
		return tftypes.Value{}, err
	}
	const floatSize = 9 // more than a short text such as 0.5
	w.size += max(headerSize+len(text), floatSize)
	if bytes.ContainsAny(text, "eE") {
		w.size += maxExponent
	}
	return tftypes.NewValue(n.tfType, number), nil
}

// parseNumber reads a JSON number with the precision that Terraform has for all
// numbers.
func parseNumber(text []byte) (*big.Float, error) {
	if i, ok := smallInteger(text); ok {
		return new(big.Float).SetInt64(i), nil
	}
	if got := tooLarge(text); got != "" {
		return nil, &TypeError{Want: fmt.Sprintf("a number with an exponent of at most ±%d and at most %d digits", maxExponent, maxDigits), Got: got}
	}
	const precision = 512
	number, _, err := big.ParseFloat(string(text), 10, precision, big.ToNearestEven)
	if err != nil {
		return nil, &TypeError{Want: "a number", Got: "one that cannot be read"}
	}
	return number, nil
}

// smallInteger spares the numbers that there are most of the arithmetic of the
// others. -0 is not among them.
func smallInteger(text []byte) (int64, bool) {
	const digits = 15
	if len(text) > digits {
		return 0, false
	}
	i, err := strconv.ParseInt(string(text), 10, 64)
	return i, err == nil && (i != 0 || text[0] == '0')
}

func tooLarge(text []byte) string {
	mantissa, exponent := text, []byte(nil)
	if e := bytes.IndexAny(text, "eE"); e >= 0 {
		mantissa, exponent = text[:e], text[e+1:]
	}
	digits := 0
	for _, c := range mantissa {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	if digits > maxDigits {
		return fmt.Sprintf("one with %d digits", digits)
	}
	if len(exponent) == 0 {
		return ""
	}
	if e, err := strconv.Atoi(string(exponent)); err != nil || e < -maxExponent || e > maxExponent {
		return "one with a larger exponent"
	}
	return ""
}

// writeOut returns a JSON number without an exponent, as Terraform writes it. If
// it is too large for that, it returns the number as it came and an error.
func writeOut(text []byte) ([]byte, error) {
	const exact = 150 // characters, of the 153 digits that a precision of 512 bits always keeps
	if len(text) <= exact && !bytes.ContainsAny(text, "eE") {
		return shortest(text), nil
	}
	number, err := parseNumber(text)
	if err != nil {
		return text, err
	}
	return number.Append(nil, 'f', -1), nil
}

// shortest drops the zeros that a fraction ends with.
func shortest(text []byte) []byte {
	if bytes.IndexByte(text, '.') < 0 {
		return text
	}
	return bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
}
