package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	madeUpID = "_0000000000000000000000"
	take     = 100 // rows to a page, as the provider asks
	maxPages = 6   // that are read of a list
)

// ask asks everything about an organization.
func (s *survey) ask(ctx context.Context, org string, assistant, sub field) {
	home := "/orgs/" + url.PathEscape(org)
	assistants, subs := list{s, home + "/assistants", assistant, false}, list{s, home + "/orgs", sub, true}
	s.section("Assistants")
	rows := assistants.ask(ctx)
	if rows == nil {
		s.code = cmp.Or(s.code, 2)
		return
	}
	if len(rows) > 0 {
		assistants.one(ctx, rows)
		s.section("Fields of assistants that are missing, null, of another type, not documented, or one of a few values")
		assistants.fields(rows)
	}
	s.section("Sub-organizations")
	subs.fields(subs.ask(ctx))
	s.section("Keys and ids that nobody has")
	refused := func(question, path string, statuses ...int) {
		a := s.get(ctx, path)
		s.line(question, a, "says in its error what can be wrong", slices.Contains(statuses, a.StatusCode), "does not say what is wrong")
	}
	refused("An organization's id", "/orgs/org"+madeUpID+"/assistants", 400, 401, 403, 404)
	refused("An assistant's id", assistants.path+"/ast"+madeUpID, 400, 401, 403, 404)
	s.key = "a-key-that-nobody-has"
	refused("A key", assistants.path, 401, 403)
	s.section("All answers together")
	s.together()
}

// together counts what all answers have.
func (s *survey) together() {
	noted := regexp.MustCompile(`^(X-)?Rate-?[Ll]imit(-[A-Za-z]{1,20}){0,3}$|^Retry-After$|^Etag$|^Location$|^Content-Encoding$`)
	var protocols, headers []string
	for _, a := range s.answers {
		protocols = append(protocols, fmt.Sprintf("%s (gzip: %t)", cmp.Or(a.Proto, "none"), a.Uncompressed))
		for name := range a.Header {
			if noted.MatchString(name) {
				headers = append(headers, "`"+name+"`")
			}
		}
	}
	handled := !slices.Contains(headers, "`Location`") && !slices.Contains(headers, "`Content-Encoding`")
	s.line("Version of HTTP, and compression by gzip", count(protocols), "works with 1.1 and 2, with and without gzip", true, "")
	s.line("Headers of rate limits, versions, redirects and other compression", count(headers), "waits as `Retry-After` says, and uses no other",
		handled, "follows no redirect, and unpacks nothing but gzip")
}

// list is a list of the API, with what it should be.
type list struct {
	*survey
	path       string
	model      field
	isPersonal bool // the model leaves out other fields on purpose
}

// reading is a list, read page by page to its end, whatever the headers say.
type reading struct {
	pages []*answer
	rows  []any
	end   *answer // what came in place of a further page
}

func (l list) read(ctx context.Context, take int) (r reading) {
	page := func(number int) *answer { return l.get(ctx, fmt.Sprintf("%s?page=%d&take=%d", l.path, number, take)) }
	isNew := func(id string) bool { return !slices.Contains(texts(r.rows, "id"), id) }
	for len(r.pages) < maxPages {
		if r.end = page(len(r.pages) + 1); !slices.ContainsFunc(texts(r.end.rows, "id"), isNew) {
			return r
		}
		r.pages, r.rows = append(r.pages, r.end), append(r.rows, r.end.rows...)
	}
	r.end = page(100_000)
	return r
}

// ask asks all that is open about a list, and returns its rows, nil if there is no list.
func (l list) ask(ctx context.Context) []any {
	r := l.read(ctx, take)
	if len(r.pages) == 0 {
		l.line("The list", r.end, "takes a list; of another status, an error names it", r.end.rows != nil || r.end.StatusCode >= 400,
			"fails: it expects a JSON array, and follows no redirect")
		return r.end.rows
	}
	l.paging(r)
	for _, query := range []string{"page=1&take=1", "page=1&take=101", "page=0&take=100"} {
		l.line("`"+query+"`", l.get(ctx, l.path+"?"+query), "never sends it: it asks for 100 rows, from page 1 on", true, "")
	}
	for _, name := range []string{"created_at", "name"} {
		up, down := texts(r.rows, name), texts(r.rows, name)
		slices.Reverse(down)
		l.line("Order by `"+name+"`", fmt.Sprintf("upwards: %t, downwards: %t", slices.IsSorted(up), slices.IsSorted(down)), "orders rows itself", true, "")
	}
	again := l.read(ctx, take)
	if l.order("Order of two readings", r.pages, again.pages, again.end) {
		l.differences("Fields that differ between two readings", r.rows, again.rows,
			"shows a drift at each read unless `ignore_paths` names the field; or somebody edited it: run this again")
	}
	if len(r.pages) == 1 {
		small := l.read(ctx, (len(r.rows)+2)/3)
		l.order("Order over smaller pages", r.pages, []*answer{{rows: small.rows}}, small.end)
	}
	return r.rows
}

// paging looks at the pages, and at what came past the end.
func (l list) paging(r reading) {
	read, problem := 0, ""
	for i, page := range r.pages {
		counted, number, size := page.pagination("count"), page.pagination("page"), page.pagination("take")
		read += len(page.rows)
		if number != i+1 && page.Header.Get("pagination-page") == fmt.Sprint(number) {
			problem = "fails: `pagination-page` is not the page asked for"
		} else if i+1 < len(r.pages) && len(page.rows) < size && counted <= read && page.Header.Get("pagination-count") == fmt.Sprint(counted) {
			problem = "ends the list at a short page, although there are more"
		}
	}
	if ids := slices.Sorted(slices.Values(texts(r.rows, "id"))); len(slices.Compact(ids)) < len(r.rows) {
		problem = "fails, or reads again as long as a row comes twice"
	}
	l.line("All pages", strings.Trim(fmt.Sprint(r.pages), "[]"), "reads page by page; the count ends the list only after a short page", problem == "", problem)
	last, past := r.pages[len(r.pages)-1], r.end.String()
	counted := last.pagination("count")
	isCounted := counted > 0 && (counted <= len(r.rows) || len(r.pages) == maxPages)
	handled := r.end.rows != nil || isCounted && slices.Contains([]int{400, 404}, r.end.StatusCode)
	if len(r.end.rows) > 0 {
		past, handled = "rows of the pages before", len(last.rows) < cmp.Or(last.pagination("take"), take)
	}
	l.line("A page past the end", past, "takes it for the end", handled, "fails: it expects an empty array, 400 or 404 "+
		"after as many rows as `pagination-count` says, or the same rows again after a short page")
}

// order compares the ids of two readings page by page, and tells whether they are the same. The second ended with an answer.
func (l list) order(question string, first, again []*answer, end *answer) bool {
	ids := func(a *answer) []string { return texts(a.rows, "id") }
	found := "other rows"
	if slices.EqualFunc(first, again, func(a, b *answer) bool { return slices.Equal(ids(a), ids(b)) }) {
		found = "the same"
	} else if slices.EqualFunc(first, again, func(a, b *answer) bool { return count(ids(a)) == count(ids(b)) }) {
		found = "another order of the same rows"
	} else if transient.MatchString(end.String()) {
		found = end.String()
	}
	isSame := strings.Contains(found, "the same")
	l.line(question, found, "orders rows itself", isSame, "fails if the list keeps changing; or somebody edited it: run this again")
	return isSame
}

// one asks for an assistant by its name, and for one by its id.
func (l list) one(ctx context.Context, rows []any) {
	name, id := cmp.Or(texts(rows, "name")...), texts(rows, "id")[0]
	found := l.get(ctx, l.path+"?search="+url.QueryEscape(name))
	l.line("`search` for an assistant's name", found, "hands `search` on, and takes what comes",
		slices.Contains(texts(found.rows, "name"), name) && len(found.rows) < max(2, min(len(rows), take)), "does not find the assistant, or finds all")
	single := l.get(ctx, l.path+"/"+url.PathEscape(id))
	isFound := single.StatusCode == 200 && single.object["id"] == id
	l.line("A single assistant", single, "takes it", isFound, "fails: it expects the assistant asked for")
	if isFound {
		l.differences("Fields that differ between row and single assistant", rows[:1], []any{single.object}, "gives one value by `id`, and another in the list")
	}
}
