package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// field is a value of the documented model, taken from the provider's schema. Nil is one that is not documented.
type field struct {
	kind    string            // the JSON type; "" for a free-form value
	members map[string]*field // of an object; of an array, "[]" is its elements
	partial bool              // the provider leaves out the object's other members on purpose
	enum    string            // the description of an enum, which has its documented members
}

// newRow is an element of a data source's list or map.
func newRow(schemas *tfprotov6.GetProviderSchemaResponse, dataSource, attribute string) *field {
	attributes := schemas.DataSourceSchemas[dataSource].Block.Attributes
	i := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == attribute })
	return newField(attributes[i]).members["[]"]
}

func newField(a *tfprotov6.SchemaAttribute) *field {
	f := &field{kind: "string"}
	switch {
	case a.NestedType != nil:
		f.kind, f.members = "object", map[string]*field{}
		for _, member := range a.NestedType.Attributes {
			f.members[member.Name] = newField(member)
		}
	case strings.Contains(a.Description, "a free-form value"):
		f.kind = ""
	case a.Type.Is(tftypes.Bool):
		f.kind = "boolean"
	case a.Type.Is(tftypes.Number):
		f.kind = "number"
	case strings.Contains(a.Description, " may appear"):
		f.enum = a.Description
	}
	if a.NestedType != nil && a.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeSingle || a.Type != nil && a.Type.Is(tftypes.List{}) {
		return &field{kind: "array", members: map[string]*field{"[]": f}}
	}
	return f
}

// part is what a document has at a path of the model, such as actions[].name.
type part struct {
	path, seen string
	text       string // its JSON; "" if it is null, or its members are parts of their own
}

// parts takes a document apart. In the keys an element has its id: the provider orders lists itself.
func (f *field) parts(document any) map[string]part {
	all := map[string]part{}
	f.add("", "", document, true, all)
	return all
}

func (f *field) add(key, path string, content any, found bool, all map[string]part) {
	own := part{path: path, seen: f.see(path, content)}
	members, _ := content.(map[string]any)
	elements, _ := content.([]any)
	switch {
	case !found:
		own.seen = strings.Replace(own.seen, "null", "missing", 1)
	case f != nil && f.kind == "array" && elements != nil:
		for i, element := range elements {
			f.members["[]"].add(key+"/"+cmp.Or(text(element, "id"), fmt.Sprint(i)), path+"[]", element, true, all)
		}
	case f != nil && f.kind == "object" && members != nil:
		for name, member := range f.members {
			content, found := members[name]
			member.add(key+"/"+name, join(path, name), content, found, all)
		}
		for name, content := range members {
			if f.members[name] == nil && !f.partial {
				f.members[name].add(key+"/"+name, join(path, name), content, true, all)
			}
		}
	case content != nil:
		text, _ := json.Marshal(content) // it was JSON
		own.text = string(text)
	}
	all[key] = own
}

// see says what is there: nothing of the content but what the documentation has, or a short word.
func (f *field) see(path string, content any) string {
	word, _ := content.(string)
	kind := jsonType(content)
	switch isNeeded := path == "" || path == "id" || f != nil && f.kind == "object" && strings.HasSuffix(path, "[]"); {
	case f == nil:
		return "not documented"
	case content == nil && isNeeded, content != nil && f.kind != "" && f.kind != kind:
		return kind + " (refused)"
	case path == "id" && word == "":
		return "empty (refused)"
	case path == "deleted" && content != nil:
		return fmt.Sprint(content)
	case path == "avatar_url" && strings.Contains(word, "?"):
		return "string with a query"
	case f.enum == "" || content == nil:
		return kind
	case strings.Contains(f.enum, "`"+word+"`"):
		return word
	case len(word) <= 20 && lowerCase.MatchString(word):
		return word + " (not documented)"
	}
	return "other strings"
}

// findings has a line for each path at which a row has something other than a value of the documented type.
func (f *field) findings(rows []any) (findings []finding) {
	seen := map[string]counts{}
	for _, row := range rows {
		for _, p := range f.parts(row) {
			if seen[p.path] == nil {
				seen[p.path] = counts{}
			}
			seen[p.path][p.seen]++
		}
	}
	isPlain := regexp.MustCompile(`^(array|boolean|number|object|string): \d+$`)
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		answer, does := seen[path].String(), "passes it on; what is missing is null, or an empty list"
		if strings.HasPrefix(answer, "not documented") {
			does = "ignores it; `invent_assistants_settings` has it in `other_fields`"
		}
		if !isPlain.MatchString(answer) {
			findings = append(findings, finding{"`" + cmp.Or(path, "(row)") + "`", answer, does, !strings.Contains(answer, " (refused)"),
				"fails: an error names the path, what came, and what was expected"})
		}
	}
	return findings
}

var changesByItself = regexp.MustCompile(`(^|\.)updated_at$|\.contacts_count$|^integrations\[\]\.error$`)

// differences names the paths at which rows differ from others with the same id; null is the same as missing.
func (f *field) differences(question string, rows, others []any, otherwise string) finding {
	paths, handled := map[string]bool{}, true
	for _, row := range rows {
		i := slices.Index(texts(others, "id"), text(row, "id"))
		if i < 0 {
			continue
		}
		before, after := f.parts(row), f.parts(others[i])
		all := maps.Clone(before)
		maps.Copy(all, after)
		for key, p := range all {
			if before[key].text != after[key].text {
				paths["`"+p.path+"`"] = true
				handled = handled && changesByItself.MatchString(p.path)
			}
		}
	}
	return finding{question, commas(slices.Sorted(maps.Keys(paths))), "leaves `updated_at`, `contacts_count` and `integrations[].error` out of drift checks", handled, otherwise}
}

// text is a string member of an object, "" if there is none.
func text(object any, name string) string {
	members, _ := object.(map[string]any)
	content, _ := members[name].(string)
	return content
}

func jsonType(json any) string {
	return map[string]string{"string": "string", "bool": "boolean", "float64": "number", "[]interface {}": "array",
		"map[string]interface {}": "object", "<nil>": "null"}[fmt.Sprintf("%T", json)]
}

var lowerCase, camelCase = regexp.MustCompile(`^[a-z_]{1,40}$`), regexp.MustCompile(`^[a-z][a-zA-Z]{0,19}$`)

// join adds a name to a path, unless it is one that the organization could have given.
func join(path, name string) string {
	return strings.TrimPrefix(path+"."+shown(name), ".")
}

func shown(name string) string {
	if lowerCase.MatchString(name) || camelCase.MatchString(name) {
		return name
	}
	return "(not shown)"
}
