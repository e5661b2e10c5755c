package jsonvalue

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// parseNumber gives a number the precision that Terraform has for all numbers. One beyond the limits would eat memory when
// it is written out, as Terraform does.
func parseNumber(number json.Number) (*big.Float, error) {
	const want = "a number with an exponent of at most ±400 and at most 1000 digits"
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number.String()), "e")
	e, err := strconv.Atoi(cmp.Or(exponent, "0"))
	digits := len(strings.ReplaceAll(strings.TrimPrefix(mantissa, "-"), ".", ""))
	switch {
	case digits > 1000:
		return nil, &TypeError{Want: want, Got: fmt.Sprintf("one with %d digits", digits)}
	case err != nil || e < -400 || e > 400:
		return nil, &TypeError{Want: want, Got: "one with a larger exponent"}
	}
	const precision = 512
	parsed, _, err := big.ParseFloat(number.String(), 10, precision, big.ToNearestEven)
	return parsed, err
}

// writtenOut returns a number without an exponent, as Terraform writes it.
func writtenOut(number json.Number) (any, error) {
	text := number.String()
	const exact = 150                                           // characters, of the 153 digits that the precision always keeps
	if len(text) <= exact && !strings.ContainsAny(text, "eE") { // writing out a fraction takes as long as 100 short strings
		if strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return json.Number(text), nil
	}
	parsed, err := parseNumber(number)
	if err != nil {
		return nil, err
	}
	return json.Number(parsed.Text('f', -1)), nil
}
