package provider_test

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

// acceptance runs the steps with the real CLI against the provider in this process, which sees the environment given and
// nothing of the real one. The echo provider keeps in the state what an ephemeral resource gives it.
func acceptance(t *testing.T, environment map[string]string, steps ...resource.TestStep) {
	t.Helper()
	for _, step := range steps {
		new(inventtest.CLI).Needs(t, step.Config)
	}
	getenv := func(name string) string { return environment[name] }
	resource.UnitTest(t, resource.TestCase{ // runs without TF_ACC: all that it asks is on loopback
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"invent": providerserver.NewProtocol6WithError(provider.New("test", getenv)()),
			"echo":   echoprovider.NewProviderServer(),
		},
		Steps: steps,
	})
}

// valueAt expects what a value in the form of [plain] says at a path of a resource.
func valueAt(t *testing.T, address string, path tfjsonpath.Path, want any) statecheck.StateCheck {
	t.Helper()
	return statecheck.ExpectKnownValue(address, path, exactly(t, want))
}

func exactly(t *testing.T, want any) knownvalue.Check {
	t.Helper()
	switch want := want.(type) {
	case nil:
		return knownvalue.Null()
	case string:
		return knownvalue.StringExact(want)
	case bool:
		return knownvalue.Bool(want)
	case number:
		f, _, err := big.ParseFloat(string(want), 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.NumberExact(f)
	case []any:
		elements := make([]knownvalue.Check, len(want))
		for i, element := range want {
			elements[i] = exactly(t, element)
		}
		return knownvalue.ListExact(elements)
	case map[string]any:
		members := map[string]knownvalue.Check{}
		for name, member := range want {
			members[name] = exactly(t, member)
		}
		return knownvalue.ObjectExact(members)
	}
	t.Fatalf("%T has no check", want)
	return nil
}
