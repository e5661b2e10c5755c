# One assistant by its id, with one request. A soft-deleted one is found too, so check.
data "invent_assistant" "bookings" {
  id                 = "ast_AqLuSnRbuJVS58fl23BQZr"
  include_secret_key = false

  lifecycle {
    postcondition {
      condition     = self.deleted != true
      error_message = "The assistant has been deleted."
    }
  }
}

output "bookings_model" {
  value = data.invent_assistant.bookings.config.model
}
