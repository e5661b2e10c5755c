#!/bin/sh
# drift-check.sh on GitHub: the plan is in the job's summary too. The exit code stays the same, even without a summary.
set -eu
code=0
sh drift-check.sh > plan.txt 2>&1 || code=$?
cat plan.txt
(
  echo '```text'
  if [ "$(wc -c < plan.txt)" -le 1000000 ]; then
    cat plan.txt
  else # GitHub shows no summary of more than 1 MiB.
    head -c 1000000 plan.txt | sed '$d'
    echo '(Cut here: the rest is in the log.)'
  fi
  echo '```'
) >> "${GITHUB_STEP_SUMMARY:-/dev/null}" || true
exit "$code"
