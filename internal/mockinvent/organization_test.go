package mockinvent_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

func TestSubOrganizationRow(t *testing.T) {
	t.Parallel()
	row := decode[map[string]any](t, mockinvent.Organization{ID: "org_1", Name: `A "name"`, Plan: "free"}.SubOrganization())
	public := fmt.Sprint(row["id"], row["name"], row["logo_url"], row["plan"], row["created_at"])
	if want := `org_1A "name"https://cdn.musterhaus.example/logos/org_1.pngfree2025-01-06T08:00:00.250Z`; public != want {
		t.Errorf("got %s, want %s", public, want)
	}
	for _, name := range []string{"id", "name", "logo_url", "plan", "created_at"} {
		delete(row, name)
	}
	want := "balance billing config features members promo_balance spending_cap_used"
	if got := strings.Join(slices.Sorted(maps.Keys(row)), " "); got != want {
		t.Errorf("got the members %s, want %s", got, want)
	}
	checkPrivate(t, row)
}

// checkPrivate fails for a text or a number that a test could not look for.
func checkPrivate(t *testing.T, value any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			checkPrivate(t, member)
		}
	case []any:
		for _, element := range value {
			checkPrivate(t, element)
		}
	case string:
		if !strings.Contains(value, mockinvent.PrivateText) {
			t.Errorf("the text %q is not recognisable", value)
		}
	case float64:
		if value != mockinvent.PrivateNumber {
			t.Errorf("the number %v is not recognisable", value)
		}
	}
}

func TestGenerateFleet(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(3, 2)
	document, err := json.Marshal(fleet)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mockinvent.ParseData(document); err != nil {
		t.Errorf("not a data file: %v", err)
	}
	assistants := map[string]bool{}
	for _, organization := range fleet.Organizations {
		for _, assistant := range texts(organization.Assistants) {
			assistants[assistant] = true
		}
	}
	if len(fleet.Organizations) != 4 || len(assistants) != 8 {
		t.Errorf("got %d organizations with %d different assistants, want 4 with 8", len(fleet.Organizations), len(assistants))
	}
}
