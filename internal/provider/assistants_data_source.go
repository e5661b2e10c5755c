package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// newAssistantsDataSource reads all assistants of an organization.
func newAssistantsDataSource() *dataSource {
	attributes := filterAttributes()
	attributes["search"] = optionalText(anyText, "Term that the API itself searches for before it lists. What it is compared with is up to the API; for exact conditions use the filters.")
	attributes["include_secret_keys"] = optionalFlag("Whether to read each assistant's `secret_key`. With `false` it is null everywhere, so that no key reaches state or plan; the attribute stays sensitive. Default: `true`.")
	attributes["assistants"] = list("The assistants, ordered by `created_at`, then `id`: a new one comes last. Soft-deleted ones are among them if the API lists them.", assistantAttributes())
	return newDataSource("assistants", "Reads all assistants of an organization: the whole list, or an error.", attributes, readAssistants)
}

func readAssistants(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	decoder, err := newAssistantDecoder(ctx, argument[types.Bool](ctx, o, "include_secret_keys"))
	if err != nil {
		return nil, err
	}
	assistants, _, err := o.listAssistants(ctx, argument[types.String](ctx, o, "search").ValueString(), decoder)
	if err != nil {
		return nil, err
	}
	return map[string]tftypes.Value{"assistants": assistants.Value()}, nil
}

// listAssistants reads the assistants that the filter keeps, and returns their ids too.
func (o *operation) listAssistants(ctx context.Context, search string, decoder *jsonvalue.Decoder) (_ *jsonvalue.List, ids []string, _ error) {
	o.target = listTarget("assistant", o.organizationID)
	if search != "" {
		o.target.arguments = "org_id and search"
	}
	assistants, err := o.rowsOf(o.client.Assistants(ctx, o.organizationID, search))
	if err == nil {
		assistants, err = o.filter(ctx, assistants)
	}
	if err == nil {
		err = o.checkSize(assistants)
	}
	if err != nil {
		return nil, nil, err
	}
	return o.decodeList(ctx, decoder, assistants)
}

// checkSize refuses what Terraform's plugin protocol, which ends at 256 MiB, could not carry.
func (o *operation) checkSize(assistants []invent.Row) error {
	const mostMiB = 100 // of JSON
	size := 0
	for _, assistant := range assistants {
		size += len(assistant.Document)
	}
	if size <= mostMiB<<20 {
		return nil
	}
	return diagnosticError{diag.NewErrorDiagnostic(o.target.summary, fmt.Sprintf(
		"The %d assistants to be read have %d MiB of JSON, and %d MiB is the most that can be handed to Terraform. Read fewer at once with ids, enabled, deleted or name_regex.",
		len(assistants), (size-1)>>20+1, mostMiB))}
}

// decodeList makes a list of rows, and returns their ids too.
func (o *operation) decodeList(ctx context.Context, decoder *jsonvalue.Decoder, rows []invent.Row) (_ *jsonvalue.List, ids []string, _ error) {
	values := decoder.NewList()
	for _, row := range rows {
		if err := values.Add(ctx, row.Document); err != nil {
			return nil, nil, fmt.Errorf("%s %q: %w", o.target.element, row.ID, err)
		}
		ids = append(ids, row.ID)
	}
	o.logUnknown(ctx, values.Unknown())
	return values, ids, nil
}
