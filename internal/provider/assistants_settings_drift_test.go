package provider_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// The plan shows what has changed, and nothing else: each line that is marked as changed is here, but what is empty in an
// element that comes or goes.
func TestAccSettingsDrift(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	anna := strings.Replace(anna, `{"id":"act_1","position":2,"name":"Twice"},{"position":3.5}`, `{"id":"act_2","position":2}`, 1)
	accepted := documents(anna, ben, `{"id":"ast_c","name":"Carl"}`)
	edit := func(changes ...string) []json.RawMessage {
		text := anna
		for change := range slices.Chunk(changes, 2) {
			if strings.Count(text, change[0]) != 1 {
				t.Fatalf("Anna does not have %s once", change[0])
			}
			text = strings.Replace(text, change[0], change[1], 1)
		}
		return append(documents(text), accepted[1:]...)
	}
	mock.SetAssistants(sample.ID, accepted)
	terraform := inventtest.NewCLI(t, threeLines, environment(baseURL))
	terraform.Must(t, 0, "apply", "-auto-approve")
	empty := regexp.MustCompile(`= (null|{})\n$`)
	const inAnna = "~ assistants = {\n~ ast_a = {\n"
	cases := []struct {
		name       string
		assistants []json.RawMessage
		want       string
	}{
		{"nothing", accepted, ""},
		{"shuffled", mockinvent.Shuffle(accepted, 1), ""},
		{"edited", edit(`"u-ast"`, `"x"`), ""},
		{"an integration edited", edit(`"u-int"`, `"x"`), ""},
		{"an action edited", edit(`"u-act"`, `"x"`), ""},
		{"a board edited", edit(`"u-brd"`, `"x"`), ""},
		{"a segment edited", edit(`"u-seg"`, `"x"`), ""},
		{"contacts", edit(`"contacts_count":7`, `"contacts_count":8`), ""},
		{"an error", edit(`"e-int"`, `null`), ""},
		{"a line of the instructions", edit(`two`, `2`), inAnna + "~ config = {\n~ instructions = [\n- \"two\",\n+ \"2\","},
		{"a leaf of an input", edit(`1.50`, `2`), inAnna + "~ actions = {\n~ act_1 = {\n~ config = {\n~ input = {\n~ \"/n\" = \"1.5\" -> \"2\""},
		{"a rotated key", edit(`<é>`, `<e>`), inAnna + "~ secret_key = \"«Key<é>OfAnna»\" -> \"«Key<e>OfAnna»\""},
		{"an unknown field", edit(`1e2`, `101`), inAnna + "~ other_fields = {\n~ \"/usage/count\" = \"100\" -> \"101\""},
		{"an action first", edit(`"actions":[`, `"actions":[{"id":"act_0","position":0,"enabled":true},`), inAnna + "~ actions = {\n+ act_0 = {\n+ enabled = true\n+ id = \"act_0\"\n+ position = 0"},
		{"an integration in the middle", edit(`{"id":"int_3"`, `{"id":"int_2","created_at":"2025-01-02"},{"id":"int_3"`), inAnna + "~ integrations = {\n+ int_2 = {\n+ created_at = \"2025-01-02\"\n+ id = \"int_2\""},
		{"added", append(documents(`{"id":"ast_0","name":"Zoe"}`), accepted...), "~ assistants = {\n+ ast_0 = {\n+ id = \"ast_0\"\n+ name = \"Zoe\""},
		{"removed", accepted[:2], "~ assistants = {\n- ast_c = {\n- id = \"ast_c\"\n- name = \"Carl\""},
		{"renamed", append(slices.Clone(accepted[:2]), documents(`{"id":"ast_c","name":"Carla"}`)...), "~ assistants = {\n~ ast_c = {\n~ name = \"Carl\" -> \"Carla\""},
	}
	for _, c := range cases {
		mock.SetAssistants(sample.ID, c.assistants)
		code := 2
		if c.want == "" {
			code = 0
		}
		output := terraform.Run(t, "plan", "-detailed-exitcode")
		var changed []string
		_, outputs, _ := strings.Cut(inventtest.PlanText(output.Stdout), "Changes to Outputs:")
		for line := range strings.Lines(outputs) {
			if fields := strings.Fields(line); len(fields) > 1 && strings.Contains("+-~", fields[0]) && !empty.MatchString(line) {
				changed = append(changed, strings.Join(fields, " "))
			}
		}
		if got := strings.Join(changed, "\n"); output.ExitCode != code || got != withFingerprints(t, c.want) {
			t.Errorf("%s: exit code %d, changed\n%s\nwant\n%s", c.name, output.ExitCode, got, withFingerprints(t, c.want))
		}
	}
}
