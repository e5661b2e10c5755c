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
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

const documented = "https://api.useinvent.com"

func main() {
	os.Exit(run(context.Background(), os.Getenv, os.Stdout, os.Stderr))
}

// run asks and writes the report to stdout. What it is about to send, and where, it says on stderr.
func run(ctx context.Context, getenv func(string) string, stdout, stderr io.Writer) int {
	schemas, err := configure(ctx, getenv)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "contract: nothing was sent. %s\n", err)
		return 2
	}
	c := &client{base: strings.TrimRight(cmp.Or(getenv("INVENT_BASE_URL"), documented), "/"), key: getenv("INVENT_API_KEY")}
	_, _ = fmt.Fprintf(stderr, "contract: sending at most %d GET requests to %s: lists of assistants and sub-organizations, up to three assistants, "+
		"one assistant's name as a search, and ids, a name and a key that are made up.\n", maxRequests, c.base)
	text, code := report(c, ask(ctx, c, cmp.Or(getenv("INVENT_ORG_ID"), "c"), schemas))
	if _, err := io.WriteString(stdout, text); err != nil {
		return 2
	}
	return code
}

// configure configures the provider by the environment alone, and returns its schemas. An error is what the provider says
// is wrong with the environment; it shows neither key nor password.
func configure(ctx context.Context, getenv func(string) string) (*tfprotov6.GetProviderSchemaResponse, error) {
	server := providerserver.NewProtocol6(provider.New("contract", getenv)())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	response, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{JSON: []byte("{}")}})
	if err != nil {
		return nil, err
	}
	for _, d := range response.Diagnostics {
		err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
	}
	return schemas, err
}
