package invent

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/useinvent/terraform-provider-invent/internal/jsonscan"
)

// Assistant is one assistant of an organization: what can be asked of it without
// knowing its whole model, and the document itself
// (https://docs.useinvent.com/api-reference/orgs-assistants/get-assistant).
type Assistant struct {
	ID        string  // never empty
	Name      *string // this and the following: nil if missing or null
	Enabled   *bool
	Deleted   *bool
	CreatedAt *string
	Document  []byte // the assistant's JSON object as it came; valid
}

// Label names the assistant in a message. An id of a senseless length is not
// shown, and none is cut: it could end within a key that is hidden later.
func (a Assistant) Label() string {
	if len(a.ID) > maxIDLength {
		return fmt.Sprintf("an assistant whose id has %d bytes", len(a.ID))
	}
	return fmt.Sprintf("assistant %q", a.ID)
}

// IsDeleted tells whether the assistant is soft-deleted; one that says nothing of
// it is not.
func (a Assistant) IsDeleted() bool {
	return a.Deleted != nil && *a.Deleted
}

// Assistant reads one assistant by its id, soft-deleted or not. Its error is an
// [*Error], or the context's if that was cancelled.
func (c *Client) Assistant(ctx context.Context, organizationID, assistantID string) (Assistant, error) {
	defer c.closeIdle()
	read := c.newRead()
	answer, err := read.get(ctx, nil, "orgs", organizationID, "assistants", assistantID)
	if err != nil {
		return Assistant{}, err
	}
	if err := checkJSON(answer.body); err != nil {
		return Assistant{}, read.blame(err)
	}
	document := jsonscan.New(answer.body)
	assistant, err := parseAssistant(&document)
	if err != nil {
		return Assistant{}, read.blame(err)
	}
	if assistant.ID != assistantID {
		return Assistant{}, read.blame(answerError("the answer is another assistant than the one asked for"))
	}
	return assistant, nil
}

// parsePage reads the JSON array that a page is. The body has to be valid JSON.
func parsePage(body []byte) ([]Assistant, error) {
	s := jsonscan.New(body)
	if got := s.Kind(); got != jsonscan.Array {
		return nil, answerError("expected an array of assistants, got %s", got)
	}
	var assistants []Assistant
	for s.Enter(); s.More(); {
		assistant, err := parseAssistant(&s)
		if err != nil {
			return nil, answerError("row %d: %s", len(assistants)+1, err)
		}
		assistants = append(assistants, assistant)
	}
	return assistants, nil
}

// parseAssistant reads the assistant that the scanner stands at.
func parseAssistant(s *jsonscan.Scanner) (Assistant, error) {
	if got := s.Kind(); got != jsonscan.Object {
		return Assistant{}, answerError("expected an assistant as an object, got %s", got)
	}
	start := *s
	var a Assistant
	var id *string
	var wrong error
	for s.Enter(); s.More(); {
		var err error
		switch string(s.Key()) {
		case "id":
			id, err = member(s, "id", jsonscan.String, s.Text)
		case "name":
			a.Name, err = member(s, "name", jsonscan.String, s.Text)
		case "enabled":
			a.Enabled, err = member(s, "enabled", jsonscan.Bool, s.True)
		case "deleted":
			a.Deleted, err = member(s, "deleted", jsonscan.Bool, s.True)
		case "created_at":
			a.CreatedAt, err = member(s, "created_at", jsonscan.String, s.Text)
		default:
			s.Raw()
		}
		wrong = cmp.Or(wrong, err)
	}
	switch {
	case id == nil && wrong == nil:
		return Assistant{}, answerError("the assistant has no id")
	case id != nil && *id == "":
		return Assistant{}, answerError("the assistant's id is empty")
	case id != nil && wrong != nil:
		return Assistant{}, answerError("%s: %s", Assistant{ID: *id}.Label(), wrong)
	case wrong != nil:
		return Assistant{}, wrong
	}
	a.ID, a.Document = *id, s.Since(start)
	return a, nil
}

// member reads a value that can be null.
func member[T any](s *jsonscan.Scanner, name string, want jsonscan.Kind, read func() T) (*T, error) {
	switch got := s.Kind(); got {
	case want:
		return new(read()), nil
	case jsonscan.Null:
		s.Raw()
		return nil, nil
	default:
		s.Raw()
		return nil, answerError("%s: expected %s, got %s", name, want, got)
	}
}

// checkJSON makes sure of what the scanner relies on. Strings in another encoding
// would reach Terraform changed.
func checkJSON(body []byte) error {
	var syntax *json.SyntaxError
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) == 0:
		return answerError("the answer is empty")
	case trimmed[0] == '<':
		return answerError("the answer is an HTML page, not JSON; a proxy or a login page may have sent it")
	case !utf8.Valid(body):
		return answerError("the answer is not valid UTF-8")
	case json.Valid(body):
		return nil
	case errors.As(json.Unmarshal(body, new(json.RawMessage)), &syntax):
		return answerError("the answer is not valid JSON, or nested too deeply, at byte %d of %d", syntax.Offset, len(body))
	default:
		return answerError("the answer is not valid JSON")
	}
}
