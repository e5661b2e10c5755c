# All sub-organizations but one, left out by its name.
data "invent_sub_organizations" "all" {}

data "invent_assistants_settings" "each" {
  for_each = { for id, organization in data.invent_sub_organizations.all.sub_organizations : id => organization if organization.name != "Musterhaus Hafen" }

  org_id = each.key
}

output "assistants" {
  value = { for id, organization in data.invent_assistants_settings.each : id => length(organization.assistants) }
}
