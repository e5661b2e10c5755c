package mockinvent

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// What is personal or about money in a sub-organization's row is made of these, so that a test can look for them: each
// string has PrivateText in it, and each number is PrivateNumber.
const (
	PrivateText   = "mock-private"
	PrivateNumber = 8675309
)

// SubOrganization returns the row that the list of sub-organizations has for the organization: the documented fields,
// of which the data file gives the name, the plan and the time.
func (o Organization) SubOrganization() json.RawMessage {
	row, err := json.Marshal(map[string]any{
		"id":                o.ID,
		"name":              cmp.Or(o.Name, o.ID),
		"logo_url":          "https://cdn.musterhaus.example/logos/" + o.ID + ".png",
		"plan":              cmp.Or(o.Plan, "business"),
		"created_at":        cmp.Or(o.CreatedAt, "2025-01-06T08:00:00.250Z"),
		"balance":           PrivateNumber,
		"promo_balance":     PrivateNumber,
		"spending_cap_used": PrivateNumber,
		"billing": map[string]any{
			"recharge":       map[string]any{"enabled": true, "amount": PrivateNumber},
			"spending_cap":   PrivateNumber,
			"payment_method": map[string]any{"brand": PrivateText + "-brand", "last4": PrivateText + "-card"},
		},
		"members": []any{map[string]any{
			"id": PrivateText + "-id", "name": PrivateText + "-name",
			"email": PrivateText + "@musterhaus.example", "role": PrivateText + "-role",
		}},
		"features": map[string]any{PrivateText + "-feature": true, "seats": PrivateNumber},
		"config": map[string]any{
			"email":        PrivateText + "@musterhaus.example",
			"address":      map[string]any{"street": PrivateText + "-street", "city": PrivateText + "-city"},
			"access_rules": []any{PrivateText + "-rule"},
		},
	})
	if err != nil {
		panic("mockinvent: a sub-organization's row: " + err.Error()) // nothing above fails to encode
	}
	return row
}

// GenerateFleet returns a parent organization, org_parent with the key mock-key-parent, and n sub-organizations below
// it, each of them all with m assistants of its own. The same n and m give the same data.
func GenerateFleet(n, m int) Data {
	assistants := Generate((n + 1) * m)
	fleet := []Organization{{ID: "org_parent", APIKey: "mock-key-parent", Name: "Head office", Assistants: assistants[:m]}}
	for i := 1; i <= n; i++ {
		branch := generated{i - 1}
		fleet = append(fleet, Organization{
			ID:         branch.ID("org", 0),
			Parent:     fleet[0].ID,
			APIKey:     fmt.Sprintf("mock-key-%d", i),
			Name:       "Branch " + branch.Branch(),
			CreatedAt:  branch.Time(0),
			Assistants: assistants[i*m : (i+1)*m],
		})
	}
	return Data{Organizations: fleet}
}
