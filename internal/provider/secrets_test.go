package provider_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// The secrets of these tests have an end that no escaping changes and that no
// cut takes away together with the other one.
const (
	keyHead, keyTail = "HeadOfTheKey", "TailOfTheKey"
	plainKey         = keyHead + "_0-9." + keyTail
	strangeKey       = keyHead + `k/e+y "<&>é\%41` + keyTail
	secretOfRow      = "ValueOfASecretKey"
)

// found tells where secrets stand in a text, whatever the case of their letters.
func found(text []byte, secrets ...string) (places []string) {
	lower := bytes.ToLower(text)
	for _, secret := range secrets {
		if i := bytes.Index(lower, bytes.ToLower([]byte(secret))); i >= 0 {
			places = append(places, fmt.Sprintf("%s at byte %d: %q", secret, i, lower[max(i-60, 0):min(i+60, len(lower))]))
		}
	}
	return places
}

func TestFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{plainKey, strangeKey, url.QueryEscape(strangeKey), strconv.QuoteToASCII(strangeKey), strings.ToLower(strangeKey)} {
		if got := found([]byte("before "+text+" after"), keyHead, keyTail); len(got) != 2 {
			t.Errorf("%s: found %q", text, got)
		}
	}
	if got := found([]byte("Head Of The Key"), keyHead, keyTail); got != nil {
		t.Errorf("found %q", got)
	}
}

// spill is an answer with which a server gives secrets away. Braces stand for
// what the test's server puts in.
type spill struct {
	name   string // an organization's id
	answer string // as it goes over the wire
	want   string // in the diagnostics, or in the log
}

const dump = `[{"id":"ast_1","secret_key":"` + secretOfRow + `"}]`

func spills() []spill {
	return []spill{
		{"401-plain", "HTTP/1.1 401 Unauthorized\n\nno such key: {key}", "the API says: no such key: (API key)"},
		{"401-json", "HTTP/1.1 401 Unauthorized\n\n{\"message\":{json}}", `the API says: {"message":"(API key)"}`},
		{"401-html-safe-json", "HTTP/1.1 401 Unauthorized\n\n{\"message\":{html-safe-json}}", `the API says: {"message":"(API key)"}`},
		{"401-query", "HTTP/1.1 401 Unauthorized\n\n/login?key={query}", "the API says: /login?key=(API key)"},
		{"401-path", "HTTP/1.1 401 Unauthorized\n\n/keys/{path}", "the API says: /keys/(API key)"},
		{"401-cut", "HTTP/1.1 401 Unauthorized\n\n" + strings.Repeat("-", 190) + "{key}", "---(API key)"},
		{"401-control", "HTTP/1.1 401 Unauthorized\n\n\x00\x1b[31m{key}\n", "the API says: [31m(API key)"},
		{"403-html", "HTTP/1.1 403 {key}\nServer: {key}\n\n<html>{key}</html>", "the API says: <html>(API key)</html>"},
		{"404", "HTTP/1.1 404 Not Found\n\nnothing for {key}", "the API says: nothing for (API key)"},
		{"500-dump", "HTTP/1.1 500 Internal Server Error\nRetry-After: 0\n\nfailed on " + dump, "the API answered 500 Internal Server Error (the last of 2 attempts)."},
		{"500-dump-upper-case", "HTTP/1.1 500 Internal Server Error\nRetry-After: 0\n\nSECRET_KEY=" + secretOfRow, "the API answered 500 Internal Server Error (the last of 2 attempts)."},
		{"429", "HTTP/1.1 429 Too Many Requests\nRetry-After: 0\n\nslow down, {key}", "the API says: slow down, (API key)"},
		{"429-long", "HTTP/1.1 429 Too Many Requests\nRetry-After: 86400\n\nslow down, {key}", "asks to wait 24h0m0s"},
		{"redirect-query", "HTTP/1.1 302 Found\nLocation: {other}/?key={query}\n\n", "which the key must not be sent to"},
		{"redirect-path", "HTTP/1.1 307 Temporary Redirect\nLocation: {other}/{path}\n\n", "which the key must not be sent to"},
		{"redirect-user", "HTTP/1.1 307 Temporary Redirect\nLocation: http://{query}:{query}@localhost:1/\n\n", "which the key must not be sent to"},
		{"redirect-scheme", "HTTP/1.1 302 Found\nLocation: " + plainKey + "://host/\n\n", ""},
		{"redirect-garbage", "HTTP/1.1 302 Found\nLocation: http://[{key}\n\n", "the API redirects to something that is not a URL"},
		{"html", "HTTP/1.1 200 OK\n\n<html>{key} {secret}</html>", "the answer is an HTML page"},
		{"truncated", "HTTP/1.1 200 OK\n\n[{\"id\":{json},\"secret_key\":\"{secret}", "the answer is not valid JSON"},
		{"garbage", "HTTP/1.1 200 OK\n\n{key}", "the answer is not valid JSON"},
		{"broken-off", "HTTP/1.1 200 OK\nContent-Length: 9999\n\n" + dump + "{key}", "the connection was closed before the answer was complete"},
		{"status-line", "HTTP/1.1 2x0 {key}\n\n{key}", "the connection failed before the answer was complete"},
		{"version", "{key} 200 OK\n\n{key}", "the connection failed before the answer was complete"},
		{"header", "HTTP/1.1 200 OK\n{key}\n\n", "the connection failed before the answer was complete"},
		{"length", "HTTP/1.1 200 OK\nContent-Length: {key}\n\n", "the connection failed before the answer was complete"},
		{"chunk", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{key}\n", "the connection failed before the answer was complete"},
		{"gzip", "HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n{key} {secret}", "the connection failed before the answer was complete"},
		{"wrong-type", "HTTP/1.1 200 OK\n\n" + `[{"id":"ast_1","secret_key":["{secret}"]}]`, `"ast_1": secret_key: expected a string, got an array`},
		{"wrong-type-id", "HTTP/1.1 200 OK\n\n" + `[{"id":{json},"config":"{secret}"}]`, `"(API key)": config: expected an object, got a string`},
		{"wrong-type-id-cut", "HTTP/1.1 200 OK\n\n" + `[{"id":"` + strings.Repeat("-", 240) + `{key-in-json}","config":"{secret}"}]`, `config: expected an object, got a string`},
		{"wrong-type-row", "HTTP/1.1 200 OK\n\n" + `[{"id":{json},"name":["{secret}"]}]`, `row 1: assistant "(API key)": name: expected a string, got an array`},
		{"no-row", "HTTP/1.1 200 OK\n\n" + `["{secret}"]`, "row 1: expected an assistant as an object, got a string"},
		{"twice", "HTTP/1.1 200 OK\n\n" + `[{"id":{json}},{"id":{json}}]`, `assistant "(API key)" is on page 1 twice`},
		{"unknown", "HTTP/1.1 200 OK\n\n" + `[{"id":"ast_1",{json}:0,"config":{"new {key-in-json}":0}}]`, `"(API key)", "config.new (API key)"`},
	}
}

// spiller serves each spill as an organization of its own.
func spiller(t *testing.T, spills []spill) (baseURL string, keys func() []byte) {
	t.Helper()
	var mutex sync.Mutex
	var received bytes.Buffer
	other := unvisited(t, (*httptest.Server).Start)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		mutex.Lock()
		received.WriteString(key + "\n")
		mutex.Unlock()
		organization := strings.Split(r.URL.Path, "/")[2]
		i := slices.IndexFunc(spills, func(s spill) bool { return s.name == organization })
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, filled(spills[i].answer, key, other))
	}))
	t.Cleanup(api.Close)
	return api.URL, func() []byte {
		mutex.Lock()
		defer mutex.Unlock()
		return bytes.Clone(received.Bytes())
	}
}

func filled(answer, key, other string) string {
	htmlSafe, _ := json.Marshal(key)
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(key)
	inJSON := strings.TrimSpace(quoted.String())
	return strings.NewReplacer("{key}", key, "{json}", inJSON, "{html-safe-json}", string(htmlSafe), "{key-in-json}", strings.Trim(inJSON, `"`),
		"{query}", url.QueryEscape(key), "{path}", url.PathEscape(key), "{secret}", secretOfRow, "{other}", other).Replace(answer)
}

func TestSpills(t *testing.T) {
	t.Parallel()
	for _, key := range []string{plainKey, strangeKey} {
		baseURL, keys := spiller(t, spills())
		for _, s := range spills() {
			t.Run(s.name+" "+strconv.Quote(key), func(t *testing.T) {
				t.Parallel()
				provider := newServer(t, map[string]string{"INVENT_API_KEY": key, "INVENT_BASE_URL": baseURL})
				retries := strings.Count(s.answer, "Retry-After: 0") // these cost no time
				if diags := provider.configure(t, attributes{"max_retries": tftypes.NewValue(tftypes.Number, retries)}); len(diags) > 0 {
					t.Fatal(message(diags))
				}
				var log bytes.Buffer
				_, diags := provider.read(tflogtest.RootLogger(t.Context(), &log), t, "invent_assistants", attributes{"org_id": text(s.name)})
				if len(found(keys(), keyHead, keyTail)) != 2 {
					t.Fatal("the key did not reach the server")
				}
				seen := message(diags) + strings.ReplaceAll(log.String(), `\"`, `"`)
				if !strings.Contains(seen, s.want) {
					t.Errorf("got\n%s\nwant %q", message(diags), s.want)
				}
				if !strings.Contains(seen, "Invent API request") {
					t.Error("no request in the log")
				}
				for _, place := range append(found([]byte(message(diags)), keyHead, keyTail, secretOfRow), found(log.Bytes(), keyHead, keyTail, secretOfRow)...) {
					t.Error(place)
				}
			})
		}
	}
}

// everywhere is what the CLI prints, logs and stores, by name: a plan file by its
// entries.
type everywhere map[string][]byte

// traced runs the CLI with all that it and the provider can log.
func (e everywhere) traced(t *testing.T, terraform *cli, want int, arguments ...string) string {
	t.Helper()
	var output, log bytes.Buffer
	command := terraform.command(t.Context(), t, arguments...)
	command.Stdout, command.Stderr = &output, &log
	for _, logger := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_INVENT", "TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"} {
		command.Env = append(command.Env, logger+"=TRACE")
	}
	_ = command.Run()
	if got := command.ProcessState.ExitCode(); got != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", arguments, got, want, output.Bytes())
	}
	e[fmt.Sprintf("output of %s", arguments)] = output.Bytes()
	e[fmt.Sprintf("log of %s", arguments)] = log.Bytes()
	return output.String() + log.String()
}

// addFiles adds every file of a folder.
func (e everywhere) addFiles(t *testing.T, folder string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		if archive, zipErr := zip.NewReader(bytes.NewReader(content), int64(len(content))); zipErr == nil {
			return e.addEntries(name, archive)
		}
		e[name] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (e everywhere) addEntries(name string, archive *zip.Reader) error {
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return err
		}
		e[name+" "+file.Name], err = io.ReadAll(reader)
		if err != nil {
			return err
		}
	}
	return nil
}

// mustHold checks that secrets are where they belong and nowhere else.
func (e everywhere) mustHold(t *testing.T, where []string, secrets ...string) {
	t.Helper()
	for name, content := range e {
		places := found(content, secrets...)
		if belongs := slices.Contains(where, name); !belongs && len(places) > 0 {
			t.Errorf("%s: %s", name, places)
		} else if belongs && len(places) < len(secrets) {
			t.Errorf("%s: found %s only, so the search proves nothing", name, places)
		}
	}
	for _, name := range where {
		if e[name] == nil {
			t.Errorf("%s is not among what was searched", name)
		}
	}
}

// The key comes from a file, because Terraform keeps what is in a configuration,
// a variable included, in a plan file.
func providerWithKey(alias string) string {
	return fmt.Sprintf("provider \"invent\" {\n alias = %[1]q\n api_key = file(\"%[1]s.key\")\n max_retries = 1\n}\n", alias)
}

func TestAccSpills(t *testing.T) {
	t.Parallel()
	all := append(spills(),
		// Within the process of the tests, it would end in their output.
		spill{"unasked", "HTTP/1.1 200 OK\nContent-Length: 14\n\n" + `[{"id":"ast"}]` + "{key} {secret}", ""})
	baseURL, keys := spiller(t, all)
	var names []string
	for _, s := range all {
		names = append(names, s.name)
	}
	configuration := providerWithKey("plain") + providerWithKey("strange")
	for _, alias := range []string{"plain", "strange"} {
		configuration += fmt.Sprintf("data \"invent_assistants\" %[1]q {\n provider = invent.%[1]s\n for_each = toset(split(\" \", %[2]q))\n org_id = each.key\n}\n",
			alias, strings.Join(names, " "))
	}
	terraform := newCLI(t, configuration, map[string]string{"INVENT_BASE_URL": baseURL})
	terraform.write(t, "plain.key", plainKey)
	terraform.write(t, "strange.key", strangeKey)

	seen := everywhere{}
	printed := seen.traced(t, terraform, 1, "plan", "-no-color", "-parallelism=20")
	printed = strings.ReplaceAll(printed, `\"`, `"`)
	for _, s := range all {
		if !wrapped(s.want).MatchString(printed) || !strings.Contains(printed, "/orgs/"+s.name+"/assistants") {
			t.Errorf("%s: nothing shows that it happened; want %q", s.name, s.want)
		}
	}
	seen.addFiles(t, terraform.folder)
	seen["requests"] = keys()
	seen.mustHold(t, []string{"plain.key", "strange.key", "requests"}, keyHead, keyTail)
	seen.mustHold(t, nil, secretOfRow)
}

func TestAccSecretsStayInTheState(t *testing.T) {
	t.Parallel()
	data := mockinvent.Sample()
	data.Organizations[0].APIKey = strangeKey
	row := func(id, field string) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"id":%q,"name":%[1]q,"secret_key":"%[2]s",%[3]q:1}`, id, secretOfRow, field))
	}
	data.Organizations[0].Assistants = []json.RawMessage{row("ast_1", "new"), row("ast_2", strangeKey)}
	server := mockinvent.New(data)
	api := httptest.NewServer(server)
	t.Cleanup(api.Close)
	server.Next(
		mockinvent.Fail(http.StatusTooManyRequests, strangeKey, "Retry-After: 0"),
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
		},
	)
	terraform := newCLI(t, providerWithKey("strange")+`
		data "invent_assistants" "all" { provider = invent.strange }
		data "invent_assistant" "by_id" {
		  provider = invent.strange
		  id       = "ast_1"
		}
		data "invent_assistant" "by_name" {
		  provider = invent.strange
		  name     = "ast_2"
		}
		output "all" {
		  value     = data.invent_assistants.all
		  sensitive = true
		}`, map[string]string{"INVENT_BASE_URL": api.URL})
	terraform.write(t, "strange.key", strangeKey)

	seen := everywhere{}
	for _, arguments := range [][]string{
		{"validate", "-no-color"}, {"plan", "-no-color", "-out=plan"}, {"show", "-no-color", "plan"}, {"apply", "-no-color", "plan"},
		{"show", "-no-color"}, {"state", "show", "-no-color", "data.invent_assistant.by_id"}, {"output", "-no-color"}, {"plan", "-no-color", "-detailed-exitcode"},
	} {
		seen.traced(t, terraform, 0, arguments...)
	}
	seen.addFiles(t, terraform.folder)
	for _, request := range server.Requests() {
		seen["requests"] = fmt.Appendln(seen["requests"], request.Header.Get("Authorization"))
	}
	seen.mustHold(t, []string{"strange.key", "requests"}, keyHead, keyTail)
	seen.mustHold(t, []string{"terraform.tfstate", "plan tfplan", "plan tfstate"}, secretOfRow)
}
