variable "part" {
  description = "Which part of the sub-organizations this pipeline reads, from 0."
  type        = number
}

variable "size" {
  description = "How many sub-organizations a part has."
  type        = number
  default     = 100
}

data "invent_sub_organizations" "all" {}

locals {
  ids  = sort(keys(data.invent_sub_organizations.all.sub_organizations))
  part = slice(local.ids, min(var.part * var.size, length(local.ids)), min((var.part + 1) * var.size, length(local.ids)))
}

data "invent_assistants_settings" "each" {
  for_each = toset(local.part)

  org_id = each.key
}

output "organizations" {
  value = { for id, organization in data.invent_assistants_settings.each : id => sha256(jsonencode(organization.assistants)) }
}
