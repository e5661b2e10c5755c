variable "details" {
  description = "The id of one organization, whose settings a plan shows in full. The parent is c."
  type        = string
  default     = null
}

data "invent_sub_organizations" "all" {
  lifecycle {
    postcondition {
      condition     = length(self.sub_organizations) > 0
      error_message = "There are no sub-organizations. Is this the API key of the parent?"
    }
  }
}

# The parent, by "c", and all its sub-organizations.
data "invent_assistants_settings" "each" {
  for_each = toset(concat(["c"], keys(data.invent_sub_organizations.all.sub_organizations)))

  org_id = each.key
}

# One hash for each assistant, so that a plan names those that changed and stays short.
output "organizations" {
  value = {
    for organization, settings in data.invent_assistants_settings.each :
    organization => { for id, a in settings.assistants : id => sha256(jsonencode(a)) }
  }
}

output "details" {
  value = var.details == null ? null : data.invent_assistants_settings.each[var.details].assistants
}
