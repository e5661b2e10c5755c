package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/time/rate"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// connection is what a configured provider hands to its data sources and its ephemeral resource.
type connection struct {
	redactor
	decoders
	client         *invent.Client
	organizationID string // where a data source names none
}

// decoders are those for what the API sends.
type decoders struct {
	assistant       *jsonvalue.Decoder // of all fields
	withoutKey      *jsonvalue.Decoder // of all but secret_key
	summary         *jsonvalue.Decoder // of what filters and look-ups ask of an assistant
	subOrganization *jsonvalue.Decoder
}

func newDecoders(ctx context.Context) (d decoders, err error) {
	newDecoder := func(attributes map[string]schema.Attribute) *jsonvalue.Decoder {
		object := objectType(attributes)
		decoder, failed := jsonvalue.New(ctx, object, object, assistantOrder())
		err = errors.Join(err, failed)
		return decoder
	}
	d = decoders{
		assistant:       newDecoder(assistantAttributes()),
		withoutKey:      newDecoder(assistantAttributes()),
		summary:         newDecoder(summaryAttributes()),
		subOrganization: newDecoder(subOrganizationAttributes()),
	}
	if err != nil {
		return d, err
	}
	return d, d.withoutKey.Ignore("secret_key")
}

func newConnection(ctx context.Context, s settings, userAgent string) (*connection, error) {
	decoders, err := newDecoders(ctx)
	if err != nil {
		return nil, err
	}
	redactor := newRedactor(s.apiKey)
	return &connection{
		redactor:       redactor,
		decoders:       decoders,
		organizationID: s.organizationID,
		client: invent.New(invent.Config{
			BaseURL:        s.baseURL,
			APIKey:         s.apiKey,
			UserAgent:      userAgent,
			RequestTimeout: s.requestTimeout,
			MaxRetries:     s.maxRetries,
			Limiter:        newLimiter(s.requests),
			Proxy:          s.proxy,
			RootCAs:        s.rootCAs,
			Log:            redactor.debug,
		}),
	}, nil
}

// newLimiter spreads requests evenly, so that no minute has more.
func newLimiter(perMinute int) *rate.Limiter {
	if perMinute == 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(float64(perMinute)/60), 1)
}

// begin prepares a read: where from, and for how long at most. Every read begins here; c is nil if the provider was not
// configured.
func (c *connection) begin(ctx context.Context, config tfsdk.Config, operation string, diags *diag.Diagnostics) (_ context.Context, cancel context.CancelFunc, organizationID string) {
	timeout := 5 * time.Minute
	var organization, limit types.String
	diags.Append(config.GetAttribute(ctx, path.Root("org_id"), &organization)...)
	diags.Append(config.GetAttribute(ctx, path.Root("timeouts").AtName(operation), &limit)...)
	if !limit.IsNull() {
		var err error
		if timeout, err = parseDuration(limit.ValueString()); err != nil {
			diags.AddAttributeError(path.Root("timeouts"), "Invalid timeouts", sentence(err.Error()))
		}
	}
	ctx, cancel = context.WithTimeout(ctx, timeout)
	switch {
	case c == nil:
		diags.AddError("Provider not configured", "The provider has not been configured, so there is no API to read from.")
		return ctx, cancel, ""
	case organization.IsNull():
		return ctx, cancel, c.organizationID
	}
	return ctx, cancel, organization.ValueString()
}
