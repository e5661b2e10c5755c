# Everything is run, against a mock of the API that serves assistants.json at INVENT_BASE_URL.
run "enabled_assistants_and_channels" {
  command = plan

  assert {
    condition     = jsonencode(output.names_by_channel) == jsonencode({ email = ["Sales", "Support"] })
    error_message = "The channels are ${jsonencode(output.names_by_channel)}."
  }
}
