package mockinvent

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultTake = 100
	maxTake     = 100
	maxPage     = math.MaxInt32 / maxTake
)

// api is what one request is answered from. It is a copy, so that the data can change meanwhile.
type api struct {
	organizations []Organization
	switches      Switches
}

func (a api) answer(w http.ResponseWriter, r *http.Request) {
	own, found := a.authenticate(r.Header.Get("Authorization"))
	if !found {
		refuse(w, http.StatusUnauthorized, "Missing or invalid API key.")
		return
	}
	organizationID, collection, id, found := route(r.URL.EscapedPath())
	if !found {
		refuse(w, http.StatusNotFound, "No such endpoint.")
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "Method not allowed.")
		return
	}
	organization, status := a.organization(own, organizationID)
	if status != http.StatusOK {
		refuse(w, status, "Organization not found.")
		return
	}
	switch {
	case collection == "orgs":
		a.list(w, r.URL.RawQuery, a.subOrganizations(organization))
	case id == "":
		a.list(w, r.URL.RawQuery, organization.Assistants)
	default:
		one(w, organization.Assistants, id)
	}
}

// authenticate returns the organization that the key was made for.
func (a api) authenticate(authorization string) (Organization, bool) {
	key, found := strings.CutPrefix(authorization, "Bearer ")
	if !found {
		return Organization{}, false
	}
	i := slices.IndexFunc(a.organizations, func(o Organization) bool { return o.APIKey == key })
	if i < 0 {
		return Organization{}, false
	}
	return a.organizations[i], true
}

// route takes a path apart; the assistant's id is empty for a list. It splits before it unescapes, so that an escaped
// slash stays part of an id.
func route(path string) (organizationID, collection, id string, found bool) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		unescaped, err := url.PathUnescape(segment)
		if err != nil || (unescaped == "") != (i == 0) {
			return "", "", "", false
		}
		segments[i] = unescaped
	}
	switch {
	case len(segments) < 4 || segments[1] != "orgs":
	case len(segments) == 4 && (segments[3] == "assistants" || segments[3] == "orgs"):
		return segments[2], segments[3], "", true
	case len(segments) == 5 && segments[3] == "assistants":
		return segments[2], segments[3], segments[4], true
	}
	return "", "", "", false
}

// organization returns the organization that an id means to a key's organization, or the status that refuses it.
func (a api) organization(own Organization, id string) (Organization, int) {
	if id == ownOrganization {
		return own, http.StatusOK
	}
	i := slices.IndexFunc(a.organizations, func(o Organization) bool { return o.ID == id })
	if i < 0 {
		return Organization{}, http.StatusNotFound
	}
	if found := a.organizations[i]; found.ID == own.ID || found.Parent == own.ID {
		return found, http.StatusOK
	}
	return Organization{}, cmp.Or(a.switches.ForeignStatus, http.StatusNotFound)
}

// subOrganizations returns the rows of the organizations whose parent an organization is.
func (a api) subOrganizations(parent Organization) []json.RawMessage {
	var rows []json.RawMessage
	for _, organization := range a.organizations {
		if organization.Parent == parent.ID {
			rows = append(rows, organization.SubOrganization())
		}
	}
	return rows
}

func one(w http.ResponseWriter, assistants []json.RawMessage, id string) {
	for _, assistant := range assistants {
		if stringMember(assistant, "id") == id {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(assistant)
			return
		}
	}
	refuse(w, http.StatusNotFound, "Assistant not found.")
}

// list answers with a page of the rows. Search is documented for assistants alone; here every list has it.
func (a api) list(w http.ResponseWriter, rawQuery string, rows []json.RawMessage) {
	query, queryErr := url.ParseQuery(rawQuery)
	page, pageErr := parameter(query, "page", 1, maxPage)
	take, takeErr := parameter(query, "take", defaultTake, maxTake)
	if err := cmp.Or(queryErr, pageErr, takeErr); err != nil {
		refuse(w, http.StatusBadRequest, "Bad request: "+err.Error()+".")
		return
	}
	found := search(rows, query.Get("search"))
	if a.switches.IgnorePage {
		writeRows(w, found)
		return
	}
	if a.switches.MaxTake > 0 {
		take = min(take, a.switches.MaxTake)
	}
	first := min((page-1)*take, len(found))
	if a.switches.NotFoundPastEnd && page > 1 && first == len(found) {
		refuse(w, http.StatusNotFound, "Page not found.")
		return
	}
	rows = found[first:min(first+take, len(found))]
	if !a.switches.NoPaginationHeaders {
		count := len(found)
		if a.switches.CountOfPage {
			count = len(rows)
		}
		w.Header().Set("pagination-count", strconv.Itoa(count))
		w.Header().Set("pagination-page", strconv.Itoa(page))
		w.Header().Set("pagination-take", strconv.Itoa(take))
	}
	writeRows(w, rows)
}

// parameter reads a number from 1 to the maximum.
func parameter(query url.Values, name string, byDefault, maximum int) (int, error) {
	if !query.Has(name) {
		return byDefault, nil
	}
	number, err := strconv.ParseUint(query.Get(name), 10, 31)
	if err != nil || number < 1 || int(number) > maximum {
		return 0, fmt.Errorf("%s must be a number from 1 to %d", name, maximum)
	}
	return int(number), nil
}

func search(rows []json.RawMessage, term string) []json.RawMessage {
	if term == "" {
		return rows
	}
	term = strings.ToLower(term)
	var found []json.RawMessage
	for _, row := range rows {
		if strings.Contains(strings.ToLower(stringMember(row, "name")), term) {
			found = append(found, row)
		}
	}
	return found
}

// stringMember returns a string member of a document, empty if there is none. A struct would not do: encoding/json also
// takes "ID" for "id".
func stringMember(document json.RawMessage, name string) string {
	var object map[string]json.RawMessage
	var value string
	if errors.Join(json.Unmarshal(document, &object), json.Unmarshal(object[name], &value)) != nil {
		return ""
	}
	return value
}

// writeRows writes the documents as they are: an encoder would change them, and refuse the broken ones a test wants.
func writeRows(w http.ResponseWriter, rows []json.RawMessage) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "[")
	for i, row := range rows {
		if i > 0 {
			_, _ = io.WriteString(w, ",")
		}
		_, _ = w.Write(row)
	}
	_, _ = io.WriteString(w, "]")
}

// refuse answers with an error. The form of its body is made up: the documentation has none.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"statusCode": status, "message": message})
}
