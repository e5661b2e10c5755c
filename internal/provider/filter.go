package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// filter says which assistants of a list are wanted; all conditions that are set must hold.
type filter struct {
	ids              []string // nil: not set
	enabled, deleted types.Bool
	name             *regexp.Regexp // nil: not set
}

// filterAttributes stand side by side in a data source: in an object, Terraform drops a misspelled name without a word.
func filterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ids": schema.SetAttribute{
			MarkdownDescription: "Keep those with one of these ids. An id that the organization does not have is no error; an empty set keeps nothing.",
			Optional:            true,
			ElementType:         types.StringType,
			Validators:          validTexts(listedID),
		},
		"enabled": schema.BoolAttribute{
			MarkdownDescription: "Keep those whose `enabled` is this; one without `enabled` matches nothing.",
			Optional:            true,
		},
		"deleted": schema.BoolAttribute{
			MarkdownDescription: "Keep those whose `deleted` is this; one without `deleted` counts as not deleted.",
			Optional:            true,
		},
		"name_regex": schema.StringAttribute{
			MarkdownDescription: "Keep those whose name this [RE2 regular expression](https://github.com/google/re2/wiki/Syntax) matches anywhere; use `^` and `$` for the whole name. One without a name matches nothing.",
			Optional:            true,
			Validators:          validText(regexp.Compile),
		},
	}
}

// listedID wants an id: one that is missing in a pipeline must not make the list an empty one.
func listedID(_ context.Context, text string) error {
	if text == "" {
		return errors.New("it is no id; leave it out")
	}
	return nil
}

func newFilter(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) (f filter) {
	var name types.String
	diags.Append(config.GetAttribute(ctx, path.Root("ids"), &f.ids)...)
	diags.Append(config.GetAttribute(ctx, path.Root("enabled"), &f.enabled)...)
	diags.Append(config.GetAttribute(ctx, path.Root("deleted"), &f.deleted)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name_regex"), &name)...)
	if name.IsNull() {
		return f
	}
	var err error
	if f.name, err = regexp.Compile(name.ValueString()); err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Invalid name_regex", sentence(err.Error()))
	}
	return f
}

// matches tells whether an assistant is wanted. Names are matched as Terraform has them, in NFC.
func (f filter) matches(id string, a summary) bool {
	return (f.ids == nil || slices.Contains(f.ids, id)) &&
		(f.enabled.IsNull() || a.enabled != nil && *a.enabled == f.enabled.ValueBool()) &&
		(f.deleted.IsNull() || a.isDeleted() == f.deleted.ValueBool()) &&
		(f.name == nil || a.name != nil && f.name.MatchString(norm.NFC.String(*a.name)))
}

// keep returns the assistants that the filter keeps.
func (c *connection) keep(ctx context.Context, of subject, f filter, assistants []invent.Row) (kept []invent.Row, err error) {
	if f.ids == nil && f.enabled.IsNull() && f.deleted.IsNull() && f.name == nil {
		return assistants, nil
	}
	for _, assistant := range assistants {
		summary, err := c.summarize(ctx, of, assistant)
		if err != nil {
			return nil, err
		}
		if f.matches(assistant.ID, summary) {
			kept = append(kept, assistant)
		}
	}
	return kept, nil
}

// summary is what filters and look-ups ask of an assistant; nil where it is missing or null.
type summary struct {
	name, createdAt  *string
	enabled, deleted *bool
}

func summaryAttributes() map[string]schema.Attribute {
	model := assistantAttributes()
	return map[string]schema.Attribute{
		"name": model["name"], "created_at": model["created_at"], "enabled": model["enabled"], "deleted": model["deleted"],
	}
}

// isDeleted takes an assistant that says nothing of it for one that is not deleted.
func (s summary) isDeleted() bool {
	return s.deleted != nil && *s.deleted
}

// candidate describes an assistant whose name others have too.
func (s summary) candidate(id string) string {
	created := "unknown"
	if s.createdAt != nil {
		created = strconv.Quote(*s.createdAt)
	}
	return fmt.Sprintf("  - %q, created: %s", id, created)
}

func (c *connection) summarize(ctx context.Context, of subject, assistant invent.Row) (s summary, err error) {
	fields, _, err := c.summary.Object(ctx, assistant.Document)
	if err != nil {
		return s, of.rowError(assistant, err)
	}
	return s, errors.Join(fields["name"].As(&s.name), fields["created_at"].As(&s.createdAt),
		fields["enabled"].As(&s.enabled), fields["deleted"].As(&s.deleted))
}
