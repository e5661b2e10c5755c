data "invent_assistants_settings" "all" {}

# The resources for tools: one for each assistant, with a hash of all its settings.
resource "terraform_data" "assistant" {
  for_each = data.invent_assistants_settings.all.assistants
  input    = sha256(jsonencode(each.value))
}

# The output for people. It depends on a resource that is never a -target: without that, Terraform would update it in
# every targeted apply.
resource "terraform_data" "all" {}

output "assistants" {
  value      = data.invent_assistants_settings.all.assistants
  depends_on = [terraform_data.all]
}
