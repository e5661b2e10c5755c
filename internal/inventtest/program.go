package inventtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

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
