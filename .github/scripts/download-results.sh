#!/usr/bin/env bash
# Downloads the artifact of a benchmark run and unpacks it, trusting nothing inside it.
#
# REPOSITORY      owner/name of the repository
# RUN_ID          the benchmark's workflow run
# ARTIFACT_NAME   the artifact's name                          (default benchmark-results)
# RESULTS_DIR     an empty or missing folder to unpack into
# CONCLUSION      how the benchmark run ended; after anything but `success`, no artifact is no error
# GH_TOKEN        a token that may read actions; used by gh
# MAX_BYTES       largest archive, and largest file unpacked   (default 33554432: 32 MiB)
#
# Output: found=true|false
# Exit status: 0 unpacked, or nothing to unpack after a failed run · 1 no usable artifact · 2 settings
set -euo pipefail

refuse() { # status, sentence
  echo "error: $2" >&2
  exit "$1"
}
found() {
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then printf 'found=%s\n' "$1" >>"$GITHUB_OUTPUT"; fi
}

artifact=${ARTIFACT_NAME:-benchmark-results}
max_bytes=${MAX_BYTES:-33554432}
[[ ${REPOSITORY:-} =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || refuse 2 "REPOSITORY must be owner/name"
[[ ${RUN_ID:-} =~ ^[0-9]+$ ]] || refuse 2 "RUN_ID must be the number of a workflow run"
[[ $artifact =~ ^[A-Za-z0-9._-]+$ ]] || refuse 2 "ARTIFACT_NAME may hold letters, digits, '.', '_' and '-'"
[[ $max_bytes =~ ^[0-9]+$ ]] || refuse 2 "MAX_BYTES must be a number of bytes"
[[ -n ${RESULTS_DIR:-} ]] || refuse 2 "set RESULTS_DIR to the folder to unpack into"
mkdir -p -- "$RESULTS_DIR"
[[ -z $(ls -A -- "$RESULTS_DIR") ]] || refuse 2 "RESULTS_DIR must be empty"

# A run that was started again may have one artifact of this name per attempt: the newest counts.
newest=$(gh api "repos/$REPOSITORY/actions/runs/$RUN_ID/artifacts?per_page=100&name=$artifact" \
  --jq '[.artifacts[] | select(.expired | not)] | max_by(.id) // empty | "\(.id) \(.size_in_bytes)"')
if [[ -z $newest ]]; then
  found false
  if [[ ${CONCLUSION:-success} == success ]]; then
    refuse 1 "run $RUN_ID has no artifact named $artifact; upload the reports with actions/upload-artifact under that name"
  fi
  echo "run $RUN_ID ended with $CONCLUSION and left no artifact named $artifact: nothing to push"
  exit 0
fi
read -r id bytes <<<"$newest"
(( bytes <= max_bytes )) || refuse 1 "artifact $artifact is too large: $bytes bytes, at most $max_bytes are unpacked"

archive=$(mktemp)
trap 'rm -f -- "$archive"' EXIT
gh api "repos/$REPOSITORY/actions/artifacts/$id/zip" >"$archive"

# Python's zipfile keeps every file inside RESULTS_DIR and makes no symbolic links; the limit stops
# a small archive that unpacks to a large file.
(ulimit -f $((max_bytes / 1024)) && python3 -m zipfile -e "$archive" "$RESULTS_DIR" 2>/dev/null) ||
  refuse 1 "artifact $artifact is damaged, or holds a file of more than $max_bytes bytes"
found true
echo "unpacked artifact $artifact ($bytes bytes) of run $RUN_ID"
