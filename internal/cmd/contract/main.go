// Command contract asks the real service what the API's documentation leaves open, and says for each answer whether the
// provider handles it:
//
//	INVENT_API_KEY=… make contract
//
// It sends GET requests only, and its report has nothing of the organization's content. The exit code is 0 if every answer
// is one that the provider handles, 1 if one is not, and 2 if an answer is missing.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

const documented = "https://api.useinvent.com"

func main() {
	os.Exit(run(context.Background(), os.Getenv, os.Stdout, os.Stderr))
}

// run asks and writes the report to stdout. What it is about to send, and where, it says on stderr.
func run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
	fail := func(problem string) int {
		_, _ = fmt.Fprintln(stderr, "contract: "+problem)
		return 2
	}
	key, org := getenv("INVENT_API_KEY"), cmp.Or(getenv("INVENT_ORG_ID"), "c")
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fail("INVENT_API_KEY is not set, or has something other than visible ASCII characters; set it to an API key of the organization")
	}
	if invent.CheckID(org) != nil {
		return fail("INVENT_ORG_ID is not an id; set it to an organization's, or leave it out for the key's own")
	}
	address, where := getenv("INVENT_BASE_URL"), "An address other than the documented one"
	if address == "" || address == documented {
		address, where = documented, documented
	}
	base, err := invent.ParseBaseURL(address)
	if err != nil {
		return fail("INVENT_BASE_URL: " + err.Error())
	}
	_, _ = fmt.Fprintf(stderr, "contract: sending at most %d GET requests to %s://%s: lists of assistants and sub-organizations, up to three assistants, "+
		"one assistant's name as a search, and ids and a key that are made up.\n", maxRequests, base.Scheme, base.Host)
	c := newClient(strings.TrimRight(base.String(), "/"), key)
	sections := ask(ctx, c, org)
	text, code := report(where, len(c.answers), sections)
	if _, err := io.WriteString(stdout, text); err != nil {
		return fail("the report could not be written")
	}
	return code
}
