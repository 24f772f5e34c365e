#!/usr/bin/env bash
# Pushes every *_benchmark_results.json under a folder. A file that fails does not stop the others.
#
# RESULTS_DIR    the folder; its content is not trusted
# BENCH_PUSH     the command                                     (default bench-push)
# ENVIRONMENT    where the benchmark ran                         (default github-actions)
# COMMIT_SHA BRANCH_NAME RUN_ID RUN_ATTEMPT TRIGGERED_BY         of the benchmark's run; optional
# DRY_RUN        `true` checks the reports and stores nothing
# MAX_FILES      more files than this are refused                (default 200)
# MAX_BYTES      a larger file counts as failed                  (default 33554432: 32 MiB)
# SUPABASE_URL and a secret key, as bench-push takes them; not needed for a dry run
# GITHUB_STEP_SUMMARY GITHUB_OUTPUT GITHUB_ACTIONS               set by GitHub Actions; optional
#
# Outputs: files, pushed, failed, run-ids (a JSON array)
# Exit status: 0 at least one file was pushed · 1 every file failed · 2 settings, or no file found
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

push=${BENCH_PUSH:-bench-push}
max_files=${MAX_FILES:-200}
max_bytes=${MAX_BYTES:-33554432}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
[[ -n ${RESULTS_DIR:-} && -d $RESULTS_DIR ]] || refuse "RESULTS_DIR must name a folder, found '${RESULTS_DIR:-}'"
results=$(cd -- "$RESULTS_DIR" && pwd)
found=$(command -v "$push") || refuse "$push is not there; set BENCH_PUSH to the path of bench-push"
push=$(realpath -- "$found")
[[ $max_files =~ ^[0-9]+$ && $max_bytes =~ ^[0-9]+$ ]] || refuse "MAX_FILES and MAX_BYTES must be numbers"

# Regular files only: a symbolic link could point at anything on this machine.
mapfile -d '' -t files < <(find "$results" -type f -name '*_benchmark_results.json' -print0 | LC_ALL=C sort -z)
(( ${#files[@]} > 0 )) || refuse "no file under RESULTS_DIR is named *_benchmark_results.json"
(( ${#files[@]} <= max_files )) || refuse "${#files[@]} result files, at most $max_files are pushed; raise MAX_FILES if that is meant"

# Flags override what a report says about itself and what bench-push detects.
flags=(--environment="${ENVIRONMENT:-github-actions}")
add() { # flag, value
  if [[ -n $2 ]]; then flags+=("$1=$2"); fi
}
add --commit-sha "${COMMIT_SHA:-}"
add --branch-name "${BRANCH_NAME:-}"
add --run-id "${RUN_ID:-}"
add --run-attempt "${RUN_ATTEMPT:-}"
add --triggered-by "${TRIGGERED_BY:-}"
done_word=pushed
if [[ ${DRY_RUN:-} == true ]]; then flags+=(--dry-run) && done_word=checked; fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
stop_token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# Text from a report must not act as a workflow command (`::error::`, `::add-path::`).
without_commands() {
  if [[ -z ${GITHUB_ACTIONS:-} ]]; then "$@"; return; fi
  echo "::stop-commands::$stop_token"
  local status=0
  "$@" || status=$?
  echo "::$stop_token::"
  return "$status"
}

# A dry run shows the whole request on its standard output: too much for a log.
run_push() {
  if [[ $done_word == checked ]]; then { "$push" push "$@" >/dev/null; } 2>&1; else "$push" push "$@" 2>&1; fi
}

# Pushes one file under a name that is safe to print, to pass and to show.
push_one() ( # file, safe name, number
  local bytes
  bytes=$(wc -c <"$1")
  if (( bytes > max_bytes )); then
    echo "error: $2 is too large: $bytes bytes, at most $max_bytes are read"
    return 3
  fi
  mkdir -- "$work/$3"
  cp -- "$1" "$work/$3/$2"
  cd -- "$work/$3"
  GITHUB_OUTPUT=$work/$3/output GITHUB_STEP_SUMMARY=$work/$3/summary without_commands run_push --input="$2" "${flags[@]}"
)

pushed=0 failed=0 rows=()
for index in "${!files[@]}"; do
  file=${files[index]}
  name=$(printf '%s' "${file##*/}" | tr -c 'A-Za-z0-9._-' '_')
  status=0
  echo "== $name"
  push_one "$file" "$name" "$index" || status=$?
  if (( status == 0 )); then
    pushed=$((pushed + 1))
    rows+=("| \`$name\` | $done_word | 0 |")
  else
    failed=$((failed + 1))
    rows+=("| \`$name\` | **failed** | $status |")
  fi
done

{
  echo
  echo "### Benchmark results: $pushed of ${#files[@]} files $done_word"
  echo
  echo '| file | outcome | exit status |'
  echo '| --- | --- | --- |'
  printf '%s\n' "${rows[@]}"
  if (( failed > 0 )); then
    echo
    echo "Exit status 3: the report is wrong, mend it. 4: the server refused. 5: the server was not reached, run this job again. The log says more."
  fi
  # GitHub drops a step's summary above 1 MiB whole, so what bench-push wrote for the last files may have to stay out.
  room=900000
  for index in "${!files[@]}"; do
    section=$work/$index/summary
    [[ -s $section ]] || continue
    room=$((room - $(wc -c <"$section")))
    if (( room < 0 )); then echo; echo "The other files are left out: this page is full."; break; fi
    cat -- "$section"
  done
} >>"$summary"
# Only the characters of ids and of a list: nothing else of an output is passed on.
ids=()
for index in "${!files[@]}"; do
  output=$work/$index/output
  [[ -s $output ]] || continue
  read -ra more <<<"$(sed -n 's/^run-ids=//p' "$output" | tr -cs 'A-Fa-f0-9-' ' ')"
  ids+=("${more[@]}")
done
if [[ -n ${GITHUB_OUTPUT:-} ]]; then
  printf '%s\n' "files=${#files[@]}" "pushed=$pushed" "failed=$failed" >>"$GITHUB_OUTPUT"
  if (( ${#ids[@]} > 0 )); then
    printf 'run-ids=[%s]\n' "$(printf '"%s",' "${ids[@]}" | sed 's/,$//')" >>"$GITHUB_OUTPUT"
  fi
fi

echo "$pushed of ${#files[@]} files $done_word, $failed failed"
if (( failed > 0 )) && [[ -n ${GITHUB_ACTIONS:-} ]]; then
  echo "::warning title=Benchmark results::$failed of ${#files[@]} result files failed; the step summary names them"
fi
(( pushed > 0 ))
