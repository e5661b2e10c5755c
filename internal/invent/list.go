package invent

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const (
	take      = 100 // rows per page: the API's maximum
	maxPages  = 1000
	maxPasses = 4
	maxIDs    = 64 << 20 // bytes of all ids, which are kept until two readings have been compared
)

// Rows takes in a list while it is read, page by page: no more than one page of
// documents has to be in memory.
type Rows interface {
	// Reset forgets what was added. It is called before every reading.
	Reset()
	// Add takes the next row, in the API's order. Its error ends the read. The
	// document is a part of its page: to keep the one is to keep the other.
	Add(context.Context, Assistant) error
}

// Count tells how long a list is.
type Count struct {
	Listed    int // rows that the API listed
	Announced int // rows that it says there are: more than it lists only if it says so persistently
}

// Assistants reads the whole list of an organization's assistants into rows, or
// returns an error
// (https://docs.useinvent.com/api-reference/orgs-assistants/list-assistants).
// The search is handed to the API, if it is not empty.
//
// One request is a snapshot. Rows move between pages while assistants come and
// go, so a list of several requests is read until two passes in a row give the
// same ids page by page.
//
// The error is an [*Error], the context's if that was cancelled, or that of rows,
// which are void then.
func (c *Client) Assistants(ctx context.Context, organizationID, search string, rows Rows) (Count, error) {
	defer c.closeIdle()
	read := c.newRead()
	checked := checkedBodies{seed: maphash.MakeSeed(), sums: map[uint64]struct{}{}}
	var previous *pass
	for range maxPasses {
		rows.Reset()
		current := &pass{rows: rows, previous: previous, same: previous != nil, seen: map[string]int{}, checked: checked}
		if err := current.run(ctx, read, organizationID, search); err != nil {
			return Count{}, err
		}
		if current.isSnapshot() || current.equalsPrevious() {
			return current.count, nil
		}
		current.previous, current.seen = nil, nil // only its pages are compared
		previous = current
	}
	return Count{}, read.blame(&Error{
		Kind:   KindChanging,
		Detail: fmt.Sprintf("the list of assistants keeps changing: no two in a row of %d readings gave the same", maxPasses),
	})
}

func pageQuery(search string, page int) url.Values {
	query := url.Values{"page": {strconv.Itoa(page)}, "take": {strconv.Itoa(take)}}
	if search != "" {
		query.Set("search", search)
	}
	return query
}

// pass is one reading of the list, from its first page to its end.
type pass struct {
	rows     Rows
	checked  checkedBodies
	previous *pass
	same     bool           // as the previous one, page by page so far
	pages    [][]string     // ids
	seen     map[string]int // the page that each id was on last
	idBytes  int
	count    Count // announced: by the last pagination-count; 0 if there was none
	short    bool  // the last page had fewer rows than a full one
	moved    bool  // a row was on two pages
	requests int
}

// isSnapshot tells whether one request gave all that was announced.
func (p *pass) isSnapshot() bool {
	return p.requests == 1 && p.count.Announced <= p.count.Listed
}

// equalsPrevious tells whether two passes saw the same list. Where a row was on
// two pages, another one has slipped through.
func (p *pass) equalsPrevious() bool {
	return p.same && !p.moved && len(p.pages) == len(p.previous.pages)
}

func (p *pass) run(ctx context.Context, read *read, organizationID, search string) error {
	for page := 1; page <= maxPages; page++ {
		answer, err := read.get(ctx, pageQuery(search, page), "orgs", organizationID, "assistants")
		p.requests++
		if p.isPastEnd(err) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, ended, err := p.add(page, answer)
		if err != nil {
			return read.blame(err)
		}
		if err := p.handOn(ctx, rows, ended); err != nil {
			return err
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
		p.count.Announced > 0 && p.count.Announced <= p.count.Listed
}

// handOn gives on what can be the list's: not the rows of a first pass that takes
// several requests, or of one that differs from the pass before.
func (p *pass) handOn(ctx context.Context, rows []Assistant, ended bool) error {
	if p.same || ended && p.isSnapshot() {
		for _, row := range rows {
			if err := p.rows.Add(ctx, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// add takes a page in, and returns those of its rows that belong to the list and
// whether it ended with them.
func (p *pass) add(page int, answer answer) (rows []Assistant, ended bool, err error) {
	if err := p.checked.check(answer.body); err != nil {
		return nil, false, err
	}
	rows, err = parsePage(answer.body)
	if err != nil {
		return nil, false, err
	}
	header := parsePagination(answer.header)
	if header.page != nil && *header.page != page {
		return nil, false, answerError("asked for page %d, got page %d", page, *header.page)
	}
	if header.count != nil {
		p.count.Announced = *header.count
	}
	fresh, err := p.countFresh(page, rows)
	switch {
	case err != nil:
		return nil, false, err
	case len(rows) == 0:
		return nil, true, nil
	case fresh == 0 && p.short: // a service that knows no paging repeats itself
		return nil, true, nil
	case fresh == 0:
		return nil, false, &Error{
			Kind:   KindChanging,
			Detail: fmt.Sprintf("page %d repeats assistants of the pages before: the API ignores the page asked for, or the list changed meanwhile", page),
		}
	}
	p.count.Listed += len(rows)
	p.short = len(rows) < header.pageSize()
	p.moved = p.moved || fresh < len(rows)
	return rows, header.isLast(len(rows), p.count.Listed), nil
}

// countFresh notes the ids of a page and counts those that are new.
func (p *pass) countFresh(page int, rows []Assistant) (fresh int, err error) {
	ids := make([]string, len(rows))
	const idOverhead = 64 // about what an entry of pages and seen takes
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
		p.idBytes += len(row.ID) + idOverhead
	}
	if p.idBytes > maxIDs {
		return 0, answerError("the ids of the assistants take more than %d MiB", maxIDs>>20)
	}
	p.pages = append(p.pages, ids)
	p.same = p.same && page <= len(p.previous.pages) && slices.Equal(ids, p.previous.pages[page-1])
	return fresh, nil
}

// checkedBodies remembers which bodies are valid JSON: most passes see again what
// the one before has seen, and the check takes as long as all else that the client
// does with a page. The seed is not known to a server that would make two bodies
// with one sum.
type checkedBodies struct {
	seed maphash.Seed
	sums map[uint64]struct{}
}

func (c checkedBodies) check(body []byte) error {
	sum := maphash.Bytes(c.seed, body)
	if _, found := c.sums[sum]; found {
		return nil
	}
	if err := checkJSON(body); err != nil {
		return err
	}
	c.sums[sum] = struct{}{}
	return nil
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
