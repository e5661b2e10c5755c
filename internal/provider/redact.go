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

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// redactor takes the API key out of what leaves the provider as text: diagnostics and the log. A server can have put it
// into an id, a user into an argument.
type redactor struct {
	key *regexp.Regexp
}

// newRedactor looks for the key plain, escaped as in JSON (with < > & escaped too, with / too, or neither, as %q does), and
// escaped as in a URL.
func newRedactor(key string) redactor {
	html, _ := json.Marshal(key) // a string can always be marshalled
	quoted := strconv.Quote(key)
	quoted = quoted[1 : len(quoted)-1]
	forms := []string{key, string(html[1 : len(html)-1]), quoted, strings.ReplaceAll(quoted, "/", `\/`), url.QueryEscape(key), url.PathEscape(key)}
	for i, form := range forms {
		forms[i] = regexp.QuoteMeta(form)
	}
	return redactor{regexp.MustCompile("(?i)" + strings.Join(forms, "|"))}
}

func (r redactor) redact(text string) string {
	return r.key.ReplaceAllLiteralString(text, "(API key)")
}

// debug writes a line to the log. All values are strings.
func (r redactor) debug(ctx context.Context, message string, fields map[string]string) {
	redacted := make(map[string]any, len(fields))
	for name, value := range fields {
		redacted[name] = r.redact(value)
	}
	tflog.Debug(ctx, message, redacted)
}

// excerpt returns what may be shown of the body of an answer that is no success: nothing if it mentions secret_key, which
// makes it a dump of an assistant.
func (r redactor) excerpt(body []byte) string {
	const characters = 200
	text := strings.Map(printable, string(bytes.ToValidUTF8(body, []byte("\uFFFD"))))
	if strings.Contains(strings.ToLower(text), "secret_key") {
		return ""
	}
	excerpt := []rune(r.redact(text)) // before it is cut, which could leave a part of the key
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
