package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

const take = 100 // rows to a page, as the provider asks

// list is a list of the API, with what its rows should be. At most so many pages of it are read.
type list struct {
	*client
	path     string
	row      *field
	maxPages int
}

func (l list) page(ctx context.Context, page, take int) answer {
	return l.get(ctx, l.key, fmt.Sprintf("%s?page=%d&take=%d", l.path, page, take))
}

// reading is a list, read page by page to its end, whatever the headers say.
type reading struct {
	pages []answer
	rows  []any
	end   answer // what came in place of a further page
}

func (l list) read(ctx context.Context, take int) (r reading) {
	seen := map[string]bool{}
	for len(r.pages) < l.maxPages {
		before := len(seen)
		r.end = l.page(ctx, len(r.pages)+1, take)
		for _, id := range texts(r.end.rows, "id") {
			seen[id] = true
		}
		if len(seen) == before {
			return r
		}
		r.pages, r.rows = append(r.pages, r.end), append(r.rows, r.end.rows...)
	}
	r.end = l.page(ctx, 100_000, take)
	return r
}

// sections are all that is open about a list.
func (l list) sections(ctx context.Context, title string, r reading) []section {
	if len(r.pages) == 0 {
		f := finding{"The list", r.end.String(), "takes an array; of another status, an error names it", r.end.rows != nil || r.end.StatusCode >= 400, "fails: it expects a JSON array, and follows no redirect"}
		return []section{{title, []finding{f}}}
	}
	const unused = "never sends it: it asks for 100 rows, from page 1 on"
	single, again := l.page(ctx, 1, 1), l.read(ctx, take)
	findings := append(r.headers(single), []finding{
		r.pastEnd(),
		{"`take=1`", single.String(), unused, true, ""},
		{"`take=101`", l.page(ctx, 1, take+1).String(), unused, true, ""},
		{"`page=0`", l.page(ctx, 0, take).String(), unused, true, ""},
		same("Order of two readings", r.pages, again.pages, again.end),
		order(r.rows),
		l.row.differences("Fields that differ between two readings", r.rows, again.rows,
			"shows a drift at each read unless `ignore_paths` names the field; or somebody edited it: run this again"),
	}...)
	if len(r.pages) == 1 {
		small := l.read(ctx, (len(r.rows)+2)/3)
		findings = append(findings, same("Order over smaller pages", r.pages, []answer{{rows: small.rows}}, small.end))
	}
	return []section{{title, findings}, {title + ": fields that are null, missing, not documented, or one of a few values", l.row.findings(r.rows)}}
}

// headers looks at the pages, and at one that has a single row.
func (r reading) headers(single answer) []finding {
	names, counted, read, problem := counts{}, map[string]bool{}, 0, ""
	if len(slices.Compact(slices.Sorted(slices.Values(texts(r.rows, "id"))))) < len(r.rows) {
		problem = "fails, or reads again as long as a row comes twice"
	}
	for i, page := range append(slices.Clone(r.pages), single) {
		number, size, count := page.pagination("page"), page.pagination("take"), page.pagination("count")
		for name, value := range map[string]int{"page": number, "take": size, "count": count} {
			if value >= 0 {
				names["`pagination-"+name+"`"]++
			}
		}
		if count >= 0 {
			counted[fmt.Sprintf("%d on a page of %d", count, len(page.rows))] = true
		}
		read += len(page.rows)
		if i < len(r.pages) && number >= 0 && number != i+1 {
			problem = "fails: `pagination-page` is not the page asked for"
		} else if i+1 < len(r.pages) && len(page.rows) < size && count >= 0 && count <= read {
			problem = "ends the list at a short page, although there are more"
		}
	}
	return []finding{
		{"Pages and rows", fmt.Sprintf("%d and %d", len(r.pages), len(r.rows)), "reads all pages, one after another", problem == "", problem},
		{"Headers of these pages, and of one with `take=1`", names.String(), "goes by them; without them it reads until a page is empty", true, ""},
		{"What `pagination-count` says", commas(slices.Sorted(maps.Keys(counted))), "ends the list by it only after a short page; warns if it stays above the rows that are listed", true, ""},
	}
}

func (r reading) pastEnd() finding {
	last := r.pages[len(r.pages)-1]
	size, count := last.pagination("take"), last.pagination("count")
	if size < 0 {
		size = take
	}
	const question, does = "A page past the end", "takes it for the end"
	switch {
	case len(r.end.rows) > 0:
		return finding{question, "rows of the pages before", does, len(last.rows) < size, "fails: after a full page, that is a list that changes"}
	case r.end.StatusCode == 400, r.end.StatusCode == 404:
		return finding{question, r.end.String(), does, count >= 0 && count <= len(r.rows), "fails: no `pagination-count` has said that all rows were read"}
	}
	return finding{question, r.end.String(), does, r.end.rows != nil, "fails: it expects an empty array, 400 or 404"}
}

// same compares the ids of two readings page by page. The second has ended with an answer.
func same(question string, first, again []answer, end answer) finding {
	ids := func(page answer) []string { return texts(page.rows, "id") }
	sorted := func(page answer) []string { return slices.Sorted(slices.Values(ids(page))) }
	f := finding{question, "other rows", "orders rows itself", false, "fails if the list keeps changing; or somebody edited it: run this again"}
	if slices.EqualFunc(first, again, func(a, b answer) bool { return slices.Equal(ids(a), ids(b)) }) {
		f.answer, f.handled = "the same", true
	} else if slices.EqualFunc(first, again, func(a, b answer) bool { return slices.Equal(sorted(a), sorted(b)) }) {
		f.answer, f.handled = "another order of the same rows", true
	} else if isTransient(end.String()) {
		f.answer = end.String()
	}
	return f
}

func order(rows []any) finding {
	var found []string
	for _, name := range []string{"created_at", "updated_at", "name", "id"} {
		column := texts(rows, name)
		if slices.Contains(column, "") {
			continue
		} else if slices.IsSorted(column) {
			found = append(found, "`"+name+"`")
		} else if slices.Reverse(column); slices.IsSorted(column) {
			found = append(found, "`"+name+"` downwards")
		}
	}
	return finding{"Order of the rows", commas(found), "orders them by `created_at`, then `id`", true, ""}
}

// texts are a string member of each row.
func texts(rows []any, name string) (all []string) {
	for _, row := range rows {
		all = append(all, text(row, name))
	}
	return all
}
