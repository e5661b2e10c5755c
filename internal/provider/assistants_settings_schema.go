package provider

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// settingsAttributes derives an assistant's settings from the model: names and nesting are the same, but lists whose
// elements have an id are maps, and some attributes have another form. Omitted are the types of those that are left out,
// by their paths.
func settingsAttributes(model map[string]schema.Attribute, at string) (attributes map[string]schema.Attribute, omitted map[string]attr.Type) {
	attributes, omitted = map[string]schema.Attribute{}, map[string]attr.Type{}
	nested := func(name string, model map[string]schema.Attribute) map[string]schema.Attribute {
		attributes, below := settingsAttributes(model, at+name+".")
		maps.Copy(omitted, below)
		return attributes
	}
	for name, attribute := range model {
		switch a := attribute.(type) {
		case modelAttribute:
			if a.settings == nil {
				omitted[at+name] = a.GetType()
				continue
			}
			attributes[name] = a.settings
		case schema.SingleNestedAttribute:
			attributes[name] = object(a.MarkdownDescription, nested(name, a.Attributes))
		case schema.ListNestedAttribute:
			element := nested(name, a.NestedObject.Attributes)
			if _, hasID := element["id"]; hasID {
				attributes[name] = byID(a.MarkdownDescription, element)
			} else {
				attributes[name] = list(a.MarkdownDescription, element)
			}
		default:
			attributes[name] = attribute
		}
	}
	return attributes, omitted
}

// byID is what a list becomes, from whose description the order goes.
func byID(description string, attributes map[string]schema.Attribute) schema.Attribute {
	description, _, _ = strings.Cut(description, ", ordered by")
	return schema.MapNestedAttribute{
		Computed:            true,
		MarkdownDescription: description + ", by `id`.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

// assistantSettings are the attributes of the settings of one assistant.
func assistantSettings() (attributes map[string]schema.Attribute, omitted map[string]attr.Type) {
	attributes, omitted = settingsAttributes(assistantAttributes(), "")
	attributes["other_fields"] = schema.MapAttribute{
		Computed:            true,
		ElementType:         types.StringType,
		CustomType:          jsonvalue.OtherFields(),
		MarkdownDescription: "What the API sends and this version of the provider does not know, so that a drift check sees it too: a map as of the free-form values, with Pointers from the assistant's root in which an element of `integrations`, `actions` or `boards` stands by its key. Null if there is nothing.",
	}
	return attributes, omitted
}
