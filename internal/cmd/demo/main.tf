terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

provider "invent" {}

data "invent_assistants" "all" {
  include_secret_keys = false
}

data "invent_assistant" "reception" {
  name               = "Reception phone line (night)"
  include_secret_key = false
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

# A drift check: all settings of all assistants, without their secrets and without what changes by itself.
data "invent_assistants_settings" "all" {}

output "settings" {
  value = data.invent_assistants_settings.all.assistants
}
