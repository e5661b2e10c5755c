package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A configuration that changes under the framework's feet is compared with the
// state, all of it, value by value.
func TestWithValuesLeavesTheConfigurationAlone(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"given": tftypes.String, "computed": tftypes.String}}
	configuration := func() tftypes.Value {
		return tftypes.NewValue(object, map[string]tftypes.Value{
			"given":    tftypes.NewValue(tftypes.String, "a"),
			"computed": tftypes.NewValue(tftypes.String, nil),
		})
	}
	config := configuration()
	state := withValues(config, map[string]tftypes.Value{"computed": tftypes.NewValue(tftypes.String, "b")})
	if !config.Equal(configuration()) {
		t.Errorf("the configuration has become %s", config)
	}
	want := tftypes.NewValue(object, map[string]tftypes.Value{
		"given":    tftypes.NewValue(tftypes.String, "a"),
		"computed": tftypes.NewValue(tftypes.String, "b"),
	})
	if !state.Equal(want) {
		t.Errorf("got %s, want %s", state, want)
	}
}
