terraform {
  required_providers {
    invent = {
      source = "useinvent/invent"
    }
  }
}

provider "invent" {}
