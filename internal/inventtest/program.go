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

// Main runs the tests of a package whose tests use [Provider] and removes what that has built. It is called by TestMain.
func Main(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(programFolder) // "" if no test has used it
	os.Exit(code)
}

var programFolder string

// Provider builds the provider, once for all tests of a package, and returns the path of the program.
func Provider(t testing.TB) string {
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
	return program, build(program, module)
})

// Build builds another program of the module, by its folder, and returns the program's path.
func Build(t testing.TB, folder string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(folder))
	if err := build(program, module+"/"+folder); err != nil {
		t.Fatal(err)
	}
	return program
}

func build(program, source string) error {
	output, err := exec.CommandContext(context.Background(), "go", "build", "-o", program, source).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build %s: %w\n%s", source, err, output)
	}
	return nil
}
