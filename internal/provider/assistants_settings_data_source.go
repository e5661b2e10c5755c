package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// newAssistantsSettingsDataSource reads the settings of an organization's assistants in a form that can be compared and
// stored.
func newAssistantsSettingsDataSource() *dataSource {
	attributes := filterAttributes()
	attributes["ignore_paths"] = pathsAttribute("What to leave out, as paths: it is null then; a list of objects or a map by id is empty.", (*jsonvalue.Decoder).Ignore)
	attributes["reveal_paths"] = pathsAttribute("Free-form values, or parts of them, as paths: strings there and below are shown as their text instead of as fingerprints, **in state, plan and log, and not marked as sensitive**.", (*jsonvalue.Decoder).Reveal)
	attributes["assistants"] = byID("The settings of the assistants", assistantSettings())
	attributes["updated_at"] = textMap("When each assistant was last edited, by `id`: for whoever looks into a drift. It is not part of what is compared.")
	return newDataSource("assistants_settings", "Reads the settings of all assistants of an organization in a form made for drift checks and policies: maps by `id`, without what changes by itself, and with fingerprints instead of secrets.", attributes, readAssistantsSettings)
}

func readAssistantsSettings(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	decoder, err := o.settingsDecoder(ctx)
	if err != nil {
		return nil, err
	}
	assistants, err := o.listAssistants(ctx, "", decoder)
	if err != nil {
		return nil, err
	}
	return map[string]tftypes.Value{"assistants": assistants.Map(), "updated_at": assistants.LeftOut("updated_at")}, nil
}

// settingsDecoder returns the decoder of one assistant's settings, as the arguments want them.
func (o *operation) settingsDecoder(ctx context.Context) (*jsonvalue.Decoder, error) {
	decoder := newDecoder(ctx, assistantSettings(), assistantAttributes())
	changes := map[string]func(value string) error{"ignore_paths": decoder.Ignore, "reveal_paths": decoder.Reveal}
	for _, name := range []string{"ignore_paths", "reveal_paths"} {
		for _, value := range argument[[]string](ctx, o, name) {
			if err := changes[name](value); err != nil {
				return nil, diagnosticError{invalid(path.Root(name), "argument "+name, fmt.Errorf("%q: %w", value, err))}
			}
		}
	}
	return decoder, nil
}

func pathsAttribute(description string, change func(decoder *jsonvalue.Decoder, value string) error) schema.Attribute {
	rule := func(ctx context.Context, value string) error {
		return change(newDecoder(ctx, assistantSettings(), assistantAttributes()), value)
	}
	return optionalTexts(rule, description+" See [paths](#paths).")
}

// assistantSettings are the attributes of the settings of one assistant.
func assistantSettings() map[string]schema.Attribute {
	attributes := settingsAttributes(assistantAttributes())
	attributes["other_fields"] = textMap("What the API sends and this version of the provider does not know, so that a drift check sees it too: a map as of the free-form values, with Pointers from the assistant's root in which an element of `integrations`, `actions` or `boards` stands by its key. Null if there is nothing.")
	return attributes
}

// settingsAttributes derives an assistant's settings from the model: names and nesting are the same, but lists whose
// elements have an id are maps, and some attributes have another form, or are left out.
func settingsAttributes(model map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range model {
		switch a := attribute.(type) {
		case settingsVariant:
			if a.settings != nil {
				attributes[name] = a.settings
			}
		case schema.SingleNestedAttribute:
			attributes[name] = object(a.MarkdownDescription, settingsAttributes(a.Attributes))
		case schema.ListNestedAttribute:
			element := settingsAttributes(a.NestedObject.Attributes)
			if _, hasID := element["id"]; hasID {
				attributes[name] = byID(a.MarkdownDescription, element)
			} else {
				attributes[name] = list(a.MarkdownDescription, element)
			}
		default:
			attributes[name] = attribute
		}
	}
	return attributes
}

// byID is what a list becomes, from whose description the order goes.
func byID(description string, attributes map[string]schema.Attribute) schema.Attribute {
	description, _, _ = strings.Cut(description, ", ordered by")
	element := schema.NestedAttributeObject{Attributes: attributes}
	return schema.MapNestedAttribute{Computed: true, MarkdownDescription: description + ", by `id`.", NestedObject: element}
}
