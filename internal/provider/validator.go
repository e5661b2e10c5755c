package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

// validTexts makes a validator of a rule for each text of a set. A null one is empty to the rule.
func validTexts(rule func(ctx context.Context, text string) error) []validator.Set {
	return []validator.Set{textsValidator(rule)}
}

type textsValidator func(ctx context.Context, text string) error

func (textsValidator) Description(context.Context) string {
	return "has to be usable, each of them"
}

func (v textsValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v textsValidator) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		came := "null"
		if !text.IsNull() {
			came = strconv.Quote(text.ValueString())
		}
		if err := v(ctx, text.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("%s: %s: %s.", req.Path, came, err))
		}
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
