package main

import (
	"context"
	"os"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// field is a value of the documented model, taken from the provider's schema.
type field struct {
	kind    string            // the JSON type; "" for a free-form value
	fields  map[string]*field // of an object
	partial bool              // of an object: the provider leaves out other fields on purpose
	element *field            // of an array
	members []string          // of an enum: what the documentation has
}

// newModel returns a row of a data source's list or map, as far as the provider has the data source.
func newModel(ctx context.Context, dataSource, attribute string) *field {
	server := providerserver.NewProtocol6(provider.New("contract", os.Getenv)())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err == nil && schemas.DataSourceSchemas[dataSource] != nil {
		for _, a := range schemas.DataSourceSchemas[dataSource].Block.Attributes {
			if a.Name == attribute {
				return newField(a).element
			}
		}
	}
	return &field{kind: "object", fields: map[string]*field{"id": {kind: "string"}}}
}

var quoted = regexp.MustCompile("`([^`]+)`")

func newField(a *tfprotov6.SchemaAttribute) *field {
	f := &field{kind: "string"}
	switch {
	case a.NestedType != nil:
		f = &field{kind: "object", fields: map[string]*field{}}
		for _, member := range a.NestedType.Attributes {
			f.fields[member.Name] = newField(member)
		}
		if a.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeSingle {
			return &field{kind: "array", element: f}
		}
	case strings.Contains(a.Description, "a free-form value"):
		f.kind = ""
	case a.Type.Is(tftypes.Bool):
		f.kind = "boolean"
	case a.Type.Is(tftypes.Number):
		f.kind = "number"
	case a.Type.Is(tftypes.List{}):
		return &field{kind: "array", element: f}
	case strings.Contains(a.Description, " may appear"):
		for _, match := range quoted.FindAllStringSubmatch(a.Description, -1) {
			f.members = append(f.members, match[1])
		}
	}
	return f
}
