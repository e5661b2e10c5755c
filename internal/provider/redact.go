package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// keyRedactor takes the API key out of what leaves the provider as text: diagnostics and the log. A server can have put it
// into an id, a user into an argument.
type keyRedactor struct {
	key *regexp.Regexp
}

// newKeyRedactor looks for the key plain, escaped as in JSON (with < > & escaped too, with / too, or neither, as %q does), and
// escaped as in a URL.
func newKeyRedactor(key string) keyRedactor {
	html, _ := json.Marshal(key) // a string can always be marshalled
	quoted := strconv.Quote(key)
	quoted = quoted[1 : len(quoted)-1]
	forms := []string{key, string(html[1 : len(html)-1]), quoted, strings.ReplaceAll(quoted, "/", `\/`), url.QueryEscape(key), url.PathEscape(key)}
	for i, form := range forms {
		forms[i] = regexp.QuoteMeta(form)
	}
	return keyRedactor{regexp.MustCompile("(?i)" + strings.Join(forms, "|"))}
}

func (r keyRedactor) redact(message string) string {
	return r.key.ReplaceAllLiteralString(message, "(API key)")
}

// redactAll redacts diagnostics.
func (r keyRedactor) redactAll(diags diag.Diagnostics) (redacted diag.Diagnostics) {
	for _, d := range diags {
		summary, detail := r.redact(d.Summary()), r.redact(d.Detail())
		at, hasPath := d.(diag.DiagnosticWithPath)
		switch {
		case d.Severity() == diag.SeverityWarning:
			redacted.AddWarning(summary, detail)
		case hasPath:
			redacted.AddAttributeError(at.Path(), summary, detail)
		default:
			redacted.AddError(summary, detail)
		}
	}
	return redacted
}

// debug writes a line to the log. All values are strings.
func (r keyRedactor) debug(ctx context.Context, message string, fields map[string]string) {
	redacted := make(map[string]any, len(fields))
	for name, value := range fields {
		redacted[name] = r.redact(value)
	}
	tflog.Debug(ctx, message, redacted)
}

// excerpt returns what may be shown of the body of an answer that is no success: nothing if it mentions secret_key, which
// makes it a dump of an assistant.
func (r keyRedactor) excerpt(body []byte) string {
	const characters = 200
	printed := strings.Map(printable, string(bytes.ToValidUTF8(body, []byte("\uFFFD"))))
	if strings.Contains(strings.ToLower(printed), "secret_key") {
		return ""
	}
	redacted := r.redact(printed) // before it is cut, which could leave a part of the key
	excerpt := []rune(redacted[:min(len(redacted), characters*utf8.UTFMax+1)])
	if len(excerpt) > characters {
		excerpt = append(excerpt[:characters], '…')
	}
	return string(excerpt)
}

// printable drops what a terminal would obey or a header cannot have.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}
