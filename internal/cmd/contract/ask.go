package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const (
	madeUpKey  = "a-key-that-nobody-has"
	madeUpID   = "_0000000000000000000000"
	madeUpName = "a name that nobody has"
)

// ask asks everything about an organization.
func ask(ctx context.Context, c *client, org string, schemas *tfprotov6.GetProviderSchemaResponse) []section {
	home := "/orgs/" + url.PathEscape(org)
	assistants := list{c, home + "/assistants", newRow(schemas, "invent_assistants", "assistants"), 7}
	subs := list{c, home + "/orgs", newRow(schemas, "invent_sub_organizations", "sub_organizations"), 3}
	subs.row.partial = true
	r := assistants.read(ctx, take)
	sections := assistants.sections(ctx, "Assistants", r)
	switch first := c.answers[0]; {
	case len(r.rows) > 0:
		sections = append(sections, section{"Assistants one by one", append(assistants.search(ctx, r.rows), assistants.singles(ctx, r.rows)...)})
	case first.StatusCode >= 400: // perhaps a wrong key: nothing can be asked
		sections[0].findings[0].answer = "no list: " + first.String()
		return sections
	case first.rows == nil:
		return sections
	}
	r = subs.read(ctx, take)
	sections = append(sections, subs.sections(ctx, "Sub-organizations", r)...)
	return append(sections, section{"Keys and ids", assistants.refusals(ctx, r.rows)}, section{"All answers together", together(c.answers)})
}

// search looks for a name that nobody has, and for an assistant's.
func (l list) search(ctx context.Context, rows []any) []finding {
	const does = "hands `search` on, and takes what comes"
	i := max(0, slices.IndexFunc(rows, func(row any) bool { return text(row, "name") != "" }))
	nothing := l.get(ctx, l.key, l.path+"?search="+url.QueryEscape(madeUpName))
	named := l.get(ctx, l.key, l.path+"?search="+url.QueryEscape(text(rows[i], "name")))
	return []finding{
		{"`search` for a name that nobody has", nothing.String(), does, nothing.rows != nil && len(nothing.rows) == 0, "does not notice that the search is ignored or refused"},
		{"`search` for an assistant's name", named.String(), does, slices.Contains(texts(named.rows, "id"), text(rows[i], "id")), "does not find the assistant by its name"},
	}
}

// singles compares up to three rows with what comes for these assistants alone.
func (l list) singles(ctx context.Context, rows []any) []finding {
	var singles []any
	f := finding{question: "A single assistant", does: "takes it", handled: true, otherwise: "fails: it expects the assistant asked for"}
	for _, row := range rows[:min(3, len(rows))] {
		a := l.get(ctx, l.key, l.path+"/"+url.PathEscape(text(row, "id")))
		if f.answer, f.handled = a.String(), a.StatusCode == 200 && text(a.json, "id") == text(row, "id"); !f.handled {
			return []finding{f}
		}
		singles = append(singles, a.json)
	}
	return []finding{f, l.row.differences("Fields that differ between row and single assistant", rows, singles, "gives one value by `id`, and another in the list")}
}

// refusals asks with a wrong key, and for what nobody has; and for what the key should reach beside its own organization.
func (l list) refusals(ctx context.Context, subs []any) []finding {
	refused := func(question string, a answer, statuses ...int) finding {
		return finding{question, a.String(), "says in its error what can be wrong", slices.Contains(statuses, a.StatusCode), "does not say what is wrong"}
	}
	findings := []finding{
		refused("A wrong key", l.get(ctx, madeUpKey, l.path), 401, 403),
		refused("An organization's id that is made up", l.get(ctx, l.key, "/orgs/org"+madeUpID+"/assistants"), 400, 401, 403, 404),
		refused("An assistant's id that is made up", l.get(ctx, l.key, l.path+"/ast"+madeUpID), 400, 401, 403, 404),
	}
	if len(subs) > 0 {
		a := l.get(ctx, l.key, "/orgs/"+url.PathEscape(text(subs[0], "id"))+"/assistants")
		findings = append(findings, finding{"A sub-organization's assistants, by the parent's key", a.String(), "reads them if `org_id` names it", a.rows != nil, "fails: an error names the status"})
	}
	return findings
}

// together counts what all answers have.
func together(answers []answer) []finding {
	isRedirect := func(a answer) bool { return a.StatusCode/100 == 3 }
	statuses, protocols, compression, headers, failures := counts{}, counts{}, counts{}, counts{}, counts{}
	noted := regexp.MustCompile(`^(X-)?Rate-?[Ll]imit(-[A-Za-z]{1,20}){0,3}$|^Retry-After$|^Etag$`)
	for _, a := range answers {
		statuses[fmt.Sprint(a.StatusCode)]++
		protocols[cmp.Or(a.Proto, "none")]++
		encoding := cmp.Or(a.Header.Get("Content-Encoding"), "identity")
		if a.Uncompressed {
			encoding = "gzip"
		}
		compression[shown(encoding)]++
		for name := range a.Header {
			if noted.MatchString(name) {
				headers["`"+name+"`"]++
			}
		}
		if a.StatusCode >= 400 {
			members, isObject := a.json.(map[string]any)
			failures[map[bool]string{true: "JSON objects", false: "other bodies"}[isObject]]++
			for name := range members {
				failures["`"+shown(name)+"`"]++
			}
		}
	}
	return []finding{
		{"Statuses (0 is no answer)", statuses.String(), "asks again after 408, 425, 429, and 5xx other than 501", !slices.ContainsFunc(answers, isRedirect), "follows no redirect: an error names where it leads"},
		{"Errors, and their members", failures.String(), "quotes the beginning, whatever it is", true, ""},
		{"Versions of HTTP", protocols.String(), "works with 1.1 and 2", true, ""},
		{"Compression", compression.String(), "reads gzip", compression["gzip"]+compression["identity"] == len(answers), "reads gzip alone"},
		{"Headers of rate limits and versions", headers.String(), "waits as `Retry-After` says, and uses no other", true, ""},
	}
}
