package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What is wrong is found at validate time, before any request and without a key;
// what is not known yet is not.
func TestValidateArguments(t *testing.T) {
	t.Parallel()
	const one, many = "invent_assistant", "invent_assistants"
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	regex := func(value tftypes.Value) tftypes.Value { return conditions(attributes{"name_regex": value}) }
	const regexPath = `AttributeName("filter").AttributeName("name_regex")`
	cases := []struct {
		typeName string
		name     string
		config   attributes
		path     string // of the error; empty: none
		want     string // in it
	}{
		{one, "id", attributes{"id": text("ast_1")}, "", ""},
		{one, "name", attributes{"name": text("One")}, "", ""},
		{one, "name in all scripts", attributes{"name": text(" 予約 🧖‍♀️ / ?#% ")}, "", ""},
		{one, "id unknown", attributes{"id": unknown}, "", ""},
		{one, "name unknown", attributes{"name": unknown}, "", ""},
		{one, "id and name, one unknown", attributes{"id": text("ast_1"), "name": unknown}, "", ""},
		{one, "neither id nor name", nil, "none", "Exactly one of these attributes must be configured: [id,name]"},
		{one, "both id and name", attributes{"id": text("ast_1"), "name": text("One")}, `AttributeName("id")`, "Exactly one of these attributes must be configured: [id,name]"},
		{one, "empty id", attributes{"id": text("")}, `AttributeName("id")`, "empty"},
		{one, "id that leads elsewhere", attributes{"id": text("../keys")}, `AttributeName("id")`, "one of the characters"},
		{one, "id with a query", attributes{"id": text("ast_1?take=1")}, `AttributeName("id")`, "one of the characters"},
		{one, "id with a line break", attributes{"id": text("ast_1\n")}, `AttributeName("id")`, "control character"},
		{one, "longest id", attributes{"id": text(strings.Repeat("x", 256))}, "", ""},
		{one, "too long id", attributes{"id": text(strings.Repeat("x", 257))}, `AttributeName("id")`, "257 bytes"},
		{one, "empty name", attributes{"name": text("")}, `AttributeName("name")`, "it is empty; leave the argument out"},
		{one, "blank name", attributes{"name": text(" ")}, `AttributeName("name")`, "blank"},
		{one, "name with a line break", attributes{"name": text("One\n")}, `AttributeName("name")`, "control character"},
		{one, "empty org_id", attributes{"id": text("ast_1"), "org_id": text("")}, `AttributeName("org_id")`, "empty"},
		{many, "nothing", nil, "", ""},
		{many, "search", attributes{"search": text("Früh & Spa")}, "", ""},
		{many, "search unknown", attributes{"search": unknown}, "", ""},
		{many, "empty search", attributes{"search": text("")}, `AttributeName("search")`, "it is empty; leave the argument out"},
		{many, "blank search", attributes{"search": text("\t")}, `AttributeName("search")`, "blank"},
		{many, "search with NUL", attributes{"search": text("a\x00b")}, `AttributeName("search")`, "control character"},
		{many, "longest search", attributes{"search": text(strings.Repeat("x", 4096))}, "", ""},
		{many, "too long search", attributes{"search": text(strings.Repeat("x", 4097))}, `AttributeName("search")`, "4097 bytes"},
		{many, "empty org_id", attributes{"org_id": text("")}, `AttributeName("org_id")`, "empty"},
		{many, "empty filter", attributes{"filter": conditions(nil)}, "", ""},
		{many, "filter unknown", attributes{"filter": tftypes.NewValue(conditions(nil).Type(), tftypes.UnknownValue)}, "", ""},
		{many, "name_regex", attributes{"filter": regex(text(`^(?i:sales)\b.*\p{L}$`))}, "", ""},
		{many, "name_regex unknown", attributes{"filter": regex(unknown)}, "", ""},
		{many, "name_regex that is no expression", attributes{"filter": regex(text("("))}, regexPath, "error parsing regexp: missing closing ): `(`"},
		{many, "name_regex that RE2 does not know", attributes{"filter": regex(text("(?=a)"))}, regexPath, "error parsing regexp: invalid or unsupported Perl syntax"},
		{many, "name_regex that is too large", attributes{"filter": regex(text("((a{1000}){1000}){1000}"))}, regexPath, "error parsing regexp"},
		{many, "empty name_regex", attributes{"filter": regex(text(""))}, regexPath, "it is empty"},
		{secretKey, "assistant_id", attributes{"assistant_id": text("ast_1"), "org_id": text("org_1")}, "", ""},
		{secretKey, "assistant_id unknown", attributes{"assistant_id": unknown, "org_id": unknown}, "", ""},
		{secretKey, "empty assistant_id", attributes{"assistant_id": text("")}, `AttributeName("assistant_id")`, "empty"},
		{secretKey, "assistant_id that leads elsewhere", attributes{"assistant_id": text("..")}, `AttributeName("assistant_id")`, "cannot be used"},
		{secretKey, "empty org_id", attributes{"assistant_id": text("ast_1"), "org_id": text("")}, `AttributeName("org_id")`, "empty"},
	}
	s := newServer(t, nil)
	for _, c := range cases {
		t.Run(c.typeName+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			diags := s.validate(t, c.typeName, c.config)
			switch {
			case c.path == "" && len(diags) > 0:
				t.Errorf("unexpected: %s", message(diags))
			case c.path == "":
			case len(diags) != 1:
				t.Errorf("want one error, got %d: %s", len(diags), message(diags))
			case c.path != "none" && diags[0].Attribute.String() != c.path:
				t.Errorf("the error is on %s, want %s", diags[0].Attribute, c.path)
			case !strings.Contains(diags[0].Detail, c.want):
				t.Errorf("got %q, want %q in it", diags[0].Detail, c.want)
			}
		})
	}
}

// The same by the CLI, for a person to see: no key, no request, and the place.
func TestAccValidate(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, config, want string }{
		{"id", `data "invent_assistant" "x" { id = "ast_1" }`, ""},
		{"name", `data "invent_assistant" "x" { name = "One" }`, ""},
		{"both id and name", "data \"invent_assistant\" \"x\" {\n id = \"ast_1\"\n name = \"One\"\n}", "[id,name]"},
		{"both id and name, from variables", "variable \"x\" {}\ndata \"invent_assistant\" \"x\" {\n id = var.x\n name = \"One\"\n}", ""},
		{"neither id nor name", `data "invent_assistant" "x" {}`, "[id,name]"},
		{"null for both", "data \"invent_assistant\" \"x\" {\n id = null\n name = null\n}", "[id,name]"},
		{"bad expression", `data "invent_assistants" "x" { filter = { name_regex = "(" } }`, "filter.name_regex"},
		{"computed attribute", "data \"invent_assistant\" \"x\" {\n id = \"ast_1\"\n secret_key = \"x\"\n}", "secret_key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			terraform := newCLI(t, c.config, nil)
			code := 0
			if c.want != "" {
				code = 1
			}
			if got := unwrapped(terraform.must(t, code, "validate", "-no-color")); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %q", got, c.want)
			}
		})
	}
}

// What only becomes known during apply is checked then.
func TestAccValidateLate(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, config, input, want string }{
		{"both id and name", "data \"invent_assistant\" \"x\" {\n id = \"ast_1\"\n name = terraform_data.later.output\n}", "One", "[id,name]"},
		{"empty name", `data "invent_assistant" "x" { name = terraform_data.later.output }`, "", "it is empty"},
		{"bad expression", `data "invent_assistants" "x" { filter = { name_regex = terraform_data.later.output } }`, "(", "error parsing regexp"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api, baseURL := mock(t)
			terraform := newCLI(t, fmt.Sprintf("resource \"terraform_data\" \"later\" { input = %q }\n%s", c.input, c.config), environment(baseURL))
			terraform.needs(t, 4, "terraform_data")
			terraform.must(t, 0, "plan")
			if got := unwrapped(terraform.must(t, 1, "apply", "-auto-approve")); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %q", got, c.want)
			}
			if got := len(api.Requests()); got > 0 {
				t.Errorf("%d requests", got)
			}
		})
	}
}
