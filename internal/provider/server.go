package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns a constructor of the framework's server for the provider, but for one thing: the state of a data source
// is encoded as soon as it is read. The framework would first compare it with the configuration and convert it several times,
// for custom types that keep what a user wrote; that costs far more than the read, and data sources here take over their
// arguments as they are.
func NewServer(version string, getenv func(name string) string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		encoding := func(d *dataSource) datasource.DataSourceWithConfigure { return encodingDataSource{d} }
		framework := providerserver.NewProtocol6(&inventProvider{version, getenv, encoding})
		return server{framework()}
	}
}

type server struct {
	tfprotov6.ProviderServer
}

// encodedState is the key by which a request's context leads to where the encoded state goes, a *tfprotov6.DynamicValue.
type encodedState struct{}

func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var state tfprotov6.DynamicValue
	resp, err := s.ProviderServer.ReadDataSource(context.WithValue(ctx, encodedState{}, &state), req)
	if err == nil && state.MsgPack != nil {
		resp.State = &state
	}
	return resp, err
}

// encodingDataSource is a data source that encodes its state itself.
type encodingDataSource struct {
	*dataSource
}

// Read leaves the configuration to the framework in place of the state. A state that cannot be encoded stays, so that the
// framework says what is wrong with it.
func (d encodingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.dataSource.Read(ctx, req, resp)
	encoded, ok := ctx.Value(encodedState{}).(*tfprotov6.DynamicValue)
	state, err := tfprotov6.NewDynamicValue(req.Config.Raw.Type(), resp.State.Raw)
	if ok && err == nil {
		*encoded, resp.State.Raw = state, req.Config.Raw
	}
}
