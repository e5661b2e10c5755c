# One resource for each enabled assistant.
data "invent_assistants" "enabled" {
  enabled             = true
  deleted             = false
  include_secret_keys = false
}

resource "terraform_data" "dashboard" {
  for_each = { for a in data.invent_assistants.enabled.assistants : a.id => a }

  input = {
    title    = each.value.name
    language = each.value.config.language
  }
}
