package mockinvent

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"text/template"
	"time"
)

//go:embed generated.json.tmpl
var generatedTemplate string

// Generate returns n different assistants, each with two integrations, two actions and one board. The same n gives the
// same documents, without white space as services send them, and a smaller n the first of them. Each was created 37 minutes after the one before.
func Generate(n int) []json.RawMessage {
	form := template.Must(template.New("assistant").Parse(generatedTemplate))
	var assistants []json.RawMessage
	for i := range n {
		var text, document bytes.Buffer
		err := form.Execute(&text, generated{i})
		if err == nil {
			err = json.Compact(&document, text.Bytes())
		}
		if err != nil {
			// The template is part of this package and its tests execute it.
			panic("mockinvent: generated.json.tmpl: " + err.Error())
		}
		assistants = append(assistants, document.Bytes())
	}
	return assistants
}

// generated is what the template can ask about an assistant.
type generated struct {
	Number int
}

// ID returns an id of this assistant or of one of its parts. The same arguments give the same id.
func (g generated) ID(prefix string, part int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	hash := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", prefix, g.Number, part))
	id := hash[:22]
	for i, b := range id {
		id[i] = digits[int(b)%len(digits)]
	}
	return prefix + "_" + string(id)
}

// Time returns an instant so many minutes after the assistant was created.
func (g generated) Time(minutes int) string {
	first := time.Date(2025, time.January, 6, 8, 0, 0, 250_000_000, time.UTC)
	after := time.Duration(37*g.Number+minutes) * time.Minute
	return first.Add(after).Format("2006-01-02T15:04:05.000Z07:00")
}

// Pick returns one of the choices, another for the next assistant.
func (g generated) Pick(choices ...string) string {
	return choices[g.Number%len(choices)]
}

// Branch returns the number that tells the assistants' names apart.
func (g generated) Branch() string {
	return fmt.Sprintf("%04d", g.Number+1)
}
