package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// newSubOrganizationsDataSource reads the sub-organizations of an organization.
func newSubOrganizationsDataSource() *dataSource {
	attributes := map[string]schema.Attribute{"sub_organizations": byID("The sub-organizations", subOrganizationAttributes())}
	return newDataSource("sub_organizations", "Reads all sub-organizations of an organization: the whole list, or an error. A parent organization's key also reads their assistants, each by its `org_id`.", attributes, readSubOrganizations)
}

// subOrganizationAttributes are what is read of a sub-organization. The API also sends people and money, which stay out
// of everything, the log's unknown fields included.
func subOrganizationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         text("The identifier of the sub-organization, to be used as `org_id`."),
		"name":       text("The name of the sub-organization."),
		"plan":       text("The plan that it has: `free`, `business`; new ones may appear."),
		"created_at": text("When it was created, an RFC 3339 time or a bare date; null if the API gives none."),
	}
}

func readSubOrganizations(ctx context.Context, o *operation) (map[string]tftypes.Value, error) {
	o.target = listTarget("sub-organization", o.organizationID)
	o.target.isPersonal = true
	rows, err := o.rowsOf(o.client.SubOrganizations(ctx, o.organizationID))
	if err != nil {
		return nil, err
	}
	subOrganizations, err := o.decodeList(ctx, newDecoder(ctx, subOrganizationAttributes(), subOrganizationAttributes()), rows)
	if err != nil {
		return nil, err
	}
	return map[string]tftypes.Value{"sub_organizations": subOrganizations.Map()}, nil
}
