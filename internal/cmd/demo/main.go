//go:build unix

// Command demo shows the provider at work on a mock of the Invent API: it reads an organization's assistants, and finds
// what somebody changed in one of them. It needs Go, and Terraform or OpenTofu: the program that TF_CLI names, else
// terraform, else tofu on PATH. It uses no network but loopback and leaves nothing behind.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	readHeaderTimeout = 10 * time.Second
	exitInterrupted   = 130
)

//go:embed main.tf
var configuration []byte

func main() {
	// SIGPIPE is among them so that a reader who goes away is an error of the next write, after which run cleans up.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	err := run(ctx, os.Getenv("TF_CLI"), os.Stdout)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "\ndemo:", err)
	if ctx.Err() != nil {
		os.Exit(exitInterrupted)
	}
	os.Exit(1)
}

// run shows the steps, with a CLI that is a path, a name on PATH, or empty for whichever there is.
func run(ctx context.Context, cli string, stdout io.Writer) (err error) {
	cli, err = findCLI(cli)
	if err != nil {
		return err
	}
	organization := mockinvent.Sample().Organizations[0]
	edited, err := edit(organization.Assistants)
	if err != nil {
		return err
	}
	mock := mockinvent.New(mockinvent.Data{Organizations: []mockinvent.Organization{organization}})
	change := func() { mock.SetAssistants(organization.ID, edited) }
	baseURL, stop, err := serve(ctx, mock)
	if err != nil {
		return fmt.Errorf("start the mock: %w", err)
	}
	defer stop()

	// A short name: the sockets through which CLI and provider talk are in this folder, and their paths have a limit.
	folder, err := os.MkdirTemp("", "demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := prepare(folder); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, "The Terraform provider for Invent on a mock of its API. Of what the CLI prints, the part that matters is shown."); err != nil {
		return err
	}
	environment := environ(folder, baseURL, organization.APIKey, isTerminal(stdout))
	for i, s := range steps(cli, folder, baseURL, len(organization.Assistants), change) {
		if err := s.show(ctx, stdout, i+1, environment); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

// findCLI returns an absolute path, because the CLI runs in another folder.
func findCLI(name string) (string, error) {
	names := []string{name}
	if name == "" {
		names = []string{"terraform", "tofu"}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("found no program %s; install Terraform or OpenTofu, or set TF_CLI to the path of one", strings.Join(names, " or "))
}

func serve(ctx context.Context, handler http.Handler) (baseURL string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// prepare writes the configuration, and the CLI's own, which makes it take the provider from the folder. In an address
// without a host, Terraform and OpenTofu each mean their own registry.
func prepare(folder string) error {
	overrides := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/useinvent/invent" = %[1]q
    "registry.opentofu.org/useinvent/invent" = %[1]q
  }
  direct {}
}
`, folder)
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "main.tf"), configuration, 0o600),
		os.WriteFile(filepath.Join(folder, "cli.tfrc"), []byte(overrides), 0o600),
	)
}

// environ returns the caller's, with nothing that is set for other uses of the CLI and the provider.
func environ(folder, baseURL, apiKey string, color bool) []string {
	variables := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "INVENT_")
	})
	if !color {
		variables = append(variables, "TF_CLI_ARGS=-no-color")
	}
	return append(variables,
		"TMPDIR="+folder,
		"TF_CLI_CONFIG_FILE="+filepath.Join(folder, "cli.tfrc"),
		"TF_IN_AUTOMATION=1", // without advice on what to type next
		"CHECKPOINT_DISABLE=1",
		"INVENT_BASE_URL="+baseURL,
		"INVENT_API_KEY="+apiKey,
	)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
