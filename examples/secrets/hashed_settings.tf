# Whether the settings of an integration or action have changed, without showing them.
data "invent_assistants" "settings" {
  include_secret_keys = false
}

output "settings" {
  value = {
    for a in data.invent_assistants.settings.assistants : a.id => {
      integrations = { for i in a.integrations : i.id => sha256(jsonencode(i.config)) if i.id != null }
      actions      = { for x in a.actions : x.id => sha256(jsonencode(x.config)) if x.id != null }
    }
  }
}
