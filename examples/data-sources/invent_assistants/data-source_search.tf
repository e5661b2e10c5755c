# What the API's own search finds, and of that what an expression matches.
data "invent_assistants" "hotel_events" {
  search              = "events"
  name_regex          = "(?i)^(sales|harbour)\\b"
  include_secret_keys = false
}

output "hotel_events" {
  value = data.invent_assistants.hotel_events.assistants[*].name
}
