# The names of all assistants, by organization. "c" is the parent itself; without
# sub-organizations it is the only one.
data "invent_sub_organizations" "all" {}

data "invent_assistants_settings" "each" {
  for_each = toset(concat(["c"], keys(data.invent_sub_organizations.all.sub_organizations)))

  org_id = each.key
}

output "names" {
  value = { for id, organization in data.invent_assistants_settings.each : id => values(organization.assistants)[*].name }
}
