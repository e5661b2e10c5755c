package provider_test

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	secretStoreProgram = "terraform-provider-aws"
	secretStoreFolder  = "SECRET_STORE" // environment variable: where the stand-in stores
)

// secretStore is a provider with a write-only argument. It stands in for
// hashicorp/aws, so that an example can name a real secret store: it has the one
// resource and the arguments that the example uses, and stores in files.
type secretStore struct{}

func serveSecretStore() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return secretStore{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/aws"})
	if err != nil {
		log.Fatal(err)
	}
}

func (secretStore) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}

func (secretStore) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (secretStore) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (secretStore) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (secretStore) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return secretVersion{} }}
}

// secretVersion keeps a secret in the file that has its id as name.
type secretVersion struct{}

func (secretVersion) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_secretsmanager_secret_version"
}

func (secretVersion) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"secret_id":                schema.StringAttribute{Required: true},
		"secret_string":            schema.StringAttribute{Optional: true, Sensitive: true},
		"secret_string_wo":         schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true},
		"secret_string_wo_version": schema.Int64Attribute{Optional: true},
	}}
}

func (secretVersion) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var id, secret types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("secret_id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("secret_string_wo"), &secret)...)
	if err := os.WriteFile(filepath.Join(os.Getenv(secretStoreFolder), id.ValueString()), []byte(secret.ValueString()), 0o600); err != nil {
		resp.Diagnostics.AddError("Unable to store", err.Error())
	}
	resp.State.Raw = req.Plan.Raw
}

func (secretVersion) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r secretVersion) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	create := resource.CreateResponse{State: resp.State, Diagnostics: resp.Diagnostics}
	r.Create(ctx, resource.CreateRequest{Config: req.Config, Plan: req.Plan}, &create)
	resp.State, resp.Diagnostics = create.State, create.Diagnostics
}

func (secretVersion) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
