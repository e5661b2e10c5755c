package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// What the environment and the configuration say reaches the request.
func TestConfigure(t *testing.T) {
	t.Parallel()
	mock := mockinvent.New(mockinvent.Data{})
	baseURL := inventtest.Serve(t, mock).URL
	variables := map[string]string{
		"INVENT_API_KEY": "key-1", "INVENT_ORG_ID": "org_1", "INVENT_BASE_URL": baseURL + "/1/", "TF_APPEND_USER_AGENT": "pipeline\r\n/7\n",
	}
	configured := attributes{"api_key": "key-2", "org_id": "org_2", "base_url": baseURL + "/2"}
	for want, config := range map[string]attributes{"Bearer key-1 /1/orgs/org_1/assistants": nil, "Bearer key-2 /2/orgs/org_2/assistants": configured} {
		mock.Next(mockinvent.Fail(http.StatusOK, "[]"))
		s := newServer(t, variables)
		if diags := s.configure(t, config); len(diags) > 0 {
			t.Fatal(message(diags))
		}
		s.must(t, list, nil)
		requests := mock.Requests()
		request := requests[len(requests)-1]
		checkEqual(t, "request", request.Header.Get("Authorization")+" "+request.Path, want)
		checkEqual(t, "User-Agent", request.Header.Get("User-Agent"), "Terraform/1.11.4 terraform-provider-invent/test pipeline/7")
	}
	diags := newServer(t, variables).configure(t, attributes{"api_key": "s3cr3t "})
	checkAttributeError(t, diags, "api_key", "its character 7 of 7 is white space")
}

// checkAttributeError asserts one error, on the attribute, with the text and without a secret; without a text, none.
func checkAttributeError(t *testing.T, diags []*tfprotov6.Diagnostic, attribute, text string) {
	t.Helper()
	path := tftypes.NewAttributePath()
	for name := range strings.SplitSeq(attribute, ".") {
		path = path.WithAttributeName(name)
	}
	switch {
	case text == "" && len(diags) == 0:
	case text == "" || len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError:
		t.Errorf("want one error with %q, got %d: %s", text, len(diags), message(diags))
	case attribute != "" && !diags[0].Attribute.Equal(path):
		t.Errorf("the error is on %s, want %s", diags[0].Attribute, path)
	case !strings.Contains(diags[0].Detail, text) || strings.Contains(message(diags), "s3cr3t"):
		t.Errorf("got %q, want %q in it", diags[0].Detail, text)
	}
}

// What is wrong with an argument of a data source or the ephemeral resource is found at validate time, without a key
// and a request; what is not known yet is not.
func TestValidateArguments(t *testing.T) {
	t.Parallel()
	timeout := func(read any) attributes { return attributes{"timeouts": attributes{"read": read}} }
	regex := func(value any) attributes { return attributes{"name_regex": value} }
	cases := []struct {
		typeName, name string
		config         attributes
		path, want     string // of the error; none if empty
	}{
		{one, "id", attributes{"id": "ast_1"}, "", ""},
		{one, "name", attributes{"name": " 予約 🧖‍♀️ / ?#% "}, "", ""},
		{one, "both, one unknown", attributes{"id": "ast_1", "name": unknown{}}, "", ""},
		{one, "neither", nil, "id", "No attribute specified when one (and only one) of [id,name] is required"},
		{one, "both", attributes{"id": "ast_1", "name": "One"}, "id", "2 attributes specified when one (and only one) of [id,name] is required"},
		{one, "empty id", attributes{"id": ""}, "id", "The argument id cannot be used: it is empty; leave it out"},
		{one, "empty name", attributes{"name": ""}, "name", "it is empty; leave it out"},
		{one, "empty org_id", attributes{"id": "ast_1", "org_id": ""}, "org_id", "it is empty"},
		{one, "timeout", attributes{"id": "ast_1"}.with(timeout("0s")), "timeouts.read", `The argument timeouts.read cannot be used: it is not a duration from 1s to 24h`},
		{list, "nothing", nil, "", ""},
		{list, "unknown", attributes{"search": unknown{}, "org_id": unknown{}, "ids": unknown{}, "enabled": unknown{}, "name_regex": unknown{}}, "", ""},
		{list, "org_id", attributes{"org_id": ".."}, "org_id", `".." is not an id`},
		{list, "search", attributes{"search": "Früh & Spa"}, "", ""},
		{list, "empty search", attributes{"search": ""}, "search", "it is empty; leave it out"},
		{list, "a NUL in search", attributes{"search": "a\x00b"}, "", ""},
		{list, "timeout", timeout("5 minutes"), "timeouts.read", "it is not a duration"},
		{list, "expression", regex(`^(?i:sales)\b.*\p{L}$`), "", ""},
		{list, "an expression of a blank", regex(" "), "", ""},
		{list, "an empty one of ids", attributes{"ids": []string{"ast_1", ""}}, "ids", `ids: "": it is empty; leave it out`},
		{list, "an unknown one of ids", attributes{"ids": []tftypes.Value{tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}}, "", ""},
		{list, "no expression", regex("("), "name_regex", "error parsing regexp: missing closing ): `(`"},
		{list, "empty expression", regex(""), "name_regex", "it is empty"},
		{secretKey, "both", attributes{"assistant_id": "ast_1", "org_id": "org_1"}, "", ""},
		{secretKey, "unknown", attributes{"assistant_id": unknown{}, "org_id": unknown{}}, "", ""},
		{secretKey, "empty", attributes{"assistant_id": ""}, "assistant_id", "it is empty"},
		{secretKey, "org_id", attributes{"assistant_id": "ast_1", "org_id": "a/b"}, "org_id", "an id has none of"},
		{secretKey, "timeout", attributes{"assistant_id": "ast_1", "timeouts": attributes{"open": "0s"}}, "timeouts.open", "it is not a duration"},
	}
	s := newServer(t, nil)
	for _, c := range cases {
		t.Run(c.typeName+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			checkAttributeError(t, s.validate(t, c.typeName, c.config), c.path, c.want)
		})
	}
}
