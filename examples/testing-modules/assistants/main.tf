terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

data "invent_assistants" "enabled" {
  enabled             = true
  deleted             = false
  include_secret_keys = false
}

output "all" {
  value = [for a in data.invent_assistants.enabled.assistants : {
    name     = a.name
    channels = [for i in a.integrations : i.integration_id if i.enabled == true]
  }]
}
