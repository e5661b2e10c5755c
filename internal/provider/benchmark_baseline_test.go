package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// This file reads assistants the way most providers would: the model written as structs, encoding/json into them, and
// State.Set from them. It is what the provider is compared with, and the only place where the fields stand a second time:
// a baseline that took them from the schema would not be the conventional way.
//
// It is kept as fast as that way can be: the list is fetched once, and whatever else the provider does (order, limits,
// retries, checks of the list) is left out. Pointers serve both libraries with one set of structs; a second one with
// the framework's types (types.String) would save State.Set 3 % of its allocations.

type assistantsModel struct {
	OrganizationID types.String     `tfsdk:"org_id"`
	Search         *string          `tfsdk:"search"`
	Filter         types.Object     `tfsdk:"filter"`
	IncludeSecrets *bool            `tfsdk:"include_secret_keys"`
	Timeouts       timeouts.Value   `tfsdk:"timeouts"`
	Assistants     []assistantModel `tfsdk:"assistants"`
}

type assistantModel struct {
	ID           *string            `json:"id" tfsdk:"id"`
	Name         *string            `json:"name" tfsdk:"name"`
	Enabled      *bool              `json:"enabled" tfsdk:"enabled"`
	Deleted      *bool              `json:"deleted" tfsdk:"deleted"`
	SecretKey    *string            `json:"secret_key" tfsdk:"secret_key"`
	AvatarURL    *string            `json:"avatar_url" tfsdk:"avatar_url"`
	Config       *configModel       `json:"config" tfsdk:"config"`
	Integrations []integrationModel `json:"integrations" tfsdk:"integrations"`
	Actions      []actionModel      `json:"actions" tfsdk:"actions"`
	Boards       []boardModel       `json:"boards" tfsdk:"boards"`
	CreatedAt    *string            `json:"created_at" tfsdk:"created_at"`
	UpdatedAt    *string            `json:"updated_at" tfsdk:"updated_at"`
}

type configModel struct {
	Language       *string            `json:"language" tfsdk:"language"`
	Model          *string            `json:"model" tfsdk:"model"`
	STT            *sttModel          `json:"stt" tfsdk:"stt"`
	TTS            *ttsModel          `json:"tts" tfsdk:"tts"`
	Conversation   *conversationModel `json:"conversation" tfsdk:"conversation"`
	KnowledgeScope *string            `json:"knowledge_scope" tfsdk:"knowledge_scope"`
	Timezone       *string            `json:"timezone" tfsdk:"timezone"`
	Instructions   *string            `json:"instructions" tfsdk:"instructions"`
}

type sttModel struct {
	Model *string `json:"model" tfsdk:"model"`
}

type ttsModel struct {
	Model   *string `json:"model" tfsdk:"model"`
	VoiceID *string `json:"voice_id" tfsdk:"voice_id"`
}

type conversationModel struct {
	ThreadMode                *string   `json:"thread_mode" tfsdk:"thread_mode"`
	EnableMemories            *bool     `json:"enable_memories" tfsdk:"enable_memories"`
	EnableTransferToHumanTool *bool     `json:"enable_transfer_to_human_tool" tfsdk:"enable_transfer_to_human_tool"`
	WelcomeBanner             *string   `json:"welcome_banner" tfsdk:"welcome_banner"`
	SuggestedMessages         []*string `json:"suggested_messages" tfsdk:"suggested_messages"`
	AutoIntroMessage          *string   `json:"auto_intro_message" tfsdk:"auto_intro_message"`
	EnableEndConversationTool *bool     `json:"enable_end_conversation_tool" tfsdk:"enable_end_conversation_tool"`
	EnableBlockContactTool    *bool     `json:"enable_block_contact_tool" tfsdk:"enable_block_contact_tool"`
	EnableAutoResolve         *bool     `json:"enable_auto_resolve" tfsdk:"enable_auto_resolve"`
	EnableAutoFollowUps       *bool     `json:"enable_auto_follow_ups" tfsdk:"enable_auto_follow_ups"`
	EnableAutoCSAT            *bool     `json:"enable_auto_csat" tfsdk:"enable_auto_csat"`
	EnablePrivateChats        *bool     `json:"enable_private_chats" tfsdk:"enable_private_chats"`
	EnableUpdateContactTool   *bool     `json:"enable_update_contact_tool" tfsdk:"enable_update_contact_tool"`
}

type integrationModel struct {
	ID            *string        `json:"id" tfsdk:"id"`
	Enabled       *bool          `json:"enabled" tfsdk:"enabled"`
	IntegrationID *string        `json:"integration_id" tfsdk:"integration_id"`
	AssistantID   *string        `json:"assistant_id" tfsdk:"assistant_id"`
	ConnectionID  *string        `json:"connection_id" tfsdk:"connection_id"`
	Config        *canonicalJSON `json:"config" tfsdk:"config"`
	Error         *string        `json:"error" tfsdk:"error"`
	CreatedAt     *string        `json:"created_at" tfsdk:"created_at"`
	UpdatedAt     *string        `json:"updated_at" tfsdk:"updated_at"`
}

type actionModel struct {
	ID           *string            `json:"id" tfsdk:"id"`
	Enabled      *bool              `json:"enabled" tfsdk:"enabled"`
	Name         *string            `json:"name" tfsdk:"name"`
	Instructions *string            `json:"instructions" tfsdk:"instructions"`
	ActionID     *string            `json:"action_id" tfsdk:"action_id"`
	AssistantID  *string            `json:"assistant_id" tfsdk:"assistant_id"`
	ConnectionID *string            `json:"connection_id" tfsdk:"connection_id"`
	Config       *actionConfigModel `json:"config" tfsdk:"config"`
	Position     *float64           `json:"position" tfsdk:"position"`
	CreatedAt    *string            `json:"created_at" tfsdk:"created_at"`
	UpdatedAt    *string            `json:"updated_at" tfsdk:"updated_at"`
}

type actionConfigModel struct {
	Input       *canonicalJSON    `json:"input" tfsdk:"input"`
	Definitions []definitionModel `json:"definitions" tfsdk:"definitions"`
}

type definitionModel struct {
	Path       *string        `json:"path" tfsdk:"path"`
	Definition *canonicalJSON `json:"definition" tfsdk:"definition"`
}

type boardModel struct {
	ID             *string       `json:"id" tfsdk:"id"`
	BoardID        *string       `json:"board_id" tfsdk:"board_id"`
	BoardName      *string       `json:"board_name" tfsdk:"board_name"`
	CreatedAt      *string       `json:"created_at" tfsdk:"created_at"`
	UpdatedAt      *string       `json:"updated_at" tfsdk:"updated_at"`
	InitialSegment *segmentModel `json:"initial_segment" tfsdk:"initial_segment"`
}

type segmentModel struct {
	ID            *string  `json:"id" tfsdk:"id"`
	Name          *string  `json:"name" tfsdk:"name"`
	Color         *string  `json:"color" tfsdk:"color"`
	ContactsCount *float64 `json:"contacts_count" tfsdk:"contacts_count"`
	CreatedAt     *string  `json:"created_at" tfsdk:"created_at"`
	UpdatedAt     *string  `json:"updated_at" tfsdk:"updated_at"`
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
func readStructs(baseURL string) readFunc {
	return func(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
		var model assistantsModel
		resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
		if resp.Diagnostics.HasError() {
			return
		}
		organizationID := model.OrganizationID.ValueString()
		if organizationID == "" {
			organizationID = "c"
		}
		assistants, err := fetch[assistantModel](ctx, baseURL, organizationID)
		if err != nil {
			resp.Diagnostics.AddError("Unable to list the assistants", err.Error())
			return
		}
		model.OrganizationID = types.StringValue(organizationID)
		model.Assistants = assistants
		for i := range model.Assistants {
			model.Assistants[i].emptyLists()
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	}
}

// emptyLists puts the empty list where there is none: State.Set makes null of nil.
func (a *assistantModel) emptyLists() {
	a.Integrations = orEmpty(a.Integrations)
	a.Actions = orEmpty(a.Actions)
	a.Boards = orEmpty(a.Boards)
	if a.Config != nil && a.Config.Conversation != nil {
		a.Config.Conversation.SuggestedMessages = orEmpty(a.Config.Conversation.SuggestedMessages)
	}
	for _, action := range a.Actions {
		if action.Config != nil {
			action.Config.Definitions = orEmpty(action.Config.Definitions)
		}
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fetch reads the pages of a list once, each row as encoding/json reads it, and trusts the count that the API announces.
func fetch[Row any](ctx context.Context, baseURL, organizationID string) ([]Row, error) {
	all := []Row{}
	for page := 1; ; page++ {
		address := fmt.Sprintf("%s/orgs/%s/assistants?page=%d&take=100", baseURL, organizationID, page)
		rows, header, err := fetchPage[Row](ctx, address)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
		announced, err := strconv.Atoi(header.Get("pagination-count"))
		if err != nil || len(all) >= announced {
			return all, err
		}
	}
}

func fetchPage[Row any](ctx context.Context, address string) ([]Row, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+sample.APIKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("the API answered %s", response.Status)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	var rows []Row
	return rows, response.Header, json.Unmarshal(body, &rows)
}
