package inventtest

import (
	"archive/zip"
	"bytes"
	"io"
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
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content := ReadFile(t, folder, name)
		if archive, noArchive := zip.NewReader(strings.NewReader(content), int64(len(content))); noArchive == nil {
			for entry, content := range zipEntries(t, archive) {
				files[name+" "+entry] = content
			}
			return nil
		}
		files[name] = content
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func zipEntries(t testing.TB, archive *zip.Reader) map[string]string {
	t.Helper()
	entries := map[string]string{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := io.Copy(&content, reader); err != nil {
			t.Fatal(err)
		}
		entries[file.Name] = content.String()
	}
	return entries
}

// Fenced returns the first code block of a language on a Markdown page.
func Fenced(t testing.TB, page, language string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)\n```" + language + "\n(.*?\n)```\n").FindStringSubmatch(ReadFile(t, page))
	if block == nil {
		t.Fatalf("%s has no block of %s", page, language)
	}
	return block[1]
}

// Unwrapped undoes the CLI's layout of errors and warnings: no frame, and one space for any white space.
func Unwrapped(output string) string {
	return strings.Join(strings.FieldsFunc(output, func(r rune) bool { return strings.ContainsRune(" \n\t│╷╵", r) }), " ")
}

// PlanText writes a plan as all CLIs could have: the change of a line in a list as two lines, as OpenTofu and older
// Terraforms print it, and without the numbers of what is unchanged and hidden, since a field more is no news.
func PlanText(text string) string {
	text = regexp.MustCompile(`\(\d+ (unchanged \w+ hidden)`).ReplaceAllString(text, "($1")
	return regexp.MustCompile(`(?m)^( *)~ (".*") -> (".*",)$`).ReplaceAllString(text, "$1- $2,\n$1+ $3")
}
