package invent

import (
	"context"
	"net/url"
)

// SubOrganizations reads the whole list of an organization's sub-organizations, or returns an error
// (https://docs.useinvent.com/api-reference/orgs/list-sub-organizations). Their documents have personal data.
func (c *Client) SubOrganizations(ctx context.Context, organizationID string) (List, error) {
	return c.list(ctx, c.endpoint("orgs", organizationID, "orgs"), url.Values{}, "sub-organization")
}
