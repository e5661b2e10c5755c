# No API: the module that reads from it is not run, its outputs are given.
mock_provider "invent" {}

override_module {
  target = module.assistants
  outputs = {
    all = [
      { name = "Support", channels = ["email", "slack_bot"] },
      { name = "Sales", channels = ["email"] },
    ]
  }
}

run "names_by_channel" {
  command = plan

  assert {
    condition     = jsonencode(output.names_by_channel) == jsonencode({ email = ["Support", "Sales"], slack_bot = ["Support"] })
    error_message = "The channels are ${jsonencode(output.names_by_channel)}."
  }
}
