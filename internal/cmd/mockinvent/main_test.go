package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// list returns the status and the body of the list of the key's own organization.
func list(t *testing.T, baseURL string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL+"/orgs/c/assistants", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer mock-key-parent")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestRunServesTheSampleUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		reader, writer := io.Pipe()
		var stderr bytes.Buffer
		ended := make(chan error, 1)
		go func() {
			ended <- run(ctx, []string{"-listen", address}, writer, &stderr)
			_ = writer.Close()
		}()
		lines := bufio.NewScanner(reader)
		if !lines.Scan() {
			t.Fatalf("no base URL: %v", <-ended)
		}
		baseURL := lines.Text()
		if status, body := list(t, baseURL); status != 200 || !strings.Contains(body, "Gäste-Support") {
			t.Errorf("got %d %s", status, body)
		}
		cancel()
		if err := <-ended; err != nil || lines.Scan() || stderr.Len() > 0 {
			t.Errorf("the end: %v, after %q on stdout and %q on stderr", err, lines.Text(), &stderr)
		}
		if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(baseURL, "http://")); err == nil {
			t.Error("it still listens")
		}
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

	if _, body := list(t, "http://"+listener.Addr().String()); body != "whole" {
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
	var stderr bytes.Buffer
	handler, err := newHandler(path, log.New(&stderr, "", 0))
	if err != nil {
		t.Fatal(err)
	}
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
	for _, step := range steps {
		step.change()
		recorder := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/orgs/c/assistants", nil)
		request.Header.Set("Authorization", "Bearer mock-a")
		handler.ServeHTTP(recorder, request)
		if got, reports := recorder.Body.String(), strings.Count(stderr.String(), "\n"); got != step.want || reports != step.reports {
			t.Errorf("%s: got %s after %d reports, want %s after %d: %s", step.name, got, reports, step.want, step.reports, &stderr)
		}
	}
	if !strings.Contains(stderr.String(), "data.json: line 1: not valid JSON") {
		t.Errorf("the report does not say what is wrong: %s", &stderr)
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
		want string
		args []string
	}{
		{"not a loopback address", []string{"-listen", ":0"}},
		{"not a loopback address", []string{"-listen", "0.0.0.0:0"}},
		{"not a loopback address", []string{"-listen", "192.0.2.1:0"}},
		{"not a loopback address", []string{"-listen", "localhost.example:0"}},
		{"is not an address", []string{"-listen", "127.0.0.1"}},
		{"invalid port", []string{"-listen", "127.0.0.1:99999"}},
		{"-port", []string{"-port", "1"}},
		{`unexpected argument "data.json"`, []string{"data.json"}},
		{"none.json", []string{"-data", filepath.Join(directory, "none.json")}},
		{"broken.json: no organizations", []string{"-data", broken}},
	}
	// It has ended before it begins, so that a mistake does not serve forever.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range tests {
		var stdout bytes.Buffer
		if err := run(ctx, test.args, &stdout, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) || stdout.Len() > 0 {
			t.Errorf("%q: got the error %v, want one with %q; stdout: %s", test.args, err, test.want, &stdout)
		}
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
	err := run(t.Context(), []string{"-help"}, io.Discard, &stderr)
	if help := stderr.String(); err != nil || !strings.Contains(help, "-listen") || !strings.Contains(help, "-data") {
		t.Errorf("got the error %v and the help %s", err, help)
	}
}
