package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// This file reads assistants the way most providers would: encoding/json into structs, and State.Set from them. It is
// what the provider is compared with. The structs are made from the schema, so that a new field need not be written
// here too; to both libraries, which reflect, they are like structs that are written out.
//
// It is kept as fast as that way can be: the list is fetched once, and whatever else the provider does (order, limits,
// retries, checks of the list, empty lists for missing ones) is left out. Pointers serve both libraries with one set of
// structs; a second one with the framework's types (types.String) would save State.Set 3 % of its allocations.

// modelType is the Go type of a value in the model.
func modelType(t attr.Type) reflect.Type {
	switch t := t.(type) {
	case basetypes.ObjectType:
		return reflect.PointerTo(modelStruct(t.AttrTypes, modelType))
	case basetypes.ListType:
		if object, ok := t.ElemType.(basetypes.ObjectType); ok {
			return reflect.SliceOf(modelStruct(object.AttrTypes, modelType))
		}
		return reflect.SliceOf(modelType(t.ElemType))
	case basetypes.BoolType:
		return reflect.TypeFor[*bool]()
	case basetypes.NumberType:
		return reflect.TypeFor[*float64]()
	case jsontypes.NormalizedType:
		return reflect.TypeFor[*canonicalJSON]()
	default:
		return reflect.TypeFor[*string]()
	}
}

// modelStruct is a struct for attributes; typeOf is the type of its fields.
func modelStruct(attributes map[string]attr.Type, typeOf func(attr.Type) reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for name, t := range attributes {
		tag := fmt.Sprintf(`json:%q tfsdk:%q`, name, name)
		fields = append(fields, reflect.StructField{Name: "F_" + name, Type: typeOf(t), Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}

// canonicalJSON is a free-form value as text with sorted keys and no white space.
type canonicalJSON string

func (c *canonicalJSON) UnmarshalJSON(document []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	text, err := json.Marshal(value)
	*c = canonicalJSON(text)
	return err
}

// readStructs is the conventional data source's Read.
func readStructs(t testing.TB, baseURL string) readFunc {
	t.Helper()
	modelType := modelStruct(dataSourceType(t).AttrTypes, func(attribute attr.Type) reflect.Type {
		if list, ok := attribute.(basetypes.ListType); ok {
			return modelType(list) // the assistants
		}
		return reflect.TypeOf(attribute.ValueType(t.Context())) // an argument, in the framework's type
	})
	return func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
		model := reflect.New(modelType)
		resp.Diagnostics.Append(req.Config.Get(ctx, model.Interface())...)
		if resp.Diagnostics.HasError() {
			return
		}
		assistants := model.Elem().FieldByName("F_assistants")
		err := fetch(ctx, baseURL, func(body []byte) (int, error) {
			page := reflect.New(assistants.Type())
			err := json.Unmarshal(body, page.Interface())
			assistants.Set(reflect.AppendSlice(assistants, page.Elem()))
			return assistants.Len(), err
		})
		if err != nil {
			resp.Diagnostics.AddError("Unable to list the assistants", err.Error())
			return
		}
		model.Elem().FieldByName("F_org_id").Set(reflect.ValueOf(types.StringValue("c")))
		resp.Diagnostics.Append(resp.State.Set(ctx, model.Interface())...)
	}
}

// fetch reads the pages of the list once and trusts the count that the API announces. For each it calls add, which
// returns how many rows there are by now.
func fetch(ctx context.Context, baseURL string, add func(body []byte) (rows int, err error)) error {
	for page, rows, announced := 1, 0, 1; rows < announced; page++ {
		address := fmt.Sprintf("%s/orgs/c/assistants?page=%d&take=100", baseURL, page)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+sample.APIKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			return err
		}
		if announced, err = strconv.Atoi(response.Header.Get("pagination-count")); err != nil { // not 200, for one
			return err
		}
		if rows, err = add(body); err != nil {
			return err
		}
	}
	return nil
}
