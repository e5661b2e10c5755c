package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"

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

// apply returns the rows that the filter keeps.
func (c *connection) apply(ctx context.Context, f filter, rows []invent.Row) ([]invent.Row, error) {
	var kept []invent.Row
	size := 0
	for _, row := range rows {
		if f.ids != nil && !slices.Contains(f.ids, row.ID) {
			continue
		}
		summary, err := c.summarize(ctx, row)
		...
	}
}
