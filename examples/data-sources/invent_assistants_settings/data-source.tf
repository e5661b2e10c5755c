# A drift check: the state keeps this output, and a plan shows what has changed since the last apply.
data "invent_assistants_settings" "all" {}

output "assistants" {
  value = data.invent_assistants_settings.all.assistants
}
