// Command mockinvent serves a mock of the Invent API on a loopback address:
//
//	go run ./internal/cmd/mockinvent [-listen 127.0.0.1:0] [-data file]
//
// It prints its base URL. The keys and ids to use are in the data file, internal/mockinvent/sample.json unless -data
// names another. A file that changes is read again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

const (
	readHeaderTimeout = 10 * time.Second
	shutdownTimeout   = 5 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "mockinvent:", err)
		os.Exit(1)
	}
}

// run serves the mock until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("mockinvent", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 takes a free one")
	path := flags.String("data", "", "data `file`, read again when it changes (default: the built-in sample)")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; a data file is given with -data", flags.Arg(0))
	}
	if err := checkLoopback(*address); err != nil {
		return err
	}
	logger := log.New(stderr, "mockinvent: ", 0)
	handler, err := newHandler(*path, logger)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *address)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "http://%s\n", listener.Addr()); err != nil {
		return errors.Join(fmt.Errorf("print the base URL: %w", err), listener.Close())
	}
	return serve(ctx, listener, &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ErrorLog:          logger,
	})
}

// checkLoopback keeps the mock, which may serve a copy of real assistants, off the network.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen %q is not an address; use one like 127.0.0.1:8080", address)
	}
	if host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return fmt.Errorf("-listen %q is not a loopback address; use 127.0.0.1, [::1] or localhost", address)
	}
	return nil
}

func newHandler(path string, logger *log.Logger) (http.Handler, error) {
	if path == "" {
		return mockinvent.New(mockinvent.Sample()), nil
	}
	return newDataFile(path, logger)
}

func serve(ctx context.Context, listener net.Listener, server *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	// The caller's context has ended; the requests under way get a little longer.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), server.Close())
	}
	return nil
}
