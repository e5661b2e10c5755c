package provider_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
)

func TestAccPolicies(t *testing.T) {
	t.Parallel()
	const sales, bookings = "ast_Gn13rAEkh1BG2hnZTn9zgG", "ast_AqLuSnRbuJVS58fl23BQZr"
	compliant := edited(t, sample.Assistants, sales, autoResolveOff, autoResolveOn)
	compliant = edited(t, compliant, bookings, autoResolveOff, autoResolveOn, `"model": "gemini-2.5-flash"`, `"model": "gpt-4.1"`)
	cases := []struct {
		assistants []json.RawMessage
		want       []string
	}{
		{compliant, nil},
		{edited(t, compliant, sales, `"instructions": "You`, `"instructions": " \n", "x": "You`), []string{"No instructions: Sales: groups and events."}},
		{sample.Assistants, []string{"Auto-resolve is off: 宿泊予約アシスタント, Sales: groups and events.", "No approved model: 宿泊予約アシスタント."}},
		{documents(`{"id": "ast_new", "enabled": true}`), []string{"No instructions: ast_new.", "Auto-resolve is off: ast_new.", "No approved model: ast_new."}},
		{documents(`{"id": "ast_off", "enabled": false}`, `{"id": "ast_deleted", "enabled": true, "deleted": true}`), []string{"No assistant was read."}},
	}
	variants := map[string]struct {
		problem, needs string
		broken         int
	}{
		"policy-stop": {"Error: Resource postcondition failed", "", 1},
		"policy-warn": {"Warning: Check block assertion failed", `check "`, 0},
	}
	for folder, v := range variants {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewExample(t, filepath.Join(driftCheck, folder), environment(baseURL))
			terraform.Needs(t, v.needs)
			terraform.Must(t, 0, "init", "-input=false")
			for _, c := range cases {
				mock.SetAssistants(sample.ID, c.assistants)
				code := 0
				if c.want != nil {
					code = v.broken
				}
				output := terraform.Must(t, code, "plan", "-input=false", "-detailed-exitcode")
				checkContains(t, output, c.want...)
				if got := strings.Count(output, v.problem); got != len(c.want) {
					t.Errorf("%d times %q, want %d:\n%s", got, v.problem, len(c.want), output)
				}
			}
			if folder == "policy-warn" {
				terraform.Needs(t, "\nrun \"")
				mock.SetAssistants(sample.ID, compliant)
				terraform.Must(t, 0, "test")
				mock.SetAssistants(sample.ID, sample.Assistants)
				checkContains(t, terraform.Must(t, 1, "test"), "Error: Check block assertion failed", "Auto-resolve is off: 宿泊予約アシスタント, Sales: groups and events.")
			}
		})
	}
}

// versions are the CLIs for which a row of the guide's table of exit codes can hold.
func versions(t *testing.T, terraform *inventtest.CLI) []string {
	t.Helper()
	switch product, minor := terraform.Version(t); {
	case product == "OpenTofu":
		return []string{"all", "OpenTofu", "OpenTofu, Terraform to 1.14"}
	case minor < 15:
		return []string{"all", "Terraform", "Terraform to 1.14", "OpenTofu, Terraform to 1.14"}
	}
	return []string{"all", "Terraform", "Terraform from 1.15"}
}

// The guide's table of exit codes is what the CLI does: each way to find out that something changed, in both modes of plan.
// Before Terraform 1.10, -refresh-only differs from version to version.
func TestAccExitCodes(t *testing.T) {
	t.Parallel()
	const (
		read   = `data "invent_assistants_settings" "all" {` + "\n"
		assert = `condition = %s.assistants["` + guestSupport + `"].config.conversation.enable_auto_resolve` + "\nerror_message = \"broken\"\n"
	)
	ofData := fmt.Sprintf(assert, "data.invent_assistants_settings.all")
	patterns := map[string]string{
		"data source and output":          inventtest.ReadFile(t, driftCheck, "drift.tf"),
		"one resource for each assistant": inventtest.ReadFile(t, driftCheck, "per-assistant/drift.tf"),
		"data source and `check`":         read + "}\ncheck \"policy\" {\n assert {\n" + ofData + "}\n}\n",
		"data source inside `check`":      "check \"policy\" {\n" + read + "}\nassert {\n" + ofData + "}\n}\n",
		"`postcondition`":                 read + "lifecycle {\n postcondition {\n" + fmt.Sprintf(assert, "self") + "}\n}\n}\n",
	}
	guide := inventtest.ReadFile(t, driftCheckGuide)
	for name, configuration := range patterns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			terraform := inventtest.NewCLI(t, configuration, environment(baseURL))
			terraform.Needs(t, configuration)
			terraform.Must(t, 0, "apply", "-auto-approve")
			nights := []struct {
				assistants []json.RawMessage
				key        string
			}{
				{sample.Assistants, sample.APIKey},
				{edited(t, sample.Assistants, guestSupport, angryTwice, angryThrice), sample.APIKey},
				{edited(t, sample.Assistants, guestSupport, autoResolveOn, autoResolveOff), sample.APIKey},
				{sample.Assistants, testKey},
			}
			modes := map[string][]string{"normal": nil, "`-refresh-only`": {"-refresh-only"}}
			if product, minor := terraform.Version(t); product == "Terraform" && minor < 10 {
				delete(modes, "`-refresh-only`")
			}
			for mode, arguments := range modes {
				codes := ""
				for _, night := range nights {
					mock.SetAssistants(sample.ID, night.assistants)
					result := terraform.With("INVENT_API_KEY", night.key).Run(t, append([]string{"plan", "-detailed-exitcode"}, arguments...)...)
					codes += fmt.Sprintf(" %d", result.ExitCode)
					if regexp.MustCompile(`Warning: [^P]`).MatchString(result.Stdout + result.Stderr) { // not: Provider development overrides
						codes += ", warning"
					}
					codes += " |"
				}
				if !slices.ContainsFunc(versions(t, terraform), func(version string) bool {
					return strings.Contains(guide, fmt.Sprintf("\n| %s | %s | %s |%s\n", name, mode, version, codes))
				}) {
					t.Errorf("the guide has no row\n| %s | %s | %q |%s", name, mode, versions(t, terraform), codes)
				}
			}
		})
	}
}
