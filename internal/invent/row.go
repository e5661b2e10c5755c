package invent

import (
	"bytes"
	"errors"
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
func parseList(body []byte) ([]Row, error) {
	var documents []jsontext.Value
	if err := unmarshal(body, &documents, "an array"); err != nil {
		return nil, err
	}
	rows := make([]Row, len(documents))
	for i, document := range documents {
		row, err := parseRow(document)
		if err != nil {
			return nil, errorf(KindAnswer, "row %d: %s", i+1, err)
		}
		rows[i] = row
	}
	return rows, nil
}

func parseRow(document []byte) (Row, error) {
	var row struct {
		ID any `json:"id"`
	}
	if err := unmarshal(document, &row, "an object"); err != nil {
		return Row{}, err
	}
	id, _ := row.ID.(string)
	if id == "" {
		return Row{}, errorf(KindAnswer, "the id is missing, empty or not a string")
	}
	return Row{id, document}, nil
}

// unmarshal never shows an error of the library, which can quote the body.
func unmarshal(body []byte, target any, expected string) error {
	switch trimmed := bytes.TrimSpace(body); {
	case bytes.HasPrefix(trimmed, []byte("<")):
		return errorf(KindAnswer, "the answer is an HTML page, not JSON; a proxy or a login page may have sent it")
	case !utf8.Valid(body): // its strings would reach Terraform changed
		return errorf(KindAnswer, "the answer is not valid UTF-8")
	case string(trimmed) == "null": // not an error to the library
		return errorf(KindAnswer, "expected %s, got null", expected)
	}
	// What is left of invalid UTF-8 is half of a surrogate pair, escaped: it becomes U+FFFD.
	err := json.Unmarshal(body, target, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		return errorf(KindAnswer, "expected %s, got %s", expected, map[jsontext.Kind]string{'"': "a string", '0': "a number",
			't': "a boolean", 'f': "a boolean", '[': "an array", '{': "an object"}[wrong.JSONKind])
	}
	if err != nil {
		return errorf(KindAnswer, "the answer, %d bytes, is not valid JSON, or nested too deeply", len(body))
	}
	return nil
}
