# One assistant by its name, referred to by another resource. A name that no assistant has, or more than one, is an error.
data "invent_assistant" "support" {
  name               = "Gäste-Support"
  include_secret_key = false
}

resource "terraform_data" "website" {
  input = {
    assistant_id = data.invent_assistant.support.id
    channels     = [for i in data.invent_assistant.support.integrations : i.integration_id if i.enabled == true]
  }
}
