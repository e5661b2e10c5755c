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

// field is a value of the documented model, taken from the provider's schema.
type field struct {
	kind        string           // the JSON type; "any" for a free-form value, "" if the field is not documented
	members     map[string]field // of an object; of an array, "[]" is its elements
	description string           // of an enum, this has its documented members
}

func newFields(attributes []*tfprotov6.SchemaAttribute) map[string]field {
	fields := map[string]field{}
	for _, a := range attributes {
		f, t := field{kind: "string", description: a.Description}, a.ValueType()
		switch {
		case a.NestedType != nil:
			f.kind, f.members = "object", newFields(a.NestedType.Attributes)
		case strings.Contains(a.Description, "a free-form value"):
			f.kind = "any"
		case t.Is(tftypes.Bool):
			f.kind = "boolean"
		case t.Is(tftypes.Number):
			f.kind = "number"
		}
		if t.Is(tftypes.List{}) || t.Is(tftypes.Map{}) {
			f = field{kind: "array", members: map[string]field{"[]": f}}
		}
		fields[a.Name] = f
	}
	return fields
}

// collect adds what a document has, by path, such as [].actions[].name: to seen what may be shown of it, and to values the
// JSON of what has no members or elements of its own.
func (f field) collect(path string, content any, seen, values map[string][]string) {
	members, isObject := content.(map[string]any)
	elements, isArray := content.([]any)
	switch {
	case isObject && f.kind == "object":
		for name, member := range members {
			f.members[name].collect(path+"."+shown(name), member, seen, values)
		}
		for name, member := range f.members {
			if _, found := members[name]; !found {
				missing := strings.Replace(member.see(path+"."+name, nil), "null", "missing", 1)
				seen[path+"."+name] = append(seen[path+"."+name], missing)
			}
		}
	case isArray && f.kind == "array":
		for _, element := range elements {
			f.members["[]"].collect(path+"[]", element, seen, values)
		}
	case content != nil:
		document, _ := json.Marshal(content) // it was JSON
		values[path] = append(values[path], string(document))
	}
	seen[path] = append(seen[path], f.see(path, content))
}

// see says what is there: nothing of the content but what the documentation has, or a short word.
func (f field) see(path string, content any) string {
	kind := map[string]string{"string": "string", "bool": "boolean", "float64": "number", "[]interface {}": "array",
		"map[string]interface {}": "object", "<nil>": "null"}[fmt.Sprintf("%T", content)]
	word, _ := content.(string)
	isNeeded := path == "[].id" || f.kind == "object" && strings.HasSuffix(path, "[]")
	switch {
	case f.kind == "":
		return "not documented"
	case content == nil && isNeeded, content != nil && f.kind != "any" && f.kind != kind:
		return kind + " (refused)"
	case path == "[].id" && word == "":
		return "empty (refused)"
	case path == "[].deleted" && content != nil:
		return fmt.Sprint(content)
	case path == "[].avatar_url" && strings.Contains(word, "?"):
		return "string with a query"
	case content == nil || !strings.Contains(f.description, " may appear"):
		return kind
	case strings.Contains(f.description, "`"+word+"`"):
		return word
	case shortWord.MatchString(word):
		return word + " (not documented)"
	}
	return "other strings"
}

// fields has a line for each path at which rows have something other than values of the documented type.
func (l list) fields(rows []any) {
	ordinary := regexp.MustCompile(`^(array|boolean|number|object|string): \d+$`)
	seen := map[string][]string{}
	l.model.collect("", rows, seen, map[string][]string{})
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		came, does := count(seen[path]), "passes it on; what is missing is null, or an empty list"
		isUnknown := strings.HasPrefix(came, "not documented")
		if isUnknown {
			does = "ignores it; `invent_assistants_settings` has it in `other_fields`"
		}
		if !ordinary.MatchString(came) && (!isUnknown || !l.isPersonal) {
			l.line("`"+strings.TrimPrefix(path, "[].")+"`", came, does, !strings.Contains(came, " (refused)"),
				"fails: an error names the path, what came, and what was expected")
		}
	}
}

// differences names the paths at which rows differ from the same rows as they came another time, in any order.
func (l list) differences(question string, rows, others []any, otherwise string) {
	changesByItself := regexp.MustCompile(`\.(updated_at|contacts_count)$|^\[\]\.integrations\[\]\.error$`)
	seen, before, after := map[string][]string{}, map[string][]string{}, map[string][]string{}
	l.model.collect("", rows, seen, before)
	l.model.collect("", others, seen, after)
	paths, handled := []string{}, true
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		if count(before[path]) != count(after[path]) {
			paths = append(paths, "`"+strings.TrimPrefix(path, "[].")+"`")
			handled = handled && changesByItself.MatchString(path)
		}
	}
	l.line(question, cmp.Or(strings.Join(paths, ", "), "none"),
		"leaves `updated_at`, `contacts_count` and `integrations[].error` out of drift checks", handled, otherwise)
}

// texts are a string member of each row.
func texts(rows []any, name string) (all []string) {
	for _, row := range rows {
		members, _ := row.(map[string]any)
		text, _ := members[name].(string)
		all = append(all, text)
	}
	return all
}

var shortWord, fieldName = regexp.MustCompile(`^[a-z_]{1,20}$`), regexp.MustCompile(`^([a-z_]{1,40}|[a-z][a-zA-Z]{0,19})$`)

// shown is a name, unless it is one that the organization could have given.
func shown(name string) string {
	return cmp.Or(fieldName.FindString(name), "(not shown)")
}
