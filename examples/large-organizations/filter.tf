data "invent_assistants" "live" {
  enabled = true
  deleted = false
}
