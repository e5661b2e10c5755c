package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/useinvent/terraform-provider-invent/internal/jsonvalue"
)

// assistantAttributes returns the model of an assistant: the object of the Invent API, field for field, in the order of
// its documentation (https://docs.useinvent.com/api-reference/orgs-assistants/get-assistant). All data sources of
// assistants use it, and the decoder reads the API's answer by it, so a new field of the API is one line here.
//
// What the API leaves out or gives as null is null for a value or an object, and the empty list for an array.
func assistantAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":           text("The identifier of the assistant, an opaque string such as `ast_…`; upper and lower case differ."),
		"name":         text("The name of the assistant as people see it in Invent, 1 to 1024 characters; do not rely on it being unique."),
		"enabled":      flag("Whether the assistant is switched on; its integrations and actions have an `enabled` of their own."),
		"deleted":      flag("Whether the assistant has been soft-deleted: marked as deleted, yet still returned by the API."),
		"secret_key":   secret("The credential with which your backend creates session hashes"),
		"avatar_url":   text("The URL of the assistant's avatar photo; null if it has none."),
		"config":       object("What the assistant is configured with: its models, its instructions and how it converses.", configAttributes()),
		"integrations": list("The channels that the assistant is bound to, ordered by `created_at`, then `id`; an empty list if there are none.", integrationAttributes()),
		"actions":      list("The tools that the assistant may call, ordered by `position`, then `created_at`, then `id`; an empty list if there are none.", actionAttributes()),
		"boards":       list("The boards that the assistant is linked to, ordered by `created_at`, then `id`; an empty list if there are none.", boardAttributes()),
		"created_at":   createdAt("assistant"),
		"updated_at":   updatedAt("assistant"),
	}
}

func configAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"language": text("The language that the assistant is set to; `auto` is a known value, and others may appear."),
		"model":    text("The language model that writes the assistant's answers."),
		"stt": object("Speech to text: how the assistant understands speech.", map[string]schema.Attribute{
			"model": text("The model that turns speech into text."),
		}),
		"tts": object("Text to speech: how the assistant speaks.", map[string]schema.Attribute{
			"model":    text("The model that turns text into speech."),
			"voice_id": text("The identifier of the voice in which text is spoken."),
		}),
		"conversation":    object("What a customer sees, and what the assistant may do on its own, in a conversation.", conversationAttributes()),
		"knowledge_scope": text("Which knowledge the assistant may use; `all` is a known value, and others may appear."),
		"timezone":        text("The time zone that the assistant is set to, spelled as Invent gives it."),
		"instructions":    prose("The system prompt: what the assistant is told about its task and manner. It can be very long."),
	}
}

func conversationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"thread_mode":                   text("How threads are used for conversations; `new` is a known value, and others may appear."),
		"enable_memories":               flag("Whether the assistant keeps memories of its customers."),
		"enable_transfer_to_human_tool": flag("Whether the assistant has the tool that hands a conversation over to a human."),
		"welcome_banner":                text("The text of the banner that welcomes a customer."),
		"suggested_messages":            texts("The messages that a customer is offered to send, in the order of the API; an empty list if there are none."),
		"auto_intro_message":            text("The message with which the assistant introduces itself unasked."),
		"enable_end_conversation_tool":  flag("Whether the assistant has the tool that ends a conversation."),
		"enable_block_contact_tool":     flag("Whether the assistant has the tool that blocks the contact it talks to."),
		"enable_auto_resolve":           flag("Whether conversations are marked as resolved automatically."),
		"enable_auto_follow_ups":        flag("Whether follow-ups to customers are scheduled automatically."),
		"enable_auto_csat":              flag("Whether conversations get a customer satisfaction score (CSAT) automatically."),
		"enable_private_chats":          flag("Whether private chats are switched on; the API's documentation does not say what makes a chat private."),
		"enable_update_contact_tool":    flag("Whether the assistant has the tool that changes the details of the contact it talks to."),
	}
}

func integrationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             text("The identifier of this one integration; the kind of channel is in `integration_id`."),
		"enabled":        flag("Whether this channel is switched on for the assistant."),
		"integration_id": text("The kind of channel: `internal`, `custom`, `whatsapp_bot`, `messenger_bot`, `instagram_dm`, `tiktok_dm`, `telegram_bot`, `gmail`, `slack_bot`, `twilio`, `telnyx`, `email` or `google_calendar`; new ones may appear."),
		"assistant_id":   text("The `id` of the assistant that the channel is bound to."),
		"connection_id":  text("The identifier of the organization's connection to the outside service that the channel uses; null if it has none."),
		"config":         jsonText("The settings of this channel, a free-form value."),
		"error":          volatile(text("The error that Invent reports for this channel, for instance to be watched by a `check` block; null if the API gives none.")),
		"created_at":     createdAt("integration"),
		"updated_at":     updatedAt("integration"),
	}
}

func actionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            text("The identifier of this one action; the kind of tool is in `action_id`."),
		"enabled":       flag("Whether this action is switched on for the assistant."),
		"name":          text("The name that the action was given in Invent; null if it has none."),
		"instructions":  prose("Extra instructions for this action, beside the assistant's own system prompt; null if there are none."),
		"action_id":     text("The kind of tool, such as `TOOLS:HTTP_REQUEST` or `TOOLS:WEB_SEARCH`; new ones may appear."),
		"assistant_id":  text("The `id` of the assistant that the action belongs to."),
		"connection_id": text("The identifier of the organization's connection to the outside service that the tool uses; null if it has none."),
		"config": object("The input values of the tool and their definitions.", map[string]schema.Attribute{
			"input": jsonText("The input values, a free-form value; those of an HTTP request can hold an authorization header."),
			"definitions": list("The definitions of the dynamic fields among the input values, in the order of the API; an empty list if there are none.", map[string]schema.Attribute{
				"path":       text("The path of the field that `definition` defines."),
				"definition": jsonText("The definition of the field at `path`, a free-form value."),
			}),
		}),
		"position":   number("The place of the action within its group; the list of actions is ordered by it, the lowest number first."),
		"created_at": createdAt("action"),
		"updated_at": updatedAt("action"),
	}
}

func boardAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         text("The identifier of the link between assistant and board; the board itself is in `board_id`."),
		"board_id":   text("The identifier of the board itself, whose name is `board_name`."),
		"board_name": text("The name of the board as people see it in Invent."),
		"created_at": createdAt("link to the board"),
		"updated_at": updatedAt("link to the board"),
		"initial_segment": object("The segment, a group of contacts, that is set as the initial one of this board for the assistant; null if there is none.", map[string]schema.Attribute{
			"id":             text("The identifier of the segment, an opaque string."),
			"name":           text("The name of the segment as people see it in Invent."),
			"color":          text("The color in which Invent shows the segment: `red`, `orange`, `amber`, `yellow`, `lime`, `green`, `teal`, `cyan`, `sky`, `blue`, `indigo`, `violet`, `purple`, `fuchsia`, `pink`, `rose` or `neutral`; new ones may appear."),
			"contacts_count": volatile(number("How many contacts the segment has. It changes with traffic.")),
			"created_at":     createdAt("segment"),
			"updated_at":     updatedAt("segment"),
		}),
	}
}

func text(description string) schema.Attribute {
	return typedText(description, nil)
}

// typedText is a text whose type tells the decoder what it is.
func typedText(description string, customType basetypes.StringTypable) schema.Attribute {
	return schema.StringAttribute{Computed: true, CustomType: customType, MarkdownDescription: description}
}

func texts(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func textMap(description string) schema.Attribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func number(description string) schema.Attribute {
	return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
}

// Times stay plain strings, because older pages of the API's documentation show bare dates, which an RFC 3339 type refuses.
func createdAt(what string) schema.Attribute {
	return text(fmt.Sprintf("When the %s was created, an RFC 3339 time or a bare date; null if the API gives none.", what))
}

func updatedAt(what string) schema.Attribute {
	return volatile(text(fmt.Sprintf("When the %s was last edited, an RFC 3339 time or a bare date; null if the API gives none.", what)))
}

func object(description string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

func list(description string, attributes map[string]schema.Attribute) schema.Attribute {
	element := schema.NestedAttributeObject{Attributes: attributes}
	return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: element}
}

// settingsVariant is an attribute that the data source invent_assistants_settings has in another form.
type settingsVariant struct {
	schema.Attribute
	settings schema.Attribute // nil: not at all
}

// volatile is for what changes without anybody changing a setting.
func volatile(attribute schema.Attribute) schema.Attribute {
	return settingsVariant{Attribute: attribute}
}

func secret(description string) schema.Attribute {
	return settingsVariant{
		Attribute: schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description + "; null if the assistant has none or if the data source leaves secret keys out. It is stored in the state in clear text: protect the state, or read the key with the ephemeral resource `invent_assistant_secret_key`."},
		settings:  typedText(description+": its fingerprint, so that a rotated key is seen; null if the assistant has none.", jsonvalue.FingerprintType{}),
	}
}

// prose is a text of many lines, whose changes people look at line by line.
func prose(description string) schema.Attribute {
	return settingsVariant{
		Attribute: text(description),
		settings:  texts(description + " Here it is the list of its lines."),
	}
}

// jsonText is a free-form value. The custom type compares nothing on a data source: it is the mark by which the decoder
// knows one.
func jsonText(description string) schema.Attribute {
	return settingsVariant{
		Attribute: typedText(description+" It is JSON text in canonical form, to be read with `jsondecode` and equal to `jsonencode` of the same value; an author can have put a credential there, and it is shown in clear.", jsontypes.NormalizedType{}),
		settings:  textMap(description + " Here it is a map from the [JSON Pointer](https://www.rfc-editor.org/rfc/rfc6901) of each leaf to its value: a string as its fingerprint, everything else as JSON. Null if the API gives none."),
	}
}

// newDecoder returns a decoder of attributes, among all that the model has. Rows are in the same order as the elements of
// every list that have an `id`.
func newDecoder(ctx context.Context, attributes, model map[string]schema.Attribute) *jsonvalue.Decoder {
	decoded, _ := schema.Schema{Attributes: attributes}.Type().(types.ObjectType) // a schema is an object
	known, _ := schema.Schema{Attributes: model}.Type().(types.ObjectType)
	return jsonvalue.New(ctx, decoded, known, jsonvalue.Order{ID: "id", By: []string{"position", "created_at"}})
}
