package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ruleValidator holds a string, a number written out, or each string of a set against a rule.
type ruleValidator func(ctx context.Context, value string) error

// valid makes a validator of a rule.
func valid[T any](rule func(value string) (T, error)) ruleValidator {
	return func(_ context.Context, value string) error {
		_, err := applyRule(rule, value)
		return err
	}
}

// applyRule refuses an empty value before the rule is asked: where a secret is missing in a pipeline, another account would
// be read.
func applyRule[T any](rule func(value string) (T, error), value string) (parsed T, err error) {
	if value == "" {
		return parsed, errors.New("it is empty; leave the argument out or set it to null if there is no value for it")
	}
	return rule(value)
}

func (ruleValidator) Description(context.Context) string {
	return "has to be usable in a request"
}

func (v ruleValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v ruleValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(v.validate(ctx, req.Path, req.ConfigValue)...)
}

// ValidateNumber takes the place of a validator of integers: the framework calls a fraction in an Int64 an error of the
// provider.
func (v ruleValidator) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	resp.Diagnostics.Append(v.validate(ctx, req.Path, req.ConfigValue)...)
}

func (v ruleValidator) validate(ctx context.Context, at path.Path, value attr.Value) (diags diag.Diagnostics) {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	if err := v(ctx, valueString(value)); err != nil {
		diags.Append(invalid(at, "argument "+at.String(), err))
	}
	return diags
}

// ValidateSet takes a null element for an empty one.
func (v ruleValidator) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if element.IsUnknown() {
			continue
		}
		came := "null"
		if !element.IsNull() {
			came = strconv.Quote(valueString(element))
		}
		if err := v(ctx, valueString(element)); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("%s: %s: %s.", req.Path, came, err))
		}
	}
}

// valueString returns a string as it is, and a number that is set written out.
func valueString(value attr.Value) string {
	if n, ok := value.(types.Number); ok {
		return n.ValueBigFloat().Text('g', -1)
	}
	written, _ := value.(types.String)
	return written.ValueString()
}

func invalid(at path.Path, source string, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, fmt.Sprintf("Invalid %s", at), fmt.Sprintf("The %s cannot be used: %s.", source, err))
}
