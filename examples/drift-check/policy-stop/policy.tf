variable "approved_models" {
  description = "The language models that an assistant may use."
  type        = set(string)
  default     = ["gemini-2.5-pro", "gpt-4.1", "gpt-4.1-mini"]
}

# The rules hold for assistants that are switched on. A plan ends with exit code 1 if one is broken, or if there are none.
data "invent_assistants_settings" "enabled" {
  enabled = true
  deleted = false

  lifecycle {
    postcondition {
      condition     = length(self.assistants) > 0
      error_message = "No assistant was read."
    }
    postcondition {
      condition     = alltrue([for a in self.assistants : try(trimspace(join("", a.config.instructions)), "") != ""])
      error_message = "No instructions: ${join(", ", [for a in self.assistants : coalesce(a.name, a.id) if try(trimspace(join("", a.config.instructions)), "") == ""])}."
    }
    postcondition {
      condition     = alltrue([for a in self.assistants : try(a.config.conversation.enable_auto_resolve == true, false)])
      error_message = "Auto-resolve is off: ${join(", ", [for a in self.assistants : coalesce(a.name, a.id) if !try(a.config.conversation.enable_auto_resolve == true, false)])}."
    }
    postcondition {
      condition     = alltrue([for a in self.assistants : try(contains(var.approved_models, a.config.model), false)])
      error_message = "No approved model: ${join(", ", [for a in self.assistants : coalesce(a.name, a.id) if !try(contains(var.approved_models, a.config.model), false)])}."
    }
  }
}
