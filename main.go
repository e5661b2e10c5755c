// Command terraform-provider-invent is the Terraform provider for Invent.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	forDebugger := flag.Bool("debug", false, "serve for a debugger such as delve, outside Terraform's control")
	flag.Parse()

	// net/http logs what a server sends unasked, which can be a secret, and
	// Terraform takes it into its own log.
	log.SetOutput(io.Discard)

	// A list of thousands is in memory as a whole, and Terraform has it once more: garbage is collected early. What is never
	// written takes no memory but counts as heap, so that small reads need no further collection.
	debug.SetGCPercent(30)
	defer runtime.KeepAlive(make([]byte, 16<<20))

	var options []tf6server.ServeOpt
	if *forDebugger {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve("registry.terraform.io/useinvent/invent", provider.NewServer(version, os.Getenv), options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
