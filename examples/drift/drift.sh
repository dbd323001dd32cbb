#!/bin/sh
# Plans, and says in Markdown what differs. The plan itself goes to standard error, so into the job's log.
# Ends with 0 when nothing differs, with 2 when something does, and with another code when nobody knows.
set -u

plan=$(mktemp) || exit 1
trap 'rm -f "$plan"' EXIT

terraform plan -detailed-exitcode -input=false -lock=false -no-color > "$plan" 2>&1
code=$?
cat "$plan" >&2

case $code in
0)
  echo "### No drift: 0 to add, 0 to change, 0 to destroy"
  ;;
2)
  counts=$(sed -n 's/^Plan: \(.* to destroy\).*/\1/p' "$plan")
  echo "### Drift: ${counts:-0 to add, 0 to change, 0 to destroy}"
  echo
  # Names of objects, and what is to become of them: values of attributes stay in the log.
  sed -nE 's/^  # ([^( ].*) ((will be|must be|has) .*)/- `\1` \2/p; s/^Changes to Outputs:/- outputs/p' "$plan"
  ;;
*)
  echo "### The plan failed: nobody knows whether there is drift"
  echo
  sed -nE 's/^(│ )?Error: /- Error: /p' "$plan"
  ;;
esac
# What could not be read, among others: there, drift isn't seen.
sed -nE 's/^(│ )?Warning: /- Warning: /p' "$plan" | sort -u
exit "$code"
