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
  value = {
    for organization, settings in data.invent_assistants_settings.each :
    organization => { for id, a in settings.assistants : id => sha256(jsonencode(a)) }
  }

  precondition {
    condition     = length(local.part) > 0
    error_message = "Part ${var.part} is empty: there are ${length(local.ids)} sub-organizations, and a part has ${var.size}."
  }
}

# One more part needs one more pipeline, and each plan shows it.
output "parts" {
  value = ceil(length(local.ids) / var.size)
}
