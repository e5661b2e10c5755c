package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	// Each id says what the assistant has: e and d stand for enabled and deleted, + for true, - for false, 0 for null,
	// nothing for a missing field.
	assistants := documents(
		`{"id":"e+d+","name":"Support","enabled":true,"deleted":true}`,
		`{"id":"e+d-","name":"Support 2","enabled":true,"deleted":false}`,
		`{"id":"e+d0","name":"support","enabled":true,"deleted":null}`,
		`{"id":"e-d+","name":"Fru\u0308h 2","enabled":false,"deleted":true}`,
		`{"id":"e-d-","name":"","enabled":false,"deleted":false}`,
		`{"id":"e0d-","name":null,"enabled":null,"deleted":false}`,
		`{"id":"d-","deleted":false}`,
	)
	cases := []struct {
		name   string
		filter attributes
		want   string // ids
	}{
		{"no condition", attributes{}, "d- e+d+ e+d- e+d0 e-d+ e-d- e0d-"},
		{"enabled", attributes{"enabled": true}, "e+d+ e+d- e+d0"},
		{"not enabled", attributes{"enabled": false}, "e-d+ e-d-"},
		{"deleted", attributes{"deleted": true}, "e+d+ e-d+"},
		{"not deleted", attributes{"deleted": false}, "d- e+d- e+d0 e-d- e0d-"},
		{"name, anywhere", attributes{"name_regex": "upp"}, "e+d+ e+d- e+d0"},
		{"name, in any case and anchored", attributes{"name_regex": "(?i)^SUPPORT$"}, "e+d+ e+d0"},
		{"name in NFC", attributes{"name_regex": "^Fr.h"}, "e-d+"},
		{"any name", attributes{"name_regex": ".*"}, "e+d+ e+d- e+d0 e-d+ e-d-"},
		{"all conditions", attributes{"enabled": true, "deleted": false, "name_regex": "2"}, "e+d-"},
		{"ids", attributes{"ids": []string{"d-", "e+d0", "nobody"}}, "d- e+d0"},
		{"no ids", attributes{"ids": []string{}}, ""},
		{"ids and another", attributes{"ids": []string{"d-", "e+d0"}, "enabled": true}, "e+d0"},
		{"nothing left", attributes{"enabled": false, "name_regex": "Support"}, ""},
	}
	mock, baseURL := inventtest.Mock(t)
	mock.SetAssistants(sample.ID, assistants)
	s := connect(t, baseURL)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := slices.Sorted(slices.Values(ids(s.must(t, list, c.filter))))
			if !slices.Equal(got, strings.Fields(c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Both data sources have the filters, which know what is theirs alone.
func TestAccFilter(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	terraform := inventtest.NewCLI(t, `
		locals { spa = "`+spa+`" }
		data "invent_assistants" "ids" { ids = [local.spa] }
		data "invent_assistants" "rest" {
		  enabled    = true
		  deleted    = false
		  name_regex = "^Spa"
		}
		data "invent_assistants_settings" "ids" { ids = [local.spa, "nobody"] }
		data "invent_assistants_settings" "rest" {
		  enabled    = data.invent_assistants.ids.assistants[0].enabled
		  deleted    = false
		  name_regex = "^Spa"
		}
		output "same" {
		  value = [for a in [data.invent_assistants.ids, data.invent_assistants.rest] : a.assistants[*].id] == [for s in [data.invent_assistants_settings.ids, data.invent_assistants_settings.rest] : keys(s.assistants)]
		}`, environment(baseURL))
	checkContains(t, terraform.Must(t, 0, "apply", "-auto-approve"), "same = true")

	terraform.Write(t, "main.tf", strings.Replace(inventtest.ReadFile(t, terraform.Folder, "main.tf"), "name_regex", "name_regexp", 1))
	checkContains(t, terraform.Must(t, 1, "validate", "-no-color"), `An argument named "name_regexp" is not expected here.`)
}
