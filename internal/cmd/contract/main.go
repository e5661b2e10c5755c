// Command contract asks the real service what the API's documentation leaves open, and says for each answer whether the
// provider handles it. It sends GET requests only, and its report has nothing of the organization's content. The exit
// code is 0 if the provider handles every answer, 1 if not, and 2 if an answer is missing.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

const (
	documented  = "https://api.useinvent.com"
	maxRequests = 40
)

func main() {
	os.Exit(run(context.Background(), os.Getenv, os.Stdout, os.Stderr))
}

const introduction = "# The Invent API, asked by `make contract`\n\nAt the documented address: %t. Sent %d GET requests.\n\n" +
	"This is what the service answered, and what the Terraform provider does with such an answer. Nothing here is content " +
	"of the organization: there are only counts, statuses, JSON types, and names of headers, fields and settings. " +
	"Behind the length of a page stands what its headers `pagination-count`, `-page` and `-take` say, 0 for a missing one.\n"

// run asks and writes the report to stdout. What it is about to send, and where, it says on stderr.
func run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
	schemas, err := configure(ctx, getenv)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "contract: nothing was sent. %s\n", err)
		return 2
	}
	s := &survey{base: strings.TrimRight(cmp.Or(getenv("INVENT_BASE_URL"), documented), "/"), key: getenv("INVENT_API_KEY")}
	_, _ = fmt.Fprintf(stderr, "contract: sending at most %d GET requests to %s: lists of assistants and sub-organizations, "+
		"one assistant by its id, one by its name, and ids and a key that are made up.\n", maxRequests, s.base)
	assistants := newFields(schemas["invent_assistants"].Block.Attributes)["assistants"]
	subs := newFields(schemas["invent_sub_organizations"].Block.Attributes)["sub_organizations"]
	s.ask(ctx, cmp.Or(getenv("INVENT_ORG_ID"), "c"), assistants, subs)
	verdicts := []string{
		"The provider handles every answer.",
		"The provider does not handle the answers that are marked **no**. Please report them.",
		"The provider handles every answer, but not every question has one.",
	}
	_, _ = fmt.Fprintf(stdout, introduction+"%s\n## Verdict\n\n%s\n", s.base == documented, len(s.answers), s.lines.String(), verdicts[s.code])
	return s.code
}

// configure configures the provider by the environment alone, and returns its data sources' schemas. An error is what the
// provider says is wrong with the environment; it shows neither key nor password.
func configure(ctx context.Context, getenv func(string) string) (_ map[string]*tfprotov6.Schema, err error) {
	server := providerserver.NewProtocol6(provider.New("contract", getenv)())()
	// Neither call returns an error: what is wrong is in the diagnostics.
	schemas, _ := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	configured, _ := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{JSON: []byte("{}")}})
	for _, d := range configured.Diagnostics {
		err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
	}
	return schemas.DataSourceSchemas, err
}

// survey sends GET requests, and writes down what comes.
type survey struct {
	base, key string
	answers   []*answer
	lines     strings.Builder
	code      int // the exit code
}

// answer is what the service answered. Its status is 0 if nothing came, or not all of it.
type answer struct {
	*http.Response
	object map[string]any // nil if the body is not an object
	rows   []any          // nil if it is not a list
}

// get is where all requests are sent and counted. An error of the library is not kept: it quotes the address.
func (s *survey) get(ctx context.Context, target string) *answer {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	a := &answer{Response: &http.Response{}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+target, nil)
	if err != nil || len(s.answers) == maxRequests {
		return a
	}
	s.answers = append(s.answers, a)
	request.Header.Set("Authorization", "Bearer "+s.key)
	response, err := http.DefaultTransport.RoundTrip(request) // follows no redirect
	if err != nil {
		return a
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(io.LimitReader(response.Body, 64<<20)); err == nil { // what is longer is cut, and so no JSON
		a.Response = response
		if json.Unmarshal(body, &a.object) != nil && a.StatusCode == http.StatusOK {
			_ = json.Unmarshal(body, &a.rows)
		}
	}
	return a
}

// pagination is the number in a pagination header, 0 if there is none.
func (a *answer) pagination(name string) int {
	number, _ := strconv.ParseUint(a.Header.Get("pagination-"+name), 10, 31)
	return int(number)
}

// String says what an answer was, without its content.
func (a *answer) String() string {
	var names []string
	for name := range a.object {
		names = append(names, shown(name))
	}
	switch {
	case a.StatusCode == 0:
		return "no answer: the connection failed or timed out"
	case a.rows != nil:
		return fmt.Sprintf("200, an array of %d (count %d, page %d, take %d)", len(a.rows), a.pagination("count"), a.pagination("page"), a.pagination("take"))
	case a.object != nil:
		return fmt.Sprintf("%d, a JSON object: %s", a.StatusCode, strings.Join(slices.Sorted(slices.Values(names)), ", "))
	}
	return fmt.Sprintf("%d, no JSON object, and no array of rows", a.StatusCode)
}

func (s *survey) section(title string) {
	fmt.Fprintf(&s.lines, "\n## %s\n\n| | The service | The provider | Right? |\n|---|---|---|---|\n", title)
}

// transient is an answer after which the provider asks again.
var transient = regexp.MustCompile(`^(no answer|408|425|429|5(0[^1]|[1-9].))\b`)

// line writes down an answer, without its content, and what the provider does with it: one thing if it handles that answer,
// another if not.
func (s *survey) line(question string, came any, does string, handled bool, otherwise string) {
	right := "yes"
	if transient.MatchString(fmt.Sprint(came)) {
		does, right = "asks again where that can help, then fails; run this again to see whether it stays so", "no answer"
		s.code = cmp.Or(s.code, 2)
	} else if !handled {
		does, right = otherwise, "**no**"
		s.code = 1
	}
	fmt.Fprintf(&s.lines, "| %s | %s | %s | %s |\n", question, came, does, right)
}

// count says how often there is what.
func count(all []string) string {
	times, text := map[string]int{}, ""
	for _, what := range all {
		times[what]++
	}
	for _, what := range slices.Sorted(maps.Keys(times)) {
		text += fmt.Sprintf(", %s: %d", what, times[what])
	}
	return cmp.Or(strings.TrimPrefix(text, ", "), "none")
}
