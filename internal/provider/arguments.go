package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The functions below make arguments of data sources. Those of the provider and of the ephemeral resource are the same
// to the framework.

func optionalText[T any](rule func(value string) (T, error), description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{valid(rule)}}
}

func optionalNumber[T any](rule func(value string) (T, error), description string) schema.Attribute {
	return schema.NumberAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.Number{valid(rule)}}
}

func optionalFlag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

func optionalTexts(rule ruleValidator, description string) schema.Attribute {
	return schema.SetAttribute{MarkdownDescription: description, Optional: true, ElementType: types.StringType, Validators: []validator.Set{rule}}
}

// lookup is an argument that says what to read, or is read itself.
func lookup(rule func(value string) (string, error), description string, more ...validator.String) schema.Attribute {
	attribute := optionalText(rule, description)
	attribute.Computed = true
	attribute.Validators = append(attribute.Validators, more...)
	return attribute
}

func organizationAttribute() schema.Attribute {
	return lookup(parseID, "Organization to read from, instead of the provider's `org_id`; in the result, the one that was read. `c` is the organization that the key was made for.")
}

// timeoutsAttribute limits the operation of a name.
func timeoutsAttribute(name string) schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Limits of the read.",
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			name: optionalText(parseDuration, "Time for the whole read, retries and the waits between them included, as a duration such as `30s` or `10m`; from `1s` to `24h`. Default: `"+defaultOperationTimeout+"`."),
		},
	}
}

// ruleValidator holds a string, a number written out, or each string of a set against a rule.
type ruleValidator func(ctx context.Context, value string) error

// valid makes a validator of a rule.
func valid[T any](rule func(value string) (T, error)) ruleValidator {
	return func(_ context.Context, value string) error {
		_, err := applyRule(rule, value)
		return err
	}
}

// applyRule refuses an empty value before the rule is asked: where a secret is missing in a pipeline, another account
// would be read.
func applyRule[T any](rule func(value string) (T, error), value string) (parsed T, err error) {
	if value == "" {
		return parsed, errors.New("it is empty; leave it out, or make the argument null, if there is no value for it")
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
