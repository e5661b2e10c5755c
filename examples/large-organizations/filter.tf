data "invent_assistants" "live" {
  filter = {
    enabled = true
    deleted = false
  }
}
