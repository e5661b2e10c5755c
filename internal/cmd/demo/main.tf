terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

provider "invent" {}

data "invent_assistants" "all" {}

data "invent_assistant" "reception" {
  name = "Reception phone line (night)"
}

# What another resource would refer to.
output "reception" {
  value = "${data.invent_assistant.reception.id} speaks with the voice ${data.invent_assistant.reception.config.tts.voice_id}"
}

# One line for each assistant.
output "assistants" {
  value = join("\n", [
    for a in data.invent_assistants.all.assistants : format("%-8s %-17s %-42s %s",
      a.deleted == true ? "deleted" : a.enabled == true ? "enabled" : "off",
      try(coalesce(a.config.model), "-"),
      try(coalesce(join(", ", a.integrations[*].integration_id)), "-"),
      a.name,
    )
  ])
}

# Everything about each assistant but its secret and what changes without an edit. The instructions are a list of
# lines, so that a plan shows the line that changed.
output "drift" {
  value = {
    for a in data.invent_assistants.all.assistants : a.name => merge(
      { for k, v in a : k => v if !contains(["secret_key", "updated_at"], k) },
      {
        config = a.config == null ? null : merge(a.config, {
          instructions = try(split("\n", a.config.instructions), null)
        })
        integrations = [for i in a.integrations : { for k, v in i : k => v if k != "updated_at" }]
        actions      = [for i in a.actions : { for k, v in i : k => v if k != "updated_at" }]
        boards = [
          for b in a.boards : merge({ for k, v in b : k => v if k != "updated_at" }, {
            initial_segment = b.initial_segment == null ? null : {
              for k, v in b.initial_segment : k => v if !contains(["contacts_count", "updated_at"], k)
            }
          })
        ]
      },
    )
  }
}
