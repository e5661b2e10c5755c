package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/text/unicode/norm"

	"github.com/useinvent/terraform-provider-invent/internal/invent"
	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// newAssistantDataSource reads one assistant by its id or its name.
func newAssistantDataSource() *dataSource {
	attributes := assistantAttributes()
	attributes["id"] = lookup(parseID, "Id of the assistant to read, by one request; a soft-deleted one is found too. Exactly one of `id` and `name` has to be set; the other one is read.", stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")))
	attributes["name"] = lookup(anyText, "Name of the assistant to read, matched exactly among those that are not deleted. It reads the whole list: for many look-ups use `invent_assistants` and a map by name.")
	attributes["include_secret_key"] = optionalFlag("Whether to read `secret_key`. With `false` it is null, so that it reaches neither state nor plan. Default: `true`.")
	return newDataSource("assistant", "Reads one assistant of an organization, by its id or its name.", attributes, readAssistant)
}

func readAssistant(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	var assistant invent.Row
	var err error
	if id := argument[types.String](ctx, o, "id"); !id.IsNull() {
		assistant, err = o.assistantByID(ctx, id.ValueString(), "id")
	} else {
		assistant, err = o.assistantByName(ctx, argument[types.String](ctx, o, "name").ValueString())
	}
	if err != nil {
		return nil, err
	}
	return o.decodeAssistant(ctx, assistant, argument[types.Bool](ctx, o, "include_secret_key"))
}

// assistantByID reads an assistant by an id, which stands in the argument of the given name.
func (o *operation) assistantByID(ctx context.Context, id, name string) (invent.Row, error) {
	o.target = readTarget{name: fmt.Sprintf("assistant %q in organization %q", id, o.organizationID), arguments: name + " and org_id"}
	o.target.summary = "Unable to read " + o.target.name
	return o.client.Assistant(ctx, o.organizationID, id)
}

// assistantByName compares names in NFC, because Terraform normalizes the one that it is given.
func (o *operation) assistantByName(ctx context.Context, name string) (invent.Row, error) {
	o.target.summary = fmt.Sprintf("Unable to read assistant %q in %s", name, o.target.name)
	assistants, err := o.rowsOf(o.client.Assistants(ctx, o.organizationID, ""))
	if err != nil {
		return invent.Row{}, err
	}
	candidates, err := newCandidates(ctx, assistants)
	if err != nil {
		return invent.Row{}, err
	}
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool {
		return c.name == nil || norm.NFC.String(*c.name) != norm.NFC.String(name) || c.deleted
	})
	if len(candidates) == 1 {
		return candidates[0].Row, nil
	}
	detail := fmt.Sprintf("None of the %d assistants that %s lists has this name and is not deleted. "+
		"Names are compared exactly, with upper and lower case and spaces.", len(assistants), o.target.name)
	if len(candidates) > 1 {
		var lines []string
		for _, c := range candidates {
			lines = append(lines, fmt.Sprintf("  - %q, created: %q", c.ID, cmp.Or(c.createdAt, "unknown")))
		}
		slices.Sort(lines)
		detail = fmt.Sprintf("%d assistants have this name. Use the id of the one that is meant instead:\n%s", len(candidates), strings.Join(lines, "\n"))
	}
	return invent.Row{}, diagnosticError{diag.NewAttributeErrorDiagnostic(path.Root("name"), o.target.summary, detail)}
}

// decodeAssistant returns the values of an assistant's fields.
func (o *operation) decodeAssistant(ctx context.Context, assistant invent.Row, includeKey types.Bool) (map[string]tftypes.Value, error) {
	fields, unknown, err := newAssistantDecoder(ctx, includeKey).Object(ctx, assistant.Document)
	if err != nil {
		return nil, fmt.Errorf("assistant %q: %w", assistant.ID, err)
	}
	o.logUnknown(ctx, unknown)
	return fields, nil
}

// newAssistantDecoder returns the decoder of all fields, or of all but the secret key if that is not to be included.
func newAssistantDecoder(ctx context.Context, includeKey types.Bool) *jsonvalue.Decoder {
	model := assistantAttributes()
	decoder := newDecoder(ctx, model, model)
	if !includeKey.IsNull() && !includeKey.ValueBool() {
		_ = decoder.Ignore("secret_key") // the model has it
	}
	return decoder
}
