//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// What somebody changes in one of the sample's assistants.
const (
	editedAssistant = "Gäste-Support"
	oldLine         = "the guest is angry twice in a row"
	newLine         = "the guest is angry three times in a row"
)

// step is something to show.
type step struct {
	title   string
	do      func()
	command *command
	shows   string // a regular expression for the part of the output worth showing; empty shows none
	note    string // what the exit code means
}

// show prints the step, does it, and prints what came of it.
func (s step) show(ctx context.Context, stdout io.Writer, number int, environment []string) error {
	heading := fmt.Sprintf("\n%d. %s\n", number, s.title)
	if s.command != nil {
		heading += fmt.Sprintf("   $ %s\n", s.command)
	}
	if _, err := io.WriteString(stdout, heading); err != nil {
		return err
	}
	if s.do != nil {
		s.do()
	}
	if s.command == nil {
		return nil
	}
	output, err := s.command.run(ctx, environment)
	if err != nil {
		return err
	}
	result := regexp.MustCompile(s.shows).FindString(output)
	if s.note != "" {
		result += fmt.Sprintf("\nExit code %d: %s.", s.command.exitCode, s.note)
	}
	if result == "" {
		return nil
	}
	_, err = fmt.Fprintln(stdout, strings.TrimSpace(result))
	return err
}

// steps returns the demo. The CLI runs in the folder; change makes the mock serve the edited assistants.
func steps(cli, folder, baseURL string, assistants int, change func()) []step {
	build := &command{"go", []string{"build", "-buildvcs=false", "-o", folder, "github.com/useinvent/terraform-provider-invent"}, "", 0, nil}
	apply := &command{cli, []string{"apply", "-auto-approve"}, folder, 0, []string{"Apply complete!"}}
	list := &command{cli, []string{"output", "-raw", "assistants"}, folder, 0, []string{"Concierge (until 2023)", editedAssistant, "Newsletter pilot"}}
	lookup := &command{cli, []string{"output", "-raw", "reception"}, folder, 0, []string{"ast_", "speaks with the voice"}}
	plan := func(exitCode int, contains ...string) *command {
		return &command{cli, []string{"plan", "-detailed-exitcode"}, folder, exitCode, contains}
	}
	return []step{
		{
			title:   "Build the provider into a temporary folder, where the CLI takes it from: no init, no registry.",
			command: build,
		},
		{
			title: fmt.Sprintf("Start a mock of the Invent API at %s, with the %d AI assistants of a group of hotels.", baseURL, assistants),
		},
		{
			title:   "Read them: all, one by its name, and the settings of all. Three outputs: internal/cmd/demo/main.tf.",
			command: apply,
			shows:   ".*Apply complete!.*",
		},
		{
			title:   "The first output is a list: state, model, channels, name.",
			command: list,
			shows:   "(?s).*",
		},
		{
			title:   "The second is about the assistant found by its name, \"Reception phone line (night)\".",
			command: lookup,
			shows:   "(?s).*",
		},
		{
			title:   "The third, three lines, is a drift check of all their settings. While nobody changes any, a plan is empty.",
			command: plan(0, "No changes."),
			shows:   ".*No changes.*",
			note:    "no drift",
		},
		{
			title: fmt.Sprintf("Somebody edits %s in the mock: one line of the instructions, a switch, and the token that a tool sends.", editedAssistant),
			do:    change,
		},
		{
			title:   "The next plan finds it.",
			command: plan(2, editedAssistant, oldLine, newLine, "enable_auto_resolve"),
			shows:   "(?s)Changes to Outputs.*",
			note:    "drift. A scheduled job can act on this",
		},
		{
			title:   "If the edit was right, apply accepts it.",
			command: apply,
			shows:   ".*Apply complete!.*",
		},
		{
			title:   "From here on, the plan is empty again.",
			command: plan(0, "No changes."),
			shows:   ".*No changes.*",
			note:    "no drift",
		},
	}
}

// edit returns the assistants after the edit, and what else changes at the API and is no drift.
func edit(assistants []json.RawMessage) ([]json.RawMessage, error) {
	isEdited := func(assistant json.RawMessage) bool {
		return bytes.Contains(assistant, []byte(`"name": "`+editedAssistant+`"`))
	}
	i := slices.IndexFunc(assistants, isEdited)
	if i < 0 {
		return nil, fmt.Errorf("the sample has no assistant %q", editedAssistant)
	}
	assistant := assistants[i]
	for _, change := range []struct{ from, to string }{
		{oldLine, newLine},
		{`"enable_auto_resolve": true`, `"enable_auto_resolve": false`},
		{`"Bearer mock-token-booking-system",`, `"Bearer mock-token-other",`},
		{`"updated_at": "2025-06-12T11:05:33.871Z"`, `"updated_at": "2025-07-01T08:00:00Z"`},
		{`"contacts_count": 318`, `"contacts_count": 321`},
	} {
		if n := bytes.Count(assistant, []byte(change.from)); n != 1 {
			return nil, fmt.Errorf("the sample's assistant %q has %d times %s, want once", editedAssistant, n, change.from)
		}
		assistant = bytes.Replace(assistant, []byte(change.from), []byte(change.to), 1)
	}
	after := slices.Clone(assistants)
	after[i] = assistant
	return after, nil
}
