package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// hardKey is a key that every escape changes.
const hardKey = `k"e\y/<&+=>%!`

func TestRedact(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain":             hardKey,
		"JSON":              `k\"e\\y/<&+=>%!`,
		"JSON, safe HTML":   `k\"e\\y/\u003c\u0026+=\u003e%!`,
		"JSON, upper case":  `k\"e\\y/\u003C\u0026+=\u003E%!`,
		"JSON, with slash":  `k\"e\\y\/<&+=>%!`,
		"quoted":            strings.Trim(fmt.Sprintf("%q", hardKey), `"`),
		"query":             "k%22e%5Cy%2F%3C%26%2B%3D%3E%25%21",
		"query, lower case": "k%22e%5cy%2f%3c%26%2b%3d%3e%25%21",
		"path":              url.PathEscape(hardKey),
		"other letter case": strings.ToUpper(hardKey),
	} {
		if got := newKeyRedactor(hardKey).redact("a" + text + text + "b"); got != "a(API key)(API key)b" {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := newKeyRedactor("a.c").redact("abc"); got != "abc" {
		t.Errorf("a character of the key was taken for a pattern: %s", got)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const key = "key-of-the-tests"
	long := strings.Repeat("助", 200)
	tests := []struct{ name, body, want string }{
		{"JSON", `{"message":"Größe"}`, `{"message":"Größe"}`},
		{"key", "bad key " + key + "!", "bad key (API key)!"},
		{"200 characters", long, long},
		{"201 characters", long + "a", long + "…"},
		{"key across the cut", long[:195*3] + key, long[:195*3] + "(API …"},
		{"key behind the cut", long + key, long + "…"},
		{"control characters", "a\r\n\t\x1b[31m\x7f\u009b\x00b", "a[31mb"},
		{"control characters in the key", "key\n-of\x00-the\u0085-tests", "(API key)"},
		{"Latin-1", "Gr\xf6\xdfe", "Gr\uFFFDe"},
		{"secret_key", `{"id":"ast_1","Secret_Key":"s3cr3t"}`, ""},
		{"secret_key behind the cut", long + "secret_key s3cr3t", ""},
		{"secret_key with control characters", "secret\x00_\nkey s3cr3t", ""},
	}
	for _, test := range tests {
		if got := newKeyRedactor(key).excerpt([]byte(test.body)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// The two ways out of the provider are diagnostics and the log.
func TestKeyIsHidden(t *testing.T) {
	t.Parallel()
	redactor := newKeyRedactor(hardKey)
	at := path.Root("id")
	got := redactor.redactAll(diag.Diagnostics{
		diag.NewErrorDiagnostic("error "+hardKey, "detail "+hardKey),
		diag.NewWarningDiagnostic("warning "+hardKey, "detail "+hardKey),
		diag.NewAttributeErrorDiagnostic(at, "error "+hardKey, fmt.Sprintf("detail %q", hardKey)),
	})
	want := diag.Diagnostics{
		diag.NewErrorDiagnostic("error (API key)", "detail (API key)"),
		diag.NewWarningDiagnostic("warning (API key)", "detail (API key)"),
		diag.NewAttributeErrorDiagnostic(at, "error (API key)", `detail "(API key)"`),
	}
	if !got.Equal(want) {
		t.Errorf("got %v", got)
	}

	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	redactor.debug(ctx, "message", map[string]string{"path": "/orgs/" + url.PathEscape(hardKey)})
	(&operation{providerData: providerData{redactor: redactor}}).logUnknown(ctx, []string{strings.Repeat("n", 90) + hardKey, strings.Repeat("o", 1000)})
	var line struct{ Path, Fields string }
	decoder := json.NewDecoder(&log)
	if err := decoder.Decode(&line); err != nil || line.Path != "/orgs/(API key)" {
		t.Errorf("logged %+v (%v)", line, err)
	}
	if err := decoder.Decode(&line); err != nil || line.Fields != strconv.Quote(strings.Repeat("n", 90)+"(API key)")+", "+strconv.Quote(strings.Repeat("o", 100)) {
		t.Errorf("logged %+v (%v)", line, err)
	}
}

// What an id has at its end can be seen, and the API's own words have no key.
func TestAPIError(t *testing.T) {
	t.Parallel()
	server := inventtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "unknown, by ", hardKey)
	}))
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := invent.New(invent.Config{APIKey: hardKey, BaseURL: base, RequestTimeout: time.Minute, Log: newKeyRedactor(hardKey).debug})
	o := &operation{providerData: providerData{client, "c", newKeyRedactor(hardKey)}}
	_, err = o.assistantByID(t.Context(), "ast_1 ", "assistant_id")
	got := diag.Diagnostics{o.diagnostic(err)}
	want := diag.Diagnostics{diag.NewErrorDiagnostic(`Unable to read assistant "ast_1 " in organization "c"`,
		"GET /orgs/c/assistants/ast_1%20: the API answered 404 Not Found. The API says: unknown, by (API key)\n\n"+
			`The API knows no assistant "ast_1 " in organization "c", or the key may not see it. Check assistant_id and org_id, and base_url.`)}
	if !got.Equal(want) {
		t.Errorf("got %v", got)
	}
}
