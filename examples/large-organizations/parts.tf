# All assistants in two parts, by the first letter of the name. One without a name is in neither.
data "invent_assistants" "part" {
  for_each = toset(["^[A-Ma-m]", "^[^A-Ma-m]"])

  name_regex = each.key
}

output "all_names" {
  value = { for a in concat(values(data.invent_assistants.part)[*].assistants...) : a.id => a.name }
}
