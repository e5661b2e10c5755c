terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

# The API key comes from the environment variable INVENT_API_KEY.
provider "invent" {}
