package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const subOrganizations = `data "invent_sub_organizations" "all" {}` + "\n"

func TestAccSubOrganizations(t *testing.T) {
	t.Parallel()
	configuration, want := "", map[string]map[string]any{}
	for _, n := range []int{0, 1, 100, 101, 250} {
		fleet, name := mockinvent.GenerateFleet(n, 0), fmt.Sprintf("of_%d", n)
		configuration += fmt.Sprintf(`
			provider "invent" {
			  alias    = %[1]q
			  api_key  = %[2]q
			  base_url = %[3]q
			}
			data "invent_sub_organizations" %[1]q { provider = invent.%[1]s }`,
			name, fleet.Organizations[0].APIKey, inventtest.Serve(t, mockinvent.New(fleet)).URL)
		organizations := map[string]any{}
		for _, o := range fleet.Organizations[1:] {
			organizations[o.ID] = map[string]any{"id": o.ID, "name": o.Name, "plan": "business", "created_at": o.CreatedAt}
		}
		want["data.invent_sub_organizations."+name] = map[string]any{"org_id": "c", "timeouts": nil, "sub_organizations": organizations}
	}
	terraform := inventtest.NewCLI(t, configuration, nil)
	terraform.Must(t, 0, "apply", "-auto-approve")
	checkEqual(t, "state", values(t, terraform), want)
}

// People and money stay out of state, plan, output, log and errors, whatever is wrong with the answer. The mock sends
// them in every row, and in a page that is an error.
func TestAccSubOrganizationsArePrivate(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(2, 0)
	mock := mockinvent.New(fleet)
	variables := variablesOf(fleet, inventtest.Serve(t, mock).URL)
	row := string(fleet.Organizations[1].SubOrganization())
	private := []string{mockinvent.PrivateText, fmt.Sprint(mockinvent.PrivateNumber)}

	terraform := inventtest.NewCLI(t, subOrganizations+`output "all" { value = data.invent_sub_organizations.all.sub_organizations }`, variables)
	seen := everywhere{"row": row}
	checkContains(t, seen.traced(t, terraform, 0, "plan", "-out=plan"), `name = "Branch 0001"`)
	seen.traced(t, terraform, 0, "apply", "plan")
	maps.Copy(seen, inventtest.Files(t, terraform.Folder))
	seen.mustHold(t, []string{"row"}, private...)
	seen.mustHold(t, nil, "does not know") // what is left out on purpose is not reported as new

	for _, c := range []struct {
		status     int
		body, want string
	}{
		{http.StatusOK, "[" + strings.Replace(row, `"name":"Branch`, `"name":5,"other":"Branch`, 1) + "]", "name: expected a string, got a number"},
		{http.StatusOK, "[" + row + `,"` + mockinvent.PrivateText + `"]`, "Page 1: row 2: expected an object"},
		{http.StatusOK, "[" + row[:len(row)-5], "is not valid JSON"},
		{http.StatusBadRequest, row, "the API answered 400 Bad Request"},
	} {
		mock.Next(mockinvent.Fail(c.status, c.body, "pagination-count: 1", "pagination-take: 100")) // the whole list
		var log bytes.Buffer
		s := connect(t, variables["INVENT_BASE_URL"], attributes{"api_key": variables["INVENT_API_KEY"]})
		_, diags := s.read(tflogtest.RootLogger(t.Context(), &log), t, "invent_sub_organizations", nil)
		checkContains(t, message(diags), c.want)
		everywhere{"errors": message(diags), "log": log.String()}.mustHold(t, nil, private...)
	}
}

// The drift check of a whole agency names the one assistant that was edited, in one of 20 sub-organizations. A key that
// is no parent's is an error.
func TestAccFleetDrift(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(20, 2)
	mock := mockinvent.New(fleet)
	terraform := inventtest.NewExample(t, "../../examples/fleet/drift-check", variablesOf(fleet, inventtest.Serve(t, mock).URL))
	terraform.Must(t, 0, "init")
	terraform.Must(t, 0, "apply", "-auto-approve")

	edited := fleet.Organizations[7]
	assistant := strings.Replace(string(edited.Assistants[1]), `"enable_auto_resolve":true`, `"enable_auto_resolve":false`, 1)
	mock.SetAssistants(edited.ID, []json.RawMessage{edited.Assistants[0], json.RawMessage(assistant)})
	plan := terraform.Must(t, 2, "plan", "-detailed-exitcode")
	checkContains(t, plan, edited.ID, "~ "+id(expectOne(t, edited.Assistants[1], edited.ID))+" = ")
	if n := strings.Count(plan, " -> "); n != 1 {
		t.Errorf("want one changed hash:\n%s", plan)
	}
	checkContains(t, terraform.Must(t, 2, "plan", "-detailed-exitcode", "-var=details="+edited.ID), "enable_auto_resolve")
	checkContains(t, terraform.Must(t, 1, "plan", "-var=details=org_parent"), "Error: Invalid index")
	checkContains(t, terraform.With("INVENT_API_KEY", edited.APIKey).Must(t, 1, "plan"), "There are no sub-organizations.")
}

// The parts of a fleet are all of it, each sub-organization once. A plan says how many there are; one more is an error.
func TestAccFleetParts(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(5, 1)
	mock := mockinvent.New(fleet)
	terraform := inventtest.NewExample(t, "../../examples/fleet/parts", variablesOf(fleet, inventtest.Serve(t, mock).URL))
	terraform.Must(t, 0, "init")
	for part := range 3 {
		checkContains(t, terraform.Must(t, 0, "plan", "-var=size=2", fmt.Sprintf("-var=part=%d", part)), "parts = 3")
	}
	checkContains(t, terraform.Must(t, 1, "plan", "-var=size=2", "-var=part=3"), "Part 3 is empty: there are 5 sub-organizations")
	got, want := map[string]int{}, map[string]int{"/orgs/c/orgs": 4}
	for _, request := range mock.Requests() {
		got[request.Path]++
	}
	for _, organization := range fleet.Organizations[1:] {
		want["/orgs/"+organization.ID+"/assistants"] = 1
	}
	checkEqual(t, "requests", got, want)
}

// One policy holds for a whole fleet, and fails if there is nothing to check.
func TestAccFleetPolicy(t *testing.T) {
	t.Parallel()
	fleet := mockinvent.GenerateFleet(3, 2)
	mock := mockinvent.New(fleet)
	terraform := inventtest.NewExample(t, "../../examples/fleet/policy", variablesOf(fleet, inventtest.Serve(t, mock).URL))
	terraform.Must(t, 0, "init")
	terraform.Must(t, 0, "plan")
	checkContains(t, terraform.Must(t, 1, "plan", `-var=approved_models=["none"]`), "No approved model: ",
		fmt.Sprintf("%s in %s", expectOne(t, fleet.Organizations[1].Assistants[0], "")["name"], fleet.Organizations[1].ID))
	for _, organization := range fleet.Organizations {
		mock.SetAssistants(organization.ID, nil)
	}
	checkContains(t, terraform.Must(t, 1, "plan"), "No assistant was read.")
}
