package jsonvalue_test

import (
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// A number is read and written the same way in a number's field and in JSON text.
func TestNumber(t *testing.T) {
	t.Parallel()
	nines := func(n int) string { return strings.Repeat("9", n) }
	zeros := func(n int) string { return strings.Repeat("0", n) }
	tests := []struct {
		name   string
		number string
		want   string
	}{
		{"zero", "0", "0"},
		{"minus zero", "-0", "-0"},
		{"zero with fraction and exponent", "0.0e-5", "0"},
		{"integer", "42", "42"},
		{"negative integer", "-42", "-42"},
		{"15 digits", nines(15), nines(15)},
		{"16 digits", nines(16), nines(16)},
		{"more than 53 bits", "9007199254740993", "9007199254740993"},
		{"the largest of 64 bits", "9223372036854775807", "9223372036854775807"},
		{"more than 64 bits", "9223372036854775808", "9223372036854775808"},
		{"the smallest of 64 bits", "-9223372036854775808", "-9223372036854775808"},
		{"as many digits as Terraform keeps", nines(150), nines(150)},
		{"more digits than Terraform keeps", nines(160), "1" + zeros(160)},
		{"fraction", "0.1", "0.1"},
		{"negative fraction", "-12.345", "-12.345"},
		{"trailing zeros", "1.50", "1.5"},
		{"fraction of zeros", "1.0", "1"},
		{"zero with a fraction", "0.000", "0"},
		{"minus zero with a fraction", "-0.0", "-0"},
		{"zeros that are no fraction", "100", "100"},
		{"zeros on both sides", "100.00", "100"},
		{"150 characters", "0." + nines(148), "0." + nines(148)},
		{"151 characters", "0." + nines(149), "0." + nines(149)},
		{"150 characters, mostly zeros", "-0." + zeros(146) + "1", "-0." + zeros(146) + "1"},
		{"exponent", "1e3", "1000"},
		{"exponent in upper case with sign", "1E+3", "1000"},
		{"negative exponent", "15e-4", "0.0015"},
		{"exponent with leading zeros", "1e0000000000000000000000000003", "1000"},
		{"the largest exponent", "1e400", "1" + zeros(400)},
		{"the smallest exponent", "-1e-400", "-0." + zeros(399) + "1"},
		{"1000 digits", "1" + zeros(999), "1" + zeros(999)},
		{"1000 digits and a sign", "-1" + zeros(999), "-1" + zeros(999)},
		{"1000 digits with a fraction", "0." + zeros(998) + "1", "0." + zeros(998) + "1"},
		{"1000 digits and the largest exponent", "1" + zeros(999) + "e400", "1" + zeros(1399)},
	}
	decoder := everything(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := show(field(t, decoder, `{"number":`+test.number+`}`, "number")); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got := show(field(t, decoder, `{"json":[`+test.number+`]}`, "json")); got != `"[`+test.want+`]"` {
				t.Errorf("in JSON text: got %s, want %s", got, test.want)
			}
			if got, err := jsonencodeJSONDecode(test.number); err != nil || got != test.want {
				t.Errorf("Terraform makes %s, want %s; %v", got, test.want, err)
			}
		})
	}
}

func TestNumberTooLarge(t *testing.T) {
	t.Parallel()
	const (
		want     = "a number with an exponent of at most ±400 and at most 1000 digits"
		exponent = "one with a larger exponent"
	)
	tests := []struct {
		name   string
		number string
		got    string
	}{
		{"exponent", "1e401", exponent},
		{"negative exponent", "1e-401", exponent},
		{"exponent that would fill the memory", "1e999999999", exponent},
		{"exponent of more than 64 bits", "-1.5E+99999999999999999999", exponent},
		{"exponent of zero", "0e401", exponent},
		{"exponent with leading zeros", "1e0401", exponent},
		{"1,001 digits", "1" + strings.Repeat("0", 1000), "one with 1001 digits"},
		{"1,001 digits with a fraction", "-0." + strings.Repeat("1", 1000), "one with 1001 digits"},
		{"1,001 digits with an exponent", strings.Repeat("1", 1001) + "e-5", "one with 1001 digits"},
		{"10,000 digits", strings.Repeat("7", 10_000), "one with 10000 digits"},
	}
	for _, test := range tests {
		for document, path := range map[string]string{
			`{"number":` + test.number + `}`:              "number",
			`{"rows":[{"position":` + test.number + `}]}`: "rows[0].position",
			`{"json":{"a":[` + test.number + `,2]}}`:      "json",
		} {
			checkTypeError(t, document, jsonvalue.TypeError{Path: path, Want: want, Got: test.got})
		}
	}
}
