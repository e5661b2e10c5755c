package invent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const (
	take      = 100 // rows per page: the API's maximum
	maxPages  = 1000
	maxPasses = 4
	maxKept   = 512 << 20 // bytes of documents, far more than Terraform can be given
)

// Query says which assistants of an organization a list is about.
type Query struct {
	Search string               // handed to the API; empty: not set
	Keep   func(Assistant) bool // what of the list is returned; nil: all
}

// List is what has been kept of a whole list of assistants.
type List struct {
	Assistants []Assistant // in the API's order
	Listed     int         // rows that the API listed
	Announced  int         // rows that it says there are: more than it lists only if it says so persistently
}

// Assistants reads the whole list of an organization's assistants, or returns an error
// (https://docs.useinvent.com/api-reference/orgs-assistants/list-assistants).
//
// One request is a snapshot. Rows move between pages while assistants come and
// go, so a list of several requests is read until two passes in a row give the
// same ids page by page.
//
// The error is an [*Error], or the context's if that was cancelled.
func (c *Client) Assistants(ctx context.Context, organizationID string, query Query) (List, error) {
	defer c.closeIdle()
	read := c.newRead()
	var previous *pass
	for range maxPasses {
		current := &pass{query: query, seen: map[string]int{}}
		if err := current.run(ctx, read, organizationID); err != nil {
			return List{}, err
		}
		if current.isSnapshot() || current.equals(previous) {
			return List{Assistants: current.kept, Listed: current.listed, Announced: current.announced}, nil
		}
		current.kept = nil // only its ids are needed from here on
		previous = current
	}
	return List{}, read.blame(&Error{
		Kind:   KindChanging,
		Detail: fmt.Sprintf("the list of assistants keeps changing: no two in a row of %d readings gave the same", maxPasses),
	})
}

func (q Query) values(page int) url.Values {
	values := url.Values{"page": {strconv.Itoa(page)}, "take": {strconv.Itoa(take)}}
	if q.Search != "" {
		values.Set("search", q.Search)
	}
	return values
}

// pass is one reading of the list, from its first page to its end.
type pass struct {
	query     Query
	kept      []Assistant
	bytes     int            // of their documents
	listed    int            // rows
	pages     [][]string     // ids
	seen      map[string]int // the page that each id was on last
	announced int            // by the last pagination-count; 0 if there was none
	short     bool           // the last page had fewer rows than a full one
	moved     bool           // a row was on two pages
	requests  int
}

// isSnapshot tells whether one request gave all that was announced.
func (p *pass) isSnapshot() bool {
	return p.requests == 1 && p.announced <= p.listed
}

// equals tells whether two passes saw the same list. Where a row was on two
// pages, another one has slipped through.
func (p *pass) equals(previous *pass) bool {
	return previous != nil && !p.moved && slices.EqualFunc(p.pages, previous.pages, slices.Equal)
}

func (p *pass) run(ctx context.Context, read *read, organizationID string) error {
	for page := 1; page <= maxPages; page++ {
		answer, err := read.get(ctx, p.query.values(page), "orgs", organizationID, "assistants")
		p.requests++
		if p.isPastEnd(err) {
			return nil
		}
		if err != nil {
			return err
		}
		ended, err := p.add(page, answer)
		if err != nil {
			return read.blame(err)
		}
		if ended {
			return nil
		}
	}
	return read.blame(answerError("the list has more than %d pages", maxPages))
}

// isPastEnd tells whether an error is the API's way of saying that there is no
// such page: only if all the rows that it announced have been read.
func (p *pass) isPastEnd(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound) &&
		p.announced > 0 && p.announced <= p.listed
}

// add takes a page in and tells whether the list ended with it.
func (p *pass) add(page int, answer answer) (ended bool, err error) {
	rows, err := parsePage(answer.body)
	if err != nil {
		return false, err
	}
	header := parsePagination(answer.header)
	if header.page != nil && *header.page != page {
		return false, answerError("asked for page %d, got page %d", page, *header.page)
	}
	if header.count != nil {
		p.announced = *header.count
	}
	fresh, err := p.countFresh(page, rows)
	switch {
	case err != nil:
		return false, err
	case len(rows) == 0:
		return true, nil
	case fresh == 0 && p.short: // a service that knows no paging repeats itself
		return true, nil
	case fresh == 0:
		return false, &Error{
			Kind:   KindChanging,
			Detail: fmt.Sprintf("page %d repeats assistants of the pages before: the API ignores the page asked for, or the list changed meanwhile", page),
		}
	}
	if err := p.keep(rows); err != nil {
		return false, err
	}
	p.short = len(rows) < header.pageSize()
	p.moved = p.moved || fresh < len(rows)
	return header.isLast(len(rows), p.listed), nil
}

// keep lets the page's bytes go where most of its rows are not wanted.
func (p *pass) keep(rows []Assistant) error {
	p.listed += len(rows)
	for _, row := range rows {
		if p.query.Keep != nil {
			if !p.query.Keep(row) {
				continue
			}
			row.Document = bytes.Clone(row.Document)
		}
		p.kept = append(p.kept, row)
		p.bytes += len(row.Document)
	}
	if p.bytes > maxKept {
		return answerError("the assistants take more than %d MiB; read fewer of them at once with filter or search", maxKept>>20)
	}
	return nil
}

// countFresh notes the ids of a page and counts those that are new.
func (p *pass) countFresh(page int, rows []Assistant) (fresh int, err error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		before, repeated := p.seen[row.ID]
		if before == page {
			return 0, answerError("%s is on page %d twice", row.Label(), page)
		}
		if !repeated {
			fresh++
		}
		p.seen[row.ID] = page
	}
	p.pages = append(p.pages, ids)
	return fresh, nil
}

// pagination is what the API's pagination headers say; nil if one is absent.
type pagination struct {
	count, page, take *int
}

func parsePagination(header http.Header) pagination {
	return pagination{
		count: paginationNumber(header, "Pagination-Count"),
		page:  paginationNumber(header, "Pagination-Page"),
		take:  paginationNumber(header, "Pagination-Take"),
	}
}

// paginationNumber takes anything but a plain number of a sane size for absent.
func paginationNumber(header http.Header, name string) *int {
	const most = 1_000_000
	n, err := strconv.ParseUint(header.Get(name), 10, 64)
	if err != nil || n > most {
		return nil
	}
	return new(int(n))
}

// pageSize is how many rows a full page has.
func (p pagination) pageSize() int {
	if p.take != nil && *p.take > 0 {
		return *p.take
	}
	return take
}

// isLast tells whether the headers say so: the page is shorter than the API's own
// pages, and no more rows are announced than have been read with it.
func (p pagination) isLast(rows, read int) bool {
	return p.take != nil && rows < *p.take && p.count != nil && *p.count <= read
}
