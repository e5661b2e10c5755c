package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// What the tests that do not use inventtest yet need beside cli_test.go.

const guestSupport = "ast_2L6r57UOYnhfu229hGY5U3"

func checkContains(t *testing.T, output string, texts ...string) {
	t.Helper()
	checkOutput(t, "output", output, texts, nil)
}

// newExample is the CLI in a copy of an example, with a mirror on disk in the
// place of the registry: init works, and nothing warns of an override.
func newExample(t *testing.T, folder string, environment map[string]string) *cli {
	t.Helper()
	c := newCLI(t, "", environment)
	program, err := providerProgram()
	if err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		version := filepath.Join(mirror, registry, "useinvent/invent/0.0.1", runtime.GOOS+"_"+runtime.GOARCH)
		link(t, filepath.Join(program, "terraform-provider-invent"), filepath.Join(version, "terraform-provider-invent_v0.0.1"))
	}
	c.write(t, "cli.tfrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	// The commands of the examples say terraform, whichever CLI is tested.
	programs := t.TempDir()
	link(t, c.command(t.Context(), t).Path, filepath.Join(programs, "terraform"))
	c.environment = append(c.environment, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"))
	return c.copyOf(t, folder)
}

func link(t *testing.T, program, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, name); err != nil {
		t.Fatal(err)
	}
}

// copyOf is the same CLI in a new folder, as on another runner.
func (c *cli) copyOf(t *testing.T, folder string) *cli {
	t.Helper()
	other := &cli{folder: t.TempDir(), environment: slices.Clone(c.environment)}
	if err := os.CopyFS(other.folder, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return other
}

// with is the same CLI in the same folder, with another value of a variable.
func (c *cli) with(name, value string) *cli {
	return &cli{folder: c.folder, environment: append(slices.Clone(c.environment), name+"="+value)}
}

// pageOutput returns the block of the CLI's output that a page shows.
func pageOutput(t *testing.T, page string) string {
	t.Helper()
	return fenced(t, page, "text")
}

// fenced returns the first code block of a language on a page.
func fenced(t *testing.T, page, language string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)\n```" + language + "\n(.*?\n)```\n").FindStringSubmatch(readFile(t, page))
	if block == nil {
		t.Fatalf("%s has no block of %s", page, language)
	}
	return block[1]
}

func checkOutput(t *testing.T, name, output string, want, unwanted []string) {
	t.Helper()
	output = changesAsTwoLines(regexp.MustCompile(`\(\d+ (unchanged \w+ hidden)`).ReplaceAllString(output, "($1"))
	for _, text := range want {
		if !strings.Contains(output, changesAsTwoLines(text)) {
			t.Errorf("%s: no %q in:\n%s", name, text, output)
		}
	}
	for _, text := range unwanted {
		if strings.Contains(output, text) {
			t.Errorf("%s: %q is in:\n%s", name, text, output)
		}
	}
}

// changesAsTwoLines writes the change of a line in a list as OpenTofu and older Terraforms print it; newer ones print one line.
func changesAsTwoLines(text string) string {
	return regexp.MustCompile(`(?m)^( *)~ (".*") -> (".*",)$`).ReplaceAllString(text, "$1- $2,\n$1+ $3")
}
