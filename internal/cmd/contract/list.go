package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const take = 100 // rows to a page, as the provider asks

// endpoint is a list with what its rows should be. At most so many pages of it are read.
type endpoint struct {
	client   *client
	path     []string
	model    *field
	maxPages int
}

func (e endpoint) page(ctx context.Context, page, take int) answer {
	return e.client.get(ctx, e.client.key, url.Values{"page": {fmt.Sprint(page)}, "take": {fmt.Sprint(take)}}, e.path...)
}

// reading is a list, read page by page to its end, whatever the headers say.
type reading struct {
	pages []answer
	rows  []any
	end   *answer // what came in place of a further page; nil if there may be more pages
}

func (e endpoint) read(ctx context.Context, take int) (r reading) {
	seen := map[string]bool{}
	for len(r.pages) < e.maxPages {
		page := e.page(ctx, len(r.pages)+1, take)
		before := len(seen)
		for _, id := range ids(page.rows) {
			seen[id] = true
		}
		if len(seen) == before {
			r.end = &page
			break
		}
		r.pages, r.rows = append(r.pages, page), append(r.rows, page.rows...)
	}
	return r
}

func ids(rows []any) (all []string) {
	for _, row := range rows {
		all = append(all, text(row, "id"))
	}
	return all
}

// sections ask all that is open about the list. Whether a refusal is right depends on the list: not every organization
// may have sub-organizations.
func (e endpoint) sections(ctx context.Context, title, ifRefused string) ([]any, []section) {
	r := e.read(ctx, take)
	if len(r.pages) > 0 {
		return r.rows, []section{{title, e.findings(ctx, r)}, {title + ": fields that are null, missing, not documented, or one of a few values", e.model.findings(r.rows)}}
	}
	f := about("The list", *r.end, "fails with an error that names the status").wrong(r.end.StatusCode < 400 && r.end.rows == nil, "fails: it expects a JSON array, and follows no redirect")
	if f.right == yes && r.end.rows == nil {
		f.right = ifRefused
	}
	return nil, []section{{title, []finding{f}}}
}

func (e endpoint) findings(ctx context.Context, r reading) []finding {
	const unasked = "never sends it: it asks for 100 rows, from page 1 on"
	single, again := e.page(ctx, 1, 1), reading{}
	for i := range r.pages {
		page := e.page(ctx, i+1, take)
		again.pages, again.rows = append(again.pages, page), append(again.rows, page.rows...)
	}
	found := []finding{
		headers(r), count(r, single), e.pastEnd(ctx, r),
		about("`take=1`", single, unasked), about("`take=101`", e.page(ctx, 1, take+1), unasked), about("`page=0`", e.page(ctx, 0, take), unasked),
		same("Order of two readings", r.pages, again.pages), order(r.rows),
		e.differing("Fields that differ between two readings", r.rows, again.rows, "shows a drift at each read unless `ignore_paths` names the field; or somebody edited it: run this again"),
	}
	if n := len(r.rows); len(r.pages) == 1 && n > 1 && len(single.rows) == 1 {
		small := endpoint{e.client, e.path, e.model, 4}.read(ctx, (n+2)/3)
		whole := answer{Response: single.Response, rows: small.rows}
		if small.end != nil && small.end.transient() {
			whole = *small.end
		}
		found = append(found, same("Order over smaller pages", r.pages, []answer{whole}))
	}
	return found
}

func headers(r reading) finding {
	seen, other, early, read := census{}, false, false, 0
	for i, page := range r.pages {
		read += len(page.rows)
		for _, name := range []string{"count", "page", "take"} {
			if page.number(name) >= 0 {
				seen.add("", "`pagination-"+name+"`")
			}
		}
		other = other || page.number("page") >= 0 && page.number("page") != i+1
		ended := len(page.rows) < page.number("take") && page.number("count") >= 0 && page.number("count") <= read
		early = early || ended && i < len(r.pages)-1
	}
	different := slices.Compact(slices.Sorted(slices.Values(ids(r.rows))))
	return finding{"Pages and their headers", fmt.Sprintf("pages: %d, rows: %d, pages with %s", len(r.pages), len(r.rows), seen.String("")),
		"goes by the headers; without them it reads until a page is empty", yes}.
		wrong(other, "fails: `pagination-page` is not the page asked for").
		wrong(len(different) < len(r.rows), "fails, or reads again as long as a row comes twice").
		wrong(early, "ends the list at a short page, although there are more")
}

// count compares pagination-count with the rows, on the pages that were read and on the one of a single row.
func count(r reading, single answer) finding {
	f := about("What `pagination-count` counts", single, "takes what is listed, and warns if fewer rows are listed than announced")
	all, own := true, true
	for _, page := range append(slices.Clone(r.pages), single) {
		all, own = all && page.number("count") == len(r.rows), own && page.number("count") == len(page.rows)
	}
	switch {
	case f.right == unanswered:
	case r.pages[0].number("count") < 0:
		f.answer, f.provider = "there is none", "reads until a page is empty"
	case all && own:
		f.answer, f.right = "not to be seen with one row", untold
	case own:
		f.answer, f.provider = "the rows of the page", "does not take it for the end as long as pages are full"
	case all:
		f.answer, f.provider = "the rows of all pages", "knows by it when it has read them all"
	case r.end == nil || r.end.transient():
		f.answer, f.right = "not the rows of the page; the list was not read to its end", untold
	default:
		f.answer = "something else"
	}
	return f
}

func (e endpoint) pastEnd(ctx context.Context, r reading) finding {
	if r.end == nil {
		r.end = new(e.page(ctx, 100_000, take))
	}
	last, status := r.pages[len(r.pages)-1], r.end.StatusCode
	size, refused := last.number("take"), status == 400 || status == 404
	if size < 0 {
		size = take
	}
	f := about("A page past the end", *r.end, "takes it for the end")
	if len(r.end.rows) > 0 {
		f.answer = "rows of the pages before"
		return f.wrong(len(last.rows) >= size, "fails: after a full page, that is a list that changes")
	}
	return f.wrong(refused && (last.number("count") < 0 || last.number("count") > len(r.rows)), "fails: no `pagination-count` has said that all rows were read").
		wrong(!refused && r.end.rows == nil, "fails: it expects an empty array, 400 or 404")
}

// same compares two readings page by page.
func same(question string, first, again []answer) finding {
	f := finding{question, "the same", "orders rows itself", yes}
	for i, page := range first {
		before, after := ids(page.rows), ids(again[i].rows)
		if again[i].transient() {
			return about(question, again[i], "")
		}
		if slices.Equal(before, after) {
			continue
		}
		f.answer = "another order of the same rows"
		slices.Sort(before)
		slices.Sort(after)
		if !slices.Equal(before, after) {
			f.answer = "other rows"
			return f.wrong(true, "fails if the list keeps changing; or somebody edited it: run this again")
		}
	}
	return f
}

func order(rows []any) finding {
	var found []string
	for _, name := range []string{"created_at", "updated_at", "name", "id"} {
		up := func(a, b any) int { return strings.Compare(text(a, name), text(b, name)) }
		if slices.IsSortedFunc(rows, up) {
			found = append(found, "`"+name+"`")
		} else if slices.IsSortedFunc(rows, func(a, b any) int { return up(b, a) }) {
			found = append(found, "`"+name+"` downwards")
		}
	}
	if len(rows) < 3 {
		return finding{"Order of the rows", "not to be seen with fewer than three", "orders them by `created_at`, then `id`", untold}
	}
	return finding{"Order of the rows", commas(found), "orders them by `created_at`, then `id`", yes}
}

var changesByItself = regexp.MustCompile("[`.]updated_at`$|\\.contacts_count`$|^`integrations\\[\\]\\.error`$")

// differing names the paths at which rows differ from others with the same id.
func (e endpoint) differing(question string, rows, others []any, ifWrong string) finding {
	paths := map[string]bool{}
	for _, row := range rows {
		for _, other := range others {
			if id := text(row, "id"); id != "" && id == text(other, "id") {
				e.model.differences(row, other, paths)
			}
		}
	}
	f := finding{question, commas(slices.Sorted(maps.Keys(paths))), "leaves `updated_at`, `contacts_count` and `integrations[].error` out of drift checks", yes}
	maps.DeleteFunc(paths, func(path string, _ bool) bool { return changesByItself.MatchString(path) })
	return f.wrong(len(paths) > 0, ifWrong)
}
