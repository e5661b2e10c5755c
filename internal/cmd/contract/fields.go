package main

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// value is what a document has at a path of the model, such as actions[].name.
type value struct {
	path  string
	field *field // nil if the model does not have it
	seen  string // what is there, without its content
	json  any    // nil if its members or elements are values of their own
}

// values lists the values of a document. In their keys an element has its id: the provider orders lists itself.
func (f *field) values(key, path string, json any, all map[string]value) map[string]value {
	v := value{path, f, f.seen(path, json), json}
	array, _ := json.([]any)
	object, _ := json.(map[string]any)
	if f.kind == jsonType(json) && array != nil {
		v.json = nil
		for i, element := range array {
			f.element.values(key+"/"+cmp.Or(text(element, "id"), fmt.Sprint(i)), path+"[]", element, all)
		}
	}
	if f.kind == jsonType(json) && object != nil {
		v.json = nil
		for name, field := range f.fields {
			inner := strings.TrimPrefix(path+"."+name, ".")
			if content, found := object[name]; found {
				field.values(key+"/"+name, inner, content, all)
			} else {
				all[key+"/"+name] = value{inner, field, "missing", nil}
			}
		}
		for name, content := range object {
			if f.fields[name] == nil && !f.partial {
				all[key+"/"+name] = value{strings.TrimPrefix(path+"."+shown(name), "."), nil, "not documented", content}
			}
		}
	}
	all[key] = v
	return all
}

// seen says what is there: nothing of the content but what the documentation has, or a short word.
func (f *field) seen(path string, json any) string {
	content, _ := json.(string)
	switch kind := jsonType(json); {
	case path == "id" && json == "":
		return "empty"
	case path == "deleted" && kind == "boolean":
		return fmt.Sprint(json)
	case path == "avatar_url" && strings.Contains(content, "?"):
		return "string with a query"
	case kind != f.kind || len(f.members) == 0:
		return kind
	case slices.Contains(f.members, content):
		return content
	case len(content) <= 20 && lowerCase.MatchString(content):
		return content + " (not documented)"
	}
	return "other strings"
}

// fields has a finding for each path at which a row has something other than a value of the documented type.
func (f *field) findings(rows []any) (found []finding) {
	seen, at := census{}, map[string]*field{}
	for _, row := range rows {
		for _, v := range f.values("", "", row, map[string]value{}) {
			seen.add(v.path, v.seen)
			at[v.path] = v.field
		}
	}
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		field := at[path]
		about := finding{"`" + cmp.Or(path, "(row)") + "`", seen.String(path), "passes it on; missing as null, or for a list as empty", yes}
		switch {
		case field == nil:
			about.provider = "ignores it; `invent_assistants_settings` has it in `other_fields`"
		case field.kind == "" || len(seen[path]) == 1 && seen[path][field.kind] > 0:
			continue
		}
		for what := range seen[path] {
			about = about.wrong(field.refuses(path, what), "fails: an error names the path, what came, and what was expected")
		}
		found = append(found, about)
	}
	return found
}

// refuses tells whether the read fails because of what was seen at a path.
func (f *field) refuses(path, seen string) bool {
	switch seen {
	case "missing", "null":
		return path == "" || path == "id" || f.kind == "object" && strings.HasSuffix(path, "[]")
	case "string", "number", "boolean", "array", "object":
		return f != nil && seen != f.kind
	}
	return seen == "empty"
}

// differences collects the paths at which two documents differ; missing is null.
func (f *field) differences(a, b any, paths map[string]bool) {
	before, after := f.values("", "", a, map[string]value{}), f.values("", "", b, map[string]value{})
	all := maps.Clone(before)
	maps.Copy(all, after)
	for key, v := range all {
		if !reflect.DeepEqual(before[key].json, after[key].json) {
			paths["`"+v.path+"`"] = true
		}
	}
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

// shown is the name of something that the service has, unless the organization could have given it.
func shown(name string) string {
	if lowerCase.MatchString(name) || camelCase.MatchString(name) {
		return name
	}
	return "(not shown)"
}
