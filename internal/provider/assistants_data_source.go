package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// newAssistantsDataSource reads all assistants of an organization.
func newAssistantsDataSource() *dataSource {
	attributes := filterAttributes()
	attributes["search"] = optionalText(anyText, "Term that the API itself searches for before it lists. What it is compared with is up to the API; for exact conditions use the filters.")
	attributes["include_secret_keys"] = optionalFlag("Whether to read each assistant's `secret_key`. With `false` it is null everywhere, so that no key reaches state or plan; the attribute stays sensitive. Default: `true`.")
	attributes["assistants"] = list("The assistants, ordered by `created_at`, then `id`: a new one comes last. Soft-deleted ones are among them if the API lists them.", assistantAttributes())
	return newDataSource("assistants", "Reads all assistants of an organization: the whole list, or an error.", attributes, readAssistants)
}

func readAssistants(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	decoder := newAssistantDecoder(ctx, argument[types.Bool](ctx, o, "include_secret_keys"))
	assistants, err := o.listAssistants(ctx, argument[types.String](ctx, o, "search").ValueString(), decoder)
	if err != nil {
		return nil, err
	}
	return map[string]tftypes.Value{"assistants": assistants.Value()}, nil
}

// listAssistants reads the assistants that the filter keeps.
func (o *operation) listAssistants(ctx context.Context, search string, decoder *jsonvalue.Decoder) (*jsonvalue.List, error) {
	if search != "" {
		o.target.arguments = "org_id and search"
	}
	assistants, err := o.rowsOf(o.client.Assistants(ctx, o.organizationID, search))
	if err == nil {
		assistants, err = o.filter(ctx, assistants)
	}
	if err == nil {
		err = o.checkSize(assistants)
	}
	if err != nil {
		return nil, err
	}
	return o.decodeList(ctx, decoder, assistants)
}

// checkSize refuses what Terraform's plugin protocol, which ends at 256 MiB, could not carry.
func (o *operation) checkSize(assistants []invent.Row) error {
	const mostMiB = 100 // of JSON
	size := 0
	for _, assistant := range assistants {
		size += len(assistant.Document)
	}
	if size <= mostMiB<<20 {
		return nil
	}
	return diagnosticError{diag.NewErrorDiagnostic(o.target.summary, fmt.Sprintf(
		"The %d assistants to be read have %d MiB of JSON, and %d MiB is the most that can be handed to Terraform. Read fewer at once with ids, enabled, deleted or name_regex.",
		len(assistants), (size-1)>>20+1, mostMiB))}
}

// decodeList makes a list of rows, whose documents it drops.
func (o *operation) decodeList(ctx context.Context, decoder *jsonvalue.Decoder, rows []invent.Row) (*jsonvalue.List, error) {
	values := decoder.NewList()
	for i, row := range rows {
		if err := values.Add(ctx, row.Document); err != nil {
			return nil, fmt.Errorf("%s %q: %w", o.target.element, row.ID, err)
		}
		rows[i].Document = nil // thousands would be in memory twice
	}
	o.logUnknown(ctx, values.Unknown())
	return values, nil
}

// filterAttributes stand side by side in a data source: in an object, Terraform drops a misspelled name without a word.
func filterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ids":        optionalTexts(valid(anyText), "Keep those with one of these ids. An id that the organization does not have is no error; an empty set keeps nothing."),
		"enabled":    optionalFlag("Keep those whose `enabled` is this; one without `enabled` matches nothing."),
		"deleted":    optionalFlag("Keep those whose `deleted` is this; one without `deleted` counts as not deleted."),
		"name_regex": optionalText(regexp.Compile, "Keep those whose name this [RE2 regular expression](https://github.com/google/re2/wiki/Syntax) matches anywhere; use `^` and `$` for the whole name. One without a name matches nothing."),
	}
}

// filter returns the assistants for which all conditions hold. Names are matched as Terraform has them, in NFC.
func (o *operation) filter(ctx context.Context, assistants []invent.Row) (kept []invent.Row, err error) {
	ids, name := argument[[]string](ctx, o, "ids"), argument[types.String](ctx, o, "name_regex")
	enabled, deleted := argument[*bool](ctx, o, "enabled"), argument[*bool](ctx, o, "deleted")
	if ids == nil && enabled == nil && deleted == nil && name.IsNull() {
		return assistants, nil
	}
	expression, err := regexp.Compile(name.ValueString())
	if err != nil {
		return nil, diagnosticError{invalid(path.Root("name_regex"), "argument name_regex", err)}
	}
	candidates, err := newCandidates(ctx, assistants)
	for _, c := range candidates {
		if (ids == nil || slices.Contains(ids, c.ID)) &&
			(enabled == nil || c.enabled != nil && *c.enabled == *enabled) &&
			(deleted == nil || c.deleted == *deleted) &&
			(name.IsNull() || c.name != nil && expression.MatchString(norm.NFC.String(*c.name))) {
			kept = append(kept, c.Row)
		}
	}
	return kept, err
}

// candidate is a listed assistant with what filters and look-ups ask of it: nil or zero where it is missing or null.
type candidate struct {
	invent.Row
	name      *string
	createdAt string
	enabled   *bool
	deleted   bool
}

func newCandidates(ctx context.Context, assistants []invent.Row) ([]candidate, error) {
	model := assistantAttributes()
	asked := map[string]schema.Attribute{"name": model["name"], "created_at": model["created_at"], "enabled": model["enabled"], "deleted": model["deleted"]}
	decoder := newDecoder(ctx, asked, asked)
	candidates := make([]candidate, len(assistants))
	for i, assistant := range assistants {
		c := candidate{Row: assistant}
		fields, _, err := decoder.Object(ctx, assistant.Document)
		if err == nil {
			err = errors.Join(fields["name"].As(&c.name), fields["created_at"].As(&c.createdAt), fields["enabled"].As(&c.enabled), fields["deleted"].As(&c.deleted))
		}
		if err != nil {
			return nil, fmt.Errorf("assistant %q: %w", assistant.ID, err)
		}
		candidates[i] = c
	}
	return candidates, nil
}
