package provider_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// conditions returns the argument filter.
func conditions(set attributes) tftypes.Value {
	types := map[string]tftypes.Type{"enabled": tftypes.Bool, "deleted": tftypes.Bool, "name_regex": tftypes.String}
	values := map[string]tftypes.Value{}
	for name, conditionType := range types {
		values[name] = tftypes.NewValue(conditionType, nil)
		if value, ok := set[name]; ok {
			values[name] = value
		}
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, values)
}

func flag(b bool) tftypes.Value {
	return tftypes.NewValue(tftypes.Bool, b)
}

func TestFilter(t *testing.T) {
	t.Parallel()
	// Each id says what the assistant has: e and d stand for enabled and deleted,
	// + for true, - for false, 0 for null, nothing for a missing field.
	assistants := documents(
		`{"id":"e+d+","name":"Support","enabled":true,"deleted":true}`,
		`{"id":"e+d-","name":"Support 2","enabled":true,"deleted":false}`,
		`{"id":"e+d0","name":"support","enabled":true,"deleted":null}`,
		`{"id":"e+","name":"Früh","enabled":true}`,
		`{"id":"e-d+","name":"Fru\u0308h 2","enabled":false,"deleted":true}`,
		`{"id":"e-d-","name":"","enabled":false,"deleted":false}`,
		`{"id":"e0d-","name":null,"enabled":null,"deleted":false}`,
		`{"id":"d-","deleted":false}`,
	)
	const all = "e+d+ e+d- e+d0 e+ e-d+ e-d- e0d- d-"
	cases := []struct {
		name string
		set  attributes
		want string // ids
	}{
		{"no condition", nil, all},
		{"enabled", attributes{"enabled": flag(true)}, "e+d+ e+d- e+d0 e+"},
		{"not enabled", attributes{"enabled": flag(false)}, "e-d+ e-d-"},
		{"deleted", attributes{"deleted": flag(true)}, "e+d+ e-d+"},
		{"not deleted", attributes{"deleted": flag(false)}, "e+d- e+d0 e+ e-d- e0d- d-"},
		{"enabled and not deleted", attributes{"enabled": flag(true), "deleted": flag(false)}, "e+d- e+d0 e+"},
		{"neither enabled nor deleted", attributes{"enabled": flag(false), "deleted": flag(false)}, "e-d-"},
		{"name, anywhere", attributes{"name_regex": text("upp")}, "e+d+ e+d- e+d0"},
		{"name, anchored", attributes{"name_regex": text("^Support$")}, "e+d+"},
		{"name, in any case", attributes{"name_regex": text("(?i)^SUPPORT$")}, "e+d+ e+d0"},
		{"name, either", attributes{"name_regex": text("^support$|2$")}, "e+d- e+d0 e-d+"},
		{"name in NFC", attributes{"name_regex": text("^Fr\u00fch")}, "e+ e-d+"},
		{"a letter is one character", attributes{"name_regex": text("^Fr.h")}, "e+ e-d+"},
		{"any name", attributes{"name_regex": text(".*")}, "e+d+ e+d- e+d0 e+ e-d+ e-d-"},
		{"the empty name", attributes{"name_regex": text("^$")}, "e-d-"},
		{"no name", attributes{"name_regex": text("nobody")}, ""},
		{"all conditions", attributes{"enabled": flag(true), "deleted": flag(false), "name_regex": text("2")}, "e+d-"},
		{"conditions that exclude each other", attributes{"enabled": flag(false), "name_regex": text("Support")}, ""},
	}
	api, baseURL := mock(t)
	api.SetAssistants(sample.ID, assistants)
	s := newServer(t, environment(baseURL))
	s.configure(t, nil)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			state, diags := s.read(t.Context(), t, "invent_assistants", attributes{"filter": conditions(c.set)})
			if len(diags) > 0 {
				t.Fatal(message(diags))
			}
			got, want := listedIDs(t, s.decode(t, "invent_assistants", state)), strings.Fields(c.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// What is not wanted is not built, so it cannot fail the read either.
func TestFilterBeforeValues(t *testing.T) {
	t.Parallel()
	api, baseURL := mock(t)
	api.SetAssistants(sample.ID, documents(`{"id":"good","enabled":true}`, `{"id":"bad","enabled":false,"config":7}`))
	s := newServer(t, environment(baseURL))
	s.configure(t, nil)
	if _, diags := s.read(t.Context(), t, "invent_assistants", nil); !strings.Contains(message(diags), `Assistant "bad": config: expected`) {
		t.Fatalf("without filter: %q", message(diags))
	}
	state, diags := s.read(t.Context(), t, "invent_assistants", attributes{"filter": conditions(attributes{"enabled": flag(true)})})
	if len(diags) > 0 {
		t.Fatal(message(diags))
	}
	if got := listedIDs(t, s.decode(t, "invent_assistants", state)); !slices.Equal(got, []string{"good"}) {
		t.Errorf("got %q", got)
	}
}

func TestAccFilter(t *testing.T) {
	t.Parallel()
	// The places in the sample, which is not in the provider's order.
	cases := []struct {
		name, arguments string
		want            []int
	}{
		{"enabled", `filter = { enabled = true }`, []int{1, 2, 3, 4, 5}},
		{"not deleted", `filter = { deleted = false }`, []int{0, 1, 2, 3, 4, 5, 6}},
		{"name composed", `filter = { name_regex = "^Fr\u00fch" }`, []int{2}},
		{"name decomposed", `filter = { name_regex = "^Fru\u0308h" }`, []int{2}},
		{"nothing", `filter = { name_regex = "^nobody$" }`, nil},
		{"empty filter", `filter = {}`, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"null filter", `filter = null`, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"search", `search = "SERVICE"`, []int{2}},
		{"search and filter", "search = \"o\"\n filter = { enabled = true, deleted = false }", []int{3, 4, 5}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, baseURL := mock(t)
			want := make([]json.RawMessage, len(c.want))
			for i, place := range c.want {
				want[i] = sample.Assistants[place]
			}
			acceptance(t, environment(baseURL), resource.TestStep{
				Config:            fmt.Sprintf("data \"invent_assistants\" \"all\" {\n %s\n}", c.arguments),
				ConfigStateChecks: []statecheck.StateCheck{assistantsAre(expectAssistants(t, newServer(t, nil), want))},
			})
		})
	}
}

func TestAccIncludeSecretKeys(t *testing.T) {
	t.Parallel()
	var without []json.RawMessage
	for _, document := range sample.Assistants {
		fields := map[string]json.RawMessage{}
		if err := json.Unmarshal(document, &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "secret_key")
		rest, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		without = append(without, rest)
	}
	cases := []struct {
		value string
		want  knownvalue.Check
	}{
		{"null", expectAssistants(t, newServer(t, nil), sample.Assistants)},
		{"true", expectAssistants(t, newServer(t, nil), sample.Assistants)},
		{"false", expectAssistants(t, newServer(t, nil), without)},
	}
	for _, c := range cases {
		t.Run(c.value, func(t *testing.T) {
			t.Parallel()
			_, baseURL := mock(t)
			acceptance(t, environment(baseURL), resource.TestStep{
				Config:            fmt.Sprintf(`data "invent_assistants" "all" { include_secret_keys = %s }`, c.value),
				ConfigStateChecks: []statecheck.StateCheck{assistantsAre(c.want)},
			})
		})
	}
}

// A key that is left out is not even looked at.
func TestSecretKeyIsPassedOver(t *testing.T) {
	t.Parallel()
	api, baseURL := mock(t)
	api.SetAssistants(sample.ID, documents(`{"id":"one","name":"One","secret_key":{"no":"text"}}`))
	s := newServer(t, environment(baseURL))
	s.configure(t, nil)
	cases := []struct {
		dataSource, argument string
		config               attributes
	}{
		{"invent_assistants", "include_secret_keys", attributes{}},
		{"invent_assistant", "include_secret_key", attributes{"name": text("One")}},
		{"invent_assistant", "include_secret_key", attributes{"id": text("one")}},
	}
	for i, c := range cases {
		t.Run(fmt.Sprintf("%d %s", i, c.dataSource), func(t *testing.T) {
			t.Parallel()
			if _, diags := s.read(t.Context(), t, c.dataSource, c.config); !strings.Contains(message(diags), "secret_key: expected a string") {
				t.Errorf("included: %q", message(diags))
			}
			c.config[c.argument] = flag(false)
			if _, diags := s.read(t.Context(), t, c.dataSource, c.config); len(diags) > 0 {
				t.Errorf("left out: %q", message(diags))
			}
		})
	}
}

func listedIDs(t testing.TB, state tftypes.Value) (ids []string) {
	t.Helper()
	var assistants []tftypes.Value
	if err := member(t, state, "assistants").As(&assistants); err != nil {
		t.Fatal(err)
	}
	for _, assistant := range assistants {
		var id string
		if err := member(t, assistant, "id").As(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func member(t testing.TB, object tftypes.Value, name string) tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes[name]
}

// show writes a flag as HCL does.
func show(value tftypes.Value) string {
	var b *bool
	if err := value.As(&b); err != nil {
		return err.Error()
	}
	if b == nil {
		return "null"
	}
	return fmt.Sprint(*b)
}
