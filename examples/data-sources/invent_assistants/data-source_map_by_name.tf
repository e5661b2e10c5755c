# Many look-ups from one read of the list: a map by name. It is an error if two assistants have the same name.
data "invent_assistants" "current" {
  deleted             = false
  include_secret_keys = false
}

locals {
  assistant_ids = { for a in data.invent_assistants.current.assistants : a.name => a.id if a.name != null }
}

output "sales" {
  value = local.assistant_ids["Sales: groups and events"]
}

output "support" {
  value = local.assistant_ids["Gäste-Support"]
}
