variable "details" {
  description = "The id of one organization, whose settings are shown in full."
  type        = string
  default     = null
}

data "invent_sub_organizations" "all" {}

# The parent, by "c", and all its sub-organizations.
data "invent_assistants_settings" "each" {
  for_each = toset(concat(["c"], keys(data.invent_sub_organizations.all.sub_organizations)))

  org_id = each.key
}

# One hash for each organization, so that a plan is short however many there are.
output "organizations" {
  value = { for id, organization in data.invent_assistants_settings.each : id => sha256(jsonencode(organization.assistants)) }
}

output "details" {
  value = try(data.invent_assistants_settings.each[var.details].assistants, null)
}
