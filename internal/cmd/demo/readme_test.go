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

// The README shows what Terraform prints; another CLI has another name.
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
	if !strings.Contains(output.String(), "\n"+want) {
		t.Errorf("the demo shows\n%s\nwhich has not the README's\n%s", &output, want)
	}
}
