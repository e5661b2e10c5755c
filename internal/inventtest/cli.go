package inventtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// CLI is the real CLI in a folder of its own, with the provider as a program of its own. It shows what tests within the
// process cannot: processes, signals, exit codes, what a person sees, what is stored.
type CLI struct {
	Folder      string
	environment []string
}

const requiredProviders = `
terraform {
  required_providers {
    invent = { source = "useinvent/invent" }
  }
}
`

// NewCLI returns a CLI with this main.tf, which need not say required_providers. The provider that was built here is a
// development override, so no init is needed. Of TF_ and INVENT_ variables the CLI sees these alone.
func NewCLI(t testing.TB, configuration string, environment map[string]string) *CLI {
	t.Helper()
	c := &CLI{Folder: t.TempDir(), environment: append(CleanEnvironment(), "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS_plan=-no-color",
		"TF_CLI_ARGS_apply=-no-color", "TF_CLI_ARGS_test=-no-color")}
	var overrides strings.Builder
	for _, registry := range registries {
		fmt.Fprintf(&overrides, "    %q = %q\n", registry+"/useinvent/invent", filepath.Dir(provider(t)))
	}
	c.installation(t, "  dev_overrides {\n"+overrides.String()+"  }\n  direct {}\n")
	if !strings.Contains(configuration, "required_providers") {
		configuration = requiredProviders + configuration
	}
	c.Write(t, "main.tf", configuration)
	for name, value := range environment {
		c.environment = append(c.environment, name+"="+value)
	}
	return c
}

// Without a host in the address, Terraform and OpenTofu each mean their own registry.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// CleanEnvironment is this process's, without what is set for Terraform or the provider.
func CleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "INVENT_")
	})
}

// NewExample returns a CLI in a copy of an example's folder. The provider is in a mirror on disk, so init works.
func NewExample(t testing.TB, folder string, environment map[string]string) *CLI {
	t.Helper()
	c := NewCLI(t, "", environment).CopyOf(t, folder)
	c.Mirror(t, provider(t), filepath.Join("0.0.1", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-invent_v0.0.1"))
	// The commands of the examples say terraform, whichever CLI is tested.
	programs := t.TempDir()
	link(t, Program(t), filepath.Join(programs, "terraform"))
	return c.With("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// CopyOf returns the same CLI in a new folder, as on another runner: a copy of this one.
func (c *CLI) CopyOf(t testing.TB, folder string) *CLI {
	t.Helper()
	other := &CLI{Folder: t.TempDir(), environment: c.environment}
	if err := os.CopyFS(other.Folder, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return other
}

// With returns the same CLI in the same folder, with another value of a variable.
func (c *CLI) With(name, value string) *CLI {
	return &CLI{Folder: c.Folder, environment: append(slices.Clone(c.environment), name+"="+value)}
}

// Mirror makes a mirror on disk the only place that providers are installed from, with one file in the provider's
// folder: a program or an archive, by the name that it has there.
func (c *CLI) Mirror(t testing.TB, file, name string) {
	t.Helper()
	mirror := t.TempDir()
	for _, registry := range registries {
		link(t, file, filepath.Join(mirror, registry, "useinvent/invent", name))
	}
	c.installation(t, fmt.Sprintf("  filesystem_mirror {\n    path = %q\n  }\n", mirror))
}

func link(t testing.TB, file, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, name); err != nil {
		t.Fatal(err)
	}
}

func (c *CLI) installation(t testing.TB, methods string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cli.tfrc")
	writeFile(t, path, "provider_installation {\n"+methods+"}\n")
	c.environment = append(slices.Clone(c.environment), "TF_CLI_CONFIG_FILE="+path)
}

// Write writes a file into the CLI's folder.
func (c *CLI) Write(t testing.TB, name, content string) {
	t.Helper()
	writeFile(t, filepath.Join(c.Folder, name), content)
}

// Replace replaces a text that a file in the CLI's folder has once.
func (c *CLI) Replace(t testing.TB, name, from, to string) {
	t.Helper()
	content := ReadFile(t, filepath.Join(c.Folder, name))
	if n := strings.Count(content, from); n != 1 {
		t.Fatalf("%s has %d times %q, want once", name, n, from)
	}
	c.Write(t, name, strings.Replace(content, from, to, 1))
}

// Program returns the path of the CLI that is tested: TF_ACC_TERRAFORM_PATH, else terraform or tofu on PATH.
func Program(t testing.TB) string {
	t.Helper()
	for _, name := range []string{cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no terraform or tofu on PATH, and TF_ACC_TERRAFORM_PATH names none")
	return ""
}

// Command prepares a run of the CLI. The end of the context interrupts it, as Ctrl-C would.
func (c *CLI) Command(ctx context.Context, t testing.TB, arguments ...string) *exec.Cmd {
	t.Helper()
	return c.command(ctx, Program(t), arguments...)
}

func (c *CLI) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir, command.Env = c.Folder, c.environment
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 30 * time.Second
	return command
}

// Result is what a command printed, and its exit code.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Run runs the CLI.
func (c *CLI) Run(t testing.TB, arguments ...string) Result {
	t.Helper()
	return Run(t, c.Command(t.Context(), t, arguments...))
}

// Must runs the CLI, expects an exit code, and returns all that it printed.
func (c *CLI) Must(t testing.TB, want int, arguments ...string) string {
	t.Helper()
	return must(t, want, c.Command(t.Context(), t, arguments...))
}

// Shell runs a command as it stands in an example or a guide, expects an exit code, and returns all that it printed.
func (c *CLI) Shell(t testing.TB, want int, command string) string {
	t.Helper()
	return must(t, want, c.command(t.Context(), "sh", "-e", "-c", command))
}

func must(t testing.TB, want int, command *exec.Cmd) string {
	t.Helper()
	result := Run(t, command)
	printed := result.Stdout + result.Stderr
	if result.ExitCode != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", strings.Join(command.Args, " "), result.ExitCode, want, printed)
	}
	return printed
}

// Run runs a command to its end, whatever its exit code.
func Run(t testing.TB, command *exec.Cmd) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited && !errors.Is(err, context.Canceled) {
		t.Fatalf("%s: %v", strings.Join(command.Args, " "), err)
	}
	return Result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// features are what older versions of a CLI do not have: the text that shows its use, and the minor versions that it
// needs.
var features = []struct {
	text            string
	terraform, tofu int
}{
	{`resource "terraform_data"`, 4, 6},
	{`check "`, 5, 6},
	{"\nrun \"", 6, 6},
	{"override_module", 7, 8},
	{`mock_provider "`, 7, 8},
	{`ephemeral "`, 10, 11},
	{"_wo ", 11, 11},
}

// Needs skips the test if the CLI does not know a feature that one of the texts uses.
func (c *CLI) Needs(t testing.TB, texts ...string) {
	t.Helper()
	for _, feature := range features {
		if !strings.Contains(strings.Join(texts, "\n"), feature.text) {
			continue
		}
		product, minor := c.Version(t)
		if needed := map[string]int{"Terraform": feature.terraform, "OpenTofu": feature.tofu}[product]; minor < needed {
			t.Skipf("%s needs %s 1.%d", feature.text, product, needed)
		}
	}
}

// Version returns the CLI's name, Terraform or OpenTofu, and its minor version after 1.
func (c *CLI) Version(t testing.TB) (product string, minor int) {
	t.Helper()
	if _, err := fmt.Sscanf(c.Must(t, 0, "version"), "%s v1.%d", &product, &minor); err != nil {
		t.Fatal(err)
	}
	return product, minor
}

const module = "github.com/useinvent/terraform-provider-invent"

// Main is the TestMain of a package whose tests run the CLI: it removes the provider that was built for it.
func Main(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(programFolder) // "" if no test has used it
	os.Exit(code)
}

var programFolder string

// provider builds the provider, once for all tests of a package, and returns the path of the program.
func provider(t testing.TB) string {
	t.Helper()
	program, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

var buildProvider = sync.OnceValues(func() (string, error) {
	var err error
	if programFolder, err = os.MkdirTemp("", "terraform-provider-invent-"); err != nil {
		return "", err
	}
	program := filepath.Join(programFolder, "terraform-provider-invent")
	output, err := exec.CommandContext(context.Background(), "go", "build", "-o", program, module).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", module, err, output)
	}
	return program, nil
})
