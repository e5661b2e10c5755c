data "invent_assistants_settings" "all" {}

output "assistants" {
  value = data.invent_assistants_settings.all.assistants
}
