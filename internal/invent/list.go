package invent

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	detail := fmt.Sprintf("the list of %s keeps changing: each of %d readings differed from the one before, or had a row on two pages", element+"s", maxReadings)
	return List{}, (&Error{Kind: KindChanging, Detail: detail}).at(endpoint)
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
	pageQuery := url.Values{"take": {strconv.Itoa(take)}}
	maps.Copy(pageQuery, query)
	for page := 1; page <= maxPages; page++ {
		pageQuery.Set("page", strconv.Itoa(page))
		answer, err := c.get(ctx, endpoint, pageQuery)
		if page > 1 && r.isPastEnd(err) {
			r.pages = append(r.pages, nil) // a request like that of an empty page
			return r, nil
		} else if err != nil {
			return nil, err
		}
		if ended, wrong := r.add(page, answer, element); wrong != nil {
			return nil, wrong.at(endpoint)
		} else if ended {
			return r, nil
		}
	}
	return nil, answerError("the list of %s has more than %d pages", element+"s", maxPages).at(endpoint)
}

// isPastEnd tells whether an error is the API's way of saying that there is no such page: only if all the rows that it
// announced have been read.
func (r *reading) isPastEnd(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) &&
		r.Announced > 0 && r.Announced <= len(r.Rows)
}

// add takes a page in, and tells whether the list ended with it.
func (r *reading) add(page int, answer answer, element string) (ended bool, _ *Error) {
	const maxBytes = 512 << 20
	if r.bytes += len(answer.body); r.bytes > maxBytes {
		return false, answerError("the list of %s has more than %d MiB", element+"s", maxBytes>>20)
	}
	rows, err := parseList(answer.body, element)
	if err != nil {
		return false, err
	}
	if number, found := pagination(answer, "page"); found && number != page {
		return false, answerError("asked for page %d of the %s, got page %d", page, element+"s", number)
	}
	count, counted := pagination(answer, "count")
	if counted {
		r.Announced = count
	}
	fresh, err := r.note(page, rows, element)
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
		detail := "page %d repeats %s of the pages before: the API ignores the page asked for, or the list changed meanwhile"
		return false, &Error{Kind: KindChanging, Detail: fmt.Sprintf(detail, page, element+"s")}
	}
	full, known := pagination(answer, "take")
	if !known {
		full = take
	}
	r.moved = r.moved || r.repeats > 0 || fresh < len(rows)
	r.short, r.repeats = len(rows) < full, 0
	r.Rows = append(r.Rows, rows...)
	return r.short && known && counted && count <= len(r.Rows), nil
}

// note takes down the ids of a page, and counts those that are new.
func (r *reading) note(page int, rows []Row, element string) (fresh int, _ *Error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		before, repeated := r.seen[row.ID]
		if before == page {
			return 0, answerError("%s %q is on page %d twice", element, row.ID, page)
		}
		if !repeated {
			fresh++
		}
		r.seen[row.ID] = page
	}
	r.pages = append(r.pages, ids)
	return fresh, nil
}

// pagination returns the number in a pagination header. Anything but a plain number of a sane size counts as absent.
func pagination(answer answer, name string) (int, bool) {
	const most = 1_000_000
	number, err := strconv.ParseUint(answer.header.Get("Pagination-"+name), 10, 64)
	return int(min(number, most)), err == nil && number <= most
}
