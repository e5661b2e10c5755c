package invent

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const take = 100 // rows per page: the API's maximum

// List is a whole list, in the API's order.
type List struct {
	Rows      []Row
	Announced int // the API's pagination-count, 0 if there is none; more than len(Rows) only if it stays so
}

// list reads a whole list, or returns an error, which calls what is listed by the element's name.
//
// One request is a snapshot. Rows move between pages while others come and go, so a list of several requests is read
// until two readings in a row have the same ids page by page in the same order, or three in a row the same set of ids
// page by page: the API promises no order.
func (c *Client) list(ctx context.Context, endpoint *url.URL, query url.Values, element string) (List, error) {
	const maxReadings = 5
	previous := &reading{}
	same := 0 // readings in a row with the same sets of ids
	for range maxReadings {
		current, err := c.read(ctx, endpoint, query, element)
		if err != nil {
			return List{}, err
		}
		if same++; current.moved || !slices.EqualFunc(current.pages, previous.pages, sameSet) {
			same = 1
		}
		isSnapshot := len(current.pages) == 1 && current.Announced <= len(current.Rows)
		if isSnapshot || same == 3 || same == 2 && slices.EqualFunc(current.pages, previous.pages, slices.Equal) {
			return current.List, nil
		}
		previous = current
		previous.Rows = nil // only the ids are compared
	}
	return List{}, errorf(KindChanging, "the list of %ss keeps changing: each of %d readings differed from the one before, or had a row on two pages",
		element, maxReadings).withPath(endpoint)
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

func (c *Client) read(ctx context.Context, endpoint *url.URL, query url.Values, element string) (*reading, error) {
	const maxPages = 1000
	r := &reading{seen: map[string]int{}}
	query.Set("take", strconv.Itoa(take))
	for page := 1; page <= maxPages; page++ {
		query.Set("page", strconv.Itoa(page))
		body, header, err := c.get(ctx, endpoint, query)
		if e, ok := errors.AsType[*Error](err); ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) &&
			r.Announced > 0 && r.Announced <= len(r.Rows) { // all that was announced has been read: there is no such page
			body, err = []byte("[]"), nil
		}
		if err != nil {
			return nil, err
		}
		if ended, wrong := r.addPage(page, header, body, element); wrong != nil {
			return nil, wrong.withPath(endpoint)
		} else if ended {
			return r, nil
		}
	}
	return nil, errorf(KindAnswer, "the list of %ss has more than %d pages", element, maxPages).withPath(endpoint)
}

// addPage adds a page, and tells whether the list ended with it.
func (r *reading) addPage(page int, header http.Header, body []byte, element string) (ended bool, _ *Error) {
	const maxBytes = 512 << 20
	if r.bytes += len(body); r.bytes > maxBytes {
		return false, errorf(KindAnswer, "the list of %ss has more than %d MiB", element, maxBytes>>20)
	}
	rows, err := parseList(body, element)
	if err != nil {
		return false, err
	}
	if number, found := pagination(header, "page"); found && number != page {
		return false, errorf(KindAnswer, "asked for page %d of the %ss, got page %d", page, element, number)
	}
	count, counted := pagination(header, "count")
	if counted {
		r.Announced = count
	}
	fresh, err := r.addIDs(page, rows, element)
	switch {
	case err != nil:
		return false, err
	case len(rows) == 0:
		r.moved = r.moved || r.repeats > 0
		return true, nil
	case fresh == 0 && r.short: // a service that knows no paging sends its short list again and again
		r.repeats++
		return r.repeats == 2, nil
	case fresh == 0:
		return false, errorf(KindChanging, "page %d repeats %ss of the pages before: the API ignores the page asked for, or the list changed meanwhile",
			page, element)
	}
	full, known := pagination(header, "take")
	if !known {
		full = take
	}
	r.moved = r.moved || r.repeats > 0 || fresh < len(rows)
	r.short, r.repeats = len(rows) < full, 0
	r.Rows = append(r.Rows, rows...)
	return r.short && known && counted && count <= len(r.Rows), nil
}

// addIDs adds the ids of a page, and counts those that are new.
func (r *reading) addIDs(page int, rows []Row, element string) (fresh int, _ *Error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		before, repeated := r.seen[row.ID]
		if before == page {
			return 0, errorf(KindAnswer, "%s %q is on page %d twice", element, row.ID, page)
		}
		if !repeated {
			fresh++
		}
		r.seen[row.ID] = page
	}
	r.pages = append(r.pages, ids)
	return fresh, nil
}

// pagination returns the number in a pagination header. Anything but a plain number counts as absent.
func pagination(header http.Header, name string) (int, bool) {
	number, err := strconv.ParseUint(header.Get("Pagination-"+name), 10, 31)
	return int(number), err == nil
}
