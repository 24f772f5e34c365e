#!/usr/bin/env bash
# Judges stored runs: verdicts in the log, the step's outputs and summary, and, if asked for, a
# comment on the pull request and a check run.
#
# BENCH_PUSH     the command                                     (default bench-push)
# RUN_IDS        the ids of the runs, as a JSON array
# GATE           a gate file; the repository's bench.toml when left out
# COMMENT        `true` writes a comment on the pull request     (needs GITHUB_TOKEN)
# CHECK_RUN      the name of a check run to complete; optional   (needs GITHUB_TOKEN)
# FAIL           `false` ends with status 0 whatever the verdict is
# REPORT_PATH    where to write the verdicts as Markdown; optional
# SUPABASE_URL and a key, as bench-push takes them
# GITHUB_OUTPUT GITHUB_STEP_SUMMARY                              set by GitHub Actions; optional
#
# Outputs: those of `bench-push check`, and report-path
# Exit status: that of `bench-push check`; 0 instead of 1 with FAIL=false
set -euo pipefail

flags=(--format=github)
# An id has only these characters, so nothing else of the list can become an argument.
read -ra ids <<<"$(tr -cs 'A-Fa-f0-9-' ' ' <<<"${RUN_IDS:-[]}")"
if (( ${#ids[@]} == 0 )); then
  echo "error: RUN_IDS names no run: is there an output \`run-ids\` of the push?" >&2
  exit 2
fi
if [[ -n ${GATE:-} ]]; then flags+=("--gate=$GATE"); fi
if [[ ${COMMENT:-} == true ]]; then flags+=(--github-comment); fi
if [[ -n ${CHECK_RUN:-} ]]; then flags+=("--github-check=$CHECK_RUN"); fi

status=0
"${BENCH_PUSH:-bench-push}" check "${flags[@]}" "${ids[@]}" || status=$?
if [[ -n ${REPORT_PATH:-} ]] && (( status <= 1 )); then
  # The verdicts once more, for an artifact; they are stored, so nothing is recorded twice.
  report_flags=(--format=markdown --no-record)
  if [[ -n ${GATE:-} ]]; then report_flags+=("--gate=$GATE"); fi
  GITHUB_OUTPUT='' GITHUB_STEP_SUMMARY='' \
    "${BENCH_PUSH:-bench-push}" check "${report_flags[@]}" "${ids[@]}" >"$REPORT_PATH" 2>/dev/null || true
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then echo "report-path=$REPORT_PATH" >>"$GITHUB_OUTPUT"; fi
fi
if (( status == 1 )) && [[ ${FAIL:-} == false ]]; then exit 0; fi
exit "$status"
