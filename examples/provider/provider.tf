terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

# The API key comes from the environment variable INVENT_API_KEY, the organization is the one that the key was made for.
provider "invent" {}
