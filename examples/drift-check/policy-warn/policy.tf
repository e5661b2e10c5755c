variable "approved_models" {
  description = "The language models that an assistant may use."
  type        = set(string)
  default     = ["gemini-2.5-pro", "gpt-4.1", "gpt-4.1-mini"]
}

# At the root, not inside a check block: there, a failed read would only be a warning.
data "invent_assistants_settings" "enabled" {
  enabled = true
  deleted = false
}

# The rules hold for assistants that are switched on. These are the names of those that break one.
locals {
  enabled = data.invent_assistants_settings.enabled.assistants

  without_instructions = [for a in local.enabled : coalesce(a.name, a.id) if try(trimspace(join("", a.config.instructions)), "") == ""]
  without_auto_resolve = [for a in local.enabled : coalesce(a.name, a.id) if !try(a.config.conversation.enable_auto_resolve == true, false)]
  with_other_model     = [for a in local.enabled : coalesce(a.name, a.id) if !try(contains(var.approved_models, a.config.model), false)]
}

check "policy" {
  assert {
    condition     = length(local.enabled) > 0
    error_message = "No assistant was read."
  }
  assert {
    condition     = length(local.without_instructions) == 0
    error_message = "No instructions: ${join(", ", local.without_instructions)}."
  }
  assert {
    condition     = length(local.without_auto_resolve) == 0
    error_message = "Auto-resolve is off: ${join(", ", local.without_auto_resolve)}."
  }
  assert {
    condition     = length(local.with_other_model) == 0
    error_message = "No approved model: ${join(", ", local.with_other_model)}."
  }
}
