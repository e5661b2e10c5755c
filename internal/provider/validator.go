package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// validText makes a validator of a rule for text.
func validText[T any](rule func(text string) (T, error)) []validator.String {
	return []validator.String{textValidator(func(text string) error {
		_, err := apply(rule, text)
		return err
	})}
}

// apply refuses an empty text before the rule is asked: where a secret is missing in a pipeline, another account would
// be read.
func apply[T any](rule func(text string) (T, error), text string) (value T, err error) {
	if text == "" {
		return value, errors.New("it is empty; leave the argument out or set it to null if there is no value for it")
	}
	return rule(text)
}

type textValidator func(text string) error

func (textValidator) Description(context.Context) string {
	return "has to be usable in a request"
}

func (v textValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// numberValidator is for a number attribute: the framework calls a fraction in an Int64 an error of the provider.
type numberValidator func(number *big.Float) (int, error)

func (numberValidator) Description(context.Context) string {
	return "has to be a whole number in a range"
}

func (v numberValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v numberValidator) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := v(req.ConfigValue.ValueBigFloat()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}
