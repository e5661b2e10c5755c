package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is a mock that runs inside the test.
type program struct {
	baseURL string
	stderr  *output
	stop    func() error
}

// output is a buffer that the program writes to while the test reads it.
type output struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.String()
}

func start(t *testing.T, args ...string) program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	stderr := &output{}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, writer, stderr)
		_ = writer.Close()
		ended <- err
	}()
	lines := bufio.NewReader(reader)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("no base URL: %v", <-ended)
	}
	stop := sync.OnceValue(func() error {
		cancel()
		more, _ := io.ReadAll(lines)
		if len(more) > 0 {
			t.Errorf("more than one line on stdout: %q", more)
		}
		return <-ended
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return program{strings.TrimSuffix(line, "\n"), stderr, stop}
}

// list returns the status and the body of the list of the key's own organization.
func (p program) list(t *testing.T, key string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.baseURL+"/orgs/c/assistants", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestRunServesTheSampleUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			mock := start(t, "-listen", address)
			if status, body := mock.list(t, "mock-key-parent"); status != 200 || !strings.Contains(body, "Gäste-Support") {
				t.Errorf("got %d %s", status, body)
			}
			if err := mock.stop(); err != nil {
				t.Errorf("the end: %v", err)
			}
			if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(mock.baseURL, "http://")); err == nil {
				t.Error("it still listens")
			}
			if mock.stderr.String() != "" {
				t.Errorf("stderr: %s", mock.stderr)
			}
		})
	}
}

func TestServeEndsAfterTheRequestsUnderWay(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shuttingDown := make(chan struct{})
	server := &http.Server{ReadHeaderTimeout: readHeaderTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		<-shuttingDown
		_, _ = io.WriteString(w, "whole")
	})}
	server.RegisterOnShutdown(func() { close(shuttingDown) })
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, listener, server) }()

	if _, body := (program{baseURL: "http://" + listener.Addr().String()}).list(t, "mock"); body != "whole" {
		t.Errorf("got %q", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestRunReadsAChangedDataFileAgain(t *testing.T) {
	t.Parallel()
	data := func(assistant string) string {
		return `{"organizations": [{"id": "org_a", "api_key": "mock-a", "assistants": [` + assistant + `]}]}`
	}
	path := filepath.Join(t.TempDir(), "data.json")
	modified := time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)
	write := func(document string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		modified = modified.Add(time.Second)
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
	write(data("1"))
	mock := start(t, "-data", path)
	steps := []struct {
		name    string
		change  func()
		want    string
		reports int
	}{
		{"as at the start", func() {}, "[1]", 0},
		{"the same size, another time", func() { write(data("2")) }, "[2]", 0},
		{"the same time, another size", func() { modified = modified.Add(-time.Second); write(data("34")) }, "[34]", 0},
		{"a file that does not parse", func() { write(data("five")) }, "[34]", 1},
		{"no change", func() {}, "[34]", 1},
		{"another file that does not parse", func() { write("") }, "[34]", 2},
		{"a good file", func() { write(data("6")) }, "[6]", 2},
		{"no file", func() { _ = os.Remove(path) }, "[6]", 3},
		{"still no file", func() {}, "[6]", 3},
		{"a file again", func() { write(data("7")) }, "[7]", 3},
	}
	// The steps follow each other, so they are no subtests.
	for _, step := range steps {
		step.change()
		if _, body := mock.list(t, "mock-a"); body != step.want {
			t.Errorf("%s: got %s, want %s", step.name, body, step.want)
		}
		if got := strings.Count(mock.stderr.String(), "\n"); got != step.reports {
			t.Errorf("%s: got %d reports, want %d: %s", step.name, got, step.reports, mock.stderr)
		}
	}
	if !strings.Contains(mock.stderr.String(), "data.json: line 1: not valid JSON") {
		t.Errorf("the report does not say what is wrong: %s", mock.stderr)
	}
}

func TestRunErrors(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	broken := filepath.Join(directory, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"organizations": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"all addresses", []string{"-listen", ":0"}, "not a loopback address"},
		{"all IPv4 addresses", []string{"-listen", "0.0.0.0:0"}, "not a loopback address"},
		{"another machine's address", []string{"-listen", "192.0.2.1:0"}, "not a loopback address"},
		{"a name", []string{"-listen", "localhost.example:0"}, "not a loopback address"},
		{"no port", []string{"-listen", "127.0.0.1"}, "is not an address"},
		{"an impossible port", []string{"-listen", "127.0.0.1:99999"}, "invalid port"},
		{"a flag that there is not", []string{"-port", "1"}, "-port"},
		{"an argument", []string{"data.json"}, `unexpected argument "data.json"`},
		{"a data file that there is not", []string{"-data", filepath.Join(directory, "none.json")}, "none.json"},
		{"a data file that is wrong", []string{"-data", broken}, "broken.json: no organizations"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// It has ended before it begins, so that a mistake does not serve forever.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			var stdout bytes.Buffer
			err := run(ctx, test.args, &stdout, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
			if stdout.Len() > 0 {
				t.Errorf("stdout: %s", &stdout)
			}
		})
	}
}

func TestLoopbackAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "127.8.9.10:80", "[::1]:8080", "localhost:8080"} {
		if err := checkLoopback(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestRunHelp(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-help"}, io.Discard, &stderr); err != nil {
		t.Error(err)
	}
	for _, flag := range []string{"-listen", "-data"} {
		if !strings.Contains(stderr.String(), flag) {
			t.Errorf("the help does not name %s: %s", flag, &stderr)
		}
	}
}
