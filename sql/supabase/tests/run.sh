#!/usr/bin/env bash
# Runs the pgTAP tests against a database that has the schema, pgTAP at hand, and no rows of its own:
#   sql/supabase/tests/run.sh "$DATABASE_URL"
# `supabase --workdir sql test db` runs the same files. Each leaves the database as it found it.
set -u
failed=0
for test in "$(dirname "$0")"/*_test.sql; do
  out=$(psql "$1" -X -q -A -t -v ON_ERROR_STOP=1 -f "$test" 2>&1)
  if [ $? = 0 ] && ! grep -qE '^not ok|^# Looks like' <<<"$out"; then
    echo "ok      $(basename "$test") ($(grep -c '^ok' <<<"$out"))"
  else
    failed=1
    echo "FAILED  $(basename "$test")"
    grep -vE '^ok|^$' <<<"$out"
  fi
done
exit $failed
