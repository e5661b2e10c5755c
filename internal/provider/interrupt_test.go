package provider_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	// soon is far more than an interruption takes, on any machine, and less than
	// what is interrupted would take.
	soon = 20 * time.Second

	// atLast ends a test whose interruption does not work.
	atLast = "50s"
)

// slow are answers that keep a read busy. They tell when that begins.
func slow(begun chan<- struct{}) map[string][]http.HandlerFunc {
	begin := func(w http.ResponseWriter) {
		_ = http.NewResponseController(w).Flush()
		begun <- struct{}{}
	}
	hang := func(w http.ResponseWriter, r *http.Request) {
		begin(w)
		<-r.Context().Done() // the client is gone
	}
	return map[string][]http.HandlerFunc{
		"an answer that does not begin": {func(_ http.ResponseWriter, r *http.Request) {
			begun <- struct{}{}
			<-r.Context().Done()
		}},
		"a body that does not end": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `[{"id":`)
			hang(w, r)
		}},
		"a wait that the API asks for": {func(w http.ResponseWriter, r *http.Request) {
			mockinvent.Fail(http.StatusTooManyRequests, "", "Retry-After: 40")(w, r)
			begin(w)
		}},
		"a body on the second page": {mockinvent.Fail(http.StatusOK, `[{"id":"ast_1"}]`), func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `[`)
			hang(w, r)
		}},
	}
}

// slowAPI returns a mock with one of the slow answers, and what waits for it.
func slowAPI(t *testing.T, name string) (server *mockinvent.Server, baseURL string, begun <-chan struct{}) {
	t.Helper()
	signal := make(chan struct{}, 1)
	server = mockinvent.New(mockinvent.Sample())
	server.Next(slow(signal)[name]...)
	api := httptest.NewServer(server)
	t.Cleanup(api.Close) // waits for the handlers, so no connection hangs on
	return server, api.URL, signal
}

// The ways in which a read is stopped: Terraform's own stop, and the end of the call.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	stops := map[string]func(s *server, cancel func()) error{
		"StopProvider": func(s *server, _ func()) error {
			_, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
			return err
		},
		"cancel": func(_ *server, cancel func()) error {
			cancel()
			return nil
		},
	}
	for name := range slow(nil) {
		for way, stop := range stops {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				mock, baseURL, begun := slowAPI(t, name)
				provider := newServer(t, nil)
				if diags := provider.configure(t, attributes{"api_key": text(sample.APIKey), "base_url": text(baseURL), "request_timeout": text("1h")}); len(diags) > 0 {
					t.Fatal(message(diags))
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stopped := make(chan error, 1)
				var since time.Time
				go func() {
					<-begun
					since = time.Now()
					stopped <- stop(provider, cancel)
				}()
				_, diags := provider.read(ctx, t, "invent_assistants", attributes{"timeouts": readTimeout(text(atLast))})
				if err := <-stopped; err != nil {
					t.Fatal(err)
				}
				if took := time.Since(since); took > soon {
					t.Errorf("the read went on for %s", took)
				}
				if got, want := message(diags), "ERROR : Unable to list the assistants of organization c: The read was interrupted.\n"; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if got, want := len(mock.Requests()), len(slow(nil)[name]); got != want {
					t.Errorf("%d requests, want %d", got, want)
				}
			})
		}
	}
}

// A stop ends the reads that go on, not those that come.
func TestReadAfterStop(t *testing.T) {
	t.Parallel()
	_, baseURL := mock(t)
	provider := newServer(t, nil)
	if diags := provider.configure(t, attributes{"api_key": text(sample.APIKey), "base_url": text(baseURL)}); len(diags) > 0 {
		t.Fatal(message(diags))
	}
	if _, err := provider.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	if _, diags := provider.read(t.Context(), t, "invent_assistants", nil); len(diags) > 0 {
		t.Error(message(diags))
	}
}

// The CLI is interrupted as by Ctrl-C.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	for name := range slow(nil) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL, begun := slowAPI(t, name)
			terraform := newCLI(t, fmt.Sprintf(`
				provider "invent" { request_timeout = "1h" }
				data "invent_assistants" "all" { timeouts = { read = %q } }`, atLast), environment(baseURL))
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			var since time.Time
			go func() {
				select {
				case <-begun:
				case <-t.Context().Done():
				}
				since = time.Now()
				interrupt()
			}()
			output, err := terraform.command(ctx, t, "plan", "-no-color").CombinedOutput()
			if ctx.Err() == nil {
				t.Fatalf("ended before it was interrupted: %s", output)
			}
			if took := time.Since(since); took > soon {
				t.Errorf("the CLI went on for %s", took)
			}
			if exit, failed := errors.AsType[*exec.ExitError](err); !errors.Is(err, context.Canceled) && (!failed || exit.ExitCode() != 1) {
				t.Errorf("ended with %v", err)
			}
			for _, want := range []string{"Interrupt received", "The read was interrupted."} {
				if !strings.Contains(string(output), want) {
					t.Errorf("got %s\nwant %q", output, want)
				}
			}
			if got, want := len(mock.Requests()), len(slow(nil)[name]); got != want {
				t.Errorf("%d requests, want %d", got, want)
			}
		})
	}
}
