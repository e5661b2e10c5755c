# An assistant's secret key in a secret store, and neither in the state nor in a plan file: from the ephemeral resource
# to a write-only argument, which needs Terraform 1.11 or OpenTofu 1.11.
data "invent_assistant" "support" {
  name               = "Gäste-Support"
  include_secret_key = false
}

ephemeral "invent_assistant_secret_key" "support" {
  assistant_id = data.invent_assistant.support.id
}

resource "aws_secretsmanager_secret_version" "support" {
  secret_id                = "invent-support"
  secret_string_wo         = ephemeral.invent_assistant_secret_key.support.secret_key
  secret_string_wo_version = 1 # raise it to store a key that has changed
}
