# A failing check fails this run, and so the command: terraform test ends with exit code 1.
run "policy" {
  command = plan
}
