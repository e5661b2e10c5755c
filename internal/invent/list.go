package invent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"          // encoding/json/v2 and encoding/json/jsontext
	"github.com/go-json-experiment/json/jsontext" // from Go 1.27 on
)

const take = 100 // rows per page: the API's maximum

// List is a whole list, in the API's order.
type List struct {
	Rows      []Row
	Announced int // the API's pagination-count, 0 if there is none; more than len(Rows) only if it stays so
}

// Row is one element of a list, or a single object.
type Row struct {
	ID       string // never empty
	Document []byte // the JSON object as it came: valid, in UTF-8
}

// list reads a whole list, or returns an error.
//
// One request is a snapshot. Rows move between pages while others come and go, so a list of several requests is read
// until two readings in a row have the same ids page by page in the same order, or three in a row the same set of ids
// page by page: the API promises no order.
func (c *Client) list(ctx context.Context, endpoint *url.URL, query url.Values) (List, error) {
	const maxReadings = 5
	var previous [][]string // the ids of the reading before, page by page
	same := 0               // readings in a row with the same sets of ids
	for range maxReadings {
		current, err := c.read(ctx, endpoint, query)
		if err != nil {
			return List{}, err
		}
		if same++; current.moved || !slices.EqualFunc(current.pages, previous, sameSet) {
			same = 1
		}
		isSnapshot := len(current.pages) == 1 && current.Announced <= len(current.Rows)
		if isSnapshot || same == 3 || same == 2 && slices.EqualFunc(current.pages, previous, slices.Equal) {
			return current.List, nil
		}
		previous = current.pages
	}
	return List{}, errorf(KindChanging, "the list keeps changing: each of %d readings differed from the one before, or had a row on two pages", maxReadings)
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// reading is one reading of a list, from its first page to its end.
type reading struct {
	List
	pages   [][]string     // ids
	seen    map[string]int // the page that each id was on last
	bytes   int
	short   bool // the last page with new rows had fewer than a full one
	repeats int  // pages since that one, without new rows
	moved   bool // a row was on two pages, so another one can have slipped through
}

func (c *Client) read(ctx context.Context, endpoint *url.URL, query url.Values) (*reading, error) {
	const maxPages = 1000
	r := &reading{seen: map[string]int{}}
	query.Set("take", strconv.Itoa(take))
	for page := 1; page <= maxPages; page++ {
		query.Set("page", strconv.Itoa(page))
		address := *endpoint
		address.RawQuery = query.Encode()
		body, header, err := c.get(ctx, &address)
		if e, ok := errors.AsType[*Error](err); ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) &&
			r.Announced > 0 && r.Announced <= len(r.Rows) { // all that was announced has been read: there is no such page
			body, err = []byte("[]"), nil
		}
		if err != nil {
			return nil, err
		}
		if ended, err := r.addPage(page, header, body); ended || err != nil {
			return r, err
		}
	}
	return nil, errorf(KindAnswer, "the list has more than %d pages", maxPages)
}

// addPage adds a page, and tells whether the list ended with it.
func (r *reading) addPage(page int, header http.Header, body []byte) (ended bool, _ error) {
	const maxBytes = 512 << 20
	if r.bytes += len(body); r.bytes > maxBytes {
		return false, errorf(KindAnswer, "the list has more than %d MiB", maxBytes>>20)
	}
	rows, err := parseList(body)
	if err != nil {
		return false, errorf(KindAnswer, "page %d: %s", page, err)
	}
	if number := pagination(header, "page", page); number != page {
		return false, errorf(KindAnswer, "asked for page %d, got page %d", page, number)
	}
	fresh, err := r.addIDs(page, rows)
	if err != nil {
		return false, err
	}
	count := pagination(header, "count", -1)
	if count >= 0 {
		r.Announced = count
	}
	if fresh == 0 && len(rows) > 0 {
		if !r.short {
			return false, errorf(KindChanging, "page %d repeats rows of the pages before: the API ignores the page asked for, or the list changed meanwhile", page)
		}
		r.repeats++
		return r.repeats == 2, nil // a service that knows no paging sends its short list again and again
	}
	full := pagination(header, "take", 0)
	r.moved = r.moved || r.repeats > 0 || fresh < len(rows)
	r.short, r.repeats = len(rows) < cmp.Or(full, take), 0
	r.Rows = append(r.Rows, rows...)
	return len(rows) == 0 || len(rows) < full && count >= 0 && count <= len(r.Rows), nil
}

// addIDs adds the ids of a page, and counts those that are new.
func (r *reading) addIDs(page int, rows []Row) (fresh int, _ error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		switch r.seen[row.ID] {
		case 0:
			fresh++
		case page:
			return 0, errorf(KindAnswer, "the id %q is on page %d twice", row.ID, page)
		}
		r.seen[row.ID] = page
	}
	r.pages = append(r.pages, ids)
	return fresh, nil
}

// pagination returns the number in a pagination header. Anything but a plain number counts as absent.
func pagination(header http.Header, name string, absent int) int {
	number, err := strconv.ParseUint(header.Get("Pagination-"+name), 10, 31)
	if err != nil {
		return absent
	}
	return int(number)
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
		ID jsontext.Value `json:"id"`
	}
	if err := unmarshal(document, &row, "an object"); err != nil {
		return Row{}, err
	}
	id := ""
	if _ = json.Unmarshal(row.ID, &id, jsontext.AllowInvalidUTF8(true)); id == "" {
		return Row{}, errorf(KindAnswer, "expected a string that is not empty as the id, got %s", kindName(row.ID.Kind()))
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
		return errorf(KindAnswer, "expected %s, got %s", expected, kindName(wrong.JSONKind))
	}
	if err != nil {
		return errorf(KindAnswer, "the answer, %d bytes, is not valid JSON, or nested too deeply", len(body))
	}
	return nil
}

func kindName(kind jsontext.Kind) string {
	return map[jsontext.Kind]string{jsontext.KindInvalid: "none", 'n': "null", '"': "a string", '0': "a number",
		't': "a boolean", 'f': "a boolean", '[': "an array", '{': "an object"}[kind]
}
