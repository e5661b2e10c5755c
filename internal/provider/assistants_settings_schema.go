package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// settingsAttributes derives an assistant's settings from the model: names and nesting are the same, but lists whose
// elements have an id are maps, and some attributes have another form, or are left out.
func settingsAttributes(model map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range model {
		switch a := attribute.(type) {
		case modelAttribute:
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
	return schema.MapNestedAttribute{
		Computed:            true,
		MarkdownDescription: description + ", by `id`.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

// assistantSettings are the attributes of the settings of one assistant.
func assistantSettings() map[string]schema.Attribute {
	attributes := settingsAttributes(assistantAttributes())
	attributes["other_fields"] = schema.MapAttribute{
		Computed:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "What the API sends and this version of the provider does not know, so that a drift check sees it too: a map as of the free-form values, with Pointers from the assistant's root in which an element of `integrations`, `actions` or `boards` stands by its key. Null if there is nothing.",
	}
	return attributes
}
