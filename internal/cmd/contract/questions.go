package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
)

const (
	madeUpKey  = "a-key-that-nobody-has"
	madeUpID   = "_0000000000000000000000"
	madeUpName = "a name that nobody has"
)

// ask asks everything about an organization.
func ask(ctx context.Context, c *client, org string) []section {
	assistants := endpoint{c, []string{"orgs", org, "assistants"}, newModel(ctx, "invent_assistants", "assistants"), 7}
	subs := endpoint{c, []string{"orgs", org, "orgs"}, newModel(ctx, "invent_sub_organizations", "sub_organizations"), 3}
	subs.model.partial = true
	rows, sections := assistants.sections(ctx, "Assistants", unanswered)
	if c.answers[0].rows == nil {
		return sections
	}
	if len(rows) > 0 {
		sections = append(sections, section{"Assistants one by one", append(assistants.search(ctx, rows), assistants.single(ctx, rows)...)})
	}
	rows, more := subs.sections(ctx, "Sub-organizations", yes)
	refusals := assistants.refusals(ctx)
	if len(rows) > 0 {
		subs.path = []string{"orgs", text(rows[0], "id"), "assistants"}
		a := subs.page(ctx, 1, 1)
		refusals = append(refusals, about("A sub-organization's assistants, by the parent's key", a, "reads them if `org_id` names it").
			wrong(a.rows == nil, "fails with an error that names the status"))
	}
	return append(append(sections, more...), section{"Keys and ids", refusals}, section{"All answers together", together(c.answers)})
}

// search looks for a name that nobody has, and for an assistant's.
func (e endpoint) search(ctx context.Context, rows []any) []finding {
	const does = "hands `search` on, and takes what comes"
	find := func(name string) answer {
		return e.client.get(ctx, e.client.key, url.Values{"search": {name}}, e.path...)
	}
	nothing := find(madeUpName)
	found := []finding{about("`search` for a name that nobody has", nothing, does).wrong(nothing.rows == nil || len(nothing.rows) > 0, "does not notice that the search is ignored or refused")}
	if i := slices.IndexFunc(rows, func(row any) bool { return text(row, "name") != "" }); i >= 0 {
		named := find(text(rows[i], "name"))
		found = append(found, about("`search` for an assistant's name", named, does).
			wrong(!slices.Contains(ids(named.rows), text(rows[i], "id")), "does not find the assistant by its name"))
	}
	return found
}

// single compares up to three rows with what comes for these assistants alone.
func (e endpoint) single(ctx context.Context, rows []any) (found []finding) {
	var singles []any
	for _, row := range rows[:min(3, len(rows))] {
		a := e.client.get(ctx, e.client.key, nil, append(slices.Clone(e.path), text(row, "id"))...)
		if f := about("A single assistant", a, "").wrong(a.StatusCode != 200 || text(a.json, "id") != text(row, "id"), "fails: it expects the assistant asked for"); f.right != yes {
			return append(found, f)
		}
		singles = append(singles, a.json)
	}
	return append(found, e.differing("Fields that differ between row and single assistant", rows, singles, "gives one value by `id`, and another in the list"))
}

func (e endpoint) refusals(ctx context.Context) []finding {
	refused := func(question, key string, expected []int, path ...string) finding {
		a := e.client.get(ctx, key, nil, path...)
		return about(question, a, "says in its error what can be wrong").wrong(!slices.Contains(expected, a.StatusCode), "does not say what is wrong")
	}
	unauthorized, unknown := []int{401, 403}, []int{400, 401, 403, 404}
	return []finding{
		refused("A wrong key", madeUpKey, unauthorized, e.path...),
		refused("An organization's id that is made up", e.client.key, unknown, "orgs", "org"+madeUpID, "assistants"),
		refused("An assistant's id that is made up", e.client.key, unknown, append(slices.Clone(e.path), "ast"+madeUpID)...),
	}
}

var noted = regexp.MustCompile(`^(X-)?Rate-?[Ll]imit(-[A-Za-z]{1,20}){0,3}$|^Retry-After$|^Etag$`)

// together counts what all answers have.
func together(answers []answer) []finding {
	seen, encoded, redirected := census{}, false, false
	for _, a := range answers {
		seen.add("status", fmt.Sprint(a.StatusCode))
		seen.add("protocol", cmp.Or(a.Proto, "none"))
		compression := map[bool]string{true: "gzip", false: "none"}[a.Uncompressed]
		if encoding := a.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
			compression, encoded = "another", true
		}
		seen.add("compression", compression)
		for name := range a.Header {
			if noted.MatchString(name) {
				seen.add("headers", "`"+name+"`")
			}
		}
		if a.StatusCode >= 400 {
			members, isObject := a.json.(map[string]any)
			seen.add("errors", map[bool]string{true: "JSON objects", false: "other bodies"}[isObject])
			for name := range members {
				seen.add("errors", "`"+shown(name)+"`")
			}
		}
		redirected = redirected || a.StatusCode/100 == 3
	}
	return []finding{
		finding{"Statuses (0 is no answer)", seen.String("status"), "asks again after 408, 425, 429, and 5xx other than 501", yes}.wrong(redirected, "follows no redirect: an error names where it leads"),
		{"Errors, and their members", seen.String("errors"), "quotes the beginning, whatever it is", yes},
		{"Versions of HTTP", seen.String("protocol"), "works with 1.1 and 2", yes},
		finding{"Compression", seen.String("compression"), "reads gzip", yes}.wrong(encoded, "reads gzip alone"),
		{"Headers of rate limits and versions", seen.String("headers"), "waits as `Retry-After` says, and uses no other", yes},
	}
}
