//go:build release

// Package release_test looks inside a release that was built and not published. `make release-check` runs it.
package release_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// build is what GoReleaser left in its folder.
type build struct {
	folder  string
	version string
}

func firstBuild(t *testing.T) build {
	t.Helper()
	folder := os.Getenv("FIRST_BUILD")
	if folder == "" {
		t.Fatal("FIRST_BUILD is not set: run make release-check")
	}
	var metadata struct{ Version string }
	if err := json.Unmarshal(read(t, folder, "metadata.json"), &metadata); err != nil {
		t.Fatal(err)
	}
	return build{folder, metadata.Version}
}

// path is that of a release file by the end of its name.
func (b build) path(end string) string {
	return filepath.Join(b.folder, "terraform-provider-invent_"+b.version+"_"+end)
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	return []byte(inventtest.ReadFile(t, path...))
}

// platforms returns what the build of each is set to.
func platforms() map[string]map[string]string {
	settings := func(system, architecture, variant string) map[string]string {
		return map[string]string{"GOOS": system, "GOARCH": architecture, "GOARM": variant, "CGO_ENABLED": "0", "-trimpath": "true"}
	}
	return map[string]map[string]string{
		"linux_amd64":   settings("linux", "amd64", ""),
		"linux_arm64":   settings("linux", "arm64", ""),
		"linux_arm":     settings("linux", "arm", "6"),
		"darwin_amd64":  settings("darwin", "amd64", ""),
		"darwin_arm64":  settings("darwin", "arm64", ""),
		"windows_amd64": settings("windows", "amd64", ""),
		"windows_arm64": settings("windows", "arm64", ""),
		"freebsd_amd64": settings("freebsd", "amd64", ""),
		"freebsd_arm64": settings("freebsd", "arm64", ""),
	}
}

func TestMain(m *testing.M) { inventtest.Main(m) }

func TestChecksumsAreOfArchivesAndManifestAlone(t *testing.T) {
	t.Parallel()
	release := firstBuild(t)
	files := []string{"../../terraform-registry-manifest.json"}
	for platform := range platforms() {
		files = append(files, release.path(platform+".zip"))
	}
	var want []string
	for _, file := range files {
		sum := sha256.Sum256(read(t, file))
		name := strings.Replace(filepath.Base(file), "terraform-registry-", filepath.Base(release.path("")), 1)
		want = append(want, fmt.Sprintf("%x  %s\n", sum, name))
	}
	got := slices.Sorted(strings.Lines(string(read(t, release.path("SHA256SUMS")))))
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("SHA256SUMS:\n%s\nwant:\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
}

// The files of a release are uploaded, not left in the folder: what is left is the configuration as it was understood.
func TestManifestIsAmongChecksumsAndReleaseFiles(t *testing.T) {
	t.Parallel()
	configuration := read(t, firstBuild(t).folder, "config.yaml")
	for _, section := range []string{"checksum", "release"} {
		_, text, _ := strings.Cut("\n"+string(configuration), "\n"+section+":\n")
		var lines []string
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, " ") {
				break
			}
			lines = append(lines, strings.TrimSpace(line))
		}
		if !slices.Contains(lines, "- glob: terraform-registry-manifest.json") {
			t.Errorf("%s has no manifest:\n%s", section, strings.Join(lines, "\n"))
		}
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	sums := firstBuild(t).path("SHA256SUMS")
	if bytes.HasPrefix(read(t, sums+".sig"), []byte("-----BEGIN")) {
		t.Error("the signature is ASCII-armored; the registry takes the binary form")
	}
	if output, err := exec.CommandContext(t.Context(), "gpg", "--verify", sums+".sig", sums).CombinedOutput(); err != nil {
		t.Errorf("gpg --verify: %v\n%s", err, output)
	}
}

func TestArchives(t *testing.T) {
	t.Parallel()
	release := firstBuild(t)
	for platform, settings := range platforms() {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			program := "terraform-provider-invent_v" + release.version
			if settings["GOOS"] == "windows" {
				program += ".exe"
			}
			content := read(t, release.path(platform+".zip"))
			archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
			if err != nil {
				t.Fatal(err)
			}
			modes := map[string]fs.FileMode{}
			for _, file := range archive.File {
				modes[file.Name] = file.Mode()
			}
			if want := map[string]fs.FileMode{"LICENSE": 0o644, program: 0o755}; !maps.Equal(modes, want) {
				t.Fatalf("files: %v, want %v", modes, want)
			}
			got := buildSettings(t, archive, program)
			for setting, want := range settings {
				if got[setting] != want {
					t.Errorf("%s: %q, want %q", setting, got[setting], want)
				}
			}
		})
	}
}

func buildSettings(t *testing.T, archive *zip.Reader, program string) map[string]string {
	t.Helper()
	content, err := fs.ReadFile(archive, program)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	return settings
}

func TestSecondBuildHasTheSameBytes(t *testing.T) {
	t.Parallel()
	first := firstBuild(t)
	second := build{os.Getenv("SECOND_BUILD"), first.version}
	sums, again := string(read(t, first.path("SHA256SUMS"))), string(read(t, second.path("SHA256SUMS")))
	if sums != again {
		t.Errorf("SHA256SUMS:\n%s\nof the second build:\n%s", sums, again)
	}
}

// The version that the program was built with is in its requests.
func TestInstalledFromMirrorItKnowsItsVersion(t *testing.T) {
	t.Parallel()
	release := firstBuild(t)
	mock, baseURL := inventtest.Mock(t)
	organization := mockinvent.Sample().Organizations[0]
	terraform := inventtest.NewCLI(t, fmt.Sprintf(`
		terraform {
		  required_providers {
		    invent = {
		      source  = "useinvent/invent"
		      version = %q
		    }
		  }
		}
		data "invent_assistants" "all" {}
		output "assistants" { value = length(data.invent_assistants.all.assistants) }`, release.version),
		map[string]string{"INVENT_BASE_URL": baseURL, "INVENT_API_KEY": organization.APIKey})
	archive, err := filepath.Abs(release.path(runtime.GOOS + "_" + runtime.GOARCH + ".zip"))
	if err != nil {
		t.Fatal(err)
	}
	terraform.Mirror(t, archive, filepath.Base(archive))
	terraform.Must(t, 0, "init", "-no-color")
	output := terraform.Must(t, 0, "plan")
	if want := fmt.Sprintf("+ assistants = %d", len(organization.Assistants)); !strings.Contains(output, want) {
		t.Errorf("the plan has no %q:\n%s", want, output)
	}
	want := "terraform-provider-invent/" + release.version
	for _, request := range mock.Requests() {
		if agent := request.Header.Get("User-Agent"); !strings.HasSuffix(agent, want) {
			t.Errorf("User-Agent: %q, want %q at its end", agent, want)
		}
	}
}
