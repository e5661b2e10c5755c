# All assistants, without their secret keys: none reaches the state.
data "invent_assistants" "all" {
  include_secret_keys = false
}

# What counts as drift. The state keeps this output, and a plan compares it with what it reads.
output "assistants" {
  description = "All settings of all assistants, by id."
  value = {
    for a in data.invent_assistants.all.assistants : a.id => merge(
      { for k, v in a : k => v if !contains(["secret_key", "updated_at"], k) },
      {
        # Lines, so that a plan shows the line that changed and not the whole text twice.
        config = a.config == null ? null : merge(a.config, {
          instructions = try(split("\n", a.config.instructions), null)
        })

        # Fingerprints, because these can hold credentials and a plan is printed to a log.
        integrations = [for i in a.integrations : merge(
          { for k, v in i : k => v if k != "updated_at" },
          { config = try(sha256(i.config), null) },
        )]
        actions = [for t in a.actions : merge(
          { for k, v in t : k => v if k != "updated_at" },
          { config = t.config == null ? null : merge(t.config, { input = try(sha256(t.config.input), null) }) },
        )]

        # The number of contacts changes with traffic.
        boards = [for b in a.boards : merge(
          { for k, v in b : k => v if k != "updated_at" },
          { initial_segment = b.initial_segment == null ? null : {
            for k, v in b.initial_segment : k => v if !contains(["contacts_count", "updated_at"], k)
          } },
        )]
      },
    )
  }
}
