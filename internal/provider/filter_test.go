package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

// Both data sources have the filters.
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
			settings := s.must(t, "invent_assistants_settings", c.filter)["assistants"].(map[string]any)
			if got := slices.Sorted(maps.Keys(settings)); !slices.Equal(got, strings.Fields(c.want)) {
				t.Errorf("settings: got %q, want %q", got, c.want)
			}
		})
	}
}
