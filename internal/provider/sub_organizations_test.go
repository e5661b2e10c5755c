package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const subOrganizations = `data "invent_sub_organizations" "all" {}` + "\n"

// ofFleet are the provider's variables for the parent of a fleet that the mock serves.
func ofFleet(fleet mockinvent.Data, baseURL string) map[string]string {
	return map[string]string{"INVENT_API_KEY": fleet.Organizations[0].APIKey, "INVENT_BASE_URL": baseURL}
}

func TestAccSubOrganizations(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 100, 101, 250} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			fleet := mockinvent.GenerateFleet(n, 0)
			want := map[string]knownvalue.Check{}
			for _, organization := range fleet.Organizations[1:] {
				want[organization.ID] = knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":         knownvalue.StringExact(organization.ID),
					"name":       knownvalue.StringExact(organization.Name),
					"plan":       knownvalue.StringExact("business"),
					"created_at": knownvalue.StringExact(organization.CreatedAt),
				})
			}
			acceptance(t, ofFleet(fleet, inventtest.Serve(t, mockinvent.New(fleet)).URL), resource.TestStep{
				Config: subOrganizations,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.invent_sub_organizations.all", tfjsonpath.New("sub_organizations"), knownvalue.MapExact(want)),
					statecheck.ExpectKnownValue("data.invent_sub_organizations.all", tfjsonpath.New("org_id"), knownvalue.StringExact("c")),
				},
			})
		})
	}
}

// People and money stay out of state, plan, output, log and errors, whatever is wrong with the answer. The mock sends
// them in every row, and in a page that is an error.
func TestAccSubOrganizationsArePrivate(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(2, 0)
	row := string(fleet.Organizations[1].SubOrganization())
	private := []string{mockinvent.PrivateText, fmt.Sprint(mockinvent.PrivateNumber)}
	for _, text := range private {
		if !strings.Contains(row, text) {
			t.Fatalf("the mock sends no %s", text)
		}
	}
	for name, c := range map[string]struct {
		status int
		body   string // instead of the list; empty: the list itself
		want   string
	}{
		"the list":        {want: `name       = "Branch 0001"`},
		"a wrong type":    {http.StatusOK, "[" + strings.Replace(row, `"name":"Branch`, `"name":5,"other":"Branch`, 1) + "]", "name: expected a string, got a number"},
		"a row no object": {http.StatusOK, "[" + row + `,"` + mockinvent.PrivateText + `"]`, "row 2: expected an object"},
		"cut off":         {http.StatusOK, "[" + row[:len(row)-5], "is not valid JSON"},
		"an error":        {http.StatusBadRequest, row, "the API answered 400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := mockinvent.New(fleet)
			if c.body != "" {
				mock.Next(mockinvent.Fail(c.status, c.body, "pagination-count: 1", "pagination-take: 100")) // the whole list
			}
			variables := ofFleet(fleet, inventtest.Serve(t, mock).URL)
			variables["TF_LOG"] = "TRACE"
			terraform := inventtest.NewCLI(t, subOrganizations+`output "all" { value = data.invent_sub_organizations.all.sub_organizations }`, variables)
			result := terraform.Run(t, "plan", "-out=plan")
			printed := result.Stdout + result.Stderr
			if c.body == "" {
				printed += terraform.Must(t, 0, "apply", "plan")
			}
			if !strings.Contains(inventtest.Unwrapped(printed), inventtest.Unwrapped(c.want)) {
				t.Errorf("the output has no %q: %s", c.want, printed)
			}
			files := inventtest.Files(t, terraform.Folder)
			files["output and log"] = printed
			for file, content := range files {
				for _, text := range private {
					if strings.Contains(content, text) {
						t.Errorf("%s has %q", file, text)
					}
				}
				if strings.Contains(content, "does not know") {
					t.Errorf("%s reports fields that are left out on purpose", file)
				}
			}
		})
	}
}

// The drift check of a whole agency finds one edit in one assistant of one of 20 sub-organizations, and shows nothing
// else.
func TestAccFleetDrift(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(20, 2)
	mock := mockinvent.New(fleet)
	terraform := inventtest.NewExample(t, "../../examples/fleet/drift-check", ofFleet(fleet, inventtest.Serve(t, mock).URL))
	terraform.Must(t, 0, "init")
	terraform.Must(t, 0, "apply", "-auto-approve")
	terraform.Must(t, 0, "plan", "-detailed-exitcode")

	edited := fleet.Organizations[7]
	assistant := strings.Replace(string(edited.Assistants[1]), `"enable_auto_resolve":true`, `"enable_auto_resolve":false`, 1)
	mock.SetAssistants(edited.ID, []json.RawMessage{edited.Assistants[0], json.RawMessage(assistant)})
	plan := terraform.Must(t, 2, "plan", "-detailed-exitcode")
	if n := strings.Count(plan, " -> "); n != 1 || !strings.Contains(plan, edited.ID) {
		t.Errorf("want one changed hash, of %s:\n%s", edited.ID, plan)
	}
	details := terraform.Must(t, 2, "plan", "-detailed-exitcode", "-var=details="+edited.ID)
	if !strings.Contains(details, "enable_auto_resolve") {
		t.Errorf("the details do not show the switch:\n%s", details)
	}
}

// The parts of a fleet are all of it, each sub-organization once.
func TestAccFleetParts(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(5, 1)
	baseURL := inventtest.Serve(t, mockinvent.New(fleet)).URL
	read := map[string]int{}
	for part := range 3 {
		terraform := inventtest.NewExample(t, "../../examples/fleet/parts", ofFleet(fleet, baseURL))
		terraform.Must(t, 0, "init")
		terraform.Must(t, 0, "apply", "-auto-approve", "-var=size=2", fmt.Sprintf("-var=part=%d", part))
		var organizations map[string]string
		if err := json.Unmarshal([]byte(terraform.Run(t, "output", "-json", "organizations").Stdout), &organizations); err != nil {
			t.Fatal(err)
		}
		for id := range organizations {
			read[id]++
		}
	}
	for _, organization := range fleet.Organizations[1:] {
		if read[organization.ID] != 1 || len(read) != 5 {
			t.Errorf("%s was read %d times, of %d", organization.ID, read[organization.ID], len(read))
		}
	}
}

// One policy holds for a whole fleet, and fails if there is nothing to check.
func TestAccFleetPolicy(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(3, 2)
	mock := mockinvent.New(fleet)
	terraform := inventtest.NewExample(t, "../../examples/fleet/policy", ofFleet(fleet, inventtest.Serve(t, mock).URL))
	terraform.Must(t, 0, "init")
	terraform.Must(t, 0, "plan")
	if printed := terraform.Must(t, 1, "plan", `-var=approved_models=["none"]`); !strings.Contains(printed, "No approved model: ast_") {
		t.Errorf("the policy's message is missing:\n%s", printed)
	}
	for _, organization := range fleet.Organizations {
		mock.SetAssistants(organization.ID, nil)
	}
	if printed := terraform.Must(t, 1, "plan"); !strings.Contains(printed, "No assistant was read.") {
		t.Errorf("an empty fleet is not found out:\n%s", printed)
	}
}
