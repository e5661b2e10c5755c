# Without what changes by itself in this organization, and with the address and method of each HTTP request in clear.
data "invent_assistants_settings" "watched" {
  ignore_paths = [
    "boards",                                                    # a list of objects: empty
    "config.timezone",                                           # a value: null
    "config.conversation.suggested_messages",                    # one level deeper
    "actions.config.input/timeout_seconds",                      # a part of a free-form value
    "actions.config.definitions.definition/properties/*/format", # * is any one member
    "other_fields/integrations/*/last_message_at",               # a field that the provider does not know
  ]
  reveal_paths = [
    "actions.config.input/url",
    "actions.config.input/method",
  ]
}

output "requests" {
  value = flatten([
    for a in data.invent_assistants_settings.watched.assistants : [
      for action in a.actions : "${action.config.input["/method"]} ${action.config.input["/url"]}"
      if try(action.config.input["/url"] != null, false)
    ]
  ])
}
