variable "approved_models" {
  description = "The language models that an assistant may use."
  type        = set(string)
  default     = ["gemini-2.5-pro", "gpt-4.1", "gpt-4.1-mini"]
}

data "invent_sub_organizations" "all" {
  lifecycle {
    postcondition {
      condition     = length(self.sub_organizations) > 0
      error_message = "There are no sub-organizations. Is this the API key of the parent?"
    }
  }
}

data "invent_assistants_settings" "each" {
  for_each = toset(concat(["c"], keys(data.invent_sub_organizations.all.sub_organizations)))

  org_id  = each.key
  enabled = true
  deleted = false
}

locals {
  assistants = merge(values(data.invent_assistants_settings.each)[*].assistants...)

  with_other_model = flatten([
    for organization, settings in data.invent_assistants_settings.each : [
      for id, a in settings.assistants : "${coalesce(a.name, id)} in ${organization}"
      if !try(contains(var.approved_models, a.config.model), false)
    ]
  ])
}

# A plan ends with exit code 1 if the rule is broken, or if there was nothing to check.
output "checked" {
  value = length(local.assistants)

  precondition {
    condition     = length(local.assistants) > 0
    error_message = "No assistant was read."
  }
  precondition {
    condition     = length(local.with_other_model) == 0
    error_message = "No approved model: ${join(", ", local.with_other_model)}."
  }
}
