package invent

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json"          // encoding/json/v2 and encoding/json/jsontext
	"github.com/go-json-experiment/json/jsontext" // from Go 1.27 on
)

// Row is one element of a list, or a single object.
type Row struct {
	ID       string // never empty
	Document []byte // the JSON object as it came: valid, in UTF-8
}

// parseList reads the JSON array that a page of a list is.
func parseList(body []byte, element string) ([]Row, *Error) {
	var documents []jsontext.Value
	err := unmarshal(body, &documents, "an array of "+element+"s")
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(documents))
	for i, document := range documents {
		if rows[i], err = parseRow(document, element); err != nil {
			err.Detail = fmt.Sprintf("row %d: %s", i+1, err.Detail)
			return nil, err
		}
	}
	return rows, nil
}

func parseRow(document []byte, element string) (Row, *Error) {
	var row struct {
		ID string `json:"id"`
	}
	if err := unmarshal(document, &row, "an object"); err != nil {
		return Row{}, err
	}
	if row.ID == "" {
		return Row{}, errorf(KindAnswer, "the %s has no id, or an empty one", element)
	}
	return Row{row.ID, document}, nil
}

// unmarshal never shows an error of the library, which can quote the body.
func unmarshal(body []byte, target any, expected string) *Error {
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return errorf(KindAnswer, "the answer is empty")
	case trimmed[0] == '<':
		return errorf(KindAnswer, "the answer is an HTML page, not JSON; a proxy or a login page may have sent it")
	case !utf8.Valid(body): // its strings would reach Terraform changed
		return errorf(KindAnswer, "the answer is not valid UTF-8")
	case string(trimmed) == "null": // not an error to the library
		return errorf(KindAnswer, "expected %s, got null", expected)
	}
	// What is left of invalid UTF-8 is half of a surrogate pair, escaped: it becomes U+FFFD.
	err := json.Unmarshal(body, target, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		at := ""
		if wrong.JSONPointer != "" { // the one field of a row
			at, expected = "id: ", "a string"
		}
		return errorf(KindAnswer, "%sexpected %s, got %s", at, expected, map[jsontext.Kind]string{'"': "a string", '0': "a number",
			't': "a boolean", 'f': "a boolean", '[': "an array", '{': "an object"}[wrong.JSONKind])
	}
	if err != nil {
		return errorf(KindAnswer, "the answer, %d bytes, is not valid JSON, or nested too deeply", len(body))
	}
	return nil
}
