package mockinvent

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

//go:embed sample.json
var sample string

// ownOrganization is the id that stands for the key's own organization in a path.
const ownOrganization = "c"

const dataForm = `{"organizations": [{"id": "…", "parent": "…", "api_key": "…", "name": "…", "plan": "…", "created_at": "…", "assistants": […]}]}`

// Data is what the mock serves. The data file of the program has this form as JSON.
type Data struct {
	Organizations []Organization `json:"organizations"`
}

// Organization is an organization with the key that was made for it. Parent is the id of the organization whose key
// works here too, or empty. Name, Plan and CreatedAt are for the parent's list of sub-organizations, and have defaults. The
// assistants are served as they are, whatever they are, in this order.
type Organization struct {
	ID         string            `json:"id"`
	Parent     string            `json:"parent,omitempty"`
	APIKey     string            `json:"api_key"`
	Name       string            `json:"name,omitempty"`
	Plan       string            `json:"plan,omitempty"`
	CreatedAt  string            `json:"created_at,omitempty"`
	Assistants []json.RawMessage `json:"assistants"`
}

// ParseData reads a data file. The error says what is wrong with it and where, and quotes neither keys nor assistants.
func ParseData(document []byte) (Data, error) {
	var data Data
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&data); err != nil {
		return Data{}, fmt.Errorf("%s; expected %s", describe(err, document), dataForm)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Data{}, fmt.Errorf("line %d: something follows the JSON document; remove it",
			line(document, decoder.InputOffset()))
	}
	if err := check(data); err != nil {
		return Data{}, err
	}
	return data, nil
}

// Sample returns the data of sample.json: a parent organization, two sub-organizations, and an organization apart that
// has no assistants.
func Sample() Data {
	data, err := ParseData([]byte(sample))
	if err != nil {
		// The file is part of this package and its tests parse it.
		panic("mockinvent: sample.json: " + err.Error())
	}
	return data
}

// describe words an error of encoding/json anew, because the library's own text can quote a value.
func describe(err error, document []byte) string {
	if name, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return "unknown member " + name
	}
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		came, _, _ := strings.Cut(wrongType.Value, " ")
		at := "the document"
		if wrongType.Field != "" {
			at = wrongType.Field
		}
		return fmt.Sprintf("line %d: a value of the wrong type (%s) in %s", line(document, wrongType.Offset), came, at)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("line %d: not valid JSON", line(document, syntax.Offset))
	}
	return "not a whole JSON document"
}

func line(document []byte, offset int64) int {
	before := document[:min(int(offset), len(document))]
	return 1 + bytes.Count(before, []byte("\n"))
}

func check(data Data) error {
	if len(data.Organizations) == 0 {
		return errors.New("no organizations; at least one is needed")
	}
	organizations := map[string]Organization{}
	keys := map[string]string{}
	for i, organization := range data.Organizations {
		id, key := organization.ID, organization.APIKey
		if id == "" {
			return fmt.Errorf("organizations[%d] has no id", i)
		}
		if id == ownOrganization {
			return fmt.Errorf("organizations[%d]: the id %q stands for the key's own organization; give it another", i, id)
		}
		if _, found := organizations[id]; found {
			return fmt.Errorf("two organizations have the id %q; ids must be different", id)
		}
		if strings.TrimSpace(key) == "" {
			return fmt.Errorf("organization %q has no api_key", id)
		}
		if other, found := keys[key]; found {
			return fmt.Errorf("organizations %q and %q have the same api_key; each needs its own", other, id)
		}
		organizations[id], keys[key] = organization, id
	}
	return checkParents(organizations, data)
}

// checkParents allows one level: the documentation knows parents and sub-organizations, and nothing below.
func checkParents(organizations map[string]Organization, data Data) error {
	for _, organization := range data.Organizations {
		if organization.Parent == "" {
			continue
		}
		parent, found := organizations[organization.Parent]
		if !found {
			return fmt.Errorf("organization %q: its parent %q is not in the data", organization.ID, organization.Parent)
		}
		if parent.Parent != "" {
			return fmt.Errorf("organization %q: its parent %q has a parent itself; a parent must have none",
				organization.ID, organization.Parent)
		}
	}
	return nil
}
