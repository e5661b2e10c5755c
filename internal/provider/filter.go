package provider

import (
	"errors"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
)

// filter says which assistants of a list are wanted; all conditions that are set
// must hold.
type filter struct {
	Enabled   types.Bool   `tfsdk:"enabled"`
	Deleted   types.Bool   `tfsdk:"deleted"`
	NameRegex types.String `tfsdk:"name_regex"`
}

func filterAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Which assistants to keep of the whole list; all conditions that are set must hold. It is applied before anything is built from the list, so a small result of a large organization is cheap. Check the spelling: Terraform drops a name that it does not know here without a word.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
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
				Validators:          []validator.String{checked(checkRegex)},
			},
		},
	}
}

func checkRegex(text string) error {
	if err := checkLine(text); err != nil && !errors.Is(err, errBlank) {
		return err // a name can have blanks to look for
	}
	_, err := regexp.Compile(text)
	return err
}

// keep returns the filter as a condition. Names are matched as Terraform has
// them, in NFC.
func (f *filter) keep() (func(invent.Assistant) bool, error) {
	if f == nil {
		return func(invent.Assistant) bool { return true }, nil
	}
	if !f.NameRegex.IsNull() {
		if err := checkRegex(f.NameRegex.ValueString()); err != nil {
			return nil, err
		}
	}
	name := regexp.MustCompile(f.NameRegex.ValueString())
	return func(a invent.Assistant) bool {
		return (f.Enabled.IsNull() || a.Enabled != nil && *a.Enabled == f.Enabled.ValueBool()) &&
			(f.Deleted.IsNull() || a.IsDeleted() == f.Deleted.ValueBool()) &&
			(f.NameRegex.IsNull() || a.Name != nil && name.MatchString(norm.NFC.String(*a.Name)))
	}, nil
}
