package jsonvalue

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"
)

// freeForm makes a free-form value of a tree: numbers are written out, strings are in NFC, and what is ignored is null. The
// error is a [*TypeError]; names are taken in order, so that of two errors it is always the same one.
func freeForm(value any, level int, ignored patterns) (_ any, err error) {
	const deepest = 100
	if ignored.match() {
		return nil, nil
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if value[name], err = freeForm(value[name], level+1, ignored.below(name)); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, element := range value {
			if value[i], err = freeForm(element, level+1, ignored.below(strconv.Itoa(i))); err != nil {
				return nil, err
			}
		}
	case json.Number:
		return writtenOut(value)
	case string:
		return norm.NFC.String(value), nil
	default:
		return value, nil
	}
	if level == deepest {
		return nil, &TypeError{Want: "a value of at most 100 levels", Got: "one of more"}
	}
	return value, nil
}

// canonical makes of a free-form value the text that Terraform's jsonencode(jsondecode(…)) makes of it, so that a
// configuration can compare it with a jsonencode of its own. Sorted names and escaped <, >, &, U+2028 and U+2029 are
// what encoding/json does by itself.
func canonical(value any) string {
	text, _ := json.Marshal(value)       // a free-form value can always be marshalled
	return norm.NFC.String(string(text)) // as all strings of Terraform: what follows a \u003c can compose with its c
}

// FingerprintType is the type of a string's fingerprint: sha256: and the first 16 hex digits of the SHA-256 of its canonical
// JSON. A value of it is a string without the mark, so the type equals that too.
type FingerprintType struct{ basetypes.StringType }

// Equal implements [attr.Type].
func (t FingerprintType) Equal(other attr.Type) bool {
	_, same := other.(FingerprintType)
	return same || t.StringType.Equal(other)
}

func fingerprint(text string) string {
	const length = 8 // bytes
	return fmt.Sprintf("sha256:%.*x", length, sha256.Sum256([]byte(canonical(text))))
}

// addOther adds the leaves of what the model does not have, unless they are ignored.
func (w walk) addOther(value any) error {
	others := w.root.others
	if others == nil {
		return nil
	}
	pointer, ignored, revealed := jsontext.Pointer(""), others.ignored, others.revealed
	for _, step := range w.steps {
		pointer = pointer.AppendToken(step)
		ignored, revealed = ignored.below(step), revealed.below(step)
	}
	value, err := freeForm(value, 0, ignored)
	addLeaves(w.leaves, pointer, value, ignored, revealed)
	return err
}

// addLeaves adds what is at a pointer and below.
func addLeaves(leaves map[string]tftypes.Value, pointer jsontext.Pointer, value any, ignored, revealed patterns) {
	if ignored.match() {
		return
	}
	below := func(name string, value any) {
		addLeaves(leaves, pointer.AppendToken(name), value, ignored.below(name), revealed.below(name))
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
	leaves[string(pointer)] = tftypes.NewValue(tftypes.String, leaf)
}

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
