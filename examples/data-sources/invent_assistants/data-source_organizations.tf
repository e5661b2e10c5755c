# Two sub-organizations, read with the API key of their parent.
locals {
  branches = {
    hamburg  = "org_29n7qOlJDxLFfLSBABawE1"
    konstanz = "org_h69Z4xtH60UnM3PlygASJe"
  }
}

data "invent_assistants" "branch" {
  for_each = local.branches

  org_id              = each.value
  include_secret_keys = false
}

output "branches" {
  value = { for name, branch in data.invent_assistants.branch : name => branch.assistants[*].name }
}
