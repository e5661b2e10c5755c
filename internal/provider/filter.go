package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

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
	ids, name := argument[[]string](ctx, o, "ids"), argument[*string](ctx, o, "name_regex")
	enabled, deleted := argument[*bool](ctx, o, "enabled"), argument[*bool](ctx, o, "deleted")
	if ids == nil && enabled == nil && deleted == nil && name == nil {
		return assistants, nil
	}
	var expression *regexp.Regexp
	if name != nil {
		if expression, err = regexp.Compile(*name); err != nil {
			return nil, diagnosticError{invalid(path.Root("name_regex"), "argument name_regex", err)}
		}
	}
	candidates, err := newCandidates(ctx, assistants)
	for _, c := range candidates {
		if (ids == nil || slices.Contains(ids, c.ID)) &&
			(enabled == nil || c.enabled != nil && *c.enabled == *enabled) &&
			(deleted == nil || c.isDeleted() == *deleted) &&
			(expression == nil || c.name != nil && expression.MatchString(norm.NFC.String(*c.name))) {
			kept = append(kept, c.Row)
		}
	}
	return kept, err
}

// candidate is a listed assistant with what filters and look-ups ask of it: nil where it is missing or null.
type candidate struct {
	invent.Row
	name, createdAt  *string
	enabled, deleted *bool
}

func newCandidates(ctx context.Context, assistants []invent.Row) ([]candidate, error) {
	attributes := assistantAttributes()
	asked := map[string]schema.Attribute{
		"name": attributes["name"], "created_at": attributes["created_at"], "enabled": attributes["enabled"], "deleted": attributes["deleted"],
	}
	decoder, err := newDecoder(ctx, asked, asked)
	if err != nil {
		return nil, err
	}
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

// isDeleted takes an assistant that says nothing of it for one that is not deleted.
func (c candidate) isDeleted() bool {
	return c.deleted != nil && *c.deleted
}

func (c candidate) String() string {
	created := "unknown"
	if c.createdAt != nil {
		created = strconv.Quote(*c.createdAt)
	}
	return fmt.Sprintf("  - %q, created: %s", c.ID, created)
}
