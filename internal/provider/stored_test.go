package provider_test

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// places tells where a text is in what the CLI has stored, and in what it shows
// of that to programs: the state, every entry of the plans, show -json.
func (c *cli) places(t *testing.T, text string) (places []string) {
	t.Helper()
	stored := map[string]string{"show -json": c.must(t, 0, "show", "-json")}
	state, err := os.ReadFile(filepath.Join(c.folder, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	stored["state"] = string(state)
	plans, err := filepath.Glob(filepath.Join(c.folder, "*.plan"))
	if err != nil || len(plans) == 0 {
		t.Fatalf("no plans: %v", err)
	}
	for _, plan := range plans {
		name := filepath.Base(plan)
		stored["show -json "+name] = c.must(t, 0, "show", "-json", name)
		for entry, content := range entries(t, plan) {
			stored[name+" "+entry] = content
		}
	}
	for place, content := range stored {
		if strings.Contains(content, text) {
			places = append(places, place)
		}
	}
	return places
}

// entries unzips a plan file.
func entries(t *testing.T, plan string) map[string]string {
	t.Helper()
	archive, err := zip.OpenReader(plan)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	entries := map[string]string{}
	for _, file := range archive.File {
		entry, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(entry)
		if err != nil {
			t.Fatal(err)
		}
		entries[file.Name] = string(content)
	}
	return entries
}
