#!/usr/bin/env bash
# Pushes the action's input files. Inputs arrive as variables, never inside the script.
#
# BENCH_PUSH   the command                                      (default bench-push)
# INPUT        files and globs, one a line
# ENVIRONMENT COMMIT_SHA BRANCH_NAME RUN_ID TRIGGERED_BY DURATION TAGS NOTES   as the flags; optional
# VERIFY DRY_RUN   `true` turns the flag on
# DASHBOARD    the dashboard's address, for the output dashboard-url; optional
# SUPABASE_URL and a secret key, as bench-push takes them
#
# Exit status: that of bench-push
set -euo pipefail

flags=()
add() { # flag, value
  if [[ -n $2 ]]; then flags+=("$1=$2"); fi
}

while IFS= read -r line; do
  line=${line%$'\r'}
  add --input "$line"
done <<<"${INPUT:-}"
if (( ${#flags[@]} == 0 )); then
  echo "error: the input \`input\` names no file" >&2
  exit 2
fi

add --environment "${ENVIRONMENT:-}"
add --commit-sha "${COMMIT_SHA:-}"
add --branch-name "${BRANCH_NAME:-}"
add --run-id "${RUN_ID:-}"
add --triggered-by "${TRIGGERED_BY:-}"
add --duration "${DURATION:-}"
add --tags "${TAGS:-}"
add --notes "${NOTES:-}"
if [[ ${VERIFY:-} == true ]]; then flags+=(--verify); fi
if [[ ${DRY_RUN:-} == true ]]; then flags+=(--dry-run); fi

if [[ -n ${DASHBOARD:-} && -n ${GITHUB_OUTPUT:-} && ${DASHBOARD} =~ ^https?://[A-Za-z0-9._~:/-]+$ ]]; then
  echo "dashboard-url=${DASHBOARD%/}/runs?search=${COMMIT_SHA:-${GITHUB_SHA:-}}" >>"$GITHUB_OUTPUT"
fi
exec "${BENCH_PUSH:-bench-push}" push "${flags[@]}"
