package provider_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/useinvent/terraform-provider-invent/internal/inventtest"
	"github.com/useinvent/terraform-provider-invent/internal/mockinvent"
)

// documents are written as JSON text, one each.
func documents(texts ...string) (all []json.RawMessage) {
	for _, text := range texts {
		all = append(all, json.RawMessage(text))
	}
	return all
}

func ids(state map[string]any) (all []string) {
	for _, assistant := range state["assistants"].([]any) {
		all = append(all, id(assistant.(map[string]any)))
	}
	return all
}

// Whole values over several pages, in whatever order the API gives them.
func TestListIsWholeAndInOrder(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	all := mockinvent.Generate(250)
	mock.SetAssistants(sample.ID, mockinvent.Shuffle(all, 7))
	state := connect(t, baseURL).must(t, list, nil)
	checkEqual(t, "assistants", state["assistants"], expectList(t, all))
	checkEqual(t, "org_id", state["org_id"], "c")
	if got := len(mock.Requests()); got != 6 {
		t.Errorf("%d requests, want three pages twice", got)
	}
}

// The sample has a soft-deleted assistant, one without most fields, and one without a key.
func TestOneByID(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	s := connect(t, baseURL)
	for _, document := range sample.Assistants {
		id := id(parseJSON(t, string(document)).(map[string]any))
		checkEqual(t, id, s.must(t, one, attributes{"id": id}), expectOne(t, document, "c"))
	}
}

func TestOneByName(t *testing.T) {
	t.Parallel()
	const other, failed, none = `{"id":"other","name":"Other"}`, `Unable to read assistant "Früh" in organization "c": `, ` assistants that organization "c" lists has this name`
	cases := []struct {
		name       string
		assistants []json.RawMessage
		want       string // the id, or what is in the error on name
	}{
		{"among others", documents(other, `{"id":"a","name":""}`, `{"id":"b","name":null}`, `{"id":"c"}`, `{"id":"one","name":"Früh"}`), "one"},
		{"listed decomposed", documents(other, `{"id":"one","name":"Fru\u0308h"}`), "one"},
		{"a deleted twin", documents(`{"id":"other","name":"Früh","deleted":true}`, `{"id":"one","name":"Früh","deleted":false}`), "one"},
		{"deleted is null", documents(`{"id":"one","name":"Früh","deleted":null}`), "one"},
		{"another case, a space, a part", documents(`{"id":"1","name":"früh"}`, `{"id":"2","name":"Früh "}`, `{"id":"3","name":"Frühling"}`), "None of the 3" + none},
		{"deleted only", documents(`{"id":"one","name":"Früh","deleted":true}`), "None of the 1" + none},
		{"an empty organization", nil, "None of the 0" + none},
		{
			"several", documents(`{"id":"two","name":"Fru\u0308h","created_at":"2025-02-01"}`, other, `{"id":"three","name":"Früh","created_at":null}`, `{"id":"a\u001b[2J","name":"Früh","created_at":"\u001b[1mtoday"}`),
			"3 assistants have this name. Use the id of the one that is meant instead:\n" +
				"  - \"a\\x1b[2J\", created: \"\\x1b[1mtoday\"\n  - \"three\", created: \"unknown\"\n  - \"two\", created: \"2025-02-01\"\n",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			mock.SetAssistants(sample.ID, c.assistants)
			state, diags := connect(t, baseURL).read(t.Context(), t, one, attributes{"name": "Früh"})
			if !strings.Contains(c.want, " ") {
				checkEqual(t, message(diags), state["id"], c.want)
			} else if got := message(diags); !strings.HasPrefix(got, `ERROR AttributeName("name"): `+failed+c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// What is not wanted is not built, so it cannot fail the read either.
func TestNotBuilt(t *testing.T) {
	t.Parallel()
	mock, baseURL := inventtest.Mock(t)
	mock.SetAssistants(sample.ID, documents(`{"id":"one","name":"One","enabled":false,"secret_key":{"no":"text"}}`))
	s := connect(t, baseURL)
	cases := []struct {
		typeName        string
		config, without attributes
	}{
		{list, nil, attributes{"enabled": true}},
		{list, nil, attributes{"include_secret_keys": false}},
		{one, attributes{"name": "One"}, attributes{"include_secret_key": false}},
		{one, attributes{"id": "one"}, attributes{"include_secret_key": false}},
	}
	for _, c := range cases {
		if _, diags := s.read(t.Context(), t, c.typeName, c.config); !strings.Contains(message(diags), `ssistant "one": secret_key: expected a string, got an object.`) {
			t.Errorf("%s with %v: %q", c.typeName, c.config, message(diags))
		}
		s.must(t, c.typeName, c.config.with(c.without))
	}
}

// What is asked for, in the words of the API.
func TestRequests(t *testing.T) {
	t.Parallel()
	const strange, escaped = "a b;ä\"<>", "a%20b%3B%C3%A4%22%3C%3E"
	cases := []struct {
		name, typeName string
		config         attributes
		want           string
	}{
		{"by id", one, attributes{"id": strange, "org_id": strange}, "/orgs/" + escaped + "/assistants/" + escaped + "?"},
		{"by name", one, attributes{"name": "One", "org_id": strange}, "/orgs/" + escaped + "/assistants?page=1&take=100"},
		{"list", list, attributes{"org_id": strange}, "/orgs/" + escaped + "/assistants?page=1&take=100"},
		{"search", list, attributes{"search": "予約 & Spa"}, "/orgs/org_provider/assistants?page=1&search=%E4%BA%88%E7%B4%84+%26+Spa&take=100"},
		{"secret key", secretKey, attributes{"assistant_id": strange, "org_id": strange}, "/orgs/" + escaped + "/assistants/" + escaped + "?"},
		{"secret key, the provider's organization", secretKey, attributes{"assistant_id": "ast_1"}, "/orgs/org_provider/assistants/ast_1?"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock, baseURL := inventtest.Mock(t)
			connect(t, baseURL, attributes{"org_id": "org_provider"}).read(t.Context(), t, c.typeName, c.config)
			request := mock.Requests()[0]
			if got := request.Path + "?" + request.Query; got != c.want || len(mock.Requests()) != 1 {
				t.Errorf("got %q, want %q alone", got, c.want)
			}
		})
	}
}

// Several configured providers in one process, with many reads at once: each has its own organization's assistants.
func TestReadsAtOnce(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	var group sync.WaitGroup
	for _, organization := range mockinvent.Sample().Organizations {
		s := connect(t, baseURL, attributes{"api_key": organization.APIKey})
		want := expectList(t, organization.Assistants)
		for range 10 {
			group.Go(func() {
				state, diags := s.read(t.Context(), t, list, nil)
				checkEqual(t, organization.ID+message(diags), state["assistants"], want)
			})
		}
	}
	group.Wait()
}

// What the CLI should have found when it validated is an error all the same.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, baseURL := inventtest.Mock(t)
	s := connect(t, baseURL)
	const settings = "invent_assistants_settings"
	cases := []struct {
		typeName string
		config   attributes
		want     string
	}{
		{list, attributes{"timeouts": attributes{"read": "soon"}}, `ERROR AttributeName("timeouts").AttributeName("read"): Invalid timeouts.read: The argument timeouts.read cannot be used: it is not a duration`},
		{list, attributes{"name_regex": "("}, `ERROR AttributeName("name_regex"): Invalid name_regex: The argument name_regex cannot be used: error parsing regexp`},
		{settings, attributes{"ignore_paths": unknown{}}, `ERROR AttributeName("ignore_paths"): Value Conversion Error: `},
		{settings, attributes{"ignore_paths": []string{"new"}}, `ERROR AttributeName("ignore_paths"): Invalid ignore_paths: The argument ignore_paths cannot be used: "new": there is no new`},
		{settings, attributes{"reveal_paths": []string{"name"}}, `ERROR AttributeName("reveal_paths"): Invalid reveal_paths: The argument reveal_paths cannot be used: "name": name is a string`},
	}
	for _, c := range cases {
		if _, diags := s.call(t.Context(), t, c.typeName, c.config); !strings.HasPrefix(message(diags), c.want) {
			t.Errorf("got %s\nwant %s", message(diags), c.want)
		}
	}
}
