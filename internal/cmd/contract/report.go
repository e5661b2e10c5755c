package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Whether the provider does right with an answer. There can be none, or nothing to see in this organization.
const (
	yes        = "yes"
	no         = "**no**"
	unanswered = "no answer"
	untold     = "–"
)

// finding is the answer to one question.
type finding struct{ question, answer, provider, right string }

// about is a finding from one answer, which can be another one soon.
func about(question string, a answer, does string) finding {
	if a.transient() {
		return finding{question, a.String(), "asks again, then fails; run this again to see whether it stays so", unanswered}
	}
	return finding{question, a.String(), does, yes}
}

// wrong is the finding if the provider does not handle the answer.
func (f finding) wrong(is bool, does string) finding {
	if is && f.right == yes {
		f.provider, f.right = does, no
	}
	return f
}

// section is a part of the report.
type section struct {
	title    string
	findings []finding
}

const introduction = "# The Invent API, asked by `make contract`\n\n" +
	"%s was sent %d GET requests. This is what it answered, and what the Terraform provider does with such an answer. Nothing here is " +
	"content of the organization: there are only counts, statuses, and names of headers, fields and settings. In the last column, " + no +
	" is an answer that the provider does not handle, and " + untold + " a question that this organization cannot answer.\n"

// report returns the report and the exit code.
func report(where string, requests int, sections []section) (string, int) {
	var text strings.Builder
	fmt.Fprintf(&text, introduction, where, requests)
	count := map[string]int{}
	for _, s := range sections {
		if len(s.findings) > 0 {
			fmt.Fprintf(&text, "\n## %s\n\n| | The service | The provider | Right? |\n|---|---|---|---|\n", s.title)
		}
		for _, f := range s.findings {
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", f.question, f.answer, f.provider, f.right)
			count[f.right]++
		}
	}
	text.WriteString("\n## Verdict\n\n")
	switch {
	case count[no] > 0:
		fmt.Fprintf(&text, "Answers that the provider does not handle: %d, marked "+no+" above. Please report them.\n", count[no])
		return text.String(), 1
	case count[unanswered] > 0:
		fmt.Fprintf(&text, "Questions without an answer: %d. The provider handles every other answer.\n", count[unanswered])
		return text.String(), 2
	}
	text.WriteString("The provider handles every answer.\n")
	return text.String(), 0
}

// census counts, for each question or path, how often what was seen.
type census map[string]map[string]int

func (c census) add(of, what string) {
	if c[of] == nil {
		c[of] = map[string]int{}
	}
	c[of][what]++
}

func (c census) String(of string) string {
	var all []string
	for _, what := range slices.Sorted(maps.Keys(c[of])) {
		all = append(all, fmt.Sprintf("%s: %d", what, c[of][what]))
	}
	return commas(all)
}

func commas(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
