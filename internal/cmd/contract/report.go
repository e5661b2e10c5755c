package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// section is a part of the report.
type section struct {
	title    string
	findings []finding
}

// finding is what the service answers to a question, without its content, and what the provider does with it: one thing if
// it handles that answer, another if not.
type finding struct {
	question, answer, does string
	handled                bool
	otherwise              string
}

const introduction = "# The Invent API, asked by `make contract`\n\n" +
	"%s was sent %d GET requests. This is what it answered, and what the Terraform provider does with such an answer. Nothing here is " +
	"content of the organization: there are only counts, statuses, JSON types, and names of headers, fields and settings.\n"

// report returns the report and the exit code.
func report(c *client, sections []section) (string, int) {
	where := "An address other than the documented one"
	if c.base == documented {
		where = documented
	}
	var text strings.Builder
	fmt.Fprintf(&text, introduction, where, len(c.answers))
	unhandled, unanswered := 0, 0
	for _, s := range sections {
		fmt.Fprintf(&text, "\n## %s\n\n| | The service | The provider | Right? |\n|---|---|---|---|\n", s.title)
		for _, f := range s.findings {
			does, right := f.does, "yes"
			if isTransient(f.answer) {
				does, right = "asks again where that can help, then fails; run this again to see whether it stays so", "no answer"
				unanswered++
			} else if !f.handled {
				does, right = f.otherwise, "**no**"
				unhandled++
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", f.question, f.answer, does, right)
		}
	}
	verdict, code := "The provider handles every answer.", 0
	if unhandled > 0 {
		verdict, code = fmt.Sprintf("Answers that the provider does not handle: %d, marked **no** above. Please report them.", unhandled), 1
	} else if unanswered > 0 {
		verdict, code = fmt.Sprintf("Questions without an answer: %d. The provider handles every other answer.", unanswered), 2
	}
	return text.String() + "\n## Verdict\n\n" + verdict + "\n", code
}

// isTransient tells whether the next answer can be another one: the provider asks again.
func isTransient(answer string) bool {
	return regexp.MustCompile(`^(no (answer|list): .*|408|425|429|5(0[^1]|[1-9].))$`).MatchString(answer)
}

// counts are how often what was seen.
type counts map[string]int

func (c counts) String() string {
	var all []string
	for _, what := range slices.Sorted(maps.Keys(c)) {
		all = append(all, fmt.Sprintf("%s: %d", what, c[what]))
	}
	return commas(all)
}

func commas(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
