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
	answer, err := c.get(ctx, endpoint, nil)
	if err != nil {
		return Row{}, err
	}
	assistant, wrong := parseRow(answer.body, "assistant")
	if wrong == nil && assistant.ID != id {
		wrong = answerError("the answer is another assistant, %q", assistant.ID)
	}
	if wrong != nil {
		return Row{}, wrong.at(endpoint)
	}
	return assistant, nil
}
