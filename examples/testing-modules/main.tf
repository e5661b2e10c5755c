# The only module that reads from the API.
module "assistants" {
  source = "./assistants"
}

output "names_by_channel" {
  value = {
    for channel in toset(compact(flatten(module.assistants.all[*].channels))) :
    channel => [for a in module.assistants.all : a.name if contains(a.channels, channel)]
  }
}
