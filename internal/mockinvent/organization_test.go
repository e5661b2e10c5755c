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

func TestSubOrganizations(t *testing.T) {
	t.Parallel()
	const many = "/orgs/c/orgs"
	tests := []struct {
		name, key, target string
		switches          mockinvent.Switches
		want              string // status, rows and pagination headers
	}{
		{"all", "mock-key-parent", many, mockinvent.Switches{}, "200 5 5 1 100"},
		{"the second page", "mock-key-parent", "/orgs/org_parent/orgs?page=2&take=4", mockinvent.Switches{}, "200 1 5 2 4"},
		{"page zero", "mock-key-parent", many + "?page=0", mockinvent.Switches{}, "400 - - - -"},
		{"CountOfPage and MaxTake", "mock-key-parent", many, mockinvent.Switches{CountOfPage: true, MaxTake: 2}, "200 2 2 1 2"},
		{"NotFoundPastEnd", "mock-key-parent", many + "?page=2", mockinvent.Switches{NotFoundPastEnd: true}, "404 - - - -"},
		{"IgnorePage", "mock-key-parent", many + "?page=2", mockinvent.Switches{IgnorePage: true}, "200 5 - - -"},
		{"of a sub-organization", "mock-key-1", many, mockinvent.Switches{}, "200 0 0 1 100"},
		{"of an organization that the key may not read", "mock-key-1", "/orgs/org_parent/orgs", mockinvent.Switches{ForeignStatus: 403}, "403 - - - -"},
		{"one by id", "mock-key-parent", many + "/org_parent", mockinvent.Switches{}, "404 - - - -"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := mockinvent.New(mockinvent.GenerateFleet(5, 0))
			server.SetSwitches(test.switches)
			got := send(t, server, "GET", "Bearer "+test.key, test.target)
			count := "-"
			if got.status == 200 {
				count = fmt.Sprint(len(decode[[]any](t, []byte(got.body))))
			}
			if got := fmt.Sprint(got.status, " ", count, " ", got.pagination()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

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
