package mockinvent

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
)

// Shuffle returns the same assistants in another order: the rows, the members of every object, and the elements of
// integrations, actions and boards. Other arrays keep their order, because it means something; values keep their text.
// Of duplicate members the last stays. A document that is not JSON is returned as it is.
func Shuffle(assistants []json.RawMessage, seed uint64) []json.RawMessage {
	random := rand.New(rand.NewPCG(seed, 0))
	shuffled := reordered(assistants, random)
	for i, assistant := range shuffled {
		if json.Valid(assistant) {
			shuffled[i] = shuffledAssistant(assistant, random)
		}
	}
	return shuffled
}

func shuffledAssistant(assistant json.RawMessage, random *rand.Rand) json.RawMessage {
	if kind(assistant) != '{' {
		return shuffledValue(assistant, random)
	}
	all := members(assistant)
	for i, m := range all {
		if slices.Contains([]string{"integrations", "actions", "boards"}, m.name) && kind(m.value) == '[' {
			all[i].value = joinElements(reordered(elements(m.value), random))
		}
	}
	return shuffledValue(joinMembers(all), random)
}

// shuffledValue shuffles the members of every object inside a value, and leaves every array's order.
func shuffledValue(value json.RawMessage, random *rand.Rand) json.RawMessage {
	switch kind(value) {
	case '{':
		all := reordered(members(value), random)
		for i, m := range all {
			all[i].value = shuffledValue(m.value, random)
		}
		return joinMembers(all)
	case '[':
		all := elements(value)
		for i, element := range all {
			all[i] = shuffledValue(element, random)
		}
		return joinElements(all)
	}
	return value
}

// reordered returns the items in an order that is never the one they had, unless there are fewer than two.
func reordered[T any](items []T, random *rand.Rand) []T {
	order := random.Perm(len(items))
	if len(order) > 1 && slices.IsSorted(order) {
		slices.Reverse(order)
	}
	result := make([]T, len(items))
	for i, from := range order {
		result[i] = items[from]
	}
	return result
}

// member is a member of a JSON object. A map would lose the order, and a decoded value its text.
type member struct {
	name  string
	value json.RawMessage
}

// kind returns the first byte of a JSON value.
func kind(value json.RawMessage) byte {
	return bytes.TrimLeft(value, " \t\r\n")[0]
}

// members takes a valid JSON object apart.
func members(object json.RawMessage) []member {
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, _ = decoder.Token()
	var all []member
	for decoder.More() {
		token, _ := decoder.Token()
		name, _ := token.(string)
		var value json.RawMessage
		_ = decoder.Decode(&value)
		all = slices.DeleteFunc(all, func(m member) bool { return m.name == name })
		all = append(all, member{name, value})
	}
	return all
}

// elements takes a valid JSON array apart.
func elements(array json.RawMessage) []json.RawMessage {
	var all []json.RawMessage
	_ = json.Unmarshal(array, &all)
	return all
}

func joinMembers(all []member) json.RawMessage {
	parts := make([][]byte, len(all))
	for i, m := range all {
		name, _ := json.Marshal(m.name)
		parts[i] = slices.Concat(name, []byte(":"), m.value)
	}
	return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}"))
}

func joinElements(all []json.RawMessage) json.RawMessage {
	parts := make([][]byte, len(all))
	for i, element := range all {
		parts[i] = element
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
}
