package provider_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain removes what [providerProgram] has built. The test program is also the
// provider that stands in for another one.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == secretStoreProgram {
		serveSecretStore()
		return
	}
	code := m.Run()
	_ = os.RemoveAll(programFolder) // "" if no test has used it
	os.Exit(code)
}

var programFolder string

// providerProgram builds the provider once and returns the folder it is in, with
// the stand-in for another provider beside it.
var providerProgram = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "terraform-provider-invent-")
	if err != nil {
		return "", err
	}
	programFolder = folder
	build := exec.CommandContext(context.Background(), "go", "build", "-o", filepath.Join(folder, "terraform-provider-invent"), "../..")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	tests, err := os.Executable()
	if err != nil {
		return "", err
	}
	return folder, os.Symlink(tests, filepath.Join(folder, secretStoreProgram))
})

// cli is the real CLI in a folder of its own, with the provider as a program of
// its own: what the acceptance tests of plugin-testing cannot show (processes,
// signals, exit codes, what a person sees) is tested with it.
type cli struct {
	folder      string
	environment []string
}

const requiredProvider = `
terraform {
  required_providers {
    invent = { source = "useinvent/invent" }
  }
}
`

// newCLI prepares a configuration and the environment that the CLI sees, which
// has none of the caller's TF_ and INVENT_ variables.
func newCLI(t *testing.T, configuration string, environment map[string]string) *cli {
	t.Helper()
	program, err := providerProgram()
	if err != nil {
		t.Fatal(err)
	}
	c := &cli{folder: t.TempDir()}
	var overrides strings.Builder
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		fmt.Fprintf(&overrides, "    %q = %q\n    %q = %[2]q\n", registry+"/useinvent/invent", program, registry+"/hashicorp/aws")
	}
	c.write(t, "cli.tfrc", "provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n  direct {}\n}\n")
	c.write(t, "main.tf", requiredProvider+configuration)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "INVENT_") {
			c.environment = append(c.environment, variable)
		}
	}
	c.environment = append(c.environment, "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS_plan=-no-color", "TF_CLI_ARGS_apply=-no-color",
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.folder, "cli.tfrc"))
	for name, value := range environment {
		c.environment = append(c.environment, name+"="+value)
	}
	return c
}

func (c *cli) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// command prepares a run of the CLI; an interrupt ends it as Ctrl-C would.
func (c *cli) command(ctx context.Context, t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	program := cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")
	if _, err := exec.LookPath(program); err != nil {
		program = "tofu"
	}
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir, command.Env = c.folder, c.environment
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 30 * time.Second
	return command
}

// run returns all that the CLI prints, and its exit code.
func (c *cli) run(t *testing.T, arguments ...string) (output string, code int) {
	t.Helper()
	printed, err := c.command(t.Context(), t, arguments...).CombinedOutput()
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		return string(printed), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(printed), 0
}

// must runs the CLI and expects an exit code.
func (c *cli) must(t *testing.T, want int, arguments ...string) string {
	t.Helper()
	output, code := c.run(t, arguments...)
	if code != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", strings.Join(arguments, " "), code, want, output)
	}
	return output
}

// needs skips a test under a Terraform 1 that is older than a feature. OpenTofu
// began at 1.6 and has its own numbers.
func (c *cli) needs(t *testing.T, minor int, feature string) {
	t.Helper()
	c.skipBefore(t, "Terraform", minor, feature)
}

// skipBefore skips a test under a product that is older than a feature.
func (c *cli) skipBefore(t *testing.T, product string, minor int, feature string) {
	t.Helper()
	var got string
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(c.must(t, 0, "version"), "%s v%d.%d", &got, &gotMajor, &gotMinor); err != nil {
		t.Fatal(err)
	}
	if got == product && gotMajor == 1 && gotMinor < minor {
		t.Skipf("%s needs %s 1.%d", feature, product, minor)
	}
}

// needsFeaturesOf skips a test whose configuration has something that the CLI
// does not know yet.
func (c *cli) needsFeaturesOf(t *testing.T, configuration string) {
	t.Helper()
	features := []struct {
		text, feature   string
		terraform, tofu int // minor versions
	}{
		{`resource "terraform_data"`, "terraform_data", 4, 6},
		{`check "`, "check", 5, 6},
		{`ephemeral "`, "an ephemeral resource", 10, 11},
		{"_wo ", "a write-only argument", 11, 11},
	}
	for _, f := range features {
		if strings.Contains(configuration, f.text) {
			c.skipBefore(t, "Terraform", f.terraform, f.feature)
			c.skipBefore(t, "OpenTofu", f.tofu, f.feature)
		}
	}
}
