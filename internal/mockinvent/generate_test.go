package mockinvent_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestGenerate(t *testing.T) {
	t.Parallel()
	const n = 300
	assistants := mockinvent.Generate(n)
	if len(assistants) != n {
		t.Fatalf("got %d assistants, want %d", len(assistants), n)
	}
	id := regexp.MustCompile(`^ast_[0-9A-Za-z]{22}$`)
	var before time.Time
	seen := map[string]bool{}
	for _, document := range assistants {
		var assistant struct {
			ID, Name              string
			SecretKey             string    `json:"secret_key"`
			CreatedAt             time.Time `json:"created_at"`
			Integrations, Actions []struct {
				ID          string
				AssistantID string `json:"assistant_id"`
			}
			Boards []struct{ ID string }
		}
		if err := json.Unmarshal(document, &assistant); err != nil {
			t.Fatalf("not an assistant: %s", document)
		}
		if !id.MatchString(assistant.ID) {
			t.Errorf("id %q", assistant.ID)
		}
		if len(assistant.Integrations) != 2 || len(assistant.Actions) != 2 || len(assistant.Boards) != 1 {
			t.Errorf("%s: parts missing: %s", assistant.ID, document)
		}
		own := []string{assistant.ID, assistant.Name, assistant.SecretKey}
		for _, part := range slices.Concat(assistant.Integrations, assistant.Actions) {
			own = append(own, part.ID)
			if part.AssistantID != assistant.ID {
				t.Errorf("%s: a part belongs to %s", assistant.ID, part.AssistantID)
			}
		}
		for _, text := range own {
			if seen[text] {
				t.Errorf("%s: %q is not its alone", assistant.ID, text)
			}
			seen[text] = true
		}
		if !assistant.CreatedAt.After(before) {
			t.Errorf("%s: created at %s, not after the one before", assistant.ID, assistant.CreatedAt)
		}
		before = assistant.CreatedAt
	}
}

func TestGenerateIsDeterministic(t *testing.T) {
	t.Parallel()
	if few, many := texts(mockinvent.Generate(3)), texts(mockinvent.Generate(10)); !slices.Equal(few, many[:3]) {
		t.Error("the first assistants of a longer list are others")
	}
	if got := mockinvent.Generate(0); len(got) != 0 {
		t.Errorf("Generate(0): got %d assistants", len(got))
	}
}
