// Command terraform-provider-invent is the Terraform provider for Invent.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve, outside Terraform's control")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version, os.Getenv), providerserver.ServeOpts{
		Address: "registry.terraform.io/useinvent/invent",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
