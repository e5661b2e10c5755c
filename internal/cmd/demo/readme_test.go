//go:build unix

package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The README shows what a new Terraform prints. Another CLI has another name, and OpenTofu and older Terraforms print the line
// that changed as two.
func TestReadmeShowsTheDemo(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)\n```text\n(.*?\n)```\n").FindSubmatch(page)
	if block == nil {
		t.Fatal("the README has no block of text")
	}
	cli, err := findCLI(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), os.Getenv("TF_CLI")))
	if err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	if err := run(t.Context(), cli, &output); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(string(block[1]), "$ terraform ", "$ "+filepath.Base(cli)+" ")
	shown := regexp.MustCompile(`\(\d+ (unchanged \w+ hidden)`).ReplaceAllString(output.String(), "($1") // a field more is no news
	changed := regexp.MustCompile(`(?m)^( *)~ (".*") -> (".*",)$`)
	asTwo := func(text string) string { return changed.ReplaceAllString(text, "$1- $2,\n$1+ $3") }
	if !strings.Contains(asTwo(shown), "\n"+asTwo(want)) {
		t.Errorf("the demo shows\n%s\nwhich has not the README's\n%s", shown, want)
	}
}
