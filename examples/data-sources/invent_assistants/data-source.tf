# All assistants of the provider's organization.
data "invent_assistants" "all" {
  timeouts = {
    read = "10m"
  }
}

output "names" {
  value = { for a in data.invent_assistants.all.assistants : a.id => a.name }
}

# A field that the API leaves out is null, so compare: a condition must not be null.
output "enabled" {
  value = [for a in data.invent_assistants.all.assistants : a.name if a.enabled == true && a.deleted != true]
}

# Lists are never null: an assistant without integrations has an empty list.
output "channels" {
  value = { for a in data.invent_assistants.all.assistants : a.id => a.integrations[*].integration_id }
}
