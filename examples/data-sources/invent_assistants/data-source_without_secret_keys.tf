# Whole assistants in an output. The attribute secret_key stays sensitive even where it is null, so leave it out.
data "invent_assistants" "public" {
  include_secret_keys = false
}

output "assistants" {
  value = [for a in data.invent_assistants.public.assistants : { for k, v in a : k => v if k != "secret_key" }]
}
