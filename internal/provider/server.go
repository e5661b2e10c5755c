package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns a constructor of the framework's server for the provider, but
// for one thing: the state of a data source is encoded as soon as it is read. The
// framework would first compare it with the configuration and convert it several
// times, for custom types that keep what a user wrote; that costs far more than
// the read, and data sources here take over their arguments as they are.
func NewServer(version string, getenv func(name string) string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		framework := providerserver.NewProtocol6(encodingProvider{&inventProvider{version: version, getenv: getenv}})
		return server{framework()}
	}
}

type server struct {
	tfprotov6.ProviderServer
}

// encodedState is the key by which a request's context leads to where the encoded
// state goes, a *tfprotov6.DynamicValue.
type encodedState struct{}

func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var state tfprotov6.DynamicValue
	resp, err := s.ProviderServer.ReadDataSource(context.WithValue(ctx, encodedState{}, &state), req)
	if err == nil && state.MsgPack != nil {
		resp.State = &state
	}
	return resp, err
}

type encodingProvider struct {
	*inventProvider
}

func (p encodingProvider) DataSources(ctx context.Context) []func() datasource.DataSource {
	constructors := p.inventProvider.DataSources(ctx)
	for i, constructor := range constructors {
		constructors[i] = func() datasource.DataSource { return encodingDataSource{constructor()} }
	}
	return constructors
}

// encodingDataSource is a data source that encodes its state itself. It has every
// method that the framework looks for.
type encodingDataSource struct {
	datasource.DataSource
}

var (
	_ datasource.DataSourceWithConfigure        = encodingDataSource{}
	_ datasource.DataSourceWithConfigValidators = encodingDataSource{}
	_ datasource.DataSourceWithValidateConfig   = encodingDataSource{}
)

// Read leaves the configuration to the framework in place of the state. A state that
// cannot be encoded stays, so that the framework says what is wrong with it.
func (d encodingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.DataSource.Read(ctx, req, resp)
	encoded, ok := ctx.Value(encodedState{}).(*tfprotov6.DynamicValue)
	state, err := tfprotov6.NewDynamicValue(req.Config.Raw.Type(), resp.State.Raw)
	if ok && err == nil {
		*encoded, resp.State.Raw = state, req.Config.Raw
	}
}

func (d encodingDataSource) Configure(ctx context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if inner, ok := d.DataSource.(datasource.DataSourceWithConfigure); ok {
		inner.Configure(ctx, req, resp)
	}
}

func (d encodingDataSource) ConfigValidators(ctx context.Context) []datasource.ConfigValidator {
	if inner, ok := d.DataSource.(datasource.DataSourceWithConfigValidators); ok {
		return inner.ConfigValidators(ctx)
	}
	return nil
}

func (d encodingDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	if inner, ok := d.DataSource.(datasource.DataSourceWithValidateConfig); ok {
		inner.ValidateConfig(ctx, req, resp)
	}
}
