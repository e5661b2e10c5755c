package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// checked is a rule for a string as a validator. The rule's error completes the
// sentence "The value cannot be used: …".
type checked func(text string) error

func (checked) Description(context.Context) string {
	return "has to be usable in a request"
}

func (c checked) MarkdownDescription(ctx context.Context) string {
	return c.Description(ctx)
}

func (c checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}
