# A second organization: a sub-organization, read with the same API key.
provider "invent" {
  alias  = "hamburg"
  org_id = "org_29n7qOlJDxLFfLSBABawE1"
}

data "invent_assistants" "hamburg" {
  provider            = invent.hamburg
  include_secret_keys = false
}

output "hamburg" {
  value = data.invent_assistants.hamburg.assistants[*].name
}
