#!/bin/sh
# Looks for drift. Exit code 0: none. 2: drift, and the plan shows it. 1: no answer, and the error says why.
set -eu
export TF_IN_AUTOMATION=1 # no advice on what to type next
terraform init -input=false -no-color
terraform plan -input=false -no-color -detailed-exitcode
