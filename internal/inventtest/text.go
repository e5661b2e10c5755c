package inventtest

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ReadFile returns a file's content.
func ReadFile(t testing.TB, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Files returns the content of every file below a folder by its name. A plan or another zip archive is its entries, by
// the archive's name, a space, and their own.
func Files(t testing.TB, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := addFiles(files, "", os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return files
}

func addFiles(files map[string]string, prefix string, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		if archive, noArchive := zip.NewReader(bytes.NewReader(content), int64(len(content))); noArchive == nil {
			return addFiles(files, prefix+name+" ", archive)
		}
		files[prefix+name] = string(content)
		return nil
	})
}

// Fenced returns the first code block of a language on a Markdown page.
func Fenced(t testing.TB, page, language string) string {
	t.Helper()
	return Blocks(t, ReadFile(t, page), language)[0]
}

// Blocks returns the code blocks of a language in a part of a Markdown page; there has to be one.
func Blocks(t testing.TB, text, language string) (blocks []string) {
	t.Helper()
	for _, block := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?\n)```\n").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, block[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("no block of %s in %.200s", language, text)
	}
	return blocks
}

// Unwrapped undoes the CLI's layout of errors and warnings: no frame, and one space for any white space.
func Unwrapped(output string) string {
	return strings.Join(strings.FieldsFunc(output, func(r rune) bool { return strings.ContainsRune(" \n\t│╷╵", r) }), " ")
}

// PlanText writes a plan as all CLIs could have: the change of a line in a list as two lines, as OpenTofu and older
// Terraforms print it, keys without the quotation marks and the width that Terraform before 1.4 gives them, and without
// the number and kind of what is unchanged and hidden, since a field more is no news.
func PlanText(text string) string {
	text = regexp.MustCompile(`\((?:\d+ )?unchanged \w+ hidden`).ReplaceAllString(text, "(unchanged hidden")
	text = regexp.MustCompile(`(?m)^([ +~-]*)"([\w-]+)"( +=)`).ReplaceAllString(text, "$1$2$3")
	text = regexp.MustCompile(`(?m)^([ +~-]*\S+) += `).ReplaceAllString(text, "$1 = ")
	return regexp.MustCompile(`(?m)^( *)~ (".*") -> (".*",)$`).ReplaceAllString(text, "$1- $2,\n$1+ $3")
}
