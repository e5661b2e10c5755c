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
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

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
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return content
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
	archive := release.path(runtime.GOOS + "_" + runtime.GOARCH + ".zip")
	folder := t.TempDir()
	write := func(content []byte, path ...string) {
		t.Helper()
		name := filepath.Join(append([]string{folder}, path...)...)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Without a host in the address, Terraform and OpenTofu each mean their own registry.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		write(read(t, archive), "mirror", host, "useinvent", "invent", filepath.Base(archive))
	}
	write(fmt.Appendf(nil, "provider_installation {\n filesystem_mirror {\n path = %q\n }\n}\n", filepath.Join(folder, "mirror")), "cli.tfrc")
	write(fmt.Appendf(nil, `
		terraform {
		  required_providers {
		    invent = {
		      source  = "useinvent/invent"
		      version = %q
		    }
		  }
		}
		data "invent_assistants" "all" {}
		output "assistants" { value = length(data.invent_assistants.all.assistants) }`, release.version), "main.tf")

	organization := mockinvent.Sample().Organizations[0]
	mock := mockinvent.New(mockinvent.Sample())
	api := httptest.NewServer(mock)
	t.Cleanup(api.Close)
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "INVENT_")
	})
	environment = append(environment, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+filepath.Join(folder, "cli.tfrc"),
		"INVENT_BASE_URL="+api.URL, "INVENT_API_KEY="+organization.APIKey)
	var output []byte
	for _, arguments := range [][]string{{"init", "-no-color"}, {"plan", "-no-color"}} {
		command := exec.CommandContext(t.Context(), os.Getenv("TF_CLI"), arguments...)
		command.Dir, command.Env = folder, environment
		var err error
		if output, err = command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", arguments[0], err, output)
		}
	}
	if want := fmt.Sprintf("+ assistants = %d", len(organization.Assistants)); !strings.Contains(string(output), want) {
		t.Errorf("the plan has no %q:\n%s", want, output)
	}
	want := "terraform-provider-invent/" + release.version
	for _, request := range mock.Requests() {
		if agent := request.Header.Get("User-Agent"); !strings.HasSuffix(agent, want) {
			t.Errorf("User-Agent: %q, want %q at its end", agent, want)
		}
	}
}
