package invent

import (
	"context"
	"net/url"
)

// Assistants reads the whole list of an organization's assistants, or returns an error
// (https://docs.useinvent.com/api-reference/orgs-assistants/list-assistants). The search is handed to the API, if it is
// not empty.
func (c *Client) Assistants(ctx context.Context, organizationID, search string) (List, error) {
	query := url.Values{}
	if search != "" {
		query.Set("search", search)
	}
	return c.list(ctx, c.endpoint("orgs", organizationID, "assistants"), query, "assistant")
}

// Assistant reads one assistant by its id, soft-deleted or not
// (https://docs.useinvent.com/api-reference/orgs-assistants/get-assistant).
func (c *Client) Assistant(ctx context.Context, organizationID, id string) (Row, error) {
	endpoint := c.endpoint("orgs", organizationID, "assistants", id)
	body, _, err := c.get(ctx, endpoint, nil)
	if err != nil {
		return Row{}, err
	}
	assistant, wrong := parseRow(body, "assistant")
	if wrong == nil && assistant.ID != id {
		wrong = errorf(KindAnswer, "the answer is another assistant, %q", assistant.ID)
	}
	if wrong != nil {
		return Row{}, wrong.withPath(endpoint)
	}
	return assistant, nil
}

// SubOrganizations reads the whole list of an organization's sub-organizations, or returns an error
// (https://docs.useinvent.com/api-reference/orgs/list-sub-organizations). Their documents have personal data.
func (c *Client) SubOrganizations(ctx context.Context, organizationID string) (List, error) {
	return c.list(ctx, c.endpoint("orgs", organizationID, "orgs"), url.Values{}, "sub-organization")
}

// endpoint returns the address of a path below the base URL. The caller has checked the ids in it: no escape keeps . and
// .. from leading elsewhere.
func (c *Client) endpoint(segments ...string) *url.URL {
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return c.config.BaseURL.JoinPath("/").JoinPath(segments...) // without the slash, a base URL without a path has none here
}
