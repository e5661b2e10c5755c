package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
	"github.com/useinvent/terraform-provider-invent/internal/provider"
)

const (
	spa    = "ast_9G5136to3ZxvQ8RVGDIKpc"
	spaKey = "mock-secret-key-spa"
)

// The echo provider keeps in the state what an ephemeral resource gives it.
func TestAccSecretKey(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, arguments, want string
		organization          knownvalue.Check
	}{
		{"the key's own organization", fmt.Sprintf("assistant_id = %q", spa), spaKey, knownvalue.Null()},
		{
			"another organization", "assistant_id = \"ast_2DdwMg1vVe521ETUUR7zHi\"\n org_id = \"org_29n7qOlJDxLFfLSBABawE1\"",
			"mock-secret-key-harbour-events", knownvalue.StringExact("org_29n7qOlJDxLFfLSBABawE1"),
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, baseURL := mock(t)
			variables := environment(baseURL)
			config := fmt.Sprintf(`
				ephemeral "invent_assistant_secret_key" "x" {
					%s
				}
				provider "echo" { data = ephemeral.invent_assistant_secret_key.x }
				resource "echo" "x" {}`, c.arguments)
			newCLI(t, "", nil).needsFeaturesOf(t, config)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
					"invent": func() (tfprotov6.ProviderServer, error) {
						return provider.NewServer("test", func(name string) string { return variables[name] })(), nil
					},
					"echo": echoprovider.NewProviderServer(),
				},
				Steps: []resource.TestStep{{
					Config: config,
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue("echo.x", tfjsonpath.New("data").AtMapKey("secret_key"), knownvalue.StringExact(c.want)),
						statecheck.ExpectKnownValue("echo.x", tfjsonpath.New("data").AtMapKey("org_id"), c.organization),
					},
				}},
			})
		})
	}
}

func TestSecretKeyAnswers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, answer string // empty: the mock's own
		want         string // the key, or a part of the error
	}{
		{"a key", `{"id":"ast_1","secret_key":"k"}`, "k"},
		{"a key of a soft-deleted assistant", `{"id":"ast_1","deleted":true,"secret_key":"k"}`, "k"},
		{"null", `{"id":"ast_1","secret_key":null}`, "The assistant has no secret key."},
		{"missing", `{"id":"ast_1"}`, "The assistant has no secret key."},
		{"empty", `{"id":"ast_1","secret_key":""}`, "The assistant has no secret key."},
		{"a number", `{"id":"ast_1","secret_key":112358}`, "secret_key: expected a string, got a number"},
		{"an object", `{"id":"ast_1","secret_key":{"a":"112358"}}`, "secret_key: expected a string, got an object"},
		{"another assistant", `{"id":"ast_2","secret_key":"112358"}`, "the answer is another assistant than the one asked for"},
		{"a broken answer", `{"id":"ast_1","secret_key":"112358`, "is not valid JSON"},
		{"not found", "", "The API knows no assistant ast_1 in organization c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api, baseURL := mock(t)
			if c.answer != "" {
				api.Next(mockinvent.Fail(http.StatusOK, c.answer))
			}
			s := newServer(t, environment(baseURL))
			s.configure(t, nil)
			result, diags := s.open(t.Context(), t, attributes{"assistant_id": text("ast_1")})
			if !strings.Contains(c.want, " ") {
				if len(diags) > 0 {
					t.Fatal(message(diags))
				}
				value, err := result.Unmarshal(s.schema.EphemeralResourceSchemas[secretKey].ValueType())
				if err != nil {
					t.Fatal(err)
				}
				if got := member(t, value, "secret_key"); !got.Equal(text(c.want)) {
					t.Errorf("got %s, want %q", got, c.want)
				}
			} else if got := message(diags); len(diags) != 1 || !strings.Contains(got, c.want) || strings.Contains(got, "112358") {
				t.Errorf("got %q, want one with %q and without the value", got, c.want)
			}
			if got := len(api.Requests()); got != 1 {
				t.Errorf("%d requests, want one", got)
			}
		})
	}
}

// Each row first shows that the key is found where it is stored, or that it is
// not found would prove nothing.
func TestAccSecretKeyIsNotStored(t *testing.T) {
	t.Parallel()
	const store = `
		resource "aws_secretsmanager_secret_version" "x" {
			secret_id = "spa"
			%s
		}`
	storedByData := fmt.Sprintf(`data "invent_assistant" "x" { id = %q }`, spa) +
		fmt.Sprintf(store, `secret_string = data.invent_assistant.x.secret_key`)
	cases := []struct{ name, stored, notStored string }{
		{
			"list without secret keys",
			`data "invent_assistants" "x" { include_secret_keys = true }`,
			`data "invent_assistants" "x" { include_secret_keys = false }`,
		},
		{
			"by id without secret key",
			fmt.Sprintf("data \"invent_assistant\" \"x\" {\n id = %q\n}", spa),
			fmt.Sprintf("data \"invent_assistant\" \"x\" {\n id = %q\n include_secret_key = false\n}", spa),
		},
		{
			"by name without secret key",
			"data \"invent_assistant\" \"x\" {\n name = \"Spa & Wellness bookings 🧖‍♀️\"\n}",
			"data \"invent_assistant\" \"x\" {\n name = \"Spa & Wellness bookings 🧖‍♀️\"\n include_secret_key = false\n}",
		},
		{
			"output of everything but the secret key",
			"data \"invent_assistants\" \"x\" {}\noutput \"x\" {\n value = data.invent_assistants.x.assistants\n sensitive = true\n}",
			"data \"invent_assistants\" \"x\" { include_secret_keys = false }\noutput \"x\" {\n value = [for a in data.invent_assistants.x.assistants : { for k, v in a : k => v if k != \"secret_key\" }]\n}",
		},
		{
			"ephemeral resource and write-only argument",
			storedByData,
			fmt.Sprintf(`ephemeral "invent_assistant_secret_key" "x" { assistant_id = %q }`, spa) +
				fmt.Sprintf(store, "secret_string_wo = ephemeral.invent_assistant_secret_key.x.secret_key\n secret_string_wo_version = 1"),
		},
		{
			"ephemeral resource of an assistant that is known after apply",
			storedByData,
			fmt.Sprintf(`resource "terraform_data" "later" { input = %q }
				ephemeral "invent_assistant_secret_key" "x" { assistant_id = terraform_data.later.output }`, spa) +
				fmt.Sprintf(store, "secret_string_wo = ephemeral.invent_assistant_secret_key.x.secret_key\n secret_string_wo_version = 1"),
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, baseURL := mock(t)
			if places := placesOf(t, c.stored, baseURL); len(places) < 4 {
				t.Fatalf("the key is found only in %q, so that the search proves nothing", places)
			}
			if places := placesOf(t, c.notStored, baseURL); len(places) > 0 {
				t.Errorf("the key is in %q", places)
			}
		})
	}
}

// placesOf applies a configuration and tells where the secret key is then.
func placesOf(t *testing.T, configuration, baseURL string) []string {
	t.Helper()
	folder := t.TempDir()
	variables := environment(baseURL)
	variables[secretStoreFolder] = folder
	terraform := newCLI(t, configuration, variables)
	terraform.needsFeaturesOf(t, configuration)
	terraform.must(t, 0, "plan", "-out=first.plan")
	terraform.must(t, 0, "apply", "first.plan")
	terraform.must(t, 0, "plan", "-detailed-exitcode", "-out=second.plan")
	if strings.Contains(configuration, "secret_string_wo ") {
		secret, err := os.ReadFile(filepath.Join(folder, "spa"))
		if err != nil || string(secret) != spaKey {
			t.Fatalf("the secret store has %q, %v", secret, err)
		}
	}
	return terraform.places(t, spaKey)
}
