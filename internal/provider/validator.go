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
	return []validator.String{textValidator{"has to be usable in a request", func(text string) error {
		_, err := apply(rule, text)
		return err
	}}}
}

// description is what a validator says of itself.
type description string

func (d description) Description(context.Context) string {
	return string(d)
}

func (d description) MarkdownDescription(context.Context) string {
	return string(d)
}

// apply refuses an empty text before the rule is asked: where a secret is missing in a pipeline, another account would
// be read.
func apply[T any](rule func(text string) (T, error), text string) (value T, err error) {
	if text == "" {
		return value, errors.New("it is empty; leave the argument out or set it to null if there is no value for it")
	}
	return rule(text)
}

type textValidator struct {
	description
	rule func(text string) error
}

func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.rule(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// validTexts makes a validator of a rule for each text of a set. A null one is empty to the rule.
func validTexts(rule func(ctx context.Context, text string) error) []validator.Set {
	return []validator.Set{textsValidator{"has to be usable, each of them", rule}}
}

type textsValidator struct {
	description
	rule func(ctx context.Context, text string) error
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
		if err := v.rule(ctx, text.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("%s: %s: %s.", req.Path, came, err))
		}
	}
}

// validNumber makes a validator of a rule for a number attribute: the framework calls a fraction in an Int64 an error of
// the provider.
func validNumber(rule func(number *big.Float) (int, error)) []validator.Number {
	return []validator.Number{numberValidator{"has to be a whole number in a range", rule}}
}

type numberValidator struct {
	description
	rule func(number *big.Float) (int, error)
}

func (v numberValidator) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := v.rule(req.ConfigValue.ValueBigFloat()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}
