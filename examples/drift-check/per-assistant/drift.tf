data "invent_assistants_settings" "all" {}

# What is counted: one resource for each assistant, with a hash of all its settings.
resource "terraform_data" "assistant" {
  for_each = data.invent_assistants_settings.all.assistants
  input    = sha256(jsonencode(each.value))
}

# What is read. Nobody targets the resource that it depends on, so Terraform leaves
# it alone while single assistants are accepted.
resource "terraform_data" "all" {}

output "assistants" {
  value      = data.invent_assistants_settings.all.assistants
  depends_on = [terraform_data.all]
}
